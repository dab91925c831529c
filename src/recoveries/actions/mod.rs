//! What one can do with demands, receipts and offsets. One verb, one function; each goes through the door.

mod demand;
mod offset;
mod receipt;
mod undo;

pub use demand::{DemandForm, decide_demand, demand, emit_raised};
pub use offset::{OffsetForm, decide_offset, prepare_offset};
pub use receipt::{ReceiptForm, decide_receipt, prepare_receipt};
pub use undo::{Claim, ask_undo, decide_undo};

use serde::{Deserialize, Serialize};

use super::rules::{self, Step, may_decide, take};
use super::store::Signed;
use crate::funds;
use crate::grants;
use crate::journal::Desk;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::tree::{Hash, root_of};
use crate::kernel::{Error, Refusal, Result, text};
use crate::recipients::{REASON_MAX, required};

/// Longest number of a document, in characters.
const DOCUMENT_MAX: usize = 60;

/// Which demand, receipt or offset an action made or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoveryAnswer {
    /// Its id.
    pub id: i64,
}

/// What another person says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Let it be so.
    Approved {
        /// What was shown and is signed, see [`digest`].
        digest: String,
    },
    /// No.
    Refused {
        /// Why.
        reason: String,
    },
}

/// The digest of what one person prepared: root over the leaf of its one event.
pub fn digest(leaf: Hash) -> String {
    root_of([leaf]).to_string()
}

/// Holds that a person may sign or refuse what waits, and signs what is in the book.
fn decided(desk: &Desk, signed: &Signed, verdict: &Verdict, also: &[&str]) -> Result<(), Refusal> {
    match verdict {
        Verdict::Approved { digest: shown } => {
            take(signed.state, Step::Approve)?;
            may_decide(&desk.actor().person, &signed.prepared_person, also)?;
            if *shown == digest(signed.leaf) { Ok(()) } else { Err(Refusal::new("digest_changed")) }
        }
        Verdict::Refused { .. } => {
            take(signed.state, Step::Refuse)?;
            may_decide(&desk.actor().person, &signed.prepared_person, &[])
        }
    }
}

/// The number of a document, which must be there.
fn document(written: &str) -> Result<String, Refusal> {
    required(written, DOCUMENT_MAX)
}

/// A reason, which must be there.
fn reason(written: &str) -> Result<String, Refusal> {
    required(written, REASON_MAX).map_err(|refusal| refusal.at("reason"))
}

/// An amount above nothing.
fn amount(written: &str) -> Result<Fen, Refusal> {
    let amount = Fen::parse(&text::half_width(written))?;
    if amount > Fen::ZERO { Ok(amount) } else { Err(Refusal::new("amount_not_positive")) }
}

/// What of a grant is with its recipient from a day on, by allotment.
async fn standing(desk: &Desk, grant: i64, on: Day) -> Result<Vec<(i64, Fen)>> {
    let moves = funds::moves_of_grant(desk.tx.connection(), desk.book_id(), grant).await?;
    Ok(rules::standing(&moves, on))
}

/// What the transfers of a grant carry.
async fn held(desk: &Desk, grant: i64) -> Result<grants::Held> {
    grants::held(desk.tx.connection(), desk.book_id(), &[grant]).await?.pop().ok_or(Error::NotFound)
}

/// The grant as it stands under the lock.
async fn grant(desk: &Desk, id: i64) -> Result<grants::Grant> {
    grants::grant(desk.tx.connection(), desk.book_id(), id).await?.ok_or(Error::NotFound)
}
