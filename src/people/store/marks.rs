//! What is remembered of the installation as a whole.

use sea_orm::{ConnectionTrait, EntityTrait};

use crate::db::constraint::refused_or_internal;
use crate::db::entity::office_marks;
use crate::db::sql;
use crate::kernel::Result;
use crate::kernel::instant::Instant;

/// The data is invented, and every page says so.
pub const DEMONSTRATION: &str = "demonstration";

/// Sets a mark; it stays.
pub async fn set(c: &impl ConnectionTrait, name: &str, now: Instant) -> Result<()> {
    let statement = "INSERT INTO office_marks (name, marked_at_ms) VALUES (?, ?) ON CONFLICT (name) DO NOTHING";
    sql::run(c, statement, vec![name.into(), now.get().into()]).await.map(|_| ())
}

/// Whether a mark is set.
pub async fn is_set(c: &impl ConnectionTrait, name: &str) -> Result<bool> {
    office_marks::Entity::find_by_id(name).one(c).await.map(|row| row.is_some()).map_err(refused_or_internal)
}
