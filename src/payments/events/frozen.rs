//! What is signed does not change: a later feature says what, and payments keep to it.

use crate::db::entity::freezes;
use crate::journal::Tx;
use crate::kernel::Result;
use crate::payments::store::Frozen;

/// Freezes what a reconciliation signed, under its id.
pub async fn freeze(tx: &mut Tx, id: i64, frozen: Frozen) -> Result<()> {
    let mut row = freezes::Model {
        book_id: tx.book_id(),
        id,
        batch: None,
        paying_account: None,
        from_on: None,
        to_on: None,
        lifted_position: None,
    };
    match frozen {
        Frozen::Batch(batch) => row.batch = Some(batch),
        Frozen::Days(account, from, to) => {
            row.paying_account = Some(account);
            row.from_on = Some(from.to_string());
            row.to_on = Some(to.to_string());
        }
    }
    tx.insert(vec![row]).await
}

/// Lets what a reconciliation froze change again, from a position on.
pub async fn thaw(tx: &mut Tx, id: i64, position: i64) -> Result<()> {
    tx.run(
        "UPDATE freezes SET lifted_position = ? WHERE book_id = ? AND id = ?",
        vec![position.into(), tx.book_id().into(), id.into()],
    )
    .await
    .map(|_| ())
}
