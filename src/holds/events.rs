//! What can happen to holds, and what it does to the tables.

use futures::future::BoxFuture;
use sea_orm::Value;
use serde::{Deserialize, Serialize};

use super::rules::{HoldState, Kind};
use crate::db::entity::holds;
use crate::grants::{self, Holding, Target};
use crate::journal::{Applier, Recorded, Tx};
use crate::kernel::dates::Day;
use crate::kernel::{Error, Result};
use crate::people::Persons;

/// Money is held back from here on; the hold's id is the position of this event.
pub const KIND_HOLD_SET: &str = "hold_set";
/// Another person confirmed a hold.
pub const KIND_HOLD_CONFIRMED: &str = "hold_confirmed";
/// Another person refused a hold: it stops nothing any more.
pub const KIND_HOLD_REFUSED: &str = "hold_refused";
/// Somebody prepared that a hold be lifted.
pub const KIND_HOLD_LIFT_PREPARED: &str = "hold_lift_prepared";
/// Another person lifted it.
pub const KIND_HOLD_LIFTED: &str = "hold_lifted";
/// Another person let it stand.
pub const KIND_HOLD_LIFT_REFUSED: &str = "hold_lift_refused";

/// A hold on one grant, or on all grants of one recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldSet {
    /// The grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<i64>,
    /// The recipient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<i64>,
    /// Who wants it held.
    pub kind: Kind,
    /// Number of the document.
    pub document: String,
    /// Why.
    pub reason: String,
    /// First day.
    pub from_on: Day,
    /// Last day.
    pub until_on: Day,
}

/// What another person said to a hold, or to its lifting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldDecided {
    /// The hold.
    pub hold: i64,
    /// Hex leaf hash of what was signed; empty for a refusal.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub digest: String,
    /// Why it was refused.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// A hold that shall be lifted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiftPrepared {
    /// The hold.
    pub hold: i64,
    /// Number of the document.
    pub document: String,
    /// Why.
    pub reason: String,
}

/// This feature's part in replay.
pub static APPLIER: Applier = Applier {
    feature: "holds",
    kinds: &[
        (KIND_HOLD_SET, 1),
        (KIND_HOLD_CONFIRMED, 1),
        (KIND_HOLD_REFUSED, 1),
        (KIND_HOLD_LIFT_PREPARED, 1),
        (KIND_HOLD_LIFTED, 1),
        (KIND_HOLD_LIFT_REFUSED, 1),
    ],
    slots: &[],
    apply,
};

fn apply<'a>(tx: &'a mut Tx, events: &'a [Recorded]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let persons = Persons::behind(tx, events).await?;
        for event in events {
            let person = persons.of(&event.actor_uid)?;
            match event.kind.as_str() {
                KIND_HOLD_SET => set(tx, event, person).await?,
                KIND_HOLD_CONFIRMED => confirmed(tx, event, person).await?,
                KIND_HOLD_REFUSED => refused(tx, event, person).await?,
                KIND_HOLD_LIFT_PREPARED => lift_prepared(tx, event, person).await?,
                KIND_HOLD_LIFTED => lifted(tx, event, person).await?,
                KIND_HOLD_LIFT_REFUSED => lift_refused(tx, event).await?,
                other => return Err(Error::internal(format!("holds does not apply {other}"))),
            }
        }
        Ok(())
    })
}

