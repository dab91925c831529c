//! Money is demanded back: no money moves, but from here on the claim is aged.

use serde::{Deserialize, Serialize};

use super::{RecoveryAnswer, Verdict, amount, decided, document, grant, reason, standing};
use crate::journal::{Ask, Desk, Door};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Refusal, Result};
use crate::people::{Role, must};
use crate::recipients::{REASON_MAX, Reading, required};
use crate::recoveries::events::{
    DemandPrepared, DemandRaised, KIND_DEMAND_APPROVED, KIND_DEMAND_PREPARED, KIND_DEMAND_RAISED, KIND_DEMAND_REFUSED,
    PaperApproved, PaperRemarked,
};
use crate::recoveries::rules::{less, may_demand, sum};
use crate::recoveries::store;

/// A demand as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemandForm {
    /// The grant.
    pub grant: i64,
    /// How much.
    pub amount: String,
    /// Document number.
    pub document: String,
    /// Why.
    pub reason: String,
    /// Until when.
    pub due_on: String,
}

/// Prepares a demand on a grant that was paid; another person signs it. Clerks and managers.
///
/// # Errors
/// Those of the fields; `demand_above_paid` (`left`), `demand_due_past`.
pub async fn demand(door: &Door, ask: Ask, form: DemandForm) -> Result<RecoveryAnswer> {
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            must(desk, &[Role::Clerk, Role::Manager]).await?;
            let mut reading = Reading::default();
            let amount = reading.take("amount", amount(&form.amount));
            let document = reading.take("document", document(&form.document));
            let reason = reading.take("reason", required(&form.reason, REASON_MAX));
            let due_on = reading.take("due_on", ahead(&form.due_on, desk.today()));
            let read = amount.zip(document).zip(reason.zip(due_on));
            let ((amount, document), (reason, due_on)) = reading.done(read)?;
            let recipient = grant(desk, form.grant).await?.recipient;
            may(desk, form.grant, amount).await?;
            let payload = DemandPrepared { grant: form.grant, recipient, amount, document, reason, due_on };
            Ok(RecoveryAnswer { id: desk.emit(KIND_DEMAND_PREPARED, 1, &payload)? })
        })
    })
    .await
}

/// A day by which money shall be back: not one that is over.
fn ahead(written: &str, today: Day) -> Result<Day, Refusal> {
    let day = Day::parse_lenient(written)?;
    if day < today { Err(Refusal::new("demand_due_past")) } else { Ok(day) }
}

/// Holds that so much of a grant may be demanded.
async fn may(desk: &Desk, grant: i64, amount: Fen) -> Result<()> {
    let paid = sum(&standing(desk, grant, desk.today()).await?);
    let demanded = store::demanded(desk.tx.connection(), desk.book_id(), grant).await?;
    Ok(may_demand(amount, paid, demanded)?)
}

/// Signs a demand or refuses it. Reviewers, and not who prepared it.
///
/// # Errors
/// `recovery_step` (`step`, `state`), `two_people`, `digest_changed`; `demand_above_paid` (`left`) if some of it came back
/// on another way meanwhile; the reason's.
pub async fn decide_demand(door: &Door, ask: Ask, id: i64, verdict: Verdict) -> Result<RecoveryAnswer> {
    let content = (id, verdict.clone());
    door.command(ask, &content, move |desk| {
        let verdict = verdict.clone();
        Box::pin(async move {
            must(desk, &[Role::Reviewer]).await?;
            let found = store::demand(desk.tx.connection(), desk.book_id(), id).await?;
            decided(desk, &found.signed, &verdict, &[])?;
            match verdict {
                Verdict::Approved { digest } => {
                    let paid = sum(&standing(desk, found.grant, desk.today()).await?);
                    let demanded = store::demanded(desk.tx.connection(), desk.book_id(), found.grant).await?;
                    // Its own amount is among what is demanded.
                    let others = less(demanded, found.open());
                    may_demand(found.amount, paid, others)?;
                    desk.emit(KIND_DEMAND_APPROVED, 1, &PaperApproved { id, digest })?;
                }
                Verdict::Refused { reason: why } => {
                    desk.emit(KIND_DEMAND_REFUSED, 1, &PaperRemarked { id, reason: reason(&why)? })?;
                }
            }
            Ok(RecoveryAnswer { id })
        })
    })
    .await
}

/// Raises the demand that a correction leaves, in the command that signs the correction.
pub fn emit_raised(desk: &mut Desk, raised: &DemandRaised) -> Result<i64> {
    desk.emit(KIND_DEMAND_RAISED, 1, raised)
}
