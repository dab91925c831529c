//! Of several batches for which a line of a statement may stand, a person chooses one.

use serde::{Deserialize, Serialize};

use super::settle::{open_difference, open_line};
use super::stands::Standing;
use crate::journal::{self, Ask, Door};
use crate::kernel::{Error, Refusal, Result};
use crate::payments::events::{BankLineRead, KIND_BANK_LINE_MATCHED, LineMatched};
use crate::payments::files::Side;
use crate::payments::rules::{BatchState, Name};
use crate::payments::store;
use crate::people::{Role, must};

/// For which batch a line shall stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choosing {
    /// The bank's line.
    pub line: i64,
    /// The batch.
    pub batch: i64,
}

/// Says for which batch a line stands, one of those that were found for it: its payments are told by it from now on, and
/// what differed is settled. Cashiers and reviewers.
///
/// # Errors
/// `not_open` (`state`), `reconciliation_signed`, `batch_not_offered` (`batch`), `batch_does_not_fit` (`batch`, `amount`);
/// `NotFound`.
pub async fn choose_batch(door: &Door, ask: Ask, choosing: Choosing) -> Result<Choosing> {
    door.command(ask, &choosing, move |desk| {
        Box::pin(async move {
            must(desk, &[Role::Cashier, Role::Reviewer]).await?;
            let (c, book_id) = (desk.tx.connection(), desk.book_id());
            let Choosing { line: id, batch } = choosing;
            open_difference(desk, id, Name::MissingInBook).await?;
            open_line(desk, id).await?;
            let read: BankLineRead = journal::event(c, book_id, id).await?.payload()?;
            let is_released = store::batch(c, book_id, batch).await?.state == BatchState::Released;
            if !is_released || !read.batches.contains(&batch) {
                return Err(Refusal::new("batch_not_offered").with("batch", batch).into());
            }
            let amount = read.amount.ok_or(Error::NotFound)?;
            let side = Side::of_word(&read.side);
            let standing = Standing::of(store::bank_file(c, book_id, read.file).await?.paying_account);
            // Since the file was loaded another line may have told of it, or the bank refused a part.
            let stands_for = standing.of_batch(desk, side, batch, amount).await?;
            let stands_for = stands_for.ok_or_else(|| {
                Refusal::new("batch_does_not_fit").with("batch", batch).with("amount", amount.grouped())
            })?;
            desk.emit(KIND_BANK_LINE_MATCHED, 1, &LineMatched { line: id, stands_for })?;
            Ok(choosing)
        })
    })
    .await
}
