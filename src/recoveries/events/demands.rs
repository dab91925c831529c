//! Demands: prepared, raised by a correction, signed, withdrawn. No money moves.

use super::papers::{self, Paper, step};
use super::{DemandPrepared, DemandRaised, PaperApproved};
use crate::db::entity::demands;
use crate::journal::{Recorded, Tx};
use crate::kernel::Result;
use crate::people::Persons;
use crate::recoveries::rules::State;

fn row(book_id: i64, event: &Recorded, demand: DemandPrepared) -> demands::Model {
    demands::Model {
        book_id,
        id: event.position,
        grant_id: demand.grant,
        recipient: demand.recipient,
        amount_fen: demand.amount.get(),
        received_fen: 0,
        document: demand.document,
        reason: demand.reason,
        due_on: demand.due_on.to_string(),
        correction: None,
        state: State::Pending.code().to_owned(),
        remark: String::new(),
        leaf_hash: event.leaf.0.to_vec(),
        prepared_by: event.actor_uid.clone(),
        prepared_person: String::new(),
        prepared_at_ms: event.recorded_at.get(),
        reviewed_by: None,
        reviewed_person: None,
        reviewed_at_ms: None,
        undo_by: None,
        undo_person: None,
        undo_reviewed_by: None,
        undo_reviewed_person: None,
    }
}

/// Prepared.
pub(super) async fn prepared(tx: &mut Tx, event: &Recorded, persons: &Persons) -> Result<()> {
    let prepared_person = persons.of(&event.actor_uid)?.to_owned();
    let row = demands::Model { prepared_person, ..row(tx.book_id(), event, event.payload()?) };
    tx.insert(vec![row]).await?;
    step(tx, event, event.position, "").await
}

/// Raised by a correction: one person prepared that, the other one signed it, and this with it.
pub(super) async fn raised(tx: &mut Tx, event: &Recorded, persons: &Persons) -> Result<()> {
    let raised: DemandRaised = event.payload()?;
    let row = demands::Model {
        correction: Some(raised.correction),
        state: State::Standing.code().to_owned(),
        prepared_by: raised.prepared_by,
        prepared_person: raised.prepared_person,
        prepared_at_ms: raised.prepared_at_ms,
        reviewed_by: Some(event.actor_uid.clone()),
        reviewed_person: Some(persons.of(&event.actor_uid)?.to_owned()),
        reviewed_at_ms: Some(event.recorded_at.get()),
        ..row(tx.book_id(), event, raised.demand)
    };
    tx.insert(vec![row]).await?;
    step(tx, event, event.position, "").await
}

/// Signed.
pub(super) async fn approved(tx: &mut Tx, event: &Recorded, persons: &Persons) -> Result<()> {
    let approved: PaperApproved = event.payload()?;
    papers::approved(tx, event, persons, Paper::Demand, approved.id).await?;
    step(tx, event, approved.id, "").await
}

/// Withdrawn: what was not received by then is demanded no more.
pub(super) async fn withdrawn(tx: &mut Tx, event: &Recorded, persons: &Persons) -> Result<()> {
    let withdrawn = papers::undone(tx, event, persons, Paper::Demand).await?;
    step(tx, event, withdrawn.id, "").await
}
