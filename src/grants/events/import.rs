//! What becomes of all rows of an import at once. Called while the import's own events are applied; pages through the
//! rows, so that a million of them need little memory.

use sea_orm::Value;

use crate::funds::{Posting, Stage};
use crate::grants::rules::{State, moves, reversed};
use crate::grants::store;
use crate::journal::Tx;
use crate::kernel::dates::Day;
use crate::kernel::{Error, Result};
use crate::recipients::By;

/// Rows whose money moves in one call.
const AT_ONCE: u64 = 5_000;

/// Approves the rows of an import that still wait: new grants become payable on `effective_on`, history is paid on
/// its own days. Transfers are (position of `by`, line 1…n) in the order of the rows.
pub async fn approve_import(tx: &mut Tx, import: i64, by: &By, history: bool, effective_on: Day) -> Result<()> {
    let (to, state) = if history { (Stage::Disbursed, State::Paid) } else { (Stage::Payable, State::Approved) };
    let (mut after, mut line) = (0, 1);
    let mut posting = Posting::default();
    loop {
        let held = store::held_in_import(tx.connection(), tx.book_id(), import, after, AT_ONCE).await?;
        let Some(last) = held.last() else { break };
        after = last.grant;
        if history && held.iter().any(|held| held.paid_on.is_none()) {
            return Err(Error::internal(format!("import {import} is history with a row that was never paid")));
        }
        let on = |held: &_| if history { paid_on(held, effective_on) } else { effective_on };
        let moved = moves((by.position, line), &held, (Stage::Available, to), on);
        line = moved.last().map_or(line, |last| last.line + 1);
        posting.add(tx, &moved).await?;
    }
    posting.end(tx).await?;
    end(tx, import, (State::Submitted, state), by, true, "").await
}

fn paid_on(held: &crate::grants::rules::Held, otherwise: Day) -> Day {
    held.paid_on.unwrap_or(otherwise)
}

/// Refuses the rows of an import that still wait.
pub async fn refuse_import(tx: &mut Tx, import: i64, by: &By, reason: &str) -> Result<()> {
    end(tx, import, (State::Submitted, State::Refused), by, true, reason).await
}

/// Gives up the rows of an import that its preparer withdraws.
pub async fn withdraw_import(tx: &mut Tx, import: i64, by: &By, reason: &str) -> Result<()> {
    end(tx, import, (State::Submitted, State::Cancelled), by, false, reason).await
}

/// Undoes an approved history import: the exact reverse of each transfer of the event at `approved_at`, on the same line
/// and the same effective day, or on the first open one where that is closed; its grants count no more.
pub async fn undo_import(tx: &mut Tx, import: i64, approved_at: i64, first_open: Option<Day>, by: &By) -> Result<()> {
    let mut after = 0;
    let mut posting = Posting::default();
    loop {
        let before = store::transfers_of(tx.connection(), tx.book_id(), approved_at, after, AT_ONCE).await?;
        let Some(last) = before.last() else { break };
        after = last.line;
        let back: Vec<_> = before.into_iter().map(|before| reversed(by.position, first_open, before)).collect();
        posting.add(tx, &back).await?;
    }
    posting.end(tx).await?;
    end(tx, import, (State::Paid, State::Undone), by, false, "").await
}

/// Writes the step of every row in one state down, and brings it into the other.
async fn end(
    tx: &mut Tx,
    import: i64,
    (from, to): (State, State),
    by: &By,
    reviewed: bool,
    reason: &str,
) -> Result<()> {
    let book_id = tx.book_id();
    tx.run(
        "INSERT INTO grant_steps (book_id, grant_id, position, state, amount_fen, actor_uid, reason)
         SELECT book_id, id, CAST(? AS BIGINT), CAST(? AS TEXT), amount_fen, CAST(? AS TEXT), CAST(? AS TEXT)
         FROM whole_grants WHERE book_id = ? AND import_id = ? AND state = ?",
        vec![
            by.position.into(),
            to.code().into(),
            by.actor_uid.clone().into(),
            reason.into(),
            book_id.into(),
            import.into(),
            from.code().into(),
        ],
    )
    .await?;
    if !to.is_living() {
        let ended = "UPDATE grants SET living = 0 WHERE book_id = ? AND import_id = ?
            AND id IN (SELECT grant_id FROM grant_lives WHERE book_id = ? AND state = ?)";
        tx.run(ended, vec![book_id.into(), import.into(), book_id.into(), from.code().into()]).await?;
    }
    let mut set = "UPDATE grant_lives SET state = ?".to_owned();
    let mut values = vec![to.code().into()];
    if reviewed {
        set.push_str(", reviewed_by = ?, reviewed_person = ?, reviewed_at_ms = ?");
        values.extend([by.actor_uid.clone().into(), by.person.clone().into(), by.at.get().into()]);
    }
    // An import's rows are neighbours, and nothing lies between them.
    set.push_str(
        " WHERE book_id = ? AND state = ?
         AND grant_id >= (SELECT MIN(id) FROM grants WHERE book_id = ? AND import_id = ?)
         AND grant_id <= (SELECT MAX(id) FROM grants WHERE book_id = ? AND import_id = ?)",
    );
    let rows: [Value; 4] = [book_id.into(), import.into(), book_id.into(), import.into()];
    values.extend([book_id.into(), from.code().into()]);
    values.extend(rows);
    tx.run(&set, values).await.map(|_| ())
}
