//! The one-time link of the first start, known by the SHA-256 of its token.

use sea_orm::{ConnectionTrait, EntityTrait};

use crate::db::constraint::refused_or_internal;
use crate::db::entity::setup_links;
use crate::db::sql;
use crate::kernel::Result;
use crate::kernel::instant::Instant;

/// Puts a new link in the place of all earlier ones.
pub async fn replace(c: &impl ConnectionTrait, token_hash: &str, now: Instant) -> Result<()> {
    sql::run(c, "DELETE FROM setup_links", vec![]).await?;
    let values = vec![token_hash.into(), now.get().into()];
    sql::run(c, "INSERT INTO setup_links (token_hash, created_at_ms) VALUES (?, ?)", values).await.map(|_| ())
}

/// When an unused link was made.
pub async fn unused(c: &impl ConnectionTrait, token_hash: &str) -> Result<Option<Instant>> {
    let row = setup_links::Entity::find_by_id(token_hash).one(c).await.map_err(refused_or_internal)?;
    Ok(row.filter(|row| row.used_at_ms.is_none()).map(|row| Instant::new(row.created_at_ms)))
}

/// Uses a link up; tells whether this call did, for of two at once only one may.
pub async fn take(c: &impl ConnectionTrait, token_hash: &str, now: Instant) -> Result<bool> {
    let statement = "UPDATE setup_links SET used_at_ms = ? WHERE token_hash = ? AND used_at_ms IS NULL";
    Ok(sql::run(c, statement, vec![now.get().into(), token_hash.into()]).await? == 1)
}

/// Gives a link back whose use came to nothing.
pub async fn give_back(c: &impl ConnectionTrait, token_hash: &str) -> Result<()> {
    let statement = "UPDATE setup_links SET used_at_ms = NULL WHERE token_hash = ?";
    sql::run(c, statement, vec![token_hash.into()]).await.map(|_| ())
}
