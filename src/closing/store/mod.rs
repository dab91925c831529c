//! Closings and reopenings out of their tables; what they were prepared with, out of their events.

mod checklist;
mod monthly;

pub use checklist::{Checklist, checklist, facts, next_month, serves, verified};
pub use monthly::{Moved, moved};

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::events::ClosingPrepared;
use crate::db::constraint::refused_or_internal;
use crate::db::entity::{closings as closing_rows, reopenings as reopening_rows};
use crate::journal;
use crate::kernel::instant::Instant;
use crate::kernel::tree::Hash;
use crate::kernel::{Error, Result};
pub use crate::people::digest_of_one as digest;
use crate::periods::Month;

/// Months that somebody wanted closed, as that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// Position of its event.
    pub id: i64,
    /// First month.
    pub first: Month,
    /// Last month.
    pub last: Month,
    /// `prepared`, `closed` or `refused`.
    pub state: String,
    /// Why it was refused.
    pub refused_because: String,
    /// Leaf of its event.
    pub leaf: Hash,
    /// Who prepared and who decided.
    pub by: Signed,
}

/// A month that somebody wanted opened again, as that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reopening {
    /// Position of its event.
    pub id: i64,
    /// The month.
    pub month: Month,
    /// `prepared`, `opened` or `refused`.
    pub state: String,
    /// Why it was wanted.
    pub reason: String,
    /// Why it was refused.
    pub refused_because: String,
    /// Leaf of its event.
    pub leaf: Hash,
    /// Who prepared and who decided.
    pub by: Signed,
}

/// Who prepared something and who decided on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// Who prepared it.
    pub prepared_by: String,
    /// The person behind.
    pub prepared_person: String,
    /// When.
    pub prepared_at: Instant,
    /// Who decided.
    pub reviewed_by: Option<String>,
    /// When.
    pub reviewed_at: Option<Instant>,
}

fn leaf(bytes: &[u8]) -> Result<Hash> {
    Hash::from_slice(bytes).map_err(Error::internal)
}

fn month(text: &str) -> Result<Month> {
    Month::parse(text).map_err(Error::internal)
}

fn closing_of(row: closing_rows::Model) -> Result<Closing> {
    Ok(Closing {
        id: row.id,
        first: month(&row.first_month)?,
        last: month(&row.last_month)?,
        state: row.state,
        refused_because: row.refused_because,
        leaf: leaf(&row.leaf_hash)?,
        by: Signed {
            prepared_by: row.prepared_by,
            prepared_person: row.prepared_person,
            prepared_at: Instant::new(row.prepared_at_ms),
            reviewed_by: row.reviewed_by,
            reviewed_at: row.reviewed_at_ms.map(Instant::new),
        },
    })
}

fn reopening_of(row: reopening_rows::Model) -> Result<Reopening> {
    Ok(Reopening {
        id: row.id,
        month: month(&row.month)?,
        state: row.state,
        reason: row.reason,
        refused_because: row.refused_because,
        leaf: leaf(&row.leaf_hash)?,
        by: Signed {
            prepared_by: row.prepared_by,
            prepared_person: row.prepared_person,
            prepared_at: Instant::new(row.prepared_at_ms),
            reviewed_by: row.reviewed_by,
            reviewed_at: row.reviewed_at_ms.map(Instant::new),
        },
    })
}

/// One closing.
///
/// # Errors
/// `NotFound`.
pub async fn closing(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<Closing> {
    let row = closing_rows::Entity::find_by_id((book_id, id)).one(c).await.map_err(refused_or_internal)?;
    closing_of(row.ok_or(Error::NotFound)?)
}

/// What a closing was prepared with.
pub async fn prepared(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<ClosingPrepared> {
    journal::event(c, book_id, id).await?.payload()
}

/// The newest closings, the newest first.
pub async fn closings(c: &impl ConnectionTrait, book_id: i64, limit: u64) -> Result<Vec<Closing>> {
    let query = closing_rows::Entity::find().filter(closing_rows::Column::BookId.eq(book_id));
    let rows = query.order_by_desc(closing_rows::Column::Id).limit(limit).all(c).await.map_err(refused_or_internal)?;
    rows.into_iter().map(closing_of).collect()
}

/// One reopening.
///
/// # Errors
/// `NotFound`.
pub async fn reopening(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<Reopening> {
    let row = reopening_rows::Entity::find_by_id((book_id, id)).one(c).await.map_err(refused_or_internal)?;
    reopening_of(row.ok_or(Error::NotFound)?)
}

/// The newest reopenings, the newest first.
pub async fn reopenings(c: &impl ConnectionTrait, book_id: i64, limit: u64) -> Result<Vec<Reopening>> {
    let query = reopening_rows::Entity::find().filter(reopening_rows::Column::BookId.eq(book_id));
    let rows =
        query.order_by_desc(reopening_rows::Column::Id).limit(limit).all(c).await.map_err(refused_or_internal)?;
    rows.into_iter().map(reopening_of).collect()
}

/// How many closings and reopenings wait for another person than this one.
pub async fn to_decide(c: &impl ConnectionTrait, book_id: i64, person: &str) -> Result<i64> {
    let closing = closings(c, book_id, 1).await?.into_iter().filter(|one| one.state == "prepared");
    let opening = reopenings(c, book_id, 1).await?.into_iter().filter(|one| one.state == "prepared");
    let preparers = closing.map(|one| one.by).chain(opening.map(|one| one.by));
    let waiting = preparers.filter(|by| by.prepared_person != person).count();
    i64::try_from(waiting).map_err(Error::internal)
}
