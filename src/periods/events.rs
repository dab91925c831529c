//! What closing and reopening do to the table of months. The events that do so are those of `closing`.

use super::rules::Month;
use crate::db::entity::period_steps;
use crate::journal::{Applier, Recorded, Tx};
use crate::kernel::Result;

/// This feature's part in replay.
pub static APPLIER: Applier =
    Applier { feature: "periods", kinds: &[], slots: &[], apply: |_, _| Box::pin(async { Ok(()) }) };

/// Closes months. For appliers only.
pub async fn close(tx: &mut Tx, months: &[Month], event: &Recorded) -> Result<()> {
    turn(tx, months, event, "closed").await
}

/// Opens a month again. For appliers only.
pub async fn reopen(tx: &mut Tx, month: Month, event: &Recorded) -> Result<()> {
    turn(tx, &[month], event, "open").await
}

async fn turn(tx: &mut Tx, months: &[Month], event: &Recorded, state: &str) -> Result<()> {
    for month in months {
        tx.run(
            "INSERT INTO periods (book_id, month, state, position) VALUES (?, ?, ?, ?)
             ON CONFLICT (book_id, month) DO UPDATE SET state = excluded.state, position = excluded.position",
            vec![tx.book_id().into(), month.to_string().into(), state.into(), event.position.into()],
        )
        .await?;
        let step = period_steps::Model {
            book_id: tx.book_id(),
            month: month.to_string(),
            position: event.position,
            state: state.to_owned(),
            actor_uid: event.actor_uid.clone(),
            at_ms: event.recorded_at.get(),
        };
        tx.insert(vec![step]).await?;
    }
    Ok(())
}
