//! Schedules by which grants are paid in parts, and conditions of parts that are met.

use sea_orm::Value;
use serde::{Deserialize, Serialize};

use crate::db::entity::{instalments, schedules};
use crate::journal::{Recorded, Tx};
use crate::kernel::Result;
use crate::kernel::dates::Day;
use crate::payments::rules::Part;
use crate::people::Persons;

/// A schedule was set, or changed; its id is the position of this event.
pub const KIND_SCHEDULE_SET: &str = "schedule_set";
/// Another person approved it.
pub const KIND_SCHEDULE_APPROVED: &str = "schedule_approved";
/// Another person refused it.
pub const KIND_SCHEDULE_REFUSED: &str = "schedule_refused";
/// Somebody recorded that the condition of a part is met.
pub const KIND_CONDITION_RECORDED: &str = "condition_recorded";
/// Another person confirmed that.
pub const KIND_CONDITION_MET: &str = "condition_met";
/// Another person found that it is not.
pub const KIND_CONDITION_REFUSED: &str = "condition_refused";

/// The parts by which a grant shall be paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleSet {
    /// The grant.
    pub grant: i64,
    /// All parts, those included that were paid.
    pub parts: Vec<Part>,
    /// The document on which that rests.
    pub document: String,
    /// Why a schedule that stands is changed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// A schedule that stands from here on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleApproved {
    /// The schedule.
    pub schedule: i64,
    /// The grant.
    pub grant: i64,
    /// Hex leaf hash of what was signed.
    pub digest: String,
    /// Parts whose condition reads as before: what was met of it stays met.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<i64>,
}

/// A schedule that does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleRefused {
    /// The schedule.
    pub schedule: i64,
    /// Why.
    pub reason: String,
}

/// A condition that is said to be met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConditionRecorded {
    /// The schedule.
    pub schedule: i64,
    /// Which part.
    pub number: i64,
    /// The document that shows it.
    pub document: String,
    /// When it was met.
    pub met_on: Day,
}

/// What another person says to that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConditionDecided {
    /// The schedule.
    pub schedule: i64,
    /// Which part.
    pub number: i64,
    /// Hex leaf hash of what was signed; empty for a refusal.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub digest: String,
    /// Why it is not met.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// Keeps schedules that wait for another person.
pub(super) async fn set(tx: &mut Tx, run: &[Recorded], persons: &Persons) -> Result<()> {
    let book_id = tx.book_id();
    let (mut rows, mut parts) = (Vec::with_capacity(run.len()), Vec::new());
    for event in run {
        let set: ScheduleSet = event.payload()?;
        rows.push(schedules::Model {
            book_id,
            id: event.position,
            grant_id: set.grant,
            state: "pending".to_owned(),
            document: set.document,
            reason: set.reason,
            leaf_hash: event.leaf.0.to_vec(),
            prepared_by: event.actor_uid.clone(),
            prepared_person: persons.of(&event.actor_uid)?.to_owned(),
            prepared_at_ms: event.recorded_at.get(),
            reviewed_by: None,
            reviewed_person: None,
            reviewed_at_ms: None,
        });
        parts.extend(set.parts.into_iter().map(|part| row(book_id, (event.position, set.grant), part)));
    }
    tx.insert(rows).await?;
    tx.insert(parts).await
}

fn row(book_id: i64, (schedule, grant_id): (i64, i64), part: Part) -> instalments::Model {
    instalments::Model {
        book_id,
        schedule,
        number: part.number,
        grant_id,
        amount_fen: part.amount.get(),
        share: part.share,
        met: if part.condition.is_empty() { "none" } else { "open" }.to_owned(),
        condition: part.condition,
        due_on: part.due_on.to_string(),
        met_on: None,
        met_document: String::new(),
        met_leaf: None,
        met_by: None,
        met_person: None,
        met_reviewed_by: None,
        met_reviewed_person: None,
    }
}

/// A schedule takes the place of the one before it; conditions that read alike stay as far met as they were.
pub(super) async fn approved(tx: &mut Tx, run: &[Recorded], persons: &Persons) -> Result<()> {
    for event in run {
        let approved: ScheduleApproved = event.payload()?;
        for number in approved.kept {
            carry(tx, (approved.schedule, approved.grant), number).await?;
        }
        let book_id: Value = tx.book_id().into();
        tx.run(
            "UPDATE schedules SET state = 'replaced' WHERE book_id = ? AND grant_id = ? AND state = 'standing'",
            vec![book_id, approved.grant.into()],
        )
        .await?;
        decide(tx, event, persons, (approved.schedule, "standing")).await?;
    }
    Ok(())
}

