//! What a bank was asked about payments it has not answered, or about an account's balances; and what it answered.

use serde::{Deserialize, Serialize};

use crate::db::entity::{inquiries, inquiry_payments};
use crate::journal::{Recorded, Tx};
use crate::kernel::Result;
use crate::reconciliation::rules::Subject;

/// A bank was asked; the inquiry's id is the position of this event.
pub const KIND_INQUIRY_MADE: &str = "inquiry_made";
/// What it answered in writing. No money moves by it.
pub const KIND_INQUIRY_ANSWERED: &str = "inquiry_answered";

/// What a bank was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InquiryMade {
    /// About what.
    pub about: Subject,
    /// The payments of the batch that nothing was heard of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payments: Vec<i64>,
    /// The number of the letter 查询书.
    pub document: String,
    /// A remark.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// What a bank answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InquiryAnswered {
    /// The inquiry.
    pub inquiry: i64,
    /// The number of the bank's letter 查复书.
    pub document: String,
    /// What it says.
    pub answer: String,
}

pub(super) async fn made(tx: &mut Tx, event: &Recorded) -> Result<()> {
    let made: InquiryMade = event.payload()?;
    let book_id = tx.book_id();
    let (batch, account) = match made.about {
        Subject::Batch(batch) => (Some(batch), None),
        Subject::Account { account, until, .. } => (None, Some((account, until))),
    };
    let row = inquiries::Model {
        book_id,
        id: event.position,
        batch,
        paying_account: account.map(|(account, _)| account),
        until_on: account.map(|(_, until)| until.to_string()),
        document: made.document,
        note: made.note,
        made_by: event.actor_uid.clone(),
        made_at_ms: event.recorded_at.get(),
        answered_position: None,
        answer_document: String::new(),
        answer: String::new(),
        answered_by: None,
        answered_at_ms: None,
    };
    tx.insert(vec![row]).await?;
    let of = |payment| inquiry_payments::Model { book_id, inquiry: event.position, payment };
    tx.insert(made.payments.into_iter().map(of).collect()).await
}

pub(super) async fn answered(tx: &mut Tx, event: &Recorded) -> Result<()> {
    let answered: InquiryAnswered = event.payload()?;
    tx.run(
        "UPDATE inquiries SET answered_position = ?, answer_document = ?, answer = ?, answered_by = ?, answered_at_ms = ?
         WHERE book_id = ? AND id = ?",
        vec![
            event.position.into(),
            answered.document.into(),
            answered.answer.into(),
            event.actor_uid.clone().into(),
            event.recorded_at.get().into(),
            tx.book_id().into(),
            answered.inquiry.into(),
        ],
    )
    .await
    .map(|_| ())
}
