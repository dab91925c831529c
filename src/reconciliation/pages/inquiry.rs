//! What the bank is asked about payments it has not answered or about balances that are not one: a letter that one prints,
//! and what it answered.

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::words::{self, Look};
use super::{OfPreparer, Preparer};
use crate::journal::{Door, Head, Names};
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::payments::{self, PayingAccount, PaymentLine};
use crate::people::{Admission, In, Reader};
use crate::reconciliation::actions::{self, AnswerForm};
use crate::reconciliation::rules::Subject;
use crate::reconciliation::store::{self, Inquiry};
use crate::web::{Answer, Fields, Frame, Page, Reply, T};

/// What the bank was asked about a batch or a month, and whether this person may ask now.
pub struct Inquiring {
    /// What it was asked.
    pub made: Vec<Inquiry>,
    /// Where the form to ask goes; nothing if there is nothing to ask, or if this person does not.
    pub asks: Option<String>,
    /// About how many payments; zero if about balances.
    pub payments: i64,
    /// Who asked and answered.
    pub names: Names,
    /// The words.
    pub t: T,
}

impl Inquiring {
    /// Whether there is anything to see.
    pub const fn is_shown(&self) -> bool {
        self.asks.is_some() || !self.made.is_empty()
    }

    /// When one asks.
    pub fn hint(&self) -> &'static str {
        let key = if self.payments > 0 { "reconciliation.inquiry.hint" } else { "reconciliation.inquiry.hint_balance" };
        self.t.s(key)
    }

    /// The button.
    pub fn verb(&self) -> String {
        if self.payments > 0 {
            self.t.n("reconciliation.inquiry.do", self.payments).to_string()
        } else {
            self.t.s("reconciliation.inquiry.do_balance").to_owned()
        }
    }

    /// Where an inquiry stands.
    pub fn look(&self, one: &Inquiry) -> Look {
        words::inquiry(self.t, one)
    }
}

/// An inquiry.
#[derive(Template)]
#[template(path = "reconciliation/pages/inquiry.html")]
pub struct InquiryPage {
    frame: Frame,
    form: Fields,
    book: String,
    head: Head,
    inquiry: Inquiry,
    account: Option<PayingAccount>,
    payments: Vec<PaymentLine>,
    names: Names,
    /// Whether this person keeps what the bank answers.
    answers: bool,
}

impl InquiryPage {
    fn look(&self) -> Look {
        words::inquiry(self.frame.t, &self.inquiry)
    }

    /// What it is about, in words.
    fn subject(&self) -> String {
        words::subject(self.frame.t, self.inquiry.about, self.account.as_ref())
    }

    /// Where that is to be seen.
    fn whole(&self) -> String {
        words::whole(&self.frame, self.inquiry.about)
    }

    /// What the letter asks.
    fn asked(&self) -> String {
        let t = self.frame.t;
        match self.inquiry.about {
            Subject::Batch(batch) => {
                t.n("reconciliation.inquiry.asks", self.inquiry.payments).with("batch", batch).to_string()
            }
            Subject::Account { until, .. } => {
                t.f("reconciliation.inquiry.asks_balance").with("day", t.day(until)).to_string()
            }
        }
    }

    fn bank_id(&self, payment: &i64) -> String {
        payments::payment_name(&self.head, *payment)
    }

    fn stands(&self, payment: &PaymentLine) -> &'static str {
        self.frame.t.s(payment.state.key())
    }

    fn sum(&self) -> Fen {
        Fen::sum(self.payments.iter().map(|payment| payment.amount)).unwrap_or(Fen::ZERO)
    }
}

async fn page<A: Admission>(who: &In<A>, id: i64, frame: Frame, form: Fields, door: &Door) -> Result<InquiryPage> {
    let (c, book_id, t) = (&door.db.snapshot().await?, who.book_id(), frame.t);
    let inquiry = store::inquiry(c, book_id, id).await?;
    let account = match inquiry.about {
        Subject::Account { account, .. } => Some(payments::paying_account(c, book_id, account).await?),
        Subject::Batch(_) => None,
    };
    let about = store::inquiry_payments(c, book_id, id).await?;
    let up = (words::whole(&frame, inquiry.about), words::subject(t, inquiry.about, account.as_ref()));
    Ok(InquiryPage {
        payments: payments::payments_by_ids(c, book_id, &about).await?,
        names: Names::read(c, book_id).await?,
        answers: OfPreparer::ROLES.iter().any(|role| who.acts(*role)),
        book: who.head().name.clone(),
        head: who.head().clone(),
        frame: frame.following_position().page("reconciliation", t.s("reconciliation.inquiry.title")).crumb(up.0, up.1),
        form,
        account,
        inquiry,
    })
}

/// Shows it.
#[get("/reconciliation/inquiries/<id>")]
pub async fn show(who: Reader, id: i64, frame: Frame, door: &Managed<Door>) -> Answer<InquiryPage> {
    let door = &who.looking(door).await?;
    Ok(Page::new(page(&who, id, frame, Fields::new(), door).await?))
}

/// Keeps what the bank answered.
#[post("/reconciliation/inquiries/<id>/answer", data = "<sent>")]
pub async fn answer(
    who: Preparer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<InquiryPage>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, id, frame, form, door).await?)) };
    let typed = |name: &str| form.value(name).to_owned();
    let answer = AnswerForm { inquiry: id, document: typed("answer_document"), answer: typed("answer") };
    match actions::answer_inquiry(door, who.ask(key, "answer_inquiry"), answer).await {
        Ok(_) => {
            let to = frame.href(&format!("reconciliation/inquiries/{id}"));
            Ok(Reply::done(to, frame.t.s("reconciliation.inquiry.kept")))
        }
        Err(error) => Ok(Reply::again(page(&who, id, frame, form.take(error)?, door).await?)),
    }
}
