//! One schedule: its parts beside those before, and the decision of a second person.

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::words::{self, Look};
use crate::grants::{self, Grant};
use crate::journal::{Door, Names};
use crate::kernel::{Error, Result};
use crate::payments::actions::{self, Verdict};
use crate::payments::store::{self, Instalment, Schedule};
use crate::people::{Admission, In, Reader, Reviewer, Role};
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// The schedule.
#[derive(Template)]
#[template(path = "payments/pages/schedule_one.html")]
pub struct Shown {
    frame: Frame,
    form: Fields,
    schedule: Schedule,
    /// The one that stands meanwhile, if this one would change it.
    before: Option<Schedule>,
    grant: Grant,
    names: Names,
    decides: bool,
    own: bool,
}

impl Shown {
    fn look(&self) -> Look {
        words::schedule(self.frame.t, &self.schedule.state)
    }

    fn met(&self, part: &Instalment) -> Look {
        words::met(self.frame.t, &part.met.state)
    }

    fn base(&self) -> String {
        self.frame.href(&format!("schedules/{}", self.schedule.id))
    }

    fn verb(&self) -> String {
        let t = self.frame.t;
        let phrase = t.f("instalments.approve").with("n", self.schedule.instalments.len());
        phrase.with("sum", t.yuan(self.grant.content.amount)).to_string()
    }
}

async fn page<A: Admission>(who: &In<A>, id: i64, frame: Frame, form: Fields, door: &Door) -> Result<Shown> {
    let (c, book_id) = (&door.db.read, who.book_id());
    let schedule = store::schedule(c, book_id, id).await?;
    let grant = grants::grant(c, book_id, schedule.grant).await?.ok_or(Error::NotFound)?;
    let waits = schedule.state == "pending";
    let before = if waits { store::schedule_of(c, book_id, schedule.grant, "standing").await? } else { None };
    let own = schedule.prepared_person == who.actor().person;
    let (t, list) = (frame.t, frame.href("grants"));
    let up = frame.href(&format!("grants/{}", grant.id));
    let title = t.f("instalments.one").with("reference", &grant.content.reference);
    Ok(Shown {
        names: Names::read(c, book_id).await?,
        decides: waits && !own && who.acts(Role::Reviewer),
        own: waits && own,
        frame: frame
            .following_position()
            .page("grants", title)
            .crumb(list, t.s("grants.list.title"))
            .crumb(up, &grant.content.reference),
        schedule,
        before,
        grant,
        form,
    })
}

/// Shows a schedule.
#[get("/schedules/<id>")]
pub async fn show(who: Reader, id: i64, frame: Frame, door: &Managed<Door>) -> Answer<Shown> {
    let door = &who.looking(door).await?;
    Ok(Page::new(page(&who, id, frame, Fields::new(), door).await?))
}

async fn decide(
    who: &Reviewer,
    (id, yes): (i64, bool),
    mut form: Fields,
    frame: Frame,
    door: &Door,
) -> Result<Reply<Shown>> {
    let Some(key) = form.key() else { return Ok(Reply::again(page(who, id, frame, form, door).await?)) };
    let (verb, done, verdict) = if yes {
        let digest = form.value("digest").to_owned();
        ("approve_schedule", "instalments.done.approved", Verdict::Approved { digest })
    } else {
        let reason = form.value("reason").to_owned();
        ("refuse_schedule", "instalments.done.refused", Verdict::Refused { reason })
    };
    match actions::decide_schedule(door, who.ask(key, verb), id, verdict).await {
        Ok(_) => Ok(Reply::done(frame.href(&format!("schedules/{id}")), frame.t.s(done))),
        Err(error) => Ok(Reply::again(page(who, id, frame, form.take(error)?, door).await?)),
    }
}

/// Approves it.
#[post("/schedules/<id>/approve", data = "<sent>")]
pub async fn approve(
    who: Reviewer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    decide(&who, (id, true), sent.into_inner(), frame, door).await
}

/// Refuses it.
#[post("/schedules/<id>/refuse", data = "<sent>")]
pub async fn refuse(
    who: Reviewer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    decide(&who, (id, false), sent.into_inner(), frame, door).await
}
