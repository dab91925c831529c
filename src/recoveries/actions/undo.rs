//! What was demanded, booked or settled in error is undone: asked for with a reason, decided by another person.

use serde::{Deserialize, Serialize};

use super::{Moved, RecoveryAnswer, grant, post, reason};
use crate::funds::{self, Move};
use crate::grants;
use crate::journal::{Ask, Desk, Door};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Refusal, Result};
use crate::payments;
use crate::people::{Role, must};
use crate::periods;
use crate::recoveries::events::{
    KIND_DEMAND_UNDO_APPROVED, KIND_DEMAND_UNDO_PREPARED, KIND_DEMAND_UNDO_REFUSED, KIND_OFFSET_UNDO_APPROVED,
    KIND_OFFSET_UNDO_PREPARED, KIND_OFFSET_UNDO_REFUSED, KIND_RECEIPT_UNDO_APPROVED, KIND_RECEIPT_UNDO_PREPARED,
    KIND_RECEIPT_UNDO_REFUSED, PaperRemarked, PaperUndone,
};
use crate::recoveries::rules::{Step, may_decide_undo, take};
use crate::recoveries::store::{self, Signed};
use crate::vouchers::{Act, Occasion};

/// Most transfers that one receipt or offset has.
const MOVES_MAX: u64 = 1_000;

/// What is to be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// A demand: it is withdrawn.
    Demand(i64),
    /// A receipt.
    Receipt(i64),
    /// An offset.
    Offset(i64),
}

impl Claim {
    const fn id(self) -> i64 {
        match self {
            Self::Demand(id) | Self::Receipt(id) | Self::Offset(id) => id,
        }
    }

    /// What its undoing is for vouchers; a demand moved nothing.
    const fn act(self) -> Option<Act> {
        match self {
            Self::Demand(_) => None,
            Self::Receipt(_) => Some(Act::Recovery),
            Self::Offset(_) => Some(Act::Offset),
        }
    }

    /// Who asks for it: whoever may prepare one.
    const fn askers(self) -> &'static [Role] {
        match self {
            Self::Demand(_) => &[Role::Clerk, Role::Manager],
            Self::Receipt(_) => &[Role::Cashier, Role::Reviewer],
            Self::Offset(_) => &[Role::Clerk, Role::Manager, Role::Cashier],
        }
    }

    /// The kinds of the events: asked for, undone, kept.
    const fn kinds(self) -> [&'static str; 3] {
        match self {
            Self::Demand(_) => [KIND_DEMAND_UNDO_PREPARED, KIND_DEMAND_UNDO_APPROVED, KIND_DEMAND_UNDO_REFUSED],
            Self::Receipt(_) => [KIND_RECEIPT_UNDO_PREPARED, KIND_RECEIPT_UNDO_APPROVED, KIND_RECEIPT_UNDO_REFUSED],
            Self::Offset(_) => [KIND_OFFSET_UNDO_PREPARED, KIND_OFFSET_UNDO_APPROVED, KIND_OFFSET_UNDO_REFUSED],
        }
    }
}

async fn signed(desk: &Desk, claim: Claim) -> Result<Signed> {
    let (c, book_id) = (desk.tx.connection(), desk.book_id());
    Ok(match claim {
        Claim::Demand(id) => store::demand(c, book_id, id).await?.signed,
        Claim::Receipt(id) => store::receipt(c, book_id, id).await?.signed,
        Claim::Offset(id) => store::offset(c, book_id, id).await?.signed,
    })
}

/// Asks that one be undone. Who may prepare it; a receipt also reviewers.
///
/// # Errors
/// `recovery_step` (`step`, `state`), `demand_waits`, `offset_moved_on`, `reconciliation_signed` (`reconciliation`); the
/// reason's.
pub async fn ask_undo(door: &Door, ask: Ask, claim: Claim, why: String) -> Result<RecoveryAnswer> {
    let content = (claim, why.clone());
    door.command(ask, &content, move |desk| {
        let why = why.clone();
        Box::pin(async move {
            must(desk, claim.askers()).await?;
            take(signed(desk, claim).await?.state, Step::AskUndo)?;
            may_undo(desk, claim).await?;
            let [asked, ..] = claim.kinds();
            desk.emit(asked, 1, &PaperRemarked { id: claim.id(), reason: reason(&why)? })?;
            Ok(RecoveryAnswer { id: claim.id() })
        })
    })
    .await
}

