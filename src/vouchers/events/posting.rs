//! Versions of the posting rules.

use super::{PostingRulesDecided, PostingRulesPrepared};
use crate::db::entity::posting_rules;
use crate::journal::{Recorded, Tx};
use crate::kernel::Result;
use crate::people::Persons;

/// Keeps versions that wait for another person.
pub(super) async fn prepared(tx: &mut Tx, run: &[Recorded], persons: &Persons) -> Result<()> {
    let mut rows = Vec::with_capacity(run.len());
    for event in run {
        let new: PostingRulesPrepared = event.payload()?;
        rows.push(posting_rules::Model {
            book_id: tx.book_id(),
            id: event.position,
            text: new.text,
            reason: new.reason,
            state: "pending".to_owned(),
            leaf_hash: event.leaf.0.to_vec(),
            prepared_by: event.actor_uid.clone(),
            prepared_person: persons.of(&event.actor_uid)?.to_owned(),
            prepared_at_ms: event.recorded_at.get(),
            reviewed_by: None,
            reviewed_person: None,
            reviewed_at_ms: None,
            reviewed_position: None,
            refusal: String::new(),
        });
    }
    tx.insert(rows).await
}

/// Writes down who decided on versions, and how.
pub(super) async fn decided(tx: &mut Tx, run: &[Recorded], persons: &Persons, state: &str) -> Result<()> {
    for event in run {
        let decided: PostingRulesDecided = event.payload()?;
        tx.run(
            "UPDATE posting_rules SET state = ?, reviewed_by = ?, reviewed_person = ?, reviewed_at_ms = ?,
                reviewed_position = ?, refusal = ? WHERE book_id = ? AND id = ?",
            vec![
                state.into(),
                event.actor_uid.clone().into(),
                persons.of(&event.actor_uid)?.into(),
                event.recorded_at.get().into(),
                event.position.into(),
                decided.reason.into(),
                tx.book_id().into(),
                decided.rules.into(),
            ],
        )
        .await?;
    }
    Ok(())
}
