//! A new signing key for a book: because the old one may be known to somebody, or because a year is over.

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use super::checkpoint::Keeper;
use super::desk::Desk;
use super::door::{Ask, Door};
use super::events::{KIND_KEY_ROTATED, KeyRotated};
use super::head::Head;
use crate::kernel::Result;

#[derive(Debug, Serialize, Deserialize)]
struct Rotated {
    book: i64,
}

/// Gives a book a new key, which signs its head at once; what the old one signed stays valid. `guard` proves that the
/// actor may.
///
/// # Errors
/// The guard's; `signing_key_missing` (`book`) and `signing_key_other` (`book`) where this machine cannot sign for it.
pub async fn rotate(
    door: &Door,
    keeper: &Keeper,
    head: &Head,
    ask: Ask,
    guard: impl for<'d> Fn(&'d Desk) -> BoxFuture<'d, Result<()>> + Send + Sync + 'static,
) -> Result<Head> {
    // Whoever has not the old key has no business with the new one; and what stood before is signed by the old one.
    keeper.sign(&door.db.read, head).await?;
    let public_key = keeper.make_next_key(&head.origin, door.surroundings.chance.as_ref())?;
    let guard = std::sync::Arc::new(guard);
    let rotated = KeyRotated { public_key };
    let content = rotated.clone();
    door.command(ask, &content, move |desk| {
        let (rotated, guard) = (rotated.clone(), std::sync::Arc::clone(&guard));
        Box::pin(async move {
            guard(desk).await?;
            desk.emit(KIND_KEY_ROTATED, 1, &rotated)?;
            Ok(Rotated { book: desk.book_id() })
        })
    })
    .await?;
    let head = Head::read(&door.db.read, head.book_id).await?;
    keeper.sign(&door.db.read, &head).await?;
    Ok(head)
}
