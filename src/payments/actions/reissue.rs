//! A payment that came to nothing may be made again: to an account that was corrected by one person and reviewed by another;
//! or to the same one, which one person prepares with a reason and another approves.

use serde::{Deserialize, Serialize};

use super::{Verdict, reason};
use crate::grants::{self, State};
use crate::journal::{Ask, Desk, Door};
use crate::kernel::{Error, Refusal, Result, text};
use crate::payments::events::{
    KIND_PAYMENT_REISSUED, KIND_REISSUE_PREPARED, KIND_REISSUE_REFUSED, PaymentReissued, ReissuePrepared,
    ReissueRefused,
};
use crate::payments::rules::PaymentState;
use crate::payments::store::{self, PaymentLine};
use crate::people::{Role, must};
use crate::recipients::{self, Account, REASON_MAX};

/// A payment that shall be made again, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReissueForm {
    /// The payment.
    pub payment: i64,
    /// Why it goes to the same account again; not needed where the account was corrected.
    #[serde(default)]
    pub reason: String,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reissued {
    /// It waits for the next batch.
    Approved,
    /// It goes to the same account, and waits for another person.
    Pending,
    /// It stays as it is.
    Refused,
}

/// What became of which payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReissueAnswer {
    /// The payment.
    pub payment: i64,
    /// What became of it.
    pub became: Reissued,
}

/// Lets a refused or returned payment be made again: to the account that is on file by now, which one person corrected
/// and another reviewed; to the same one only with a reason, and once another person has approved that. Its grant, or the
/// part of it, then waits for the next batch. Cashiers.
///
/// # Errors
/// `payment_stands` (`state`), `reissued_before`, `reissue_waits`, `illegal_step` if its grant went another way since,
/// `account_not_corrected`, `account_change_open`; the reason's.
pub async fn reissue(door: &Door, ask: Ask, form: ReissueForm) -> Result<ReissueAnswer> {
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            must(desk, &[Role::Cashier]).await?;
            let payment = came_to_nothing(desk, form.payment).await?;
            if store::reissue_waiting(desk.tx.connection(), desk.book_id(), payment.id).await?.is_some() {
                return Err(Refusal::new("reissue_waits").into());
            }
            let account = on_file(desk, &payment).await?;
            let reason = text::clean(&form.reason, REASON_MAX).map_err(|r| r.at("reason"))?;
            let (payment_id, grant) = (payment.id, payment.grant);
            if !is_same(&account, &payment) {
                let (prepared, digest) = (None, String::new());
                let payload = PaymentReissued { payment: payment_id, grant, account, reason, prepared, digest };
                desk.emit(KIND_PAYMENT_REISSUED, 1, &payload)?;
                return Ok(ReissueAnswer { payment: payment_id, became: Reissued::Approved });
            }
            if reason.is_empty() {
                return Err(Refusal::new("account_not_corrected").at("reason").into());
            }
            desk.emit(KIND_REISSUE_PREPARED, 1, &ReissuePrepared { payment: payment_id, account, reason })?;
            Ok(ReissueAnswer { payment: payment_id, became: Reissued::Pending })
        })
    })
    .await
}

/// Approves that a payment is made again to the same account, against the digest of what was shown, or refuses it.
/// Reviewers, and not who prepared it.
///
/// # Errors
/// `not_pending`, `two_people`, `digest_changed`, `account_changed_since`, `account_change_open`, `illegal_step`; the
/// reason's.
pub async fn decide_reissue(door: &Door, ask: Ask, payment: i64, verdict: Verdict) -> Result<ReissueAnswer> {
    let content = (payment, verdict.clone());
    door.command(ask, &content, move |desk| {
        let verdict = verdict.clone();
        Box::pin(async move {
            must(desk, &[Role::Reviewer]).await?;
            let found = store::reissue_waiting(desk.tx.connection(), desk.book_id(), payment).await?;
            let found = found.ok_or_else(|| Refusal::new("not_pending").with("name", payment))?;
            if found.prepared_person == desk.actor().person {
                return Err(Refusal::new("two_people").into());
            }
            let digest = match verdict {
                Verdict::Approved { digest } => digest,
                Verdict::Refused { reason: why } => {
                    let payload = ReissueRefused { prepared: found.id, reason: reason(&why)? };
                    desk.emit(KIND_REISSUE_REFUSED, 1, &payload)?;
                    return Ok(ReissueAnswer { payment, became: Reissued::Refused });
                }
            };
            if found.leaf.to_string() != digest {
                return Err(Refusal::new("digest_changed").into());
            }
            let line = came_to_nothing(desk, payment).await?;
            let account = on_file(desk, &line).await?;
            if !is_same(&account, &line) {
                return Err(Refusal::new("account_changed_since").into());
            }
            let (grant, prepared, reason) = (line.grant, Some(found.id), found.reason);
            let payload = PaymentReissued { payment, grant, account, reason, prepared, digest };
            desk.emit(KIND_PAYMENT_REISSUED, 1, &payload)?;
            Ok(ReissueAnswer { payment, became: Reissued::Approved })
        })
    })
    .await
}

/// The payment, if it came to nothing and its grant still waits because of that.
async fn came_to_nothing(desk: &Desk, id: i64) -> Result<PaymentLine> {
    let payment = store::payment(desk.tx.connection(), desk.book_id(), id).await?.ok_or(Error::NotFound)?;
    if !matches!(payment.state, PaymentState::Refused | PaymentState::Returned) {
        return Err(Refusal::new("payment_stands").with("state", payment.state.code()).into());
    }
    if payment.is_reissued {
        return Err(Refusal::new("reissued_before").into());
    }
    stands_where_left(desk, &payment).await?;
    Ok(payment)
}

/// A grant that was cancelled or undone since has no money that could be paid. Of one that is paid in parts the other
/// parts go their own ways meanwhile.
async fn stands_where_left(desk: &Desk, payment: &PaymentLine) -> Result<()> {
    let grant = grants::grant(desk.tx.connection(), desk.book_id(), payment.grant).await?.ok_or(Error::NotFound)?;
    let in_parts = matches!(grant.state, State::Approved | State::InBatch | State::PartPaid | State::Returned);
    if grant.state == payment.state.grant() || (payment.instalment > 0 && in_parts) {
        return Ok(());
    }
    Err(Refusal::new("illegal_step").with("step", "reissue").with("state", grant.state.code()).into())
}

/// The account that is on file, if nobody is changing it.
async fn on_file(desk: &Desk, payment: &PaymentLine) -> Result<Account> {
    let (c, book_id) = (desk.tx.connection(), desk.book_id());
    let recipient = recipients::by_id(c, book_id, store::recipient_of(c, book_id, payment.id).await?).await?;
    let recipient = recipient.ok_or(Error::NotFound)?;
    if !recipients::pending_accounts(c, book_id, Some(recipient.id)).await?.is_empty() {
        return Err(Refusal::new("account_change_open").with("reference", &payment.reference).into());
    }
    Ok(recipient.account.ok_or_else(|| Refusal::new("account_missing"))?.account)
}

/// Whether money would go where it went: the bank's code is by what banks send, so another code is another account.
fn is_same(account: &Account, payment: &PaymentLine) -> bool {
    account.account_number == payment.account_number
        && account.account_name == payment.account_name
        && account.bank_code == payment.bank_code
        && account.bank_name == payment.bank_name
}
