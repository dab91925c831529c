//! Money between five stages: transfers, balances and what is derived from them.
//!
//! Whoever moves money emits an event of its own and posts its moves from the applier of that event; a decision
//! proves them first.

mod events;
mod rules;
mod spans;
mod store;

use std::collections::BTreeSet;

pub use events::{APPLIER, post};
pub use rules::{Move, Stage};
pub use store::{Balance, balances_of, open_stages};

use crate::journal::Desk;
use crate::kernel::money::Fen;
use crate::kernel::{Refusal, Result};

/// Proves that no stage but the source would stand below zero on any day from the effective date on.
///
/// # Errors
/// `budget_short` with the allotment and what is missing.
pub async fn prove(desk: &Desk, moves: &[Move]) -> Result<()> {
    let too_large = || Refusal::new("amount_too_large");
    let added = rules::changes(moves).ok_or_else(too_large)?;
    let allotments: BTreeSet<i64> = added.keys().map(|(allotment, _)| *allotment).collect();
    let there = store::day_changes(desk.tx.connection(), desk.book_id(), &allotments).await?;
    let nothing = rules::DayChanges::new();
    for ((allotment, stage), added) in &added {
        if *stage == Stage::Source {
            continue;
        }
        let before = there.get(&(*allotment, *stage)).unwrap_or(&nothing);
        let lowest = rules::lowest(before, added).ok_or_else(too_large)?;
        if lowest < 0 {
            return Err(Refusal::new("budget_short")
                .with("allotment", allotment)
                .with("missing", Fen::new(-lowest).grouped())
                .into());
        }
    }
    Ok(())
}
