//! Money came back: a cashier books it, another person signs, then it moves.

use serde::{Deserialize, Serialize};

use super::{Moved, RecoveryAnswer, Verdict, amount, decided, document, held, occasion, post, reason, standing};
use crate::funds::{self, Stage};
use crate::grants::{self, Held};
use crate::journal::{Ask, Desk, Door};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Refusal, Result};
use crate::payments;
use crate::people::{Role, must};
use crate::periods;
use crate::recipients::Reading;
use crate::recoveries::events::{
    KIND_RECEIPT_APPROVED, KIND_RECEIPT_PREPARED, KIND_RECEIPT_REFUSED, PaperRemarked, ReceiptApproved, ReceiptPrepared,
};
use crate::recoveries::rules::{Destination, State, Step, may_receive, share, sum, take};
use crate::recoveries::store::{self, Demand, Receipt};
use crate::vouchers::Act;

/// Money that came back, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptForm {
    /// Against which demand.
    pub demand: i64,
    /// How much.
    pub amount: String,
    /// Document number.
    pub document: String,
    /// When it came.
    pub received_on: String,
    /// `available` or `source`.
    pub destination: String,
    /// The paying account to which it came; none where it was paid to the treasury straight away.
    #[serde(default)]
    pub account: Option<i64>,
}

/// Books money that came back; another person signs it. Cashiers.
///
/// # Errors
/// Those of the fields; `demand_not_standing` (`state`), `receipt_above_open` (`left`), `received_before_paid`,
/// `received_ahead`, `paying_account_unknown`, `reconciliation_signed` (`reconciliation`).
pub async fn prepare_receipt(door: &Door, ask: Ask, form: ReceiptForm) -> Result<RecoveryAnswer> {
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            must(desk, &[Role::Cashier]).await?;
            let mut reading = Reading::default();
            let amount = reading.take("amount", amount(&form.amount));
            let document = reading.take("document", document(&form.document));
            let received_on = reading.take("received_on", until(&form.received_on, desk.today()));
            let destination = Destination::from_code(&form.destination);
            let destination =
                reading.take("destination", destination.ok_or_else(|| Refusal::new("destination_unknown")));
            let read = amount.zip(document).zip(received_on.zip(destination));
            let ((amount, document), (received_on, destination)) = reading.done(read)?;
            let demand = standing_demand(desk, form.demand).await?;
            let waiting = store::waiting(desk.tx.connection(), desk.book_id(), demand.id).await?;
            may_receive(amount, demand.open(), waiting)?;
            if amount > sum(&standing(desk, demand.grant, received_on).await?) {
                return Err(Refusal::new("received_before_paid").at("received_on").into());
            }
            on_account(desk, form.account, received_on).await?;
            let (grant, account) = (demand.grant, form.account);
            let payload =
                ReceiptPrepared { demand: demand.id, grant, amount, document, received_on, destination, account };
            Ok(RecoveryAnswer { id: desk.emit(KIND_RECEIPT_PREPARED, 1, &payload)? })
        })
    })
    .await
}

/// A day that is over or is today.
fn until(written: &str, today: Day) -> Result<Day, Refusal> {
    let day = Day::parse_lenient(written)?;
    if day > today { Err(Refusal::new("received_ahead")) } else { Ok(day) }
}

/// Holds that money may come to an account on a day: one that is in use, and a day that nobody signed.
async fn on_account(desk: &Desk, account: Option<i64>, on: Day) -> Result<()> {
    let Some(id) = account else { return Ok(()) };
    let known = payments::paying_accounts(desk.tx.connection(), desk.book_id()).await?;
    if !known.iter().any(|one| one.id == id && one.state == "open") {
        return Err(Refusal::new("paying_account_unknown").at("account").into());
    }
    payments::must_be_open(desk, account, (on, on)).await
}

/// A demand that counts and that nobody wants withdrawn.
pub(super) async fn standing_demand(desk: &Desk, id: i64) -> Result<Demand> {
    let demand = store::demand(desk.tx.connection(), desk.book_id(), id).await?;
    match demand.signed.state {
        State::Standing => Ok(demand),
        state => Err(Refusal::new("demand_not_standing").with("state", state.code()).into()),
    }
}

/// Signs a receipt, and so moves its money, or refuses it. Reviewers, and not who booked it.
///
/// # Errors
/// `recovery_step` (`step`, `state`), `two_people`, `digest_changed`, `demand_not_standing` (`state`),
/// `receipt_above_open` (`left`), `recovery_above_paid` (`paid`), `disbursed_short`; the reason's.
pub async fn decide_receipt(door: &Door, ask: Ask, id: i64, verdict: Verdict) -> Result<RecoveryAnswer> {
    let content = (id, verdict.clone());
    door.command(ask, &content, move |desk| {
        let verdict = verdict.clone();
        Box::pin(async move {
            must(desk, &[Role::Reviewer]).await?;
            let found = store::receipt(desk.tx.connection(), desk.book_id(), id).await?;
            decided(desk, &found.signed, &verdict, &[])?;
            match verdict {
                Verdict::Approved { digest } => {
                    let payload = approved(desk, &found, digest).await?;
                    let occasion = occasion(desk, found.grant, payload.effective_on).await?;
                    let position = desk.emit(KIND_RECEIPT_APPROVED, 1, &payload)?;
                    let summary = format!("收回追回款（{}）", found.document);
                    let moved = Moved { position, occasion, summary, prepared_by: &found.signed.prepared_by };
                    post(desk, Act::Recovery, id, &moved).await?;
                }
                Verdict::Refused { reason: why } => {
                    desk.emit(KIND_RECEIPT_REFUSED, 1, &PaperRemarked { id, reason: reason(&why)? })?;
                }
            }
            Ok(RecoveryAnswer { id })
        })
    })
    .await
}

/// What signing a receipt moves, held against the book.
async fn approved(desk: &Desk, receipt: &Receipt, digest: String) -> Result<ReceiptApproved> {
    take(receipt.signed.state, Step::Approve)?;
    payments::must_be_open(desk, receipt.account, (receipt.received_on, receipt.received_on)).await?;
    let demand = standing_demand(desk, receipt.demand).await?;
    may_receive(receipt.amount, demand.open(), Fen::ZERO)?;
    let on = periods::effective_day(desk, receipt.received_on).await?;
    let stands = standing(desk, receipt.grant, on).await?;
    let split = share(receipt.amount, &stands)?;
    let held = Held { split: split.clone(), ..held(desk, receipt.grant).await? };
    let way = (Stage::Disbursed, receipt.destination.stage());
    funds::prove(desk, &grants::moves((desk.next_position(), 1), &[held], way, |_| on)).await?;
    let recovers = sum(&standing(desk, receipt.grant, desk.today()).await?) == receipt.amount;
    Ok(ReceiptApproved { id: receipt.id, digest, effective_on: on, split, recovers })
}
