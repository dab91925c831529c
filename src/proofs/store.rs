//! What is proven, read at one moment.

use sea_orm::ConnectionTrait;

use crate::grants::{self, Grant};
use crate::journal::{self, Head, Keeper, Recorded};
use crate::kernel::note::Proof;
use crate::kernel::tree::verify_inclusion;
use crate::kernel::{Error, Result};
use crate::policies::{self, Policy};

/// A grant and the proof of what stands in it.
#[derive(Debug, Clone)]
pub struct Proven {
    /// The grant.
    pub grant: Grant,
    /// Its policy.
    pub policy: Policy,
    /// The event that fixed what stands in it.
    pub event: Recorded,
    /// The proof; none where this machine cannot sign for the book.
    pub proof: Option<Proof>,
    /// Events in the book.
    pub size: i64,
}

/// What whoever holds a paper may know of the grant.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The book.
    pub head: Head,
    /// The grant as it stands now.
    pub grant: Grant,
    /// Its policy.
    pub policy: Policy,
    /// The event on the paper.
    pub event: Recorded,
    /// Whether the event's bytes hash to the leaf and that leads to the root of the book.
    pub holds: bool,
    /// Whether the grant was changed after the event on the paper.
    pub is_changed: bool,
}

/// Proves a grant: signs the head and leads from the event that fixed its content to the signed root.
///
/// # Errors
/// `NotFound`; those of signing other than a missing key.
pub async fn prove(c: &impl ConnectionTrait, keeper: &Keeper, book_id: i64, grant: i64) -> Result<Proven> {
    let head = Head::read(c, book_id).await?;
    let grant = grants::grant(c, book_id, grant).await?.ok_or(Error::NotFound)?;
    let policy = policies::by_id(c, book_id, grant.content.policy).await?.ok_or(Error::NotFound)?;
    let event = journal::event(c, book_id, grant.content_position).await?;
    let proof = if keeper.can_sign(&head) { Some(proof(c, keeper, &head, &event).await?) } else { None };
    Ok(Proven { grant, policy, event, proof, size: head.position })
}

async fn proof(c: &impl ConnectionTrait, keeper: &Keeper, head: &Head, event: &Recorded) -> Result<Proof> {
    let checkpoint = keeper.sign(c, head).await?;
    Ok(Proof {
        record: event.leaf_input(&head.book_uid),
        index: u64::try_from(event.position - 1).map_err(Error::internal)?,
        hashes: journal::inclusion(c, head, event.position, head.position).await?,
        checkpoint,
    })
}

/// The grant of a paper; nothing if the leaf is not the one at this position, so that nobody finds grants by counting.
///
/// # Errors
/// `NotFound`.
pub async fn standing(c: &impl ConnectionTrait, code: &str, position: i64, leaf: &str) -> Result<Standing> {
    let head = Head::by_code(c, code).await?;
    let event = journal::event(c, head.book_id, position).await?;
    if event.leaf.to_string() != leaf.to_ascii_lowercase() {
        return Err(Error::NotFound);
    }
    let id = grant_of(&event).ok_or(Error::NotFound)?;
    let grant = grants::grant(c, head.book_id, id).await?.ok_or(Error::NotFound)?;
    let policy = policies::by_id(c, head.book_id, grant.content.policy).await?.ok_or(Error::NotFound)?;
    let hashes = journal::inclusion(c, &head, position, head.position).await?;
    let index = u64::try_from(position - 1).map_err(Error::internal)?;
    let leads = verify_inclusion(event.leaf, index, head.edge.size(), &hashes, head.root()).is_ok();
    let holds = leads && event.expected_leaf(&head.book_uid) == event.leaf;
    let is_changed = grant.content_position != position;
    Ok(Standing { head, grant, policy, event, holds, is_changed })
}

/// The grant whose content an event fixed.
fn grant_of(event: &Recorded) -> Option<i64> {
    match event.kind.as_str() {
        "grant_recorded" | "grant_imported" | "correction_approved" => Some(event.position),
        "grant_edited" | "grant_reduced" => {
            let payload: serde_json::Value = serde_json::from_slice(&event.payload).ok()?;
            payload.get("grant")?.as_i64()
        }
        _ => None,
    }
}
