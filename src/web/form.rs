//! A form remembers what was typed and what was wrong with it, field by field.
//!
//! What arrives is kept as typed ([`Fields`]); the handler reads it into types one field after another, and what cannot be
//! read becomes a refusal at its field. The same value, with the refusals in it, fills the form when it comes back.

use std::collections::BTreeMap;

use rocket::form::{self, DataField, FromForm, ValueField};

use super::Clocks;
use super::figures::As;
use super::i18n::T;
use crate::kernel::{Error, Refusal};

/// The name of the hidden field that proves where a form comes from; it is the first field of every form.
pub const CSRF_FIELD: &str = "csrf";

/// The name of the hidden field that makes a repeated submit the same submit.
pub const KEY_FIELD: &str = "request_key";

/// A request key: 128 random bits in lower-case hex.
const KEY_CHARS: usize = 32;

/// The fields of a form as typed, and what is wrong with them. Handlers take it as `data = "<form>"` with
/// `form: Form<Fields>`; both encodings work, files are taken by a handler's own type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields {
    typed: BTreeMap<String, Vec<String>>,
    refusals: Vec<Refusal>,
}

impl Fields {
    /// A form nobody has typed into.
    pub fn new() -> Self {
        <Self as Default>::default()
    }

    /// Proposes the moment that the address asks for.
    pub fn at_clocks(clocks: Clocks) -> Self {
        let day = clocks.as_of.map(|day| ("as_of", day.to_string()));
        let position = clocks.at.map(|at| ("at", at.to_string()));
        day.into_iter().chain(position).fold(Self::new(), |form, (name, value)| form.with(name, value))
    }

    /// Puts a value in, as a proposal or from what is stored.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.typed.insert(name.to_owned(), vec![value.to_string()]);
        self
    }

    /// Puts several values in: selected rows, ticked boxes.
    pub fn set_all(&mut self, name: &str, values: impl IntoIterator<Item = impl ToString>) {
        self.typed.insert(name.to_owned(), values.into_iter().map(|value| value.to_string()).collect());
    }

    /// The value of a field without the blanks around it; empty if it was not sent.
    pub fn value(&self, name: &str) -> &str {
        self.typed.get(name).and_then(|values| values.first()).map_or("", |value| value.trim())
    }

    /// The value of a field exactly as typed, blanks included: for passwords.
    pub fn as_typed(&self, name: &str) -> &str {
        self.typed.get(name).and_then(|values| values.first()).map_or("", String::as_str)
    }

    /// All values of a field that may occur several times: check boxes, selected rows.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.typed.get(name).into_iter().flatten().map(|value| value.trim())
    }

    /// The value of a field that may be left empty.
    pub fn filled(&self, name: &str) -> Option<&str> {
        Some(self.value(name)).filter(|value| !value.is_empty())
    }

    /// Whether a field has this value among its values: for options and check boxes.
    pub fn is(&self, name: &str, value: impl AsRef<str>) -> bool {
        self.values(name).any(|typed| typed == value.as_ref())
    }

    /// Whether a check box was ticked or a button pressed.
    pub fn has(&self, name: &str) -> bool {
        self.typed.contains_key(name)
    }

    /// Reads a field into a type; a refusal is kept at the field and gives `None`. Read all fields before giving up, so
    /// that a person sees everything that is wrong at once.
    pub fn read<V>(&mut self, name: &'static str, parse: impl FnOnce(&str) -> Result<V, Refusal>) -> Option<V> {
        match parse(self.value(name)) {
            Ok(value) => Some(value),
            Err(refusal) => {
                self.refuse(refusal.at(name));
                None
            }
        }
    }

    /// Reads a field that may be left empty: `Some(None)` if it is, `None` if it is filled and wrong.
    pub fn read_optional<V>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<V, Refusal>,
    ) -> Option<Option<V>> {
        if self.filled(name).is_none() {
            return Some(None);
        }
        self.read(name, parse).map(Some)
    }

    /// The request key that came with the form; refused if it is missing or not one of ours.
    pub fn key(&mut self) -> Option<String> {
        let key = self.value(KEY_FIELD);
        let ours = key.len() == KEY_CHARS && key.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if ours {
            return Some(key.to_owned());
        }
        self.refuse(Refusal::new("request_key"));
        None
    }

    /// Keeps a refusal.
    pub fn refuse(&mut self, refusal: Refusal) {
        self.refusals.push(refusal);
    }

    /// The form with the refusals of an action in it.
    #[must_use]
    pub fn refused(mut self, refusals: impl IntoIterator<Item = Refusal>) -> Self {
        self.refusals.extend(refusals);
        self
    }

    /// Takes the refusals of an error into the form, or hands the error on if it is of another kind.
    pub fn take(self, error: Error) -> Result<Self, Error> {
        match error {
            Error::Refused(refusals) => Ok(self.refused(refusals)),
            other => Err(other),
        }
    }

    /// Whether anything is wrong.
    pub fn is_refused(&self) -> bool {
        !self.refusals.is_empty()
    }

    /// What is wrong, in the order in which it was found.
    pub fn refusals(&self) -> &[Refusal] {
        &self.refusals
    }

    /// What is wrong with one field, as sentences; empty if nothing is.
    pub fn error(&self, t: impl As<T>, name: &str) -> String {
        let t = t.value();
        let of_field = self.refusals.iter().filter(|refusal| refusal.field == Some(name));
        of_field.map(|refusal| sentence(t, refusal)).collect::<Vec<_>>().join(t.s("frame.form.between"))
    }

    /// Everything that is wrong, for the summary above the form: the field it belongs to (or `""`) and the sentence.
    pub fn summary(&self, t: impl As<T>) -> Vec<(&'static str, String)> {
        let t = t.value();
        self.refusals.iter().map(|refusal| (refusal.field.unwrap_or_default(), sentence(t, refusal))).collect()
    }

    /// The request key for the form that is shown: the one it came with, for a retry is the same submit, or a fresh one.
    pub(super) fn key_or(&self, fresh: impl FnOnce() -> String) -> String {
        self.filled(KEY_FIELD).map_or_else(fresh, ToOwned::to_owned)
    }
}

