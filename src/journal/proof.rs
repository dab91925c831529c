//! Roots and proofs for any size that the book ever had, from O(log n) rows.

use sea_orm::ConnectionTrait;

use super::head::{Head, read_tile};
use crate::kernel::tile::{Tiles, needs};
use crate::kernel::tree::{Hash, Range, consistency_plan, inclusion_plan, root_plan};
use crate::kernel::{Error, Result};

async fn compute(c: &impl ConnectionTrait, head: &Head, plan: &[Range]) -> Result<Vec<Hash>> {
    let size = head.edge.size();
    let mut tiles = Tiles::new();
    for id in needs(plan) {
        tiles.insert(id, read_tile(c, head.book_id, id, size).await?);
    }
    Ok(tiles.compute(plan)?)
}

fn size(position: i64) -> Result<u64> {
    u64::try_from(position).map_err(Error::internal)
}

/// The root when the book had `at` events.
pub async fn root_at(c: &impl ConnectionTrait, head: &Head, at: i64) -> Result<Hash> {
    let plan = root_plan(size(at)?);
    let hashes = compute(c, head, &plan).await?;
    Ok(hashes.first().copied().unwrap_or_else(|| crate::kernel::tree::Edge::new().root()))
}

/// The proof that the event at `position` is in the tree of `at` events.
pub async fn inclusion(c: &impl ConnectionTrait, head: &Head, position: i64, at: i64) -> Result<Vec<Hash>> {
    let plan = inclusion_plan(size(position - 1)?, size(at)?).map_err(Error::internal)?;
    compute(c, head, &plan).await
}

/// The proof that the tree of `new` events extends the tree of `old`.
pub async fn consistency(c: &impl ConnectionTrait, head: &Head, old: i64, new: i64) -> Result<Vec<Hash>> {
    let plan = consistency_plan(size(old)?, size(new)?).map_err(Error::internal)?;
    compute(c, head, &plan).await
}
