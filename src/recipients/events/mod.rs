//! What can happen to a recipient and its accounts, and what it does to their tables.
//!
//! A recipient first met in a grant is registered by that grant's event, through [`register_rows`]; so are the account
//! that comes with it and a change of account that a grant opens, through [`account_rows`].

mod rows;

use futures::future::BoxFuture;
use sea_orm::Value;
use serde::{Deserialize, Serialize};

pub use rows::{By, NewAccount, Registration, account_rows, register_rows, renew};

use super::rules::{Account, Particulars, Standing};
use super::store::PERSONAL_ID;
use crate::journal::{Applier, Recorded, Tx};
use crate::kernel::{Error, Result};
use crate::people::Persons;

/// A recipient was registered by hand; its id is the position of this event.
pub const KIND_RECIPIENT_REGISTERED: &str = "recipient_registered";
/// A recipient's particulars changed.
pub const KIND_RECIPIENT_CHANGED: &str = "recipient_changed";
/// A change of account waits for a second person; its id is the position of this event.
pub const KIND_ACCOUNT_CHANGE_PREPARED: &str = "account_change_prepared";
/// A second person approved a change of account.
pub const KIND_ACCOUNT_CHANGE_APPROVED: &str = "account_change_approved";
/// A second person refused a change of account.
pub const KIND_ACCOUNT_CHANGE_REFUSED: &str = "account_change_refused";

/// Who was registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecipientRegistered {
    /// Code of the kind of number.
    pub id_type: String,
    /// The number; a personal one masked.
    pub number: String,
    /// SHA-256 of salt and personal number, if it is a personal one; the number itself is sealed beside the book.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub personal_id: Option<String>,
    /// What it is.
    pub particulars: Particulars,
}

/// What changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecipientChanged {
    /// Which recipient.
    pub recipient: i64,
    /// What it is from here on.
    pub particulars: Particulars,
    /// Why.
    pub reason: String,
}

/// Which account shall take the place of the one on file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountChangePrepared {
    /// Whose.
    pub recipient: i64,
    /// The account.
    #[serde(flatten)]
    pub account: Account,
    /// What the change rests on: letter, call back, document.
    pub evidence: String,
}

/// Which change was approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountChangeApproved {
    /// The change.
    pub account: i64,
    /// Whose it is.
    pub recipient: i64,
    /// Hex digest of what was approved.
    pub digest: String,
    /// What the reviewer saw; for a change that a grant opened, the only evidence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub evidence: String,
}

/// Which change was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountChangeRefused {
    /// The change.
    pub account: i64,
    /// Why.
    pub reason: String,
}

/// This feature's part in replay.
pub static APPLIER: Applier = Applier {
    feature: "recipients",
    kinds: &[
        (KIND_RECIPIENT_REGISTERED, 1),
        (KIND_RECIPIENT_CHANGED, 1),
        (KIND_ACCOUNT_CHANGE_PREPARED, 1),
        (KIND_ACCOUNT_CHANGE_APPROVED, 1),
        (KIND_ACCOUNT_CHANGE_REFUSED, 1),
    ],
    slots: &[PERSONAL_ID],
    apply,
};

/// Runs of one kind are applied together; the kinds in the order in which they happened.
fn apply<'a>(tx: &'a mut Tx, events: &'a [Recorded]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let persons = Persons::behind(tx, events).await?;
        for run in events.chunk_by(|one, next| one.kind == next.kind) {
            let Some(first) = run.first() else { continue };
            match first.kind.as_str() {
                KIND_RECIPIENT_REGISTERED => registered(tx, run, &persons).await?,
                KIND_RECIPIENT_CHANGED => changed(tx, run).await?,
                KIND_ACCOUNT_CHANGE_PREPARED => prepared(tx, run, &persons).await?,
                KIND_ACCOUNT_CHANGE_APPROVED => approved(tx, run, &persons).await?,
                KIND_ACCOUNT_CHANGE_REFUSED => refused(tx, run, &persons).await?,
                other => return Err(Error::internal(format!("recipients does not apply {other}"))),
            }
        }
        Ok(())
    })
}

async fn registered(tx: &mut Tx, run: &[Recorded], persons: &Persons) -> Result<()> {
    let mut registrations = Vec::with_capacity(run.len());
    for event in run {
        let payload: RecipientRegistered = event.payload()?;
        registrations.push(Registration {
            id_type: payload.id_type,
            number: payload.number,
            particulars: payload.particulars,
            account: None,
            by: By::of(event, persons)?,
        });
    }
    register_rows(tx, &registrations).await
}

async fn changed(tx: &mut Tx, run: &[Recorded]) -> Result<()> {
    for event in run {
        let payload: RecipientChanged = event.payload()?;
        renew(tx, event.position, payload.recipient, &payload.particulars).await?;
    }
    Ok(())
}

async fn prepared(tx: &mut Tx, run: &[Recorded], persons: &Persons) -> Result<()> {
    let mut accounts = Vec::with_capacity(run.len());
    for event in run {
        let payload: AccountChangePrepared = event.payload()?;
        accounts.push(NewAccount {
            recipient: payload.recipient,
            account: payload.account,
            evidence: payload.evidence,
            standing: Standing::Pending,
            by: By::of(event, persons)?,
        });
    }
    account_rows(tx, &accounts).await
}

async fn approved(tx: &mut Tx, run: &[Recorded], persons: &Persons) -> Result<()> {
    for event in run {
        let payload: AccountChangeApproved = event.payload()?;
        rows::replace_on_file(tx, payload.recipient, payload.account).await?;
        decide(tx, event, persons, payload.account, Standing::OnFile).await?;
        if !payload.evidence.is_empty() {
            tx.run(
                "UPDATE accounts SET evidence = ? WHERE book_id = ? AND id = ?",
                vec![payload.evidence.into(), tx.book_id().into(), payload.account.into()],
            )
            .await?;
        }
    }
    Ok(())
}

async fn refused(tx: &mut Tx, run: &[Recorded], persons: &Persons) -> Result<()> {
    for event in run {
        let payload: AccountChangeRefused = event.payload()?;
        decide(tx, event, persons, payload.account, Standing::Refused).await?;
    }
    Ok(())
}

/// Writes down who decided a change of account, and how.
async fn decide(tx: &mut Tx, event: &Recorded, persons: &Persons, account: i64, standing: Standing) -> Result<()> {
    let values: Vec<Value> = vec![
        standing.code().into(),
        event.actor_uid.clone().into(),
        persons.of(&event.actor_uid)?.into(),
        event.recorded_at.get().into(),
        tx.book_id().into(),
        account.into(),
    ];
    tx.run(
        "UPDATE accounts SET state = ?, reviewed_by = ?, reviewed_person = ?, reviewed_at_ms = ?
         WHERE book_id = ? AND id = ?",
        values,
    )
    .await
    .map(|_| ())
}
