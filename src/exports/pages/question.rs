//! What is asked for in an address, read into a [`Request`].

use rocket::FromForm;

use crate::audit::GroupBy;
use crate::exports::{FileFormat, Filter, Request, What};
use crate::kernel::Refusal;
use crate::kernel::dates::Day;
use crate::web::{Fields, Lang};

/// The fields as typed.
#[derive(Debug, FromForm)]
pub struct Question {
    #[field(default = String::new())]
    what: String,
    #[field(default = String::new())]
    format: String,
    #[field(default = String::new())]
    lang: String,
    #[field(default = String::new())]
    as_of: String,
    #[field(default = String::new())]
    at: String,
    by: Vec<String>,
    #[field(default = String::new())]
    policy: String,
    #[field(default = String::new())]
    state: String,
    #[field(default = String::new())]
    subdistrict: String,
    #[field(default = String::new())]
    from: String,
    #[field(default = String::new())]
    to: String,
    #[field(default = String::new())]
    search: String,
}

impl Question {
    /// The form that shows what was asked.
    pub fn fields(&self) -> Fields {
        let mut fields = Fields::new()
            .with("what", &self.what)
            .with("format", &self.format)
            .with("lang", &self.lang)
            .with("as_of", &self.as_of)
            .with("at", &self.at)
            .with("policy", &self.policy)
            .with("state", &self.state)
            .with("subdistrict", &self.subdistrict)
            .with("from", &self.from)
            .with("to", &self.to)
            .with("search", &self.search);
        fields.set_all("by", &self.by);
        fields
    }

    /// Whether nothing is asked yet.
    pub fn is_empty(&self) -> bool {
        self.what.is_empty()
    }
}

/// Reads a request; what cannot be read stands at its field. Without a day it is of today, without a position of the head.
pub fn read(form: &mut Fields, today: Day, head: i64, lang: Lang) -> Option<Request> {
    let what = form.read("what", |word| What::parse(word).ok_or(Refusal::new("export_what")));
    let format = form.read_optional("format", |word| {
        FileFormat::parse(word).ok_or(Refusal::new("export_format").with("what", word))
    });
    let as_of = form.read_optional("as_of", Day::parse_lenient);
    let at = form.read_optional("at", |typed| {
        typed.replace(',', "").parse::<i64>().map_err(|_| Refusal::new("position_number"))
    });
    let from = form.read_optional("from", Day::parse_lenient);
    let to = form.read_optional("to", Day::parse_lenient);
    let what = what?;
    let format = format?.unwrap_or_else(|| what.default_format());
    let text = |name: &str| form.filled(name).map(ToOwned::to_owned);
    let request = Request {
        what,
        format,
        lang: Lang::parse(form.value("lang")).unwrap_or(lang),
        as_of: as_of?.unwrap_or(today),
        at: Some(at?.unwrap_or(head)),
        by: form.values("by").filter_map(GroupBy::parse).collect(),
        filter: Filter {
            policy: text("policy"),
            states: text("state").into_iter().collect(),
            subdistrict: text("subdistrict"),
            from: from?,
            to: to?,
            least: None,
            most: None,
            search: text("search"),
            ..Filter::default()
        },
    };
    // Better said at the form than found in a file that is not what was asked for.
    match request.check() {
        Ok(()) => Some(request),
        Err(refusal) => {
            form.refuse(refusal.at("what"));
            None
        }
    }
}

/// The address of a file: everything that decides its bytes, written out.
pub fn address(path: &str, request: &Request) -> String {
    let encoded = |text: &str| rocket::http::RawStr::new(text).percent_encode().to_string();
    let mut out = format!(
        "{path}?what={}&format={}&lang={}&as_of={}",
        request.what.code(),
        request.format.extension(),
        request.lang.code(),
        request.as_of
    );
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            out.push_str(&format!("&{name}={}", encoded(&value)));
        }
    };
    add("at", request.at.map(|at| at.to_string()));
    for by in &request.by {
        add("by", Some(by.code().to_owned()));
    }
    let filter = &request.filter;
    add("policy", filter.policy.clone());
    for state in &filter.states {
        add("state", Some(state.clone()));
    }
    add("subdistrict", filter.subdistrict.clone());
    add("from", filter.from.map(|day| day.to_string()));
    add("to", filter.to.map(|day| day.to_string()));
    add("search", filter.search.clone());
    out
}
