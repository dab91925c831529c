//! One version of a profile that staff keep, and the decision of another person on it.

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::preview::Preview;
use super::words::{self, Look};
use super::{AccountConfirmer, AccountKeeper, OfAccountConfirmer, OfAccountKeeper};
use crate::journal::{Door, Names};
use crate::kernel::{Error, Result};
use crate::payments::actions;
use crate::payments::store::{self, OwnProfile};
use crate::people::{Admission, In, Reader};
use crate::settings::Verdict;
use crate::web::{ABSENT, Answer, Fields, Frame, Page, Reply};

/// The version.
#[derive(Template)]
#[template(path = "payments/pages/profile_version.html")]
pub struct Shown {
    frame: Frame,
    form: Fields,
    version: OwnProfile,
    preview: Preview,
    /// The text of the version in force, where this one waits to take its place.
    before: Option<String>,
    names: Names,
    /// Whether this person decides on it.
    decides: bool,
    /// Whether it waits and this person recorded it.
    own: bool,
    /// Whether it is in force and this person may retire it.
    retires: bool,
}

impl Shown {
    fn look(&self) -> Look {
        words::version(self.frame.t, self.version.stands())
    }

    fn base(&self) -> String {
        self.frame.href(&format!("profiles/{}", self.version.id))
    }

    fn direction(&self) -> &'static str {
        words::direction(self.frame.t, self.version.direction)
    }

    fn preview(&self) -> String {
        self.preview.shown(self.frame.t)
    }

    fn name<'n>(&'n self, uid: Option<&'n str>) -> &'n str {
        uid.map_or(ABSENT, |uid| self.names.of(uid))
    }

    fn waits(&self) -> bool {
        self.version.state == "pending"
    }

    /// The lines of the text, each with whether the version in force has it too.
    fn lines(&self) -> Vec<(&str, bool)> {
        let before: Vec<&str> = self.before.as_deref().unwrap_or_default().lines().collect();
        let known = |line: &str| self.before.is_none() || before.contains(&line);
        self.version.toml.lines().map(|line| (line, known(line))).collect()
    }
}

async fn page<A: Admission>(who: &In<A>, id: i64, frame: Frame, form: Fields, door: &Door) -> Result<Shown> {
    let (c, book_id) = (&door.db.read, who.book_id());
    let version = store::own_profile(c, book_id, id).await?;
    let waits = version.state == "pending";
    let own = version.prepared_person == who.actor().person;
    let versions = store::versions_of(c, book_id, version.direction, &version.name).await?;
    let in_force = versions.iter().find(|one| one.state == "approved").map(|one| one.id) == Some(id);
    let is_sole = version.retired_at.is_none() && versions.iter().all(|one| one.state != "pending");
    let before = versions.into_iter().find(|one| one.state == "approved" && waits).map(|one| one.toml);
    let (t, up) = (frame.t, frame.href("profiles"));
    let title = t.f("payments.profiles.titled").with("title", &version.name).with("n", version.version);
    Ok(Shown {
        preview: Preview::of(t, &version.toml, &[]),
        names: Names::read(c, book_id).await?,
        decides: waits && !own && OfAccountConfirmer::ROLES.iter().any(|role| who.acts(*role)),
        own: waits && own,
        retires: in_force && is_sole && OfAccountKeeper::ROLES.iter().any(|role| who.acts(*role)),
        frame: frame.following_position().page("profiles", title).crumb(up, t.s("payments.profiles.title")),
        before,
        version,
        form,
    })
}

/// Shows a version.
#[get("/profiles/<id>")]
pub async fn show(who: Reader, id: i64, frame: Frame, door: &Managed<Door>) -> Answer<Shown> {
    let door = &who.looking(door).await?;
    Ok(Page::new(page(&who, id, frame, Fields::new(), door).await?))
}

async fn decide(
    who: &AccountConfirmer,
    (id, approve): (i64, bool),
    mut form: Fields,
    frame: Frame,
    door: &Door,
) -> Result<Reply<Shown>> {
    let Some(key) = form.key() else { return Ok(Reply::again(page(who, id, frame, form, door).await?)) };
    let typed = |field: &str| form.value(field).to_owned();
    let (verb, verdict, done) = if approve {
        ("approve_profile", Verdict::Approved { digest: typed("digest") }, "payments.profiles.approved")
    } else {
        ("refuse_profile", Verdict::Refused { reason: typed("reason") }, "payments.profiles.refused")
    };
    match actions::decide_profile(door, who.ask(key, verb), id, verdict).await {
        Ok(_) => Ok(Reply::done(frame.href("profiles"), frame.t.s(done))),
        Err(error) => Ok(Reply::again(page(who, id, frame, form.take(error)?, door).await?)),
    }
}

/// Lets it be used.
#[post("/profiles/<id>/approve", data = "<sent>")]
pub async fn approve(
    who: AccountConfirmer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    decide(&who, (id, true), sent.into_inner(), frame, door).await
}

/// Refuses it.
#[post("/profiles/<id>/refuse", data = "<sent>")]
pub async fn refuse(
    who: AccountConfirmer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    decide(&who, (id, false), sent.into_inner(), frame, door).await
}

/// Retires it: it is offered no more.
#[post("/profiles/<id>/retire", data = "<sent>")]
pub async fn retire(
    who: AccountKeeper,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, id, frame, form, door).await?)) };
    let why = form.value("reason").to_owned();
    match actions::retire_profile(door, who.ask(key, "retire_profile"), id, why).await {
        Ok(_) => Ok(Reply::done(frame.href("profiles"), frame.t.s("payments.profiles.retired"))),
        Err(error) => Ok(Reply::again(page(&who, id, frame, form.take(error)?, door).await?)),
    }
}
