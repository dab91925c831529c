//! A prepared value of a setting: what was and what would be; a second person decides.

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::{Confirmer, OfConfirmer, look, purpose, shown, title};
use crate::journal::{Door, Names};
use crate::kernel::{Error, Result};
use crate::people::{Admission, In, Member};
use crate::settings::actions::{self, Verdict};
use crate::settings::store::{self, Change};
use crate::web::{ABSENT, Answer, Fields, Frame, Page, Reply};

/// What is decided.
#[derive(Template)]
#[template(path = "settings/pages/decide.html")]
pub struct Decision {
    frame: Frame,
    form: Fields,
    change: Change,
    /// The value until now.
    now: String,
    names: Names,
    /// Whether this person decides on it.
    decides: bool,
    /// Whether it waits and this person prepared it.
    own: bool,
}

impl Decision {
    fn title(&self) -> &'static str {
        title(self.frame.t, self.change.setting)
    }

    fn purpose(&self) -> &'static str {
        purpose(self.frame.t, self.change.setting)
    }

    fn look(&self) -> (&'static str, &'static str, &'static str) {
        look(self.frame.t, &self.change.state)
    }

    fn shown(&self, stored: &str) -> String {
        shown(self.frame.t, self.change.setting, stored)
    }

    fn waits(&self) -> bool {
        self.change.state == "pending"
    }

    fn base(&self) -> String {
        self.frame.href(&format!("setting-changes/{}", self.change.id))
    }

    fn name<'n>(&'n self, uid: Option<&'n str>) -> &'n str {
        uid.map_or(ABSENT, |uid| self.names.of(uid))
    }
}

async fn page<A: Admission>(who: &In<A>, id: i64, frame: Frame, form: Fields, door: &Door) -> Result<Decision> {
    let (c, book_id) = (&door.db.read, who.book_id());
    let change = store::change(c, book_id, id).await?;
    let waits = change.state == "pending";
    let own = change.prepared_person == who.actor().person;
    let (t, list) = (frame.t, frame.href("settings"));
    let up = frame.href(&format!("settings/{}", change.setting.code()));
    Ok(Decision {
        now: store::value(c, book_id, change.setting, None).await?,
        names: Names::read(c, book_id).await?,
        decides: waits && !own && OfConfirmer::ROLES.iter().any(|role| who.acts(*role)),
        own: waits && own,
        frame: frame
            .following_position()
            .page("settings", t.s("settings.decide.title"))
            .crumb(list, t.s("settings.title"))
            .crumb(up, title(t, change.setting)),
        change,
        form,
    })
}

/// Shows a change.
#[get("/setting-changes/<id>")]
pub async fn show(who: Member, id: i64, frame: Frame, door: &Managed<Door>) -> Answer<Decision> {
    let door = &who.looking(door).await?;
    Ok(Page::new(page(&who, id, frame, Fields::new(), door).await?))
}

async fn decide(
    who: &Confirmer,
    (id, approve): (i64, bool),
    mut form: Fields,
    frame: Frame,
    door: &Door,
) -> Result<Reply<Decision>> {
    let Some(key) = form.key() else { return Ok(Reply::again(page(who, id, frame, form, door).await?)) };
    let typed = |field: &str| form.value(field).to_owned();
    let (verb, verdict, done) = if approve {
        ("approve_setting", Verdict::Approved { digest: typed("digest") }, "settings.approved")
    } else {
        ("refuse_setting", Verdict::Refused { reason: typed("reason") }, "settings.refused")
    };
    match actions::decide(door, who.ask(key, verb), id, verdict).await {
        Ok(_) => Ok(Reply::done(frame.href("settings"), frame.t.s(done))),
        Err(error) => Ok(Reply::again(page(who, id, frame, form.take(error)?, door).await?)),
    }
}

/// Lets it come into force.
#[post("/setting-changes/<id>/approve", data = "<sent>")]
pub async fn approve(
    who: Confirmer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Decision>, Error> {
    decide(&who, (id, true), sent.into_inner(), frame, door).await
}

/// Refuses it.
#[post("/setting-changes/<id>/refuse", data = "<sent>")]
pub async fn refuse(
    who: Confirmer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Decision>, Error> {
    decide(&who, (id, false), sent.into_inner(), frame, door).await
}
