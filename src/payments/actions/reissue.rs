//! A payment that came to nothing may be made again.

use serde::{Deserialize, Serialize};

use crate::grants;
use crate::journal::{Ask, Desk, Door};
use crate::kernel::{Error, Refusal, Result};
use crate::payments::events::{KIND_PAYMENT_REISSUED, PaymentReissued};
use crate::payments::rules::PaymentState;
use crate::payments::store::{self, PaymentLine};
use crate::people::{Role, must};
use crate::recipients::{self, REASON_MAX};

/// A payment that shall be made again, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReissueForm {
    /// The payment.
    pub payment: i64,
    /// Why it goes to the same account again; not needed where the account was corrected.
    #[serde(default)]
    pub reason: String,
}

/// Lets a refused or returned payment be made again: to the account that is on file by now, which one person corrected
/// and another reviewed; to the same one only with a reason. Its grant waits for the next batch. Cashiers.
///
/// # Errors
/// `payment_stands` (`state`), `reissued_before`, `illegal_step` if its grant went another way since,
/// `account_not_corrected`, `account_change_open`; the reason's.
pub async fn reissue(door: &Door, ask: Ask, form: ReissueForm) -> Result<ReissueForm> {
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            must(desk, &[Role::Cashier]).await?;
            let (c, book_id) = (desk.tx.connection(), desk.book_id());
            let payment = store::payment(c, book_id, form.payment).await?.ok_or(Error::NotFound)?;
            if !matches!(payment.state, PaymentState::Refused | PaymentState::Returned) {
                return Err(Refusal::new("payment_stands").with("state", payment.state.code()).into());
            }
            if payment.is_reissued {
                return Err(Refusal::new("reissued_before").into());
            }
            stands_where_left(desk, &payment).await?;
            let recipient = recipients::by_id(c, book_id, store::recipient_of(c, book_id, form.payment).await?).await?;
            let recipient = recipient.ok_or(Error::NotFound)?;
            if !recipients::pending_accounts(c, book_id, Some(recipient.id)).await?.is_empty() {
                return Err(Refusal::new("account_change_open").with("reference", payment.reference).into());
            }
            let account = recipient.account.ok_or_else(|| Refusal::new("account_missing"))?.account;
            let is_same = account.account_number == payment.account_number
                && account.account_name == payment.account_name
                && account.bank_name == payment.bank_name;
            let reason = crate::kernel::text::clean(&form.reason, REASON_MAX).map_err(|r| r.at("reason"))?;
            if is_same && reason.is_empty() {
                return Err(Refusal::new("account_not_corrected").at("reason").into());
            }
            let payload = PaymentReissued { payment: form.payment, grant: payment.grant, account, reason };
            desk.emit(KIND_PAYMENT_REISSUED, 1, &payload)?;
            Ok(form)
        })
    })
    .await
}

/// A grant that was cancelled or undone since has no money that could be paid.
async fn stands_where_left(desk: &Desk, payment: &PaymentLine) -> Result<()> {
    let grant = grants::grant(desk.tx.connection(), desk.book_id(), payment.grant).await?.ok_or(Error::NotFound)?;
    if grant.state == payment.state.grant() {
        return Ok(());
    }
    Err(Refusal::new("illegal_step").with("step", "reissue").with("state", grant.state.code()).into())
}
