//! The accounts from which the book pays.

use super::{PayingAccountDecided, PayingAccountRecorded};
use crate::db::entity::paying_accounts;
use crate::journal::{Recorded, Tx};
use crate::kernel::Result;
use crate::people::Persons;

/// Keeps accounts that wait for another person.
pub(super) async fn recorded(tx: &mut Tx, run: &[Recorded], persons: &Persons) -> Result<()> {
    let mut rows = Vec::with_capacity(run.len());
    for event in run {
        let new: PayingAccountRecorded = event.payload()?;
        rows.push(paying_accounts::Model {
            book_id: tx.book_id(),
            id: event.position,
            name: new.name,
            kind: new.kind.code().to_owned(),
            account_number: new.account_number,
            bank_code: new.bank_code,
            bank_name: new.bank_name,
            state: "pending".to_owned(),
            leaf_hash: event.leaf.0.to_vec(),
            prepared_by: event.actor_uid.clone(),
            prepared_person: persons.of(&event.actor_uid)?.to_owned(),
            prepared_at_ms: event.recorded_at.get(),
            reviewed_by: None,
            reviewed_person: None,
            reviewed_at_ms: None,
        });
    }
    tx.insert(rows).await
}

/// Writes down who decided on accounts, and how.
pub(super) async fn decided(tx: &mut Tx, run: &[Recorded], persons: &Persons, state: &str) -> Result<()> {
    for event in run {
        let decided: PayingAccountDecided = event.payload()?;
        tx.run(
            "UPDATE paying_accounts SET state = ?, reviewed_by = ?, reviewed_person = ?, reviewed_at_ms = ?
             WHERE book_id = ? AND id = ?",
            vec![
                state.into(),
                event.actor_uid.clone().into(),
                persons.of(&event.actor_uid)?.into(),
                event.recorded_at.get().into(),
                tx.book_id().into(),
                decided.account.into(),
            ],
        )
        .await?;
    }
    Ok(())
}
