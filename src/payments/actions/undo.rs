//! A file of the bank that was wrong is undone: prepared with a reason, approved by another person.

use super::{FileAnswer, frozen, reason};
use crate::funds::{self, DaySums};
use crate::journal::{Ask, Desk, Door};
use crate::kernel::dates::Day;
use crate::kernel::{Refusal, Result};
use crate::payments::events::{
    BankUndo, BankUndone, KIND_BANK_UNDO_APPROVED, KIND_BANK_UNDO_PREPARED, KIND_BANK_UNDO_REFUSED,
};
use crate::payments::store::{self, BankFile};
use crate::people::{Role, must};
use crate::periods;
use crate::vouchers::{self, Act, Draft, Hands, Occasion};

/// Transfers read in one query.
const AT_ONCE: u64 = 10_000;

/// Prepares that a file be undone. Cashiers and reviewers.
///
/// # Errors
/// `bank_file_state` (`state`), `bank_file_moved_on` (`n`); the reason's.
pub async fn prepare_undo(door: &Door, ask: Ask, file: i64, why: String) -> Result<FileAnswer> {
    let content = (file, why.clone());
    door.command(ask, &content, move |desk| {
        let why = why.clone();
        Box::pin(async move {
            must(desk, &[Role::Cashier, Role::Reviewer]).await?;
            let found = in_state(desk, file, "taken").await?;
            may_undo(desk, &found).await?;
            desk.emit(KIND_BANK_UNDO_PREPARED, 1, &BankUndo { file, reason: reason(&why)? })?;
            Ok(FileAnswer { file })
        })
    })
    .await
}

/// Has a file undone: every transfer is reversed on its own day or, where that is closed, the first open one; every payment
/// stands where it stood before. Reviewers, and not who
/// prepared it.
///
/// # Errors
/// `bank_file_state` (`state`), `two_people`, `bank_file_moved_on` (`n`).
pub async fn approve_undo(door: &Door, ask: Ask, file: i64) -> Result<FileAnswer> {
    door.command(ask, &file, move |desk| {
        Box::pin(async move {
            let found = decided(desk, file).await?;
            may_undo(desk, &found).await?;
            let (sums, first_open_on) = back(desk, &found).await?;
            funds::prove_sums(desk, &sums).await?;
            let answer = FileAnswer { file };
            desk.answer_is(&answer)?;
            let undone = BankUndone { file, first: found.first, last: found.last, first_open_on };
            let position = desk.emit(KIND_BANK_UNDO_APPROVED, 1, &undone)?;
            vouchers::write(desk, draft(desk, &found, position)).await?;
            Ok(answer)
        })
    })
    .await
}

/// What the red vouchers of an undone file say.
fn draft(desk: &Desk, file: &BankFile, position: i64) -> Draft {
    Draft {
        act: Act::BankUndo,
        subject: file.id,
        positions: (position, position),
        occasion: Occasion::Ordinary,
        summary: format!("撤销银行回单 {}（{}）", file.id, file.undo_reason),
        attachments: 1,
        payment_voucher: String::new(),
        hands: Hands {
            prepared_by: file.undo_by.iter().cloned().collect(),
            approved_by: vec![desk.actor().uid.clone()],
            cashiers: vec![file.loaded_by.clone()],
            ..Hands::default()
        },
    }
}

/// Lets a file stand that somebody wanted undone. Reviewers, and not who prepared that.
///
/// # Errors
/// `bank_file_state` (`state`), `two_people`; the reason's.
pub async fn refuse_undo(door: &Door, ask: Ask, file: i64, why: String) -> Result<FileAnswer> {
    let content = (file, why.clone());
    door.command(ask, &content, move |desk| {
        let why = why.clone();
        Box::pin(async move {
            decided(desk, file).await?;
            desk.emit(KIND_BANK_UNDO_REFUSED, 1, &BankUndo { file, reason: reason(&why)? })?;
            Ok(FileAnswer { file })
        })
    })
    .await
}

async fn in_state(desk: &Desk, file: i64, state: &str) -> Result<BankFile> {
    let found = store::bank_file(desk.tx.connection(), desk.book_id(), file).await?;
    if found.state == state {
        Ok(found)
    } else {
        Err(Refusal::new("bank_file_state").with("state", found.state).into())
    }
}

/// The file, for another person than the one who prepared that it be undone.
async fn decided(desk: &Desk, file: i64) -> Result<BankFile> {
    must(desk, &[Role::Reviewer]).await?;
    let found = in_state(desk, file, "undo_pending").await?;
    if found.undo_person.as_deref() == Some(desk.actor().person.as_str()) {
        return Err(Refusal::new("two_people").into());
    }
    Ok(found)
}

/// Nothing of it is signed, and nothing that it brought further has gone on since, but for what was undone itself.
async fn may_undo(desk: &Desk, file: &BankFile) -> Result<()> {
    frozen::file_is_open(desk, file).await?;
    let before = store::before_file(desk.tx.connection(), desk.book_id(), (file.first, file.last)).await?;
    let moved_on = before.iter().filter(|before| before.has_moved_on || before.is_reissued).count();
    if moved_on > 0 {
        return Err(Refusal::new("bank_file_moved_on").with("n", moved_on).into());
    }
    Ok(())
}

/// What undoing moves back, by allotment, stage and day; with the first open day where some of it moved in a closed month.
async fn back(desk: &Desk, file: &BankFile) -> Result<(DaySums, Option<Day>)> {
    let closed = periods::closed(desk.tx.connection(), desk.book_id()).await?;
    let mut is_late = false;
    let mut sums = DaySums::default();
    let mut after = (file.first, 0);
    loop {
        let part = funds::moves_after(desk.tx.connection(), desk.book_id(), after, file.last, AT_ONCE).await?;
        let Some(last) = part.last() else { return Ok((sums, closed.first_open().filter(|_| is_late))) };
        after = (last.position, last.line);
        for moved in &part {
            is_late |= closed.covers(moved.effective_on);
            sums.add(moved.allotment, moved.to, moved.from, moved.amount, closed.effective(moved.effective_on));
        }
    }
}
