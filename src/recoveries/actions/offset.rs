//! A demand is settled against another grant of the same recipient: no cash moves, both grants' money does.

use serde::{Deserialize, Serialize};

use super::receipt::standing_demand;
use super::{Moved, RecoveryAnswer, Verdict, amount, decided, document, grant, held, post, reason, standing};
use crate::funds;
use crate::grants::{self, Held};
use crate::journal::{Ask, Desk, Door};
use crate::kernel::money::Fen;
use crate::kernel::{Refusal, Result};
use crate::payments;
use crate::people::{Role, must};
use crate::periods;
use crate::recipients::{REASON_MAX, Reading, required};
use crate::recoveries::events::{
    KIND_OFFSET_APPROVED, KIND_OFFSET_PREPARED, KIND_OFFSET_REFUSED, OffsetApproved, OffsetPrepared, PaperRemarked,
    offset_moves,
};
use crate::recoveries::rules::{may_receive, share, sum};
use crate::recoveries::store::{self, Demand, Offset};
use crate::vouchers::{Act, Occasion};

/// An offset as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OffsetForm {
    /// Which demand is settled.
    pub demand: i64,
    /// The approved grant that is not paid out by so much.
    pub settled_grant: i64,
    /// How much.
    pub amount: String,
    /// Document number.
    pub document: String,
    /// Why.
    pub reason: String,
}

/// Prepares that a demand be settled against an approved grant that no batch pays; another person signs it. Clerks,
/// managers and cashiers.
///
/// # Errors
/// Those of the fields; `demand_not_standing` (`state`), `receipt_above_open` (`left`), `offset_recipient`,
/// `offset_not_payable` (`state`), `offset_held`, `offset_of_parts`, `offset_above_payable` (`left`).
pub async fn prepare_offset(door: &Door, ask: Ask, form: OffsetForm) -> Result<RecoveryAnswer> {
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            must(desk, &[Role::Clerk, Role::Manager, Role::Cashier]).await?;
            let mut reading = Reading::default();
            let amount = reading.take("amount", amount(&form.amount));
            let document = reading.take("document", document(&form.document));
            let reason = reading.take("reason", required(&form.reason, REASON_MAX));
            let ((amount, document), reason) = reading.done(amount.zip(document).zip(reason))?;
            let demand = standing_demand(desk, form.demand).await?;
            let waiting = store::waiting(desk.tx.connection(), desk.book_id(), demand.id).await?;
            may_receive(amount, demand.open(), waiting)?;
            let settled = form.settled_grant;
            let left = payable(desk, &demand, settled).await?;
            if amount > left {
                return Err(above(left));
            }
            let grant = demand.grant;
            let payload = OffsetPrepared { demand: demand.id, grant, settled_grant: settled, amount, document, reason };
            Ok(RecoveryAnswer { id: desk.emit(KIND_OFFSET_PREPARED, 1, &payload)? })
        })
    })
    .await
}

fn above(left: Fen) -> crate::kernel::Error {
    Refusal::new("offset_above_payable").at("amount").with("left", left.grouped()).into()
}

/// What of a grant may be settled against a demand: what remains to be paid of it and waits for no other offset.
async fn payable(desk: &Desk, demand: &Demand, settled_grant: i64) -> Result<Fen> {
    let settled = grant(desk, settled_grant).await?;
    if settled.recipient != demand.recipient || settled.id == demand.grant {
        return Err(Refusal::new("offset_recipient").at("settled_grant").into());
    }
    if settled.state != grants::State::Approved {
        let refusal = Refusal::new("offset_not_payable").at("settled_grant");
        return Err(refusal.with("state", settled.state.code()).into());
    }
    let (c, book_id) = (desk.tx.connection(), desk.book_id());
    if !grants::which_held_back(c, book_id, &[settled.id], desk.today()).await?.is_empty() {
        return Err(Refusal::new("offset_held").at("settled_grant").into());
    }
    for state in ["standing", "pending"] {
        if payments::schedule_of(c, book_id, settled.id, state).await?.is_some() {
            return Err(Refusal::new("offset_of_parts").at("settled_grant").into());
        }
    }
    let found = store::settleable(desk.tx.connection(), desk.book_id(), demand.recipient).await?;
    Ok(found.into_iter().find(|one| one.id == settled_grant).map_or(Fen::ZERO, |one| one.left))
}

/// Signs an offset, and so settles it, or refuses it. Reviewers, and neither who prepared it nor who prepared or reduced
/// the grant that is settled by it: an offset is a payment.
///
/// # Errors
/// `recovery_step` (`step`, `state`), `two_people`, `digest_changed`, `demand_not_standing` (`state`),
/// `receipt_above_open` (`left`), `recovery_above_paid` (`paid`), `offset_not_payable` (`state`), `offset_held`,
/// `offset_of_parts`, `offset_above_payable` (`left`), `payable_short`; the reason's.
pub async fn decide_offset(door: &Door, ask: Ask, id: i64, verdict: Verdict) -> Result<RecoveryAnswer> {
    let content = (id, verdict.clone());
    door.command(ask, &content, move |desk| {
        let verdict = verdict.clone();
        Box::pin(async move {
            must(desk, &[Role::Reviewer]).await?;
            let found = store::offset(desk.tx.connection(), desk.book_id(), id).await?;
            let makers: Vec<&str> = found.makers.iter().map(String::as_str).collect();
            decided(desk, &found.signed, &verdict, &makers)?;
            match verdict {
                Verdict::Approved { digest } => {
                    let payload = approved(desk, &found, digest).await?;
                    let position = desk.emit(KIND_OFFSET_APPROVED, 1, &payload)?;
                    let summary = format!("抵扣追回款（{}）", found.document);
                    let prepared_by = &found.signed.prepared_by;
                    let moved = Moved { position, occasion: Occasion::Offset, summary, prepared_by };
                    post(desk, Act::Offset, id, &moved).await?;
                }
                Verdict::Refused { reason: why } => {
                    desk.emit(KIND_OFFSET_REFUSED, 1, &PaperRemarked { id, reason: reason(&why)? })?;
                }
            }
            Ok(RecoveryAnswer { id })
        })
    })
    .await
}

/// What signing an offset moves, held against the book.
async fn approved(desk: &Desk, offset: &Offset, digest: String) -> Result<OffsetApproved> {
    let demand = standing_demand(desk, offset.demand).await?;
    may_receive(offset.amount, demand.open(), Fen::ZERO)?;
    // What waits of it is this offset and perhaps others; what remains to be paid decides.
    payable(desk, &demand, offset.settled_grant).await?;
    let settled = held(desk, offset.settled_grant).await?;
    let left = sum(&settled.split);
    if offset.amount > left {
        return Err(above(left));
    }
    let on = periods::effective_day(desk, desk.today()).await?;
    let stands = standing(desk, offset.grant, on).await?;
    let (split, settled_split) = (share(offset.amount, &stands)?, share(offset.amount, &settled.split)?);
    let overpaid = Held { split: split.clone(), ..held(desk, offset.grant).await? };
    let settling = Held { split: settled_split.clone(), ..settled };
    funds::prove(desk, &offset_moves(desk.next_position(), overpaid, &settling, on)).await?;
    Ok(OffsetApproved {
        id: offset.id,
        digest,
        effective_on: on,
        split,
        settled_split,
        recovers: sum(&stands) == offset.amount,
        settles: left == offset.amount,
    })
}
