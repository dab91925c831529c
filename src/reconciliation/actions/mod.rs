//! What one can do with reconciliations. One verb, one file; each goes through the door.

mod book;
mod inquire;
mod reopen;
mod sign;
mod withdraw;

pub use book::{BookForm, EntryAnswer, EntryForm, book_line, record_entry};
pub use inquire::{AnswerForm, InquiryAnswer, InquiryForm, answer_inquiry, inquire};
pub use reopen::{approve_reopening, prepare_reopening, refuse_reopening};
pub use sign::{prepare, refuse, sign};
pub use withdraw::withdraw_booking;

use serde::{Deserialize, Serialize};

use super::rules::RecordState;
use super::store::{self, Record};
use crate::journal::Desk;
use crate::kernel::{Refusal, Result};
use crate::recipients::{DOCUMENT_MAX, REASON_MAX, required};

/// Which reconciliation an action made or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReconciliationAnswer {
    /// The reconciliation.
    pub reconciliation: i64,
}

/// A reason, which must be there.
fn reason(written: &str) -> Result<String> {
    Ok(required(written, REASON_MAX).map_err(|refusal| refusal.at("reason"))?)
}

/// The record, if it stands where the verb needs it.
async fn in_state(desk: &Desk, id: i64, state: RecordState) -> Result<Record> {
    let found = store::record(desk.tx.connection(), desk.book_id(), id).await?;
    if found.state == state {
        Ok(found)
    } else {
        Err(Refusal::new("reconciliation_state").with("state", found.state.code()).into())
    }
}
