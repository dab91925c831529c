//! Files of the bank that were undone: every transfer reversed, every payment and grant where it stood before.

use super::bank::step;
use super::differing::{Turn, turn};
use super::rows::{Stand, stand};
use super::stepping::{Change, Steps};
use super::{BankUndo, BankUndone};
use crate::funds::{self, Move, Posting};
use crate::journal::{Recorded, Tx};
use crate::kernel::Result;
use crate::kernel::dates::Day;
use crate::payments::store;
use crate::people::Persons;

/// Transfers reversed in one call.
const AT_ONCE: u64 = 5_000;

/// Prepared to be undone.
pub(super) async fn prepared(tx: &mut Tx, run: &[Recorded], persons: &Persons) -> Result<()> {
    for event in run {
        let undo: BankUndo = event.payload()?;
        tx.run(
            "UPDATE bank_files SET state = 'undo_pending', undo_reason = ?, undo_by = ?, undo_person = ?
             WHERE book_id = ? AND id = ?",
            vec![
                undo.reason.into(),
                event.actor_uid.clone().into(),
                persons.of(&event.actor_uid)?.into(),
                tx.book_id().into(),
                undo.file.into(),
            ],
        )
        .await?;
    }
    Ok(())
}

/// Left standing.
pub(super) async fn refused(tx: &mut Tx, run: &[Recorded]) -> Result<()> {
    for event in run {
        let undo: BankUndo = event.payload()?;
        tx.run(
            "UPDATE bank_files SET state = 'taken', undo_reason = ?, undo_by = NULL, undo_person = NULL
             WHERE book_id = ? AND id = ?",
            vec![undo.reason.into(), tx.book_id().into(), undo.file.into()],
        )
        .await?;
    }
    Ok(())
}

/// Undone.
pub(super) async fn approved(tx: &mut Tx, run: &[Recorded], persons: &Persons) -> Result<()> {
    for event in run {
        let undone: BankUndone = event.payload()?;
        step(tx, event, undone.file, "undone").await?;
        reverse(tx, event.position, &undone).await?;
        restore(tx, event, &undone).await?;
        let gone = Turn { event, state: "undone", how: None, document: "", note: "", person: None };
        turn(tx, &gone, "file = ? AND (state = 'open' OR how = 'answered_later')", vec![undone.file.into()]).await?;
        // What an answer of this file had settled is open again.
        let again = Turn { state: "open", ..gone };
        let condition =
            "state = 'settled' AND how = 'answered_later' AND settled_position BETWEEN ? AND ? AND file <> ?";
        turn(tx, &again, condition, vec![undone.first.into(), undone.last.into(), undone.file.into()]).await?;
        tx.run(
            "UPDATE bank_files SET state = 'undone', undo_reviewed_by = ?, undo_reviewed_person = ?
             WHERE book_id = ? AND id = ?",
            vec![
                event.actor_uid.clone().into(),
                persons.of(&event.actor_uid)?.into(),
                tx.book_id().into(),
                undone.file.into(),
            ],
        )
        .await?;
    }
    Ok(())
}

async fn reverse(tx: &mut Tx, position: i64, undone: &BankUndone) -> Result<()> {
    let (mut after, mut line) = ((undone.first, 0), 1);
    let mut posting = Posting::default();
    loop {
        let part = funds::moves_after(tx.connection(), tx.book_id(), after, undone.last, AT_ONCE).await?;
        let Some(last) = part.last() else { break };
        after = (last.position, last.line);
        let back: Vec<_> = part
            .iter()
            .zip(line..)
            .map(|(before, line)| before.reversed(position, line, day_of(before, undone.first_open_on)))
            .collect();
        line = back.last().map_or(line, |last| last.line + 1);
        posting.add(tx, &back).await?;
    }
    posting.end(tx).await
}

/// A reversal keeps the day of what it reverses, unless that is closed.
fn day_of(before: &Move, first_open: Option<Day>) -> Day {
    first_open.map_or(before.effective_on, |open| open.max(before.effective_on))
}

/// Payments and grants stand where they stood before the file's first line.
async fn restore(tx: &mut Tx, event: &Recorded, undone: &BankUndone) -> Result<()> {
    let mut before = store::before_file(tx.connection(), tx.book_id(), (undone.first, undone.last)).await?;
    // What somebody settled later was no act of the file: it was taken back before, or the file could not be undone.
    before.retain(|before| before.by_file);
    let restored = |before: &store::Before| Change {
        event,
        payment: before.payment,
        grant: before.grant,
        instalment: before.instalment,
        amount: before.amount,
        to: before.then,
        is_reissued: false,
        reason: "",
    };
    let changes: Vec<Change<'_>> = before.iter().map(restored).collect();
    let steps = Steps::of(tx, &changes).await?;
    let stands: Vec<Stand> = before
        .into_iter()
        .map(|before| Stand {
            payment: before.payment,
            grant: before.grant,
            position: event.position,
            from: before.now,
            to: before.then,
            completed_on: before.completed_on,
            bank_serial: before.bank_serial,
            reason: before.reason,
        })
        .collect();
    stand(tx, &stands).await?;
    steps.take(tx).await
}
