//! The last closed month is opened again: prepared with a reason, decided by another person.

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::{Confirmer, Look, look};
use crate::closing::CONFIRMERS;
use crate::closing::actions;
use crate::closing::store::{self, Reopening, digest};
use crate::journal::{Door, Names};
use crate::kernel::{Error, Result};
use crate::people::{Admission, In, Manager, Reader};
use crate::periods::Month;
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// The form.
#[derive(Template)]
#[template(path = "closing/pages/reopen.html")]
pub struct Reopen {
    frame: Frame,
    form: Fields,
    /// The last closed month; absent where none is.
    month: Option<Month>,
}

async fn form_page(who: &Manager, frame: Frame, form: Fields, door: &Door) -> Result<Reopen> {
    let (closed, _) = store::next_month(&door.db.read, who.book_id()).await?;
    let (title, list, up) = (frame.t.s("closing.reopen.title"), frame.href("closing"), frame.t.s("closing.title"));
    Ok(Reopen { frame: frame.page("closing", title).crumb(list, up), form, month: closed.month() })
}

/// Shows the form for the last closed month.
#[get("/closing/reopen")]
pub async fn new(who: Manager, frame: Frame, door: &Managed<Door>) -> Answer<Reopen> {
    Ok(Page::new(form_page(&who, frame, Fields::new(), door).await?))
}

/// Prepares that it be opened again.
#[post("/closing/reopen", data = "<sent>")]
pub async fn save(
    who: Manager,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Reopen>, Error> {
    let mut form = sent.into_inner();
    let (key, month) = (form.key(), form.read("month", Month::parse));
    let (Some(key), Some(month)) = (key, month) else {
        return Ok(Reply::again(form_page(&who, frame, form, door).await?));
    };
    let reason = form.value("reason").to_owned();
    match actions::prepare_reopening(door, who.ask(key, "prepare_reopening"), month, reason).await {
        Ok(made) => {
            let to = format!("{}/{}", frame.href("reopenings"), made.reopening);
            Ok(Reply::done(to, frame.t.s("closing.reopen.prepared")))
        }
        Err(error) => Ok(Reply::again(form_page(&who, frame, form.take(error)?, door).await?)),
    }
}

/// What is decided.
#[derive(Template)]
#[template(path = "closing/pages/decide_reopening.html")]
pub struct Decide {
    frame: Frame,
    form: Fields,
    reopening: Reopening,
    names: Names,
    digest: String,
    /// Whether this person prepared it, and so does not decide on it.
    own: bool,
    confirms: bool,
}

impl Decide {
    fn base(&self) -> String {
        self.frame.href(&format!("reopenings/{}", self.reopening.id))
    }

    fn look(&self) -> Look {
        look(&self.reopening.state)
    }

    fn waits(&self) -> bool {
        self.reopening.state == "prepared"
    }
}

async fn page<A: Admission>(who: &In<A>, id: i64, frame: Frame, form: Fields, door: &Door) -> Result<Decide> {
    let (c, book_id) = (&door.db.read, who.book_id());
    let reopening = store::reopening(c, book_id, id).await?;
    let title = frame.t.f("closing.reopen.decide").with("month", reopening.month);
    let (list, up) = (frame.href("closing"), frame.t.s("closing.title"));
    Ok(Decide {
        names: Names::read(c, book_id).await?,
        digest: digest(reopening.leaf),
        own: reopening.by.prepared_person == who.actor().person,
        confirms: CONFIRMERS.into_iter().any(|role| who.acts(role)),
        frame: frame.following_position().page("closing", title).crumb(list, up),
        reopening,
        form,
    })
}

/// Shows the reopening.
#[get("/reopenings/<id>")]
pub async fn show(who: Reader, id: i64, frame: Frame, door: &Managed<Door>) -> Answer<Decide> {
    let door = &who.looking(door).await?;
    Ok(Page::new(page(&who, id, frame, Fields::new(), door).await?))
}

/// Opens the month again.
#[post("/reopenings/<id>/approve", data = "<sent>")]
pub async fn approve(
    who: Confirmer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Decide>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, id, frame, form, door).await?)) };
    let signed = form.value("digest").to_owned();
    match actions::approve_reopening(door, who.ask(key, "approve_reopening"), id, signed).await {
        Ok(_) => Ok(Reply::done(frame.href("closing"), frame.t.s("closing.reopen.approved"))),
        Err(error) => Ok(Reply::again(page(&who, id, frame, form.take(error)?, door).await?)),
    }
}

/// Leaves it closed.
#[post("/reopenings/<id>/refuse", data = "<sent>")]
pub async fn refuse(
    who: Confirmer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Decide>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, id, frame, form, door).await?)) };
    let reason = form.value("reason").to_owned();
    match actions::refuse_reopening(door, who.ask(key, "refuse_reopening"), id, reason).await {
        Ok(_) => Ok(Reply::done(frame.href("closing"), frame.t.s("closing.reopen.refused"))),
        Err(error) => Ok(Reply::again(page(&who, id, frame, form.take(error)?, door).await?)),
    }
}
