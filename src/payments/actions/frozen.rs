//! What two people signed is not moved by a file of the bank, by undoing one, or by settling a difference.

use crate::journal::Desk;
use crate::kernel::dates::Day;
use crate::kernel::{Refusal, Result};
use crate::payments::store::{self, BankFile, Frozen, Line};

fn signed(id: i64) -> Refusal {
    Refusal::new("reconciliation_signed").with("reconciliation", id)
}

/// Holds that no day of an account is signed.
///
/// # Errors
/// `reconciliation_signed` (`reconciliation`).
pub async fn must_be_open(desk: &Desk, account: Option<i64>, (from, to): (Day, Day)) -> Result<()> {
    let Some(account) = account else { return Ok(()) };
    for (id, frozen) in store::frozen(desk.tx.connection(), desk.book_id()).await? {
        if let Frozen::Days(of, first, last) = frozen
            && of == account
            && first <= to
            && from <= last
        {
            return Err(signed(id).into());
        }
    }
    Ok(())
}

/// Holds that nothing which a file did, from its first to its last line, falls on signed days.
pub(super) async fn effects_are_open(desk: &Desk, span: (i64, i64, i64)) -> Result<()> {
    let frozen = store::frozen(desk.tx.connection(), desk.book_id()).await?;
    if frozen.is_empty() {
        return Ok(());
    }
    let effects = store::effects_of(desk.tx.connection(), desk.book_id(), span).await?;
    for (id, frozen) in frozen {
        let Frozen::Days(account, first, last) = frozen else { continue };
        let falls = |on: Day| first <= on && on <= last;
        if effects.iter().any(|effect| effect.account == Some(account) && effect.on.is_some_and(falls)) {
            return Err(signed(id).into());
        }
    }
    Ok(())
}

/// Holds that a file may be undone: neither its own days nor what it did is signed, nor a batch that it answered.
pub(super) async fn file_is_open(desk: &Desk, file: &BankFile) -> Result<()> {
    if let Some((from, to, ..)) = file.balances {
        must_be_open(desk, file.paying_account, (from, to)).await?;
    }
    let span = (file.id, file.first, file.last);
    effects_are_open(desk, span).await?;
    let (c, book_id) = (desk.tx.connection(), desk.book_id());
    let effects = store::effects_of(c, book_id, span).await?;
    for (id, frozen) in store::frozen(c, book_id).await? {
        if let Frozen::Batch(batch) = frozen
            && file.id < id
            && effects.iter().any(|effect| effect.batch == batch)
        {
            return Err(signed(id).into());
        }
    }
    Ok(())
}

/// Holds that what differs about a line may be settled.
pub(super) async fn line_is_open(desk: &Desk, line: &Line) -> Result<()> {
    let (c, book_id) = (desk.tx.connection(), desk.book_id());
    let file = store::bank_file(c, book_id, line.file).await?;
    let on = match (&line.completed_on, &file.balances) {
        (Some(on), _) => Day::parse(on)?,
        (None, Some((_, to, ..))) => *to,
        (None, None) => return Ok(()),
    };
    let account = match (file.paying_account, line.payment) {
        (Some(account), _) => Some(account),
        (None, Some(payment)) => store::account_of(c, book_id, payment).await?,
        (None, None) => None,
    };
    must_be_open(desk, account, (on, on)).await
}
