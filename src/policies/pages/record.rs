//! Recording a policy with its sources.

use askama::Template;
use rocket::form::Form;
use rocket::{State as Managed, get, post};

use super::sources::{self, ROWS, Row};
use super::{filled, instrument_choices, level_choices};
use crate::journal::Door;
use crate::kernel::Error;
use crate::kernel::codes::Instrument;
use crate::kernel::dates::Day;
use crate::people::Manager;
use crate::policies::{self, NewPolicy};
use crate::web::form::Choice;
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// The form.
#[derive(Template)]
#[template(path = "policies/pages/record.html")]
pub struct Record {
    frame: Frame,
    form: Fields,
    instruments: Vec<Choice>,
    levels: Vec<Choice>,
    yes_no: Vec<Choice>,
    rows: &'static [Row],
}

impl Record {
    fn new(frame: Frame, form: Fields) -> Self {
        let t = frame.t;
        let (up, list) = (frame.href("policies"), t.s("policies.title"));
        Self {
            instruments: instrument_choices(t),
            levels: level_choices(t),
            yes_no: vec![Choice::new("no", t.s("policies.no")), Choice::new("yes", t.s("policies.yes"))],
            rows: sources::shown(&form),
            frame: frame.page("policies", t.s("policies.record")).crumb(up, list),
            form,
        }
    }

    /// Whether there may be another source.
    fn takes_more(&self) -> bool {
        self.rows.len() < ROWS.len()
    }
}

/// Shows the form.
#[get("/policies/new")]
pub async fn show(_who: Manager, frame: Frame) -> Answer<Record> {
    Ok(Page::new(Record::new(frame, Fields::new().with("rows", 1))))
}

/// Records the policy, or shows the form with one more or one less source.
#[post("/policies/new", data = "<form>")]
pub async fn save(
    who: Manager,
    form: Form<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Record>, Error> {
    let mut form = form.into_inner();
    let rows = sources::shown(&form).len();
    if form.has("more") || form.has("less") {
        let rows = if form.has("more") { rows + 1 } else { rows - 1 };
        let form = form.with("rows", rows.clamp(1, ROWS.len()));
        return Ok(Reply::Again(Page::new(Record::new(frame, form))));
    }
    let key = form.key();
    let read = read(&mut form);
    let (Some(key), Some(policy)) = (key, read) else {
        return Ok(Reply::again(Record::new(frame, form)));
    };
    let done = frame.t.f("policies.recorded").with("code", &policy.code);
    match policies::record(door, who.ask(key, "record_policy"), policy).await {
        Ok(made) => Ok(Reply::done(format!("{}/{}", frame.href("policies"), made.id), done)),
        Err(error) => Ok(Reply::again(Record::new(frame, form.take(error)?))),
    }
}

fn read(form: &mut Fields) -> Option<NewPolicy> {
    let code = form.read("code", filled);
    let title = form.read("title", filled);
    let document_number = form.read("document_number", filled);
    let instrument = form.read("instrument", Instrument::parse);
    let starts_on = form.read("starts_on", Day::parse_lenient);
    let ends_on = form.read("ends_on", Day::parse_lenient);
    let cap = form.read_optional("per_recipient_cap", sources::positive);
    let document = form.value("document_number").to_owned();
    let allotments = sources::read(form, &document, starts_on);
    if form.is_refused() {
        return None;
    }
    Some(NewPolicy {
        code: code?,
        title: title?,
        document_number: document_number?,
        instrument: instrument?,
        starts_on: starts_on?,
        ends_on: ends_on?,
        cap: cap?,
        allotments,
    })
}
