//! Payments that came to nothing and may be made again: to an account that two people corrected, or, which two people say
//! as well, to the same one.

use sea_orm::Value;
use serde::{Deserialize, Serialize};

use super::rows::known;
use super::stepping::{Change, Steps};
use crate::db::entity::reissues;
use crate::grants;
use crate::journal::{Recorded, Tx};
use crate::kernel::{Error, Result};
use crate::people::Persons;
use crate::recipients::Account;

/// A payment that came to nothing may be made again.
pub const KIND_PAYMENT_REISSUED: &str = "payment_reissued";
/// Somebody wants it made again to the same account; its id is the position of this event.
pub const KIND_REISSUE_PREPARED: &str = "payment_reissue_prepared";
/// Another person does not.
pub const KIND_REISSUE_REFUSED: &str = "payment_reissue_refused";

/// A payment that came to nothing and may be made again, to this account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentReissued {
    /// The payment.
    pub payment: i64,
    /// Its grant.
    pub grant: i64,
    /// To which account the next attempt goes.
    pub account: Account,
    /// Why, where the account stays the same.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// What another person prepared, where the account stays the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prepared: Option<i64>,
    /// Hex leaf hash of that.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub digest: String,
}

/// A payment that shall go to the same account once more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReissuePrepared {
    /// The payment.
    pub payment: i64,
    /// The account.
    pub account: Account,
    /// Why it will arrive there now.
    pub reason: String,
}

/// A payment that shall not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReissueRefused {
    /// What was prepared.
    pub prepared: i64,
    /// Why not.
    pub reason: String,
}

/// The grant, or the part of it, waits for another payment, to the account that the event names.
pub(super) async fn apply(tx: &mut Tx, run: &[Recorded], persons: &Persons) -> Result<()> {
    for event in run {
        let reissued: PaymentReissued = event.payload()?;
        let payment = known(tx, &[reissued.payment]).await?.remove(&reissued.payment);
        let payment = payment.ok_or_else(|| Error::internal(format!("there is no payment {}", reissued.payment)))?;
        let change = Change { is_reissued: true, ..Change::of(event, &payment, payment.state, &reissued.reason) };
        let steps = Steps::of(tx, &[change]).await?;
        tx.run(
            "UPDATE payment_lives SET reissued = 1 WHERE book_id = ? AND payment_id = ?",
            vec![tx.book_id().into(), reissued.payment.into()],
        )
        .await?;
        if let Some(prepared) = reissued.prepared {
            decide(tx, event, persons, (prepared, "approved")).await?;
        }
        grants::pay_to(tx, reissued.grant, &reissued.account).await?;
        steps.take(tx).await?;
    }
    Ok(())
}

/// Wanted, to the same account.
pub(super) async fn prepared(tx: &mut Tx, run: &[Recorded], persons: &Persons) -> Result<()> {
    let mut rows = Vec::with_capacity(run.len());
    for event in run {
        let prepared: ReissuePrepared = event.payload()?;
        rows.push(reissues::Model {
            book_id: tx.book_id(),
            id: event.position,
            payment_id: prepared.payment,
            state: "pending".to_owned(),
            reason: prepared.reason,
            leaf_hash: event.leaf.0.to_vec(),
            prepared_by: event.actor_uid.clone(),
            prepared_person: persons.of(&event.actor_uid)?.to_owned(),
            prepared_at_ms: event.recorded_at.get(),
            reviewed_by: None,
            reviewed_person: None,
        });
    }
    tx.insert(rows).await
}

/// Not wanted.
pub(super) async fn refused(tx: &mut Tx, run: &[Recorded], persons: &Persons) -> Result<()> {
    for event in run {
        let refused: ReissueRefused = event.payload()?;
        decide(tx, event, persons, (refused.prepared, "refused")).await?;
    }
    Ok(())
}

async fn decide(tx: &mut Tx, event: &Recorded, persons: &Persons, (id, state): (i64, &str)) -> Result<()> {
    let values: Vec<Value> = vec![
        state.into(),
        event.actor_uid.clone().into(),
        persons.of(&event.actor_uid)?.into(),
        tx.book_id().into(),
        id.into(),
    ];
    tx.run("UPDATE reissues SET state = ?, reviewed_by = ?, reviewed_person = ? WHERE book_id = ? AND id = ?", values)
        .await
        .map(|_| ())
}
