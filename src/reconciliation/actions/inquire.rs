//! A bank is asked 查询 about payments that it has not answered, or about an account whose balances are not one; its written
//! answer 查复 is kept with it. Neither moves money: that, its files and what is booked of statements do.

use serde::{Deserialize, Serialize};

use super::DOCUMENT_MAX;
use crate::journal::{Ask, Desk, Door, Head};
use crate::kernel::{Refusal, Result, text};
use crate::people::{Role, must};
use crate::recipients::{REASON_MAX, Reading, required};
use crate::reconciliation::events::{InquiryAnswered, InquiryMade, KIND_INQUIRY_ANSWERED, KIND_INQUIRY_MADE};
use crate::reconciliation::rules::Subject;
use crate::reconciliation::store;

/// Whoever has to do with reconciliation asks the bank.
const ASKS: [Role; 3] = [Role::Cashier, Role::Reviewer, Role::Manager];

/// What a bank is asked, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InquiryForm {
    /// About what.
    pub about: Subject,
    /// The number of the letter.
    pub document: String,
    /// A remark.
    #[serde(default)]
    pub note: String,
}

/// What a bank answered, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerForm {
    /// The inquiry.
    pub inquiry: i64,
    /// The number of the bank's letter.
    pub document: String,
    /// What it says.
    pub answer: String,
}

/// Which inquiry was made or answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct InquiryAnswer {
    /// The inquiry.
    pub inquiry: i64,
}

/// Asks the bank: about all payments of a batch of which nothing was heard, or about the balances of an account at the end
/// of a month. Cashiers, reviewers and managers.
///
/// # Errors
/// `nothing_missing`, `balances_agree`; those of the fields; `NotFound`.
pub async fn inquire(door: &Door, ask: Ask, head: &Head, form: InquiryForm) -> Result<InquiryAnswer> {
    let (content, head) = (form.clone(), head.clone());
    door.command(ask, &content, move |desk| {
        let (form, head) = (form.clone(), head.clone());
        Box::pin(async move {
            must(desk, &ASKS).await?;
            let (document, note) = written(&form)?;
            let payments = asked_about(desk, &head, form.about).await?;
            let payload = InquiryMade { about: form.about, payments, document, note };
            Ok(InquiryAnswer { inquiry: desk.emit(KIND_INQUIRY_MADE, 1, &payload)? })
        })
    })
    .await
}

fn written(form: &InquiryForm) -> Result<(String, String), Vec<Refusal>> {
    let mut reading = Reading::default();
    let document = reading.take("document", required(&form.document, DOCUMENT_MAX));
    let note = reading.take("note", text::clean(&form.note, REASON_MAX));
    let read = || Some((document?, note?));
    let read = read();
    reading.done(read)
}

/// The payments that an inquiry is about; of an account none, if there is something to ask.
async fn asked_about(desk: &Desk, head: &Head, about: Subject) -> Result<Vec<i64>> {
    let c = desk.tx.connection();
    match about {
        Subject::Batch(batch) => {
            let missing = store::missing_at_bank(c, head.book_id, batch).await?;
            if missing.is_empty() { Err(Refusal::new("nothing_missing").into()) } else { Ok(missing) }
        }
        Subject::Account { account, from, until } => {
            let month = store::account_month(c, (head.book_id, i64::MAX), account, (from, until)).await?;
            match month.adjustment {
                Some(form) if form.adjusted_bank != form.adjusted_book => Ok(Vec::new()),
                _ => Err(Refusal::new("balances_agree").into()),
            }
        }
    }
}

/// Keeps what the bank answered. Cashiers, reviewers and managers.
///
/// # Errors
/// `inquiry_answered`; those of the fields; `NotFound`.
pub async fn answer_inquiry(door: &Door, ask: Ask, form: AnswerForm) -> Result<InquiryAnswer> {
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            must(desk, &ASKS).await?;
            let found = store::inquiry(desk.tx.connection(), desk.book_id(), form.inquiry).await?;
            if found.answered.is_some() {
                return Err(Refusal::new("inquiry_answered").into());
            }
            let payload = answer(&form)?;
            desk.emit(KIND_INQUIRY_ANSWERED, 1, &payload)?;
            Ok(InquiryAnswer { inquiry: form.inquiry })
        })
    })
    .await
}

fn answer(form: &AnswerForm) -> Result<InquiryAnswered, Vec<Refusal>> {
    let mut reading = Reading::default();
    let document = reading.take("answer_document", required(&form.document, DOCUMENT_MAX));
    let answer = reading.take("answer", required(&form.answer, REASON_MAX));
    let read = || Some(InquiryAnswered { inquiry: form.inquiry, document: document?, answer: answer? });
    let read = read();
    reading.done(read)
}
