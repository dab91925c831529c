//! Preparing a change of what a policy says.

use askama::Template;
use rocket::form::Form;
use rocket::{State as Managed, get, post};

use super::{filled, found, sources};
use crate::journal::Door;
use crate::kernel::Error;
use crate::kernel::dates::Day;
use crate::people::Manager;
use crate::policies::{self, Change as Wanted, Policy, State};
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// The form.
#[derive(Template)]
#[template(path = "policies/pages/change.html")]
pub struct Change {
    frame: Frame,
    form: Fields,
    policy: Policy,
}

impl Change {
    fn new(frame: Frame, form: Fields, policy: Policy) -> Self {
        let t = frame.t;
        let (list, here) = (frame.href("policies"), format!("{}/{}", frame.href("policies"), policy.id));
        let frame = frame
            .page("policies", t.f("policies.change.title").with("code", &policy.code))
            .crumb(list, t.s("policies.title"))
            .crumb(here, &policy.code);
        Self { frame, form, policy }
    }
}

/// Shows the form with what the policy says now.
#[get("/policies/<id>/change")]
pub async fn show(who: Manager, id: i64, frame: Frame, door: &Managed<Door>) -> Answer<Change> {
    let policy = found(door, who.book_id(), id).await?.policy;
    let form = Fields::new()
        .with("title", &policy.title)
        .with("document_number", &policy.document_number)
        .with("starts_on", policy.starts_on)
        .with("ends_on", policy.ends_on)
        .with("per_recipient_cap", policy.cap.map_or_else(String::new, crate::kernel::money::Fen::grouped));
    let form = if policy.state == State::Closed { form.with("closes", "yes") } else { form };
    Ok(Page::new(Change::new(frame, form, policy)))
}

/// Prepares the change.
#[post("/policies/<id>/change", data = "<form>")]
pub async fn save(
    who: Manager,
    id: i64,
    form: Form<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Change>, Error> {
    let mut form = form.into_inner();
    let policy = found(door, who.book_id(), id).await?.policy;
    let key = form.key();
    let wanted = read(&mut form, id);
    let (Some(key), Some(wanted)) = (key, wanted) else {
        return Ok(Reply::again(Change::new(frame, form, policy)));
    };
    match policies::prepare_change(door, who.ask(key, "change_policy"), wanted).await {
        Ok(made) => {
            let to = format!("{}/{}", frame.href("policy-changes"), made.id);
            Ok(Reply::done(to, frame.t.s("policies.prepared")))
        }
        Err(error) => Ok(Reply::again(Change::new(frame, form.take(error)?, policy))),
    }
}

fn read(form: &mut Fields, policy: i64) -> Option<Wanted> {
    let title = form.read("title", filled);
    let document_number = form.read("document_number", filled);
    let starts_on = form.read("starts_on", Day::parse_lenient);
    let ends_on = form.read("ends_on", Day::parse_lenient);
    let cap = form.read_optional("per_recipient_cap", sources::positive);
    let reason = form.read("reason", filled);
    Some(Wanted {
        policy,
        title: title?,
        document_number: document_number?,
        starts_on: starts_on?,
        ends_on: ends_on?,
        cap: cap?,
        closes: form.is("closes", "yes"),
        reason: reason?,
    })
}
