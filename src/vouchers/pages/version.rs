//! One version of the posting rules, and the decision of another person on it.

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::{OfRulesDecider, RulesDecider, ShownRule, in_words};
use crate::journal::{Door, Names};
use crate::kernel::{Error, Result};
use crate::people::{Admission, In, Reader};
use crate::vouchers::actions;
use crate::vouchers::rules::RuleSet;
use crate::vouchers::store::{self, RulesVersion};
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// The version.
#[derive(Template)]
#[template(path = "vouchers/pages/version.html")]
pub struct Shown {
    frame: Frame,
    form: Fields,
    version: RulesVersion,
    rules: Vec<ShownRule>,
    /// Rules that are not in those in force, and the other way round.
    changes: (usize, usize),
    names: Names,
    /// Whether this person decides on it.
    decides: bool,
    /// Whether it waits and this person prepared it.
    own: bool,
}

impl Shown {
    fn base(&self) -> String {
        self.frame.href(&format!("posting-rules/{}", self.version.id))
    }

    fn state(&self) -> &'static str {
        self.frame.t.s(&format!("vouchers.rules.state.{}", self.version.state))
    }
}

async fn page<A: Admission>(who: &In<A>, id: i64, frame: Frame, form: Fields, door: &Door) -> Result<Shown> {
    let (c, book_id) = (&door.db.read, who.book_id());
    let version = store::rules_version(c, book_id, id).await?;
    let set = RuleSet::parse(&version.text)?;
    let (_, in_force) = store::rules_in_force(c, book_id).await?;
    let added = set.rules().iter().filter(|rule| !in_force.rules().contains(rule)).count();
    let gone = in_force.rules().iter().filter(|rule| !set.rules().contains(rule)).count();
    let waits = version.state == "pending";
    let own = version.prepared_person == who.actor().person;
    let (t, up) = (frame.t, frame.href("posting-rules"));
    let title = t.f("vouchers.rules.version").with("id", id);
    Ok(Shown {
        rules: in_words(t, &set),
        changes: (added, gone),
        names: Names::read(c, book_id).await?,
        decides: waits && !own && OfRulesDecider::ROLES.iter().any(|role| who.acts(*role)),
        own: waits && own,
        frame: frame.following_position().page("vouchers", title).crumb(up, t.s("vouchers.rules.title")),
        version,
        form,
    })
}

/// Shows a version.
#[get("/posting-rules/<id>")]
pub async fn show(who: Reader, id: i64, frame: Frame, door: &Managed<Door>) -> Answer<Shown> {
    let door = &who.looking(door).await?;
    Ok(Page::new(page(&who, id, frame, Fields::new(), door).await?))
}

async fn decide(
    who: &RulesDecider,
    (id, approve): (i64, bool),
    mut form: Fields,
    frame: Frame,
    door: &Door,
) -> Result<Reply<Shown>> {
    let Some(key) = form.key() else { return Ok(Reply::again(page(who, id, frame, form, door).await?)) };
    let (digest, why) = (form.value("digest").to_owned(), form.value("reason").to_owned());
    let decided = if approve {
        actions::approve_rules(door, who.ask(key, "approve_posting_rules"), id, digest).await
    } else {
        actions::refuse_rules(door, who.ask(key, "refuse_posting_rules"), id, digest, why).await
    };
    let done = if approve { "vouchers.rules.approved" } else { "vouchers.rules.refused" };
    match decided {
        Ok(_) => Ok(Reply::done(frame.href("posting-rules"), frame.t.s(done))),
        Err(error) => Ok(Reply::again(page(who, id, frame, form.take(error)?, door).await?)),
    }
}

/// Puts it in force.
#[post("/posting-rules/<id>/approve", data = "<sent>")]
pub async fn approve(
    who: RulesDecider,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    decide(&who, (id, true), sent.into_inner(), frame, door).await
}

/// Does not take it.
#[post("/posting-rules/<id>/refuse", data = "<sent>")]
pub async fn refuse(
    who: RulesDecider,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    decide(&who, (id, false), sent.into_inner(), frame, door).await
}
