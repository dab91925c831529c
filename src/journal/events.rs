//! The journal's own events: a book's beginning, who acts, what was erased, keys, reopening after a loss.

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use super::event::{Actor, Recorded};
use super::registry::Applier;
use super::tx::Tx;
use crate::db::entity::actors;
use crate::kernel::{Error, Result};

/// Event 1 of every book.
pub const KIND_BOOK_CREATED: &str = "book_created";
/// Who an actor is, before the actor's first event and whenever that changes.
pub const KIND_ACTOR_SEEN: &str = "actor_seen";
/// A sealed value was erased on a person's lawful request.
pub const KIND_PRIVATE_ERASED: &str = "private_erased";
/// Checkpoints are signed with another key from here on.
pub const KIND_KEY_ROTATED: &str = "key_rotated";
/// The book goes on although it is shorter than a checkpoint that was handed out.
pub const KIND_BOOK_REOPENED: &str = "book_reopened";

/// What event 1 says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookCreated {
    /// Code by which people call the book.
    pub code: String,
    /// 128 random bits in hex.
    pub book_uid: String,
    /// Name on paper.
    pub name: String,
    /// Administrative division, GB/T 2260.
    pub division: String,
    /// First line of its checkpoints.
    pub origin: String,
    /// Verifier key of its checkpoints (C2SP signed note), empty if none is kept here.
    pub public_key: String,
}

/// Who an actor is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActorSeen(pub Actor);

/// Which sealed value is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrivateErased {
    /// Position of the event whose value it was.
    pub position: i64,
    /// Which of its values.
    pub slot: String,
    /// On whose request, under which rule.
    pub reason: String,
}

/// The new key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRotated {
    /// Verifier key from here on.
    pub public_key: String,
}

/// What was lost and accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookReopened {
    /// Origin of checkpoints from here on: the old one with a suffix.
    pub origin: String,
    /// Size of the checkpoint that the book could not reach.
    pub lost_size: i64,
    /// Its root, hex.
    pub lost_root: String,
    /// Login of the auditor who agreed.
    pub auditor: String,
}

/// The journal's part in replay.
pub static APPLIER: Applier = Applier {
    feature: "journal",
    kinds: &[
        (KIND_BOOK_CREATED, 1),
        (KIND_ACTOR_SEEN, 1),
        (KIND_PRIVATE_ERASED, 1),
        (KIND_KEY_ROTATED, 1),
        (KIND_BOOK_REOPENED, 1),
    ],
    slots: &[],
    apply,
};

fn apply<'a>(tx: &'a mut Tx, events: &'a [Recorded]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        for event in events {
            match event.kind.as_str() {
                KIND_BOOK_CREATED => created(tx, &event.payload()?).await?,
                KIND_ACTOR_SEEN => seen(tx, event).await?,
                KIND_PRIVATE_ERASED => erased(tx, &event.payload()?).await?,
                KIND_KEY_ROTATED => {
                    let rotated: KeyRotated = event.payload()?;
                    set(tx, "public_key", rotated.public_key).await?;
                }
                KIND_BOOK_REOPENED => {
                    let reopened: BookReopened = event.payload()?;
                    set(tx, "origin", reopened.origin).await?;
                }
                other => return Err(Error::internal(format!("journal does not apply {other}"))),
            }
        }
        Ok(())
    })
}

async fn created(tx: &mut Tx, book: &BookCreated) -> Result<()> {
    tx.run(
        "UPDATE books SET code = ?, book_uid = ?, name = ?, division = ?, origin = ?, public_key = ? WHERE book_id = ?",
        vec![
            book.code.clone().into(),
            book.book_uid.clone().into(),
            book.name.clone().into(),
            book.division.clone().into(),
            book.origin.clone().into(),
            book.public_key.clone().into(),
            tx.book_id().into(),
        ],
    )
    .await
    .map(|_| ())
}

async fn seen(tx: &mut Tx, event: &Recorded) -> Result<()> {
    let ActorSeen(actor) = event.payload()?;
    let row = actors::Model {
        book_id: tx.book_id(),
        position: event.position,
        actor_uid: actor.uid,
        person: actor.person,
        login: actor.login,
        name: actor.name,
    };
    tx.insert(vec![row]).await
}

async fn erased(tx: &mut Tx, erased: &PrivateErased) -> Result<()> {
    tx.run(
        "DELETE FROM private WHERE book_id = ? AND position = ? AND slot = ?",
        vec![tx.book_id().into(), erased.position.into(), erased.slot.clone().into()],
    )
    .await
    .map(|_| ())
}

async fn set(tx: &mut Tx, column: &'static str, value: String) -> Result<()> {
    let statement = format!("UPDATE books SET {column} = ? WHERE book_id = ?");
    tx.run(&statement, vec![value.into(), tx.book_id().into()]).await.map(|_| ())
}