/// A refusal in words. What quotes an empty value says no more than that the field is empty.
fn sentence(t: T, refusal: &Refusal) -> String {
    let is_empty =
        refusal.field.is_some() && refusal.facts.iter().any(|(name, value)| *name == "found" && value.is_empty());
    if is_empty { t.sentence(&Refusal::new("field_empty")) } else { t.sentence(refusal) }
}

#[rocket::async_trait]
impl<'r> FromForm<'r> for Fields {
    type Context = BTreeMap<String, Vec<String>>;

    fn init(_: form::Options) -> Self::Context {
        BTreeMap::new()
    }

    fn push_value(typed: &mut Self::Context, field: ValueField<'r>) {
        // A text area sends CR LF; people do not type carriage returns.
        let value = field.value.replace("\r\n", "\n");
        typed.entry(field.name.source().to_string()).or_default().push(value);
    }

    async fn push_data(_: &mut Self::Context, _: DataField<'r, '_>) {}

    fn finalize(typed: Self::Context) -> form::Result<'r, Self> {
        Ok(Self { typed, refusals: Vec::new() })
    }
}

/// One choice of a select field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is shown.
    pub text: String,
}

impl Choice {
    /// A choice.
    pub fn new(value: impl ToString, text: impl ToString) -> Self {
        Self { value: value.to_string(), text: text.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use rocket::form::Form;
    use rocket::http::RawStr;

    use super::*;
    use crate::web::i18n::Lang;

    fn typed(body: &str) -> Fields {
        Form::<Fields>::parse_encoded(RawStr::new(body)).unwrap_or_default()
    }

    #[test]
    fn what_was_typed_comes_back_as_typed() {
        let form = typed("name=%20%E6%99%A8%E5%85%89%20&row=3&row=7&note=a%0D%0Ab&a.b[c]=1");
        assert_eq!(form.value("name"), "晨光");
        assert_eq!(form.values("row").collect::<Vec<_>>(), ["3", "7"]);
        assert_eq!(form.value("note"), "a\nb");
        assert_eq!(form.value("a.b[c]"), "1");
        assert_eq!(form.value("absent"), "");
    }

    #[test]
    fn a_refusal_stands_at_its_field_and_the_value_stays() {
        let mut form = typed("amount=12.345&on=");
        let amount = form.read("amount", |_| Err::<i64, _>(Refusal::new("amount_decimals")));
        assert_eq!(amount, None);
        assert_eq!(form.read_optional("on", |_| Err::<i64, _>(Refusal::new("never"))), Some(None));
        assert_eq!(form.refusals(), [Refusal::new("amount_decimals").at("amount")]);
        assert_eq!(form.value("amount"), "12.345");
        assert_eq!(form.error(T(Lang::Zh), "on"), "");
    }

    #[test]
    fn what_quotes_nothing_says_that_the_field_is_empty() {
        let t = T(Lang::Zh);
        let empty = Refusal::new("kind_unknown").at("kind").with("found", "");
        assert_eq!(Fields::new().refused([empty]).error(t, "kind"), t.sentence(&Refusal::new("field_empty")));
        let wrong = Refusal::new("policy_unknown").at("policy").with("found", "P");
        assert_eq!(Fields::new().refused([wrong.clone()]).error(t, "policy"), t.sentence(&wrong));
    }

    #[test]
    fn a_retry_keeps_its_key_and_a_strange_key_is_refused() {
        let key = "0123456789abcdef0123456789abcdef";
        assert_eq!(typed(&format!("request_key={key}")).key(), Some(key.to_owned()));
        assert_eq!(typed(&format!("request_key={key}")).key_or(String::new), key);
        assert_eq!(typed("request_key=1").key(), None);
        assert_eq!(Fields::new().key_or(|| "fresh".to_owned()), "fresh");
    }
}
