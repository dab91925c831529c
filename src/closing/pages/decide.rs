//! Months that somebody prepared to close: what was found, what is decided, and the other person's signature.

use std::collections::BTreeMap;

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::{Confirmer, Look, look};
use crate::closing::CONFIRMERS;
use crate::closing::actions;
use crate::closing::events::ClosingPrepared;
use crate::closing::rules::{Decision, Line};
use crate::closing::store::{self, Closing, digest};
use crate::journal::{Door, Names};
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::people::{Admission, In, Reader};
use crate::policies;
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// What is decided.
#[derive(Template)]
#[template(path = "closing/pages/decide.html")]
pub struct Decide {
    frame: Frame,
    form: Fields,
    closing: Closing,
    prepared: ClosingPrepared,
    names: Names,
    allotments: BTreeMap<i64, String>,
    digest: String,
    /// Whether this person prepared it, and so does not decide on it.
    own: bool,
    confirms: bool,
}

impl Decide {
    fn base(&self) -> String {
        self.frame.href(&format!("closing/{}", self.closing.id))
    }

    fn look(&self) -> Look {
        look(&self.closing.state)
    }

    fn waits(&self) -> bool {
        self.closing.state == "prepared"
    }

    fn name(&self, line: &Line) -> &str {
        self.allotments.get(&line.allotment).map_or("", String::as_str)
    }

    fn sum(&self, of: impl Fn(&Decision) -> Fen) -> Fen {
        let all = self.prepared.lines.iter().filter_map(|line| line.decision.as_ref()).map(of);
        Fen::sum(all).unwrap_or(Fen::ZERO)
    }

    fn taken_back(&self) -> Fen {
        self.sum(|decision| decision.taken_back)
    }

    fn cancelled(&self) -> Fen {
        self.sum(|decision| decision.cancelled)
    }

    fn takes_back(&self) -> bool {
        self.taken_back() > Fen::ZERO
    }

    /// Whether a year ends with it, and something was left to decide on.
    fn is_year_end(&self) -> bool {
        self.prepared.lines.iter().any(|line| line.decision.is_some())
    }

    fn verb(&self) -> String {
        let (t, taken) = (self.frame.t, self.taken_back());
        let key = if taken.get() > 0 { "closing.approve.taken" } else { "closing.approve" };
        t.f(key).with("months", self.months()).with("sum", t.yuan(taken)).to_string()
    }

    fn months(&self) -> String {
        let (first, last) = (self.closing.first, self.closing.last);
        if first == last { first.to_string() } else { format!("{first} – {last}") }
    }
}

async fn page<A: Admission>(who: &In<A>, id: i64, frame: Frame, form: Fields, door: &Door) -> Result<Decide> {
    let (c, book_id) = (&door.db.read, who.book_id());
    let closing = store::closing(c, book_id, id).await?;
    let mut allotments = BTreeMap::new();
    for policy in policies::all(c, book_id).await? {
        for allotment in policy.allotments {
            allotments.insert(allotment.id, format!("{} · {}", policy.code, allotment.document_number));
        }
    }
    let title = frame.t.f("closing.decide.title").with("month", closing.last);
    let (list, up) = (frame.href("closing"), frame.t.s("closing.title"));
    Ok(Decide {
        prepared: store::prepared(c, book_id, id).await?,
        names: Names::read(c, book_id).await?,
        digest: digest(closing.leaf),
        own: closing.by.prepared_person == who.actor().person,
        confirms: CONFIRMERS.into_iter().any(|role| who.acts(role)),
        frame: frame.following_position().page("closing", title).crumb(list, up),
        allotments,
        closing,
        form,
    })
}

/// Shows the closing.
#[get("/closing/<id>")]
pub async fn show(who: Reader, id: i64, frame: Frame, door: &Managed<Door>) -> Answer<Decide> {
    let door = &who.looking(door).await?;
    Ok(Page::new(page(&who, id, frame, Fields::new(), door).await?))
}

/// Closes the months.
#[post("/closing/<id>/approve", data = "<sent>")]
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
    match actions::approve(door, who.ask(key, "approve_closing"), id, signed).await {
        Ok(_) => Ok(Reply::done(frame.href("closing"), frame.t.s("closing.approved"))),
        Err(error) => Ok(Reply::again(page(&who, id, frame, form.take(error)?, door).await?)),
    }
}

/// Leaves the months open.
#[post("/closing/<id>/refuse", data = "<sent>")]
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
    match actions::refuse(door, who.ask(key, "refuse_closing"), id, reason).await {
        Ok(_) => Ok(Reply::done(frame.href("closing"), frame.t.s("closing.refused"))),
        Err(error) => Ok(Reply::again(page(&who, id, frame, form.take(error)?, door).await?)),
    }
}
