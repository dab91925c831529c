//! One payment with its steps; and all attempts to pay a grant, as a part of the grant's page.

use std::borrow::Borrow;

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::words::{self, Look};
use crate::journal::{Door, Names};
use crate::kernel::{Error, Result};
use crate::payments::actions::{self, ReissueForm, Reissued, Verdict};
use crate::payments::rules::PaymentState;
use crate::payments::store::{self, PaymentLine, PaymentStep, Reissue};
use crate::people::{Admission, Cashier, In, Reader, Reviewer, Role};
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// Whether a payment came to nothing and may be made again.
const fn came_to_nothing(payment: &PaymentLine) -> bool {
    matches!(payment.state, PaymentState::Refused | PaymentState::Returned) && !payment.is_reissued
}

/// The payment.
#[derive(Template)]
#[template(path = "payments/pages/payment.html")]
pub struct Shown {
    frame: Frame,
    form: Fields,
    payment: PaymentLine,
    recipient: i64,
    steps: Vec<PaymentStep>,
    names: Names,
    bank_id: String,
    /// Whether this person may make it again.
    may_reissue: bool,
    /// Another attempt to the same account that waits for a second person.
    waiting: Option<Reissue>,
    /// Whether this person decides on that.
    decides: bool,
}

impl Shown {
    fn look(&self, state: impl Borrow<PaymentState>) -> Look {
        words::payment(self.frame.t, *state.borrow())
    }

    fn part(&self) -> String {
        words::part(self.frame.t, &self.payment)
    }

    fn class(&self, step: &PaymentStep) -> &'static str {
        match step.state {
            PaymentState::Paid => "good",
            PaymentState::Refused | PaymentState::Returned => "bad",
            _ => "",
        }
    }

    fn base(&self) -> String {
        self.frame.href(&format!("payments/{}", self.payment.id))
    }
}

async fn page<A: Admission>(who: &In<A>, id: i64, frame: Frame, form: Fields, door: &Door) -> Result<Shown> {
    let (c, book_id) = (&door.db.read, who.book_id());
    let payment = store::payment(c, book_id, id).await?.ok_or(Error::NotFound)?;
    let mut steps = store::steps_of(c, book_id, id).await?;
    steps.reverse();
    let (t, list) = (frame.t, frame.href("batches"));
    let (up, of) =
        (frame.href(&format!("batches/{}", payment.batch)), t.f("payments.batch.title").with("id", payment.batch));
    let waiting = store::reissue_waiting(c, book_id, id).await?;
    let waits_for = |one: &Reissue| one.prepared_person != who.actor().person && who.acts(Role::Reviewer);
    let title = t.f("payments.one.title").with("reference", &payment.reference).with("n", payment.attempt);
    Ok(Shown {
        recipient: store::recipient_of(c, book_id, id).await?,
        names: Names::read(c, book_id).await?,
        bank_id: actions::payment_name(who.head(), id),
        may_reissue: came_to_nothing(&payment) && who.acts(Role::Cashier) && waiting.is_none(),
        decides: waiting.as_ref().is_some_and(waits_for),
        waiting,
        frame: frame
            .following_position()
            .page("batches", title)
            .crumb(list, t.s("payments.batches.title"))
            .crumb(up, of),
        payment,
        steps,
        form,
    })
}

/// Shows a payment.
#[get("/payments/<id>")]
pub async fn show(who: Reader, id: i64, frame: Frame, door: &Managed<Door>) -> Answer<Shown> {
    let door = &who.looking(door).await?;
    Ok(Page::new(page(&who, id, frame, Fields::new(), door).await?))
}

/// Lets a payment be made again that came to nothing.
#[post("/payments/<id>/reissue", data = "<sent>")]
pub async fn reissue(
    who: Cashier,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, id, frame, form, door).await?)) };
    let typed = ReissueForm { payment: id, reason: form.value("reason").to_owned() };
    match actions::reissue(door, who.ask(key, "reissue_payment"), typed).await {
        Ok(answer) => {
            let done =
                if answer.became == Reissued::Pending { "payments.reissue.pending" } else { "payments.reissued" };
            Ok(Reply::done(frame.href(&format!("payments/{id}")), frame.t.s(done)))
        }
        Err(error) => Ok(Reply::again(page(&who, id, frame, form.take(error)?, door).await?)),
    }
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
        ("approve_reissue", "payments.reissued", Verdict::Approved { digest })
    } else {
        let reason = form.value("refuse_reason").to_owned();
        ("refuse_reissue", "payments.reissue.refused", Verdict::Refused { reason })
    };
    match actions::decide_reissue(door, who.ask(key, verb), id, verdict).await {
        Ok(_) => Ok(Reply::done(frame.href(&format!("payments/{id}")), frame.t.s(done))),
        Err(error) => Ok(Reply::again(page(who, id, frame, form.take(error)?, door).await?)),
    }
}

/// Approves that it is made again to the same account.
#[post("/payments/<id>/reissue/approve", data = "<sent>")]
pub async fn approve_reissue(
    who: Reviewer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    decide(&who, (id, true), sent.into_inner(), frame, door).await
}

/// Refuses that.
#[post("/payments/<id>/reissue/refuse", data = "<sent>")]
pub async fn refuse_reissue(
    who: Reviewer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    decide(&who, (id, false), sent.into_inner(), frame, door).await
}

/// The attempts to pay a grant.
#[derive(Template)]
#[template(path = "payments/pages/of_grant.html")]
pub struct OfGrant {
    frame: Frame,
    payments: Vec<PaymentLine>,
    /// Whether any of them pays a part.
    in_parts: bool,
    reissues: bool,
}

impl OfGrant {
    fn look(&self, state: impl Borrow<PaymentState>) -> Look {
        words::payment(self.frame.t, *state.borrow())
    }

    fn part(&self, payment: &PaymentLine) -> String {
        words::part(self.frame.t, payment)
    }

    fn may_reissue(&self, payment: &PaymentLine) -> bool {
        self.reissues && came_to_nothing(payment)
    }
}

/// Shows them.
#[get("/payments/of-grant/<id>")]
pub async fn of_grant(who: Reader, id: i64, frame: Frame, door: &Managed<Door>) -> Answer<OfGrant> {
    let door = &who.looking(door).await?;
    let payments = store::payments_of_grant(&door.db.read, who.book_id(), id).await?;
    let in_parts = payments.iter().any(|payment| payment.instalment > 0);
    Ok(Page::new(OfGrant { frame, payments, in_parts, reissues: who.acts(Role::Cashier) }))
}
