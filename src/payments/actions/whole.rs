//! An answer of the bank for a whole batch at once stands for a line about each of its payments.

use std::borrow::Cow;

use super::payment_name;
use crate::journal::{Desk, Head};
use crate::kernel::{Error, Refusal, Result};
use crate::payments::files::{BankFile, BankLine, LineKind, Side, Status, WholeAnswer};
use crate::payments::rules::BatchState;
use crate::payments::store::{self, Batch};

/// The lines of a file; where it answers a whole batch, one for every payment of it that went out. Another word than paid
/// and refused (that the bank has received the batch, or is still at it) answers none of them.
///
/// Refusals: `bank_batch_unknown` (`batch`); `bank_count_differs`, `bank_sum_differs` (`said`, `found`) if the bank speaks of
/// another batch than the one that went out.
pub(super) async fn lines<'f>(desk: &Desk, head: &Head, read: &'f BankFile) -> Result<Cow<'f, [BankLine]>> {
    let Some(whole) = &read.whole else { return Ok(Cow::Borrowed(&read.lines)) };
    let unknown = || Refusal::new("bank_batch_unknown").with("batch", &whole.batch);
    let batch = named_batch(head, &whole.batch).ok_or_else(unknown)?;
    let (c, book_id) = (desk.tx.connection(), desk.book_id());
    let found = match store::batch(c, book_id, batch).await {
        Ok(found) if found.state == BatchState::Released => found,
        Ok(_) | Err(Error::NotFound) => return Err(unknown().into()),
        Err(other) => return Err(other),
    };
    agrees(whole, &found)?;
    if !matches!(whole.status, Status::Paid | Status::Refused) {
        return Ok(Cow::Owned(Vec::new()));
    }
    let sent = store::sent_of(c, book_id, batch).await?;
    Ok(Cow::Owned(sent.into_iter().map(|payment| line(head, whole, payment)).collect()))
}

fn agrees(whole: &WholeAnswer, found: &Batch) -> Result<(), Refusal> {
    if let Some(said) = whole.count.filter(|said| i64::try_from(*said) != Ok(found.payments)) {
        return Err(Refusal::new("bank_count_differs").with("said", said).with("found", found.payments));
    }
    match whole.sum_fen {
        Some(said) if said != found.sum => {
            Err(Refusal::new("bank_sum_differs").with("said", said.plain()).with("found", found.sum.plain()))
        }
        _ => Ok(()),
    }
}

/// The batch that a bank names by the name under which it went out, if it is one of this book. One part of a batch that
/// went out as several files is not the whole.
fn named_batch(head: &Head, written: &str) -> Option<i64> {
    let position = written.trim().strip_prefix(head.code.as_str())?.strip_prefix('-')?;
    let is_number = position.bytes().all(|byte| byte.is_ascii_digit()) && !position.starts_with('0');
    is_number.then(|| position.parse().ok())?
}

/// What the answer says of one payment: its status, and neither amount nor account.
fn line(head: &Head, whole: &WholeAnswer, payment: i64) -> BankLine {
    BankLine {
        line: 1,
        payment_id: Some(payment_name(head, payment)),
        batch: Some(whole.batch.clone()),
        account_name: String::new(),
        account_number: String::new(),
        amount_fen: None,
        status: whole.status.clone(),
        kind: LineKind::Payment,
        side: Side::Debit,
        reason: whole.reason.clone(),
        bank_serial: None,
        voucher_number: None,
        completed_on: whole.completed_on,
        balance_after_fen: None,
    }
}