/// Has one undone, or with a reason lets it stand. Reviewers, and not who asked for it.
///
/// # Errors
/// `recovery_step` (`step`, `state`), `two_people`, `demand_waits`, `offset_moved_on`, `budget_short` where what came back
/// is somebody else's by now; the reason's.
pub async fn decide_undo(door: &Door, ask: Ask, claim: Claim, keep: Option<String>) -> Result<RecoveryAnswer> {
    let content = (claim, keep.clone());
    door.command(ask, &content, move |desk| {
        let keep = keep.clone();
        Box::pin(async move {
            must(desk, &[Role::Reviewer]).await?;
            let found = signed(desk, claim).await?;
            take(found.state, if keep.is_some() { Step::Keep } else { Step::Undo })?;
            may_decide_undo(&desk.actor().person, found.undo_person.as_deref())?;
            let [_, undone, kept] = claim.kinds();
            match keep {
                Some(why) => desk.emit(kept, 1, &PaperRemarked { id: claim.id(), reason: reason(&why)? })?,
                None => {
                    may_undo(desk, claim).await?;
                    let (back, first_open_on) = back(desk, claim).await?;
                    funds::prove(desk, &back).await?;
                    let position = desk.emit(undone, 1, &PaperUndone { id: claim.id(), first_open_on })?;
                    if let Some(act) = claim.act() {
                        let summary = format!("撤销收回 {}（{}）", claim.id(), found.remark);
                        let prepared_by = found.undo_by.as_deref().unwrap_or_default();
                        let moved = Moved { position, occasion: Occasion::Ordinary, summary, prepared_by };
                        post(desk, act, claim.id(), &moved).await?;
                    }
                    position
                }
            };
            Ok(RecoveryAnswer { id: claim.id() })
        })
    })
    .await
}

/// Nothing went on from it since.
async fn may_undo(desk: &Desk, claim: Claim) -> Result<()> {
    let (c, book_id) = (desk.tx.connection(), desk.book_id());
    match claim {
        Claim::Receipt(id) => {
            let receipt = store::receipt(c, book_id, id).await?;
            payments::must_be_open(desk, receipt.account, (receipt.received_on, receipt.received_on)).await
        }
        Claim::Demand(id) => {
            let waits = store::waiting(c, book_id, id).await?;
            if waits > Fen::ZERO { Err(Refusal::new("demand_waits").into()) } else { Ok(()) }
        }
        Claim::Offset(id) => {
            let offset = store::offset(c, book_id, id).await?;
            let settled = grant(desk, offset.settled_grant).await?;
            let demanded = store::demanded(c, book_id, offset.settled_grant).await?;
            // What was settled whole is paid; what a batch pays by now stays as it is.
            let payments = payments::payments_of_grant(c, book_id, settled.id).await?;
            let is_paid_out = payments.iter().any(|payment| payment.state.is_living());
            let stands = match settled.state {
                grants::State::Approved => true,
                grants::State::Paid => !is_paid_out && demanded == Fen::ZERO,
                _ => false,
            };
            if stands { Ok(()) } else { Err(Refusal::new("offset_moved_on").into()) }
        }
    }
}

/// What undoing moves back; with the first open day where some of it moved in a closed month.
async fn back(desk: &Desk, claim: Claim) -> Result<(Vec<Move>, Option<Day>)> {
    let (c, book_id) = (desk.tx.connection(), desk.book_id());
    let moved_at = match claim {
        Claim::Demand(_) => return Ok((Vec::new(), None)),
        Claim::Receipt(id) => store::receipt(c, book_id, id).await?.moved_at,
        Claim::Offset(id) => store::offset(c, book_id, id).await?.moved_at,
    };
    let moved_at = moved_at.ok_or_else(|| Error::internal("what moved nothing cannot be undone"))?;
    let moved = funds::moves_after(c, book_id, (moved_at, 0), moved_at, MOVES_MAX).await?;
    let closed = periods::closed(c, book_id).await?;
    let is_late = moved.iter().any(|one| closed.covers(one.effective_on));
    let position = desk.next_position();
    let back = moved.iter().map(|one| one.reversed(position, one.line, closed.effective(one.effective_on))).collect();
    Ok((back, closed.first_open().filter(|_| is_late)))
}
