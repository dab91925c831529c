//! Who is signed in. A session is known by the SHA-256 of its token; the token is only in the browser.

use sea_orm::{ConnectionTrait, EntityTrait};

use crate::db::constraint::refused_or_internal;
use crate::db::entity::sessions;
use crate::db::sql;
use crate::journal::ActorUid;
use crate::kernel::Result;
use crate::kernel::instant::Instant;

/// A session as the office keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the token, hex.
    pub token_hash: String,
    /// Who signed in.
    pub actor_uid: ActorUid,
    /// The book that was chosen.
    pub book_id: Option<i64>,
    /// When it began.
    pub created_at: Instant,
    /// The last request in it, to within some seconds.
    pub seen_at: Instant,
    /// Network address at sign-in.
    pub address: String,
    /// What the browser called itself at sign-in.
    pub agent: String,
}

/// Begins a session.
pub async fn insert(c: &impl ConnectionTrait, session: &Session) -> Result<()> {
    sql::run(
        c,
        "INSERT INTO sessions (token_hash, actor_uid, book_id, created_at_ms, seen_at_ms, address, agent)
         VALUES (?, ?, ?, ?, ?, ?, ?)",
        vec![
            session.token_hash.clone().into(),
            session.actor_uid.clone().into(),
            session.book_id.into(),
            session.created_at.get().into(),
            session.seen_at.get().into(),
            session.address.clone().into(),
            session.agent.clone().into(),
        ],
    )
    .await
    .map(|_| ())
}

/// The session of a token hash, expired or not.
pub async fn by_hash(c: &impl ConnectionTrait, token_hash: &str) -> Result<Option<Session>> {
    let row = sessions::Entity::find_by_id(token_hash).one(c).await.map_err(refused_or_internal)?;
    Ok(row.map(|row| Session {
        token_hash: row.token_hash,
        actor_uid: row.actor_uid,
        book_id: row.book_id,
        created_at: Instant::new(row.created_at_ms),
        seen_at: Instant::new(row.seen_at_ms),
        address: row.address,
        agent: row.agent,
    }))
}

/// Writes down that the session is in use.
pub async fn touch(c: &impl ConnectionTrait, token_hash: &str, now: Instant) -> Result<()> {
    let values = vec![now.get().into(), token_hash.into()];
    sql::run(c, "UPDATE sessions SET seen_at_ms = ? WHERE token_hash = ?", values).await.map(|_| ())
}

/// Chooses the book of a session.
pub async fn choose_book(c: &impl ConnectionTrait, token_hash: &str, book_id: i64) -> Result<()> {
    let values = vec![book_id.into(), token_hash.into()];
    sql::run(c, "UPDATE sessions SET book_id = ? WHERE token_hash = ?", values).await.map(|_| ())
}

/// Ends a session.
pub async fn delete(c: &impl ConnectionTrait, token_hash: &str) -> Result<()> {
    sql::run(c, "DELETE FROM sessions WHERE token_hash = ?", vec![token_hash.into()]).await.map(|_| ())
}

/// Ends all sessions of somebody.
pub async fn delete_of(c: &impl ConnectionTrait, actor_uid: &str) -> Result<()> {
    sql::run(c, "DELETE FROM sessions WHERE actor_uid = ?", vec![actor_uid.into()]).await.map(|_| ())
}

/// Sweeps out sessions not seen since, or begun before, these instants.
pub async fn sweep(c: &impl ConnectionTrait, idle_since: Instant, begun_before: Instant) -> Result<()> {
    let values = vec![idle_since.get().into(), begun_before.get().into()];
    sql::run(c, "DELETE FROM sessions WHERE seen_at_ms <= ? OR created_at_ms <= ?", values).await.map(|_| ())
}
