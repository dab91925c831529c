//! One hold: its document and days, who set it, and the decisions of other people on it.

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::words::{self, Look};
use super::{Decider, Setter};
use crate::holds::actions::{self, LiftForm, Verdict};
use crate::holds::rules::HoldState;
use crate::holds::store::{self, Did, Hold};
use crate::holds::{DECIDERS, SETTERS};
use crate::journal::{Door, Names};
use crate::kernel::dates::Day;
use crate::kernel::{Error, Result};
use crate::people::{Admission, In, Reader};
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// The hold.
#[derive(Template)]
#[template(path = "holds/pages/decide.html")]
pub struct Shown {
    frame: Frame,
    form: Fields,
    hold: Hold,
    names: Names,
    today: Day,
    /// Whether this person decides on what waits.
    decides: bool,
    /// Whether something waits and this person prepared it.
    own: bool,
    /// Whether this person may want it lifted.
    may_lift: bool,
}

impl Shown {
    fn look(&self) -> Look {
        words::look(self.frame.t, &self.hold, self.today)
    }

    fn base(&self) -> String {
        self.frame.href(&format!("holds/{}", self.hold.id))
    }

    fn is_lift(&self) -> bool {
        self.hold.state == HoldState::LiftPending
    }

    fn lift_digest(&self) -> String {
        self.hold.lift_leaf.map(|leaf| leaf.to_string()).unwrap_or_default()
    }

    /// What happened, newest first: icon, word, class, who.
    fn happened(&self) -> Vec<(&'static str, &'static str, &'static str, &Did)> {
        let t = self.frame.t;
        let (hold, refused) = (&self.hold, self.hold.state == HoldState::Refused);
        let confirmed = if refused {
            ("circle-x", t.s("holds.state.refused"), "bad")
        } else {
            ("check", t.s("holds.happened.confirmed"), "good")
        };
        let mut all = vec![("lock", t.s("holds.happened.set"), "", &hold.set)];
        all.extend(hold.confirmed.iter().map(|did| (confirmed.0, confirmed.1, confirmed.2, did)));
        all.extend(hold.lift.iter().map(|did| ("clock", t.s("holds.happened.lift"), "", did)));
        all.extend(hold.lifted.iter().map(|did| ("lock-open", t.s("holds.state.lifted"), "good", did)));
        all.reverse();
        all
    }
}

async fn page<A: Admission>(who: &In<A>, id: i64, frame: Frame, form: Fields, door: &Door) -> Result<Shown> {
    let (c, book_id) = (&door.db.read, who.book_id());
    let hold = store::by_id(c, book_id, id).await?;
    let today = door.surroundings.clock.now().day();
    let person = &who.actor().person;
    let preparer = match (hold.state, &hold.lift) {
        (HoldState::LiftPending, Some(lift)) => &lift.person,
        _ => &hold.set.person,
    };
    let own = preparer == person;
    let (t, up) = (frame.t, frame.href("holds"));
    Ok(Shown {
        names: Names::read(c, book_id).await?,
        decides: hold.state.waits() && !own && DECIDERS.iter().any(|role| who.acts(*role)),
        own: hold.state.waits() && own,
        may_lift: hold.state == HoldState::Held && today <= hold.until_on && SETTERS.iter().any(|role| who.acts(*role)),
        frame: frame.following_position().page("holds", t.f("holds.one").with("id", id)).crumb(up, t.s("holds.title")),
        hold,
        today,
        form,
    })
}

/// Shows a hold.
#[get("/holds/<id>")]
pub async fn show(who: Reader, id: i64, frame: Frame, door: &Managed<Door>) -> Answer<Shown> {
    let door = &who.looking(door).await?;
    Ok(Page::new(page(&who, id, frame, Fields::new(), door).await?))
}

/// What is decided: on the hold or on its lifting, yes or no.
#[derive(Debug, Clone, Copy)]
struct Deciding {
    lift: bool,
    yes: bool,
}

async fn decided(
    who: &Decider,
    id: i64,
    deciding: Deciding,
    mut form: Fields,
    (frame, door): (Frame, &Door),
) -> Result<Reply<Shown>> {
    let Some(key) = form.key() else { return Ok(Reply::again(page(who, id, frame, form, door).await?)) };
    let verdict = if deciding.yes {
        Verdict::Approved { digest: form.value("digest").to_owned() }
    } else {
        Verdict::Refused { reason: form.value("reason").to_owned() }
    };
    let (done, key_of) = match deciding {
        Deciding { lift: false, yes } => {
            let verb = if yes { "confirm_hold" } else { "refuse_hold" };
            let done = if yes { "holds.done.confirmed" } else { "holds.done.refused" };
            (actions::decide(door, who.ask(key, verb), id, verdict).await, done)
        }
        Deciding { lift: true, yes } => {
            let verb = if yes { "lift_hold" } else { "keep_hold" };
            let done = if yes { "holds.done.lifted" } else { "holds.done.kept" };
            (actions::decide_lift(door, who.ask(key, verb), id, verdict).await, done)
        }
    };
    match done {
        Ok(_) => Ok(Reply::done(frame.href(&format!("holds/{id}")), frame.t.s(key_of))),
        Err(error) => Ok(Reply::again(page(who, id, frame, form.take(error)?, door).await?)),
    }
}

/// Confirms a hold.
#[post("/holds/<id>/confirm", data = "<sent>")]
pub async fn confirm(
    who: Decider,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    decided(&who, id, Deciding { lift: false, yes: true }, sent.into_inner(), (frame, door)).await
}

/// Refuses a hold.
#[post("/holds/<id>/refuse", data = "<sent>")]
pub async fn refuse(
    who: Decider,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    decided(&who, id, Deciding { lift: false, yes: false }, sent.into_inner(), (frame, door)).await
}

/// Wants a hold lifted.
#[post("/holds/<id>/lift", data = "<sent>")]
pub async fn lift(
    who: Setter,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, id, frame, form, door).await?)) };
    let typed =
        LiftForm { hold: id, document: form.value("document").to_owned(), reason: form.value("reason").to_owned() };
    match actions::lift(door, who.ask(key, "want_hold_lifted"), typed).await {
        Ok(_) => Ok(Reply::done(frame.href(&format!("holds/{id}")), frame.t.s("holds.done.lift"))),
        Err(error) => Ok(Reply::again(page(&who, id, frame, form.take(error)?, door).await?)),
    }
}

/// Lifts a hold.
#[post("/holds/<id>/lift/confirm", data = "<sent>")]
pub async fn lift_confirm(
    who: Decider,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    decided(&who, id, Deciding { lift: true, yes: true }, sent.into_inner(), (frame, door)).await
}

/// Lets a hold stand.
#[post("/holds/<id>/lift/refuse", data = "<sent>")]
pub async fn lift_refuse(
    who: Decider,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    decided(&who, id, Deciding { lift: true, yes: false }, sent.into_inner(), (frame, door)).await
}
