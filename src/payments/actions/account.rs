//! A manager records an account from which the book pays; another person confirms it.

use serde::{Deserialize, Serialize};

use crate::journal::{Ask, Door};
use crate::kernel::bank_code::{BankCode, parse_account};
use crate::kernel::{Refusal, Result};
use crate::payments::events::{
    KIND_PAYING_ACCOUNT_APPROVED, KIND_PAYING_ACCOUNT_RECORDED, KIND_PAYING_ACCOUNT_REFUSED, PayingAccountDecided,
    PayingAccountRecorded,
};
use crate::payments::rules::PayerKind;
use crate::payments::store;
use crate::people::{Role, must};
use crate::recipients::{BANK_NAME_MAX, NAME_MAX, Reading, required};

/// An account as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPayingAccount {
    /// Account holder.
    pub name: String,
    /// Code of the kind.
    pub kind: String,
    /// Its number.
    pub account_number: String,
    /// Code of its bank.
    pub bank_code: String,
    /// Its bank.
    pub bank_name: String,
}

impl NewPayingAccount {
    fn read(&self) -> Result<PayingAccountRecorded, Vec<Refusal>> {
        let mut reading = Reading::default();
        let name = reading.take("name", required(&self.name, NAME_MAX));
        let kind = PayerKind::from_code(&self.kind).ok_or_else(|| Refusal::new("payer_kind"));
        let kind = reading.take("kind", kind);
        let account_number = reading.take("account_number", parse_account(&self.account_number));
        let bank_code = reading.take("bank_code", BankCode::parse(&self.bank_code));
        let bank_name = reading.take("bank_name", required(&self.bank_name, BANK_NAME_MAX));
        let read = || {
            Some(PayingAccountRecorded {
                name: name?,
                kind: kind?,
                account_number: account_number?,
                bank_code: bank_code?.as_str().to_owned(),
                bank_name: bank_name?,
            })
        };
        let read = read();
        reading.done(read)
    }
}

/// Which account an action made or decided on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayingAccountAnswer {
    /// The account.
    pub account: i64,
}

/// Records an account; it counts once another person has confirmed it. Managers and cashiers.
///
/// # Errors
/// Those of the fields; `paying_account_used`.
pub async fn record_paying_account(door: &Door, ask: Ask, form: NewPayingAccount) -> Result<PayingAccountAnswer> {
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            must(desk, &[Role::Manager, Role::Cashier]).await?;
            let account = desk.emit(KIND_PAYING_ACCOUNT_RECORDED, 1, &form.read()?)?;
            Ok(PayingAccountAnswer { account })
        })
    })
    .await
}

/// Confirms an account or refuses it, by the digest of what was shown. Managers and reviewers, and not who recorded it.
///
/// # Errors
/// `not_pending`, `two_people`, `digest_changed`.
pub async fn decide_paying_account(
    door: &Door,
    ask: Ask,
    account: i64,
    digest: String,
    approve: bool,
) -> Result<PayingAccountAnswer> {
    let content = (account, digest.clone(), approve);
    door.command(ask, &content, move |desk| {
        let digest = digest.clone();
        Box::pin(async move {
            must(desk, &[Role::Manager, Role::Reviewer]).await?;
            let found = store::paying_account(desk.tx.connection(), desk.book_id(), account).await?;
            if found.state != "pending" {
                return Err(Refusal::new("not_pending").with("name", found.account_number).into());
            }
            if found.prepared_person == desk.actor().person {
                return Err(Refusal::new("two_people").into());
            }
            if found.leaf.to_string() != digest {
                return Err(Refusal::new("digest_changed").into());
            }
            let kind = if approve { KIND_PAYING_ACCOUNT_APPROVED } else { KIND_PAYING_ACCOUNT_REFUSED };
            desk.emit(kind, 1, &PayingAccountDecided { account, digest })?;
            Ok(PayingAccountAnswer { account })
        })
    })
    .await
}
