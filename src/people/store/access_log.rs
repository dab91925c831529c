//! Who came in, who went out, what was refused.

use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder, QuerySelect};

use crate::db::constraint::refused_or_internal;
use crate::db::entity::access_log;
use crate::db::sql;
use crate::journal::ActorUid;
use crate::kernel::Result;
use crate::kernel::instant::Instant;

/// A line of the access log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// When.
    pub at: Instant,
    /// Who; empty where nobody was signed in.
    pub actor_uid: ActorUid,
    /// In which book, if in one.
    pub book_id: Option<i64>,
    /// What was asked: a verb, or method and path.
    pub what: String,
    /// `done` or `refused`.
    pub outcome: String,
    /// A code or a name; never a password.
    pub detail: String,
    /// Network address; empty for the machine itself.
    pub address: String,
}

/// Adds a line.
pub async fn insert(c: &impl ConnectionTrait, id: &str, access: &Access) -> Result<()> {
    sql::run(
        c,
        "INSERT INTO access_log (id, at_ms, actor_uid, book_id, what, outcome, detail, address)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        vec![
            id.into(),
            access.at.get().into(),
            access.actor_uid.clone().into(),
            access.book_id.into(),
            access.what.clone().into(),
            access.outcome.clone().into(),
            access.detail.clone().into(),
            access.address.clone().into(),
        ],
    )
    .await
    .map(|_| ())
}

/// The newest lines.
pub async fn newest(c: &impl ConnectionTrait, limit: u64) -> Result<Vec<Access>> {
    let rows = access_log::Entity::find()
        .order_by_desc(access_log::Column::AtMs)
        .order_by_desc(access_log::Column::Id)
        .limit(limit)
        .all(c)
        .await
        .map_err(refused_or_internal)?;
    Ok(rows
        .into_iter()
        .map(|row| Access {
            at: Instant::new(row.at_ms),
            actor_uid: row.actor_uid,
            book_id: row.book_id,
            what: row.what,
            outcome: row.outcome,
            detail: row.detail,
            address: row.address,
        })
        .collect())
}
