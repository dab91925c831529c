//! What one can do with demands, receipts and offsets. One verb, one function; each goes through the door.

mod demand;
mod offset;
mod receipt;
mod undo;

pub use demand::{DemandForm, decide_demand, demand, emit_raised};
pub use offset::{OffsetForm, decide_offset, prepare_offset};
pub use receipt::{ReceiptForm, decide_receipt, prepare_receipt};
pub use undo::{Claim, ask_undo, decide_undo};

pub use crate::people::{Verdict, digest_of_one as digest};

use serde::{Deserialize, Serialize};

use super::rules::{self, Step, may_decide, take};
use super::store::Signed;
use crate::funds::{self, Stage};
use crate::grants;
use crate::journal::Desk;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Refusal, Result, text};
use crate::recipients::{DOCUMENT_MAX, REASON_MAX, required};
use crate::vouchers::{self, Act, Draft, Hands, Occasion};

/// Which demand, receipt or offset an action made or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoveryAnswer {
    /// Its id.
    pub id: i64,
}

/// Writes the vouchers of what the event at a position moved, one that a person prepared and another signed.
async fn post(desk: &mut Desk, act: Act, id: i64, moved: &Moved<'_>) -> Result<()> {
    desk.answer_is(&RecoveryAnswer { id })?;
    let draft = Draft {
        act,
        subject: id,
        positions: (moved.position, moved.position),
        occasion: moved.occasion,
        summary: moved.summary.clone(),
        attachments: 1,
        payment_voucher: String::new(),
        hands: Hands {
            prepared_by: vec![moved.prepared_by.to_owned()],
            approved_by: vec![desk.actor().uid.clone()],
            ..Hands::default()
        },
    };
    vouchers::write(desk, draft).await.map(|_| ())
}

/// What an event moved, for its vouchers.
struct Moved<'m> {
    /// Position of the event.
    position: i64,
    /// What is special about it.
    occasion: Occasion,
    /// What the summary says, in Chinese.
    summary: String,
    /// Who prepared it.
    prepared_by: &'m str,
}

/// Whether what a grant was paid was paid in an earlier year than a day's.
async fn occasion(desk: &Desk, grant: i64, on: Day) -> Result<Occasion> {
    let moves = funds::moves_of_grant(desk.tx.connection(), desk.book_id(), grant).await?;
    let paid = moves.iter().filter(|one| one.to == Stage::Disbursed && one.reverses.is_none());
    let last = paid.map(|one| one.effective_on.year()).max();
    Ok(if last.is_some_and(|year| year < on.year()) { Occasion::EarlierYear } else { Occasion::Ordinary })
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