async fn set(tx: &mut Tx, event: &Recorded, person: &str) -> Result<()> {
    let set: HoldSet = event.payload()?;
    let target = match (set.grant, set.recipient) {
        (Some(grant), None) => Target::Grant(grant),
        (None, Some(recipient)) => Target::Recipient(recipient),
        _ => return Err(Error::internal(format!("hold {} holds not one thing", event.position))),
    };
    let holding = Holding {
        hold: event.position,
        kind: set.kind.code().to_owned(),
        target,
        from_on: set.from_on,
        until_on: set.until_on,
    };
    let row = holds::Model {
        book_id: tx.book_id(),
        id: event.position,
        grant_id: set.grant,
        recipient: set.recipient,
        kind: set.kind.code().to_owned(),
        document: set.document,
        reason: set.reason,
        from_on: set.from_on.to_string(),
        until_on: set.until_on.to_string(),
        state: HoldState::Pending.code().to_owned(),
        leaf_hash: event.leaf.0.to_vec(),
        set_by: event.actor_uid.clone(),
        set_person: person.to_owned(),
        set_at_ms: event.recorded_at.get(),
        confirmed_by: None,
        confirmed_person: None,
        confirmed_at_ms: None,
        lift_document: String::new(),
        lift_reason: String::new(),
        lift_leaf: None,
        lift_by: None,
        lift_person: None,
        lift_at_ms: None,
        lifted_by: None,
        lifted_person: None,
        lifted_at_ms: None,
    };
    tx.insert(vec![row]).await?;
    grants::hold(tx, &[holding]).await
}

async fn confirmed(tx: &mut Tx, event: &Recorded, person: &str) -> Result<()> {
    let decided: HoldDecided = event.payload()?;
    decide(tx, event, person, (decided.hold, HoldState::Held)).await
}

async fn refused(tx: &mut Tx, event: &Recorded, person: &str) -> Result<()> {
    let decided: HoldDecided = event.payload()?;
    decide(tx, event, person, (decided.hold, HoldState::Refused)).await?;
    grants::let_go(tx, decided.hold).await
}

async fn decide(tx: &mut Tx, event: &Recorded, person: &str, (hold, to): (i64, HoldState)) -> Result<()> {
    let values: Vec<Value> = vec![
        to.code().into(),
        event.actor_uid.clone().into(),
        person.into(),
        event.recorded_at.get().into(),
        tx.book_id().into(),
        hold.into(),
    ];
    tx.run(
        "UPDATE holds SET state = ?, confirmed_by = ?, confirmed_person = ?, confirmed_at_ms = ?
         WHERE book_id = ? AND id = ?",
        values,
    )
    .await
    .map(|_| ())
}

async fn lift_prepared(tx: &mut Tx, event: &Recorded, person: &str) -> Result<()> {
    let prepared: LiftPrepared = event.payload()?;
    let values: Vec<Value> = vec![
        HoldState::LiftPending.code().into(),
        prepared.document.into(),
        prepared.reason.into(),
        event.leaf.0.to_vec().into(),
        event.actor_uid.clone().into(),
        person.into(),
        event.recorded_at.get().into(),
        tx.book_id().into(),
        prepared.hold.into(),
    ];
    tx.run(
        "UPDATE holds SET state = ?, lift_document = ?, lift_reason = ?, lift_leaf = ?, lift_by = ?, lift_person = ?,
            lift_at_ms = ? WHERE book_id = ? AND id = ?",
        values,
    )
    .await
    .map(|_| ())
}

async fn lifted(tx: &mut Tx, event: &Recorded, person: &str) -> Result<()> {
    let decided: HoldDecided = event.payload()?;
    let values: Vec<Value> = vec![
        HoldState::Lifted.code().into(),
        event.actor_uid.clone().into(),
        person.into(),
        event.recorded_at.get().into(),
        tx.book_id().into(),
        decided.hold.into(),
    ];
    tx.run(
        "UPDATE holds SET state = ?, lifted_by = ?, lifted_person = ?, lifted_at_ms = ? WHERE book_id = ? AND id = ?",
        values,
    )
    .await?;
    grants::let_go(tx, decided.hold).await
}

/// The hold stands as if nobody had wanted it lifted.
async fn lift_refused(tx: &mut Tx, event: &Recorded) -> Result<()> {
    let decided: HoldDecided = event.payload()?;
    tx.run(
        "UPDATE holds SET state = ?, lift_document = '', lift_reason = '', lift_leaf = NULL, lift_by = NULL,
            lift_person = NULL, lift_at_ms = NULL WHERE book_id = ? AND id = ?",
        vec![HoldState::Held.code().into(), tx.book_id().into(), decided.hold.into()],
    )
    .await
    .map(|_| ())
}
