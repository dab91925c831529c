//! A checkpoint a day, whether anybody asks for one or not: history that is rewritten later contradicts it.

use super::checkpoint::Keeper;
use super::door::Door;
use super::head::Head;
use crate::kernel::Result;

/// Signs the head of every book whose last checkpoint is of an earlier day; returns how many it signed. Books without a
/// key here, and those that are open for reading only, are left out.
pub async fn sign_due(door: &Door, keeper: &Keeper) -> Result<usize> {
    let (c, today) = (&door.db.read, door.surroundings.clock.now().day());
    let mut signed = 0;
    for head in Head::all(c).await? {
        if !keeper.can_sign(&head) || door.closed_for_writing(head.book_id).is_some() {
            continue;
        }
        let last = keeper.last(c, &head).await?;
        let is_due = last.is_none_or(|last| last.at.day() < today && last.checkpoint.size < head.edge.size());
        if is_due {
            keeper.sign(c, &head).await?;
            signed += 1;
        }
    }
    Ok(signed)
}
