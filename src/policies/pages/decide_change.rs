//! A prepared change of a policy: what was and what would be; a second person decides.

use askama::Template;
use rocket::form::Form;
use rocket::{State as Managed, get, post};

use super::{Confirmer, Look, change_look};
use crate::journal::{Door, Names};
use crate::kernel::Error;
use crate::people::Reader;
use crate::policies::{self, CONFIRMERS, Policy, PolicyChange, State, Verdict, by_id, change_by_id, digest_of_change};
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// What is decided.
#[derive(Template)]
#[template(path = "policies/pages/decide_change.html")]
pub struct DecideChange {
    frame: Frame,
    form: Fields,
    policy: Policy,
    change: PolicyChange,
    prepared_by: String,
    digest: String,
    /// Whether it waits for this person.
    mine: bool,
    /// Whether this person prepared it.
    own: bool,
}

/// One line of the comparison.
struct Line {
    key: &'static str,
    before: String,
    after: String,
}

impl DecideChange {
    fn look(&self) -> Look {
        change_look(self.change.state)
    }

    fn waits(&self) -> bool {
        self.change.state == State::Pending
    }

    fn path(&self) -> String {
        format!("{}/{}", self.frame.href("policy-changes"), self.change.id)
    }

    fn lines(&self) -> Vec<Line> {
        let (t, policy, change) = (self.frame.t, &self.policy, &self.change);
        let cap = |cap: Option<_>| cap.map_or_else(|| t.s("policies.cap.none").to_owned(), |cap| t.yuan_unit(cap));
        let open = |closed: bool| t.s(if closed { "policies.state.closed" } else { "policies.state.open" }).to_owned();
        vec![
            Line { key: "policies.name", before: policy.title.clone(), after: change.title.clone() },
            Line {
                key: "policies.document",
                before: policy.document_number.clone(),
                after: change.document_number.clone(),
            },
            Line {
                key: "policies.starts_on",
                before: policy.starts_on.to_string(),
                after: change.starts_on.to_string(),
            },
            Line { key: "policies.ends_on", before: policy.ends_on.to_string(), after: change.ends_on.to_string() },
            Line { key: "policies.cap", before: cap(policy.cap), after: cap(change.cap) },
            Line { key: "policies.state", before: open(policy.state == State::Closed), after: open(change.closes) },
        ]
    }
}

async fn page(
    (book_id, person, confirms): (i64, &str, bool),
    id: i64,
    frame: Frame,
    form: Fields,
    door: &Door,
) -> Result<DecideChange, Error> {
    let c = &door.db.read;
    let change = change_by_id(c, book_id, id).await?.ok_or(Error::NotFound)?;
    let policy = by_id(c, book_id, change.policy).await?.ok_or(Error::NotFound)?;
    let names = Names::read(c, book_id).await?;
    let t = frame.t;
    let (list, here) = (frame.href("policies"), format!("{}/{}", frame.href("policies"), policy.id));
    let own = change.prepared_person == person;
    Ok(DecideChange {
        frame: frame
            .following_position()
            .page("policies", t.f("policies.change.decide").with("code", &policy.code))
            .crumb(list, t.s("policies.title"))
            .crumb(here, &policy.code),
        form,
        prepared_by: names.of(&change.prepared_by).to_owned(),
        digest: digest_of_change(change.leaf),
        mine: change.state == State::Pending && confirms && !own,
        own,
        policy,
        change,
    })
}

/// Shows the change.
#[get("/policy-changes/<id>")]
pub async fn show(who: Reader, id: i64, frame: Frame, door: &Managed<Door>) -> Answer<DecideChange> {
    let door = &who.looking(door).await?;
    let confirms = CONFIRMERS.into_iter().any(|role| who.acts(role));
    let standing = (who.book_id(), who.actor().person.as_str(), confirms);
    Ok(Page::new(page(standing, id, frame, Fields::new(), door).await?))
}

/// Confirms the change.
#[post("/policy-changes/<id>/approve", data = "<form>")]
pub async fn approve(
    who: Confirmer,
    id: i64,
    form: Form<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<DecideChange>, Error> {
    decide(&who, id, form.into_inner(), frame, door, false).await
}

/// Does not take the change.
#[post("/policy-changes/<id>/refuse", data = "<form>")]
pub async fn refuse(
    who: Confirmer,
    id: i64,
    form: Form<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<DecideChange>, Error> {
    decide(&who, id, form.into_inner(), frame, door, true).await
}

async fn decide(
    who: &Confirmer,
    id: i64,
    mut form: Fields,
    frame: Frame,
    door: &Door,
    refuses: bool,
) -> Result<Reply<DecideChange>, Error> {
    let standing = (who.book_id(), who.actor().person.as_str(), true);
    let Some(key) = form.key() else { return Ok(Reply::again(page(standing, id, frame, form, door).await?)) };
    let (verb, done) = if refuses {
        ("refuse_policy_change", "policies.change.refused")
    } else {
        ("approve_policy_change", "policies.change.approved")
    };
    let verdict = if refuses {
        Verdict::Refused { reason: form.value("reason").to_owned() }
    } else {
        Verdict::Approved { digest: form.value("digest").to_owned() }
    };
    match policies::decide_change(door, who.ask(key, verb), id, verdict).await {
        Ok(_) => Ok(Reply::done(format!("{}/{id}", frame.href("policy-changes")), frame.t.s(done))),
        Err(error) => Ok(Reply::again(page(standing, id, frame, form.take(error)?, door).await?)),
    }
}