async fn carry(tx: &mut Tx, (schedule, grant): (i64, i64), number: i64) -> Result<()> {
    let before: Option<instalments::Model> = tx
        .one(
            "SELECT i.* FROM instalments i JOIN schedules s ON s.book_id = i.book_id AND s.id = i.schedule
             WHERE i.book_id = ? AND s.grant_id = ? AND s.state = 'standing' AND i.number = ?",
            vec![tx.book_id().into(), grant.into(), number.into()],
        )
        .await?;
    let Some(before) = before else { return Ok(()) };
    let values: Vec<Value> = vec![
        before.met.into(),
        before.met_on.into(),
        before.met_document.into(),
        before.met_leaf.into(),
        before.met_by.into(),
        before.met_person.into(),
        before.met_reviewed_by.into(),
        before.met_reviewed_person.into(),
        tx.book_id().into(),
        schedule.into(),
        number.into(),
    ];
    tx.run(
        "UPDATE instalments SET met = ?, met_on = ?, met_document = ?, met_leaf = ?, met_by = ?, met_person = ?,
            met_reviewed_by = ?, met_reviewed_person = ? WHERE book_id = ? AND schedule = ? AND number = ?",
        values,
    )
    .await
    .map(|_| ())
}

/// Schedules that stand for nothing.
pub(super) async fn refused(tx: &mut Tx, run: &[Recorded], persons: &Persons) -> Result<()> {
    for event in run {
        let refused: ScheduleRefused = event.payload()?;
        decide(tx, event, persons, (refused.schedule, "refused")).await?;
    }
    Ok(())
}

async fn decide(tx: &mut Tx, event: &Recorded, persons: &Persons, (schedule, state): (i64, &str)) -> Result<()> {
    let values: Vec<Value> = vec![
        state.into(),
        event.actor_uid.clone().into(),
        persons.of(&event.actor_uid)?.into(),
        event.recorded_at.get().into(),
        tx.book_id().into(),
        schedule.into(),
    ];
    tx.run(
        "UPDATE schedules SET state = ?, reviewed_by = ?, reviewed_person = ?, reviewed_at_ms = ?
         WHERE book_id = ? AND id = ?",
        values,
    )
    .await
    .map(|_| ())
}

/// Conditions that are said to be met.
pub(super) async fn recorded(tx: &mut Tx, run: &[Recorded], persons: &Persons) -> Result<()> {
    for event in run {
        let recorded: ConditionRecorded = event.payload()?;
        let values: Vec<Value> = vec![
            recorded.met_on.to_string().into(),
            recorded.document.into(),
            event.leaf.0.to_vec().into(),
            event.actor_uid.clone().into(),
            persons.of(&event.actor_uid)?.into(),
            tx.book_id().into(),
            recorded.schedule.into(),
            recorded.number.into(),
        ];
        tx.run(
            "UPDATE instalments SET met = 'recorded', met_on = ?, met_document = ?, met_leaf = ?, met_by = ?,
                met_person = ? WHERE book_id = ? AND schedule = ? AND number = ?",
            values,
        )
        .await?;
    }
    Ok(())
}

/// Conditions that are met.
pub(super) async fn met(tx: &mut Tx, run: &[Recorded], persons: &Persons) -> Result<()> {
    for event in run {
        let decided: ConditionDecided = event.payload()?;
        let values: Vec<Value> = vec![
            event.actor_uid.clone().into(),
            persons.of(&event.actor_uid)?.into(),
            tx.book_id().into(),
            decided.schedule.into(),
            decided.number.into(),
        ];
        tx.run(
            "UPDATE instalments SET met = 'met', met_reviewed_by = ?, met_reviewed_person = ?
             WHERE book_id = ? AND schedule = ? AND number = ?",
            values,
        )
        .await?;
    }
    Ok(())
}

/// Conditions that are open again.
pub(super) async fn not_met(tx: &mut Tx, run: &[Recorded]) -> Result<()> {
    for event in run {
        let decided: ConditionDecided = event.payload()?;
        tx.run(
            "UPDATE instalments SET met = 'open', met_on = NULL, met_document = '', met_leaf = NULL, met_by = NULL,
                met_person = NULL WHERE book_id = ? AND schedule = ? AND number = ?",
            vec![tx.book_id().into(), decided.schedule.into(), decided.number.into()],
        )
        .await?;
    }
    Ok(())
}
