//! Which grants an address asks for, and the addresses of a list that asks for a little more or less.

use rocket::http::RawStr;

use crate::grants::rules::State;
use crate::grants::store::{Cursor, Filter, Order, Sort};
use crate::kernel::Refusal;
use crate::kernel::dates::Day;
use crate::kernel::keyset::{Cut, Near};
use crate::kernel::money::Fen;
use crate::policies::Policy;
use crate::web::{Fields, Pager};

/// What an address may ask, in the order in which it is written.
const NAMES: [&str; 15] = [
    "q",
    "policy",
    "state",
    "subdistrict",
    "from",
    "to",
    "min",
    "max",
    "recipient",
    "import",
    "mine",
    "sort",
    "dir",
    "as_of",
    "at",
];
/// Where the page lies; left out wherever the list changes.
const AFTER: &str = "after";
const BEFORE: &str = "before";

/// What a list of grants shows.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Which grants.
    pub filter: Filter,
    /// In which order.
    pub order: Order,
    /// Near which one.
    pub near: Near<Cursor>,
}

impl Wanted {
    /// Reads an address. What cannot be read is refused at its field and filters nothing. `own` is the actor for
    /// whom `mine` stands.
    pub fn read(form: &mut Fields, policies: &[Policy], own: &str) -> Self {
        let policy = form.read_optional("policy", |code| {
            let found = policies.iter().find(|policy| policy.code == code);
            found.map(|policy| policy.id).ok_or_else(|| Refusal::new("policy_unknown").with("found", code))
        });
        let id = |form: &Fields, name: &str| form.value(name).parse().ok();
        let filter = Filter {
            policy: policy.flatten(),
            states: form.values("state").filter_map(State::from_code).collect(),
            subdistrict: form.filled("subdistrict").map(ToOwned::to_owned),
            applied_from: form.read_optional("from", Day::parse_lenient).flatten(),
            applied_to: form.read_optional("to", Day::parse_lenient).flatten(),
            amount_from: form.read_optional("min", Fen::parse_with_units).flatten(),
            amount_to: form.read_optional("max", Fen::parse_with_units).flatten(),
            recipient: id(form, "recipient"),
            import: id(form, "import"),
            prepared_by: form.filled("mine").map(|_| own.to_owned()),
            search: form.value("q").to_owned(),
        };
        let order =
            Order { by: Sort::from_code(form.value("sort")).unwrap_or_default(), ascending: form.is("dir", "asc") };
        let cursor = |name: &str| Cursor::parse(form.value(name));
        Self { filter, order, near: Near::of(cursor(AFTER), cursor(BEFORE)) }
    }
}

/// The address of a list with what it asks.
#[derive(Debug, Clone)]
pub struct Address {
    path: String,
    asked: Vec<(&'static str, String)>,
}

impl Address {
    /// The address at `path` that asks what the form asks, from its first page on.
    pub fn of(path: impl Into<String>, form: &Fields) -> Self {
        let values = |name: &'static str| form.values(name).filter(|value| !value.is_empty()).map(move |v| (name, v));
        let asked = NAMES.into_iter().flat_map(values).map(|(name, value)| (name, value.to_owned())).collect();
        Self { path: path.into(), asked }
    }

    /// The same at another path.
    pub fn at(&self, path: impl Into<String>) -> String {
        Self { path: path.into(), asked: self.asked.clone() }.print()
    }

    /// Without one of the things that it asks.
    pub fn without(&self, names: &[&str]) -> String {
        let asked = self.asked.iter().filter(|(name, _)| !names.contains(name)).cloned().collect();
        Self { path: self.path.clone(), asked }.print()
    }

    /// The pages around one of this list.
    pub fn pager<L>(&self, cut: &Cut<(Cursor, L)>) -> Pager {
        let asked = Self { path: String::new(), asked: self.asked.clone() }.print();
        Pager::new(&self.path, asked.trim_start_matches('?'), cut, |(cursor, _)| cursor.to_string())
    }

    /// In another order: a second click on the same column turns it around.
    pub fn sorted(&self, by: Sort, now: Order) -> String {
        let names_first = matches!(by, Sort::Name);
        let ascending = if now.by == by { !now.ascending } else { names_first };
        let mut sorted = self.clone();
        sorted.asked.retain(|(name, _)| !matches!(*name, "sort" | "dir"));
        sorted.asked.push(("sort", by.code().to_owned()));
        if ascending {
            sorted.asked.push(("dir", "asc".to_owned()));
        }
        sorted.print()
    }

    /// The address as a link has it.
    pub fn print(&self) -> String {
        let mut out = self.path.clone();
        for (place, (name, value)) in self.asked.iter().enumerate() {
            out.push(if place == 0 { '?' } else { '&' });
            out.push_str(name);
            out.push('=');
            out.push_str(&RawStr::new(value).percent_encode().to_string());
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> Fields {
        Fields::new().with("q", "晨光 & co").with("state", "paid").with("after", "7.12").with("csrf", "no")
    }

    #[test]
    fn an_address_says_what_is_asked_and_nothing_else() {
        let address = Address::of("/grants", &form());
        assert_eq!(address.print(), "/grants?q=%E6%99%A8%E5%85%89%20%26%20co&state=paid");
        assert_eq!(address.without(&["q"]), "/grants?state=paid");
        assert_eq!(address.at("/grants.csv"), "/grants.csv?q=%E6%99%A8%E5%85%89%20%26%20co&state=paid");
    }

    #[test]
    fn a_second_click_turns_the_order_around() {
        let address = Address::of("/grants", &Fields::new());
        let first = address.sorted(Sort::Amount, Order::default());
        assert_eq!(first, "/grants?sort=amount");
        let turned = address.sorted(Sort::Amount, Order { by: Sort::Amount, ascending: false });
        assert_eq!(turned, "/grants?sort=amount&dir=asc");
    }

    #[test]
    fn what_cannot_be_read_is_refused_and_filters_nothing() {
        let mut form = Fields::new().with("from", "soon").with("max", "1万").with("policy", "P");
        let wanted = Wanted::read(&mut form, &[], "uid");
        assert_eq!(wanted.filter.applied_from, None);
        assert_eq!(wanted.filter.amount_to, Some(Fen::new(1_000_000)));
        assert_eq!(form.refusals().len(), 2);
    }
}
