//! When and where lists were put up.

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::db::sql;
use crate::db::sql::day;
use crate::journal::ActorUid;
use crate::kernel::Result;
use crate::kernel::dates::Day;
use crate::kernel::instant::Instant;

/// A list that was put up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// Position of its event.
    pub id: i64,
    /// First day.
    pub starts_on: Day,
    /// Last day.
    pub ends_on: Day,
    /// Where.
    pub place: String,
    /// Who noted it.
    pub noted_by: ActorUid,
    /// When.
    pub noted_at: Instant,
    /// How many grants stood on it.
    pub grants: i64,
}

/// When and where the list of a filing was put up, the first time first.
pub async fn publications(c: &impl ConnectionTrait, book_id: i64, filing: i64) -> Result<Vec<Publication>> {
    #[derive(FromQueryResult)]
    struct Row {
        id: i64,
        starts_on: String,
        ends_on: String,
        place: String,
        noted_by: ActorUid,
        noted_at_ms: i64,
        grants: i64,
    }
    let query = "SELECT p.id, p.starts_on, p.ends_on, p.place, p.noted_by, p.noted_at_ms,
             (SELECT COUNT(*) FROM publication_grants g WHERE g.book_id = p.book_id AND g.publication = p.id) AS grants
         FROM publications p WHERE p.book_id = ? AND p.filing = ? ORDER BY p.starts_on, p.id";
    let rows: Vec<Row> = sql::all(c, query, vec![book_id.into(), filing.into()]).await?;
    let view = |row: Row| {
        Ok(Publication {
            starts_on: day(&row.starts_on)?,
            ends_on: day(&row.ends_on)?,
            id: row.id,
            place: row.place,
            noted_by: row.noted_by,
            noted_at: Instant::new(row.noted_at_ms),
            grants: row.grants,
        })
    };
    rows.into_iter().map(view).collect()
}
