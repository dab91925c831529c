//! A file of the bank that was wrong is undone by two people: every payment stands again where it stood before.

use std::collections::BTreeMap;

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::Payer;
use super::words::{self, Look};
use crate::journal::{Door, Names};
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::payments::actions;
use crate::payments::rules::PaymentState;
use crate::payments::store::{self, BankFile};
use crate::people::{Admission, In, Reviewer, Role};
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// Payments that go back from one state to another.
struct Back {
    from: Look,
    to: Look,
    payments: i64,
    sum: Fen,
}

/// What undoing a file does.
#[derive(Template)]
#[template(path = "payments/pages/undo.html")]
pub struct Undoing {
    frame: Frame,
    form: Fields,
    file: BankFile,
    names: Names,
    back: Vec<Back>,
    /// All payments that go back, and their sum.
    total: (i64, Fen),
    /// Whether somebody prepared it already.
    pending: bool,
    /// Whether this person prepared it, and so does not decide on it.
    own: bool,
    reviews: bool,
}

impl Undoing {
    fn base(&self) -> String {
        self.frame.href(&format!("bank-files/{}/undo", self.file.id))
    }

    fn can_be_undone(&self) -> bool {
        self.pending || self.file.state == "taken"
    }

    fn verb(&self) -> String {
        let t = self.frame.t;
        let phrase = t.f("payments.undo.approve").with("n", t.count(self.total.0));
        phrase.with("sum", t.yuan(self.total.1)).to_string()
    }
}

async fn page<A: Admission>(who: &In<A>, id: i64, frame: Frame, form: Fields, door: &Door) -> Result<Undoing> {
    let (c, book_id) = (&door.db.read, who.book_id());
    let file = store::bank_file(c, book_id, id).await?;
    let (t, list, up) = (frame.t, frame.href("bank-files"), frame.href(&format!("bank-files/{id}")));
    let of = t.f("payments.file.title").with("id", id);
    let (back, total) = back(door, book_id, &file, &frame).await?;
    Ok(Undoing {
        names: Names::read(c, book_id).await?,
        pending: file.state == "undo_pending",
        own: file.undo_person.as_deref() == Some(who.actor().person.as_str()),
        reviews: who.has(Role::Reviewer),
        frame: frame
            .page("bank-files", t.s("payments.undo.title"))
            .crumb(list, t.s("payments.files.title"))
            .crumb(up, of),
        back,
        total,
        file,
        form,
    })
}

/// Where the payments of a file go back to.
async fn back(door: &Door, book_id: i64, file: &BankFile, frame: &Frame) -> Result<(Vec<Back>, (i64, Fen))> {
    let c = &door.db.read;
    if file.state == "undone" {
        return Ok((Vec::new(), (0, Fen::ZERO)));
    }
    let mut before = store::before_file(c, book_id, (file.first, file.last)).await?;
    before.retain(|before| before.by_file || before.has_moved_on);
    let ids: Vec<i64> = before.iter().map(|before| before.payment).collect();
    let briefs = store::briefs(c, book_id, &ids).await?;
    let mut moved: BTreeMap<(PaymentState, PaymentState), (i64, Fen)> = BTreeMap::new();
    // Both stand in the order of the payments' ids.
    for (before, brief) in before.iter().zip(&briefs) {
        let (n, sum) = moved.entry((before.now, before.then)).or_default();
        *n += 1;
        *sum = sum.checked_add(brief.amount).ok_or_else(|| Error::internal("a sum leaves the range"))?;
    }
    let total = Fen::sum(moved.values().map(|(_, sum)| *sum)).unwrap_or(Fen::ZERO);
    let payments = moved.values().map(|(n, _)| n).sum();
    let look = |state| words::payment(frame.t, state);
    let one = |((now, then), (payments, sum))| Back { from: look(now), to: look(then), payments, sum };
    Ok((moved.into_iter().map(one).collect(), (payments, total)))
}

/// Shows what undoing does.
#[get("/bank-files/<id>/undo")]
pub async fn show(who: Payer, id: i64, frame: Frame, door: &Managed<Door>) -> Answer<Undoing> {
    Ok(Page::new(page(&who, id, frame, Fields::new(), door).await?))
}

/// Prepares that a file be undone.
#[post("/bank-files/<id>/undo", data = "<sent>")]
pub async fn prepare(
    who: Payer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Undoing>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, id, frame, form, door).await?)) };
    let reason = form.value("reason").to_owned();
    match actions::prepare_undo(door, who.ask(key, "prepare_bank_undo"), id, reason).await {
        Ok(_) => Ok(Reply::done(frame.href(&format!("bank-files/{id}")), frame.t.s("payments.undo.prepared"))),
        Err(error) => Ok(Reply::again(page(&who, id, frame, form.take(error)?, door).await?)),
    }
}

/// Has the file undone.
#[post("/bank-files/<id>/undo/approve", data = "<sent>")]
pub async fn approve(
    who: Reviewer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Undoing>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, id, frame, form, door).await?)) };
    match actions::approve_undo(door, who.ask(key, "approve_bank_undo"), id).await {
        Ok(_) => Ok(Reply::done(frame.href(&format!("bank-files/{id}")), frame.t.s("payments.undo.approved"))),
        Err(error) => Ok(Reply::again(page(&who, id, frame, form.take(error)?, door).await?)),
    }
}

/// Lets the file stand.
#[post("/bank-files/<id>/undo/refuse", data = "<sent>")]
pub async fn refuse(
    who: Reviewer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Undoing>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, id, frame, form, door).await?)) };
    let reason = form.value("reason").to_owned();
    match actions::refuse_undo(door, who.ask(key, "refuse_bank_undo"), id, reason).await {
        Ok(_) => Ok(Reply::done(frame.href(&format!("bank-files/{id}")), frame.t.s("payments.undo.refused"))),
        Err(error) => Ok(Reply::again(page(&who, id, frame, form.take(error)?, door).await?)),
    }
}
