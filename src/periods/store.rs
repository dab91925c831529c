//! Which months are closed, out of their table.

use sea_orm::{ConnectionTrait, FromQueryResult};

use super::rules::{Closed, Month};
use crate::db::entity::periods as rows;
use crate::db::sql;
use crate::journal::Desk;
use crate::kernel::dates::Day;
use crate::kernel::instant::Instant;
use crate::kernel::{Error, Result};

/// A month that was closed once, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// The month.
    pub month: Month,
    /// Whether it is closed; else it was opened again.
    pub is_closed: bool,
    /// Who brought it there.
    pub actor_uid: String,
    /// When.
    pub at: Instant,
    /// By which event.
    pub position: i64,
}

/// Up to which month the book is closed, as it stands.
pub async fn closed(c: &impl ConnectionTrait, book_id: i64) -> Result<Closed> {
    let query = "SELECT * FROM periods WHERE book_id = ? AND state = 'closed' ORDER BY month DESC LIMIT 1";
    let last: Option<rows::Model> = sql::one(c, query, vec![book_id.into()]).await?;
    Ok(Closed::until(last.map(|row| month(&row.month)).transpose()?))
}

#[derive(Debug, FromQueryResult)]
struct Count {
    n: i64,
}

/// Whether a month was ever opened again.
pub async fn was_reopened(c: &impl ConnectionTrait, book_id: i64) -> Result<bool> {
    let query = "SELECT COUNT(*) AS n FROM period_steps WHERE book_id = ? AND state = 'open'";
    let found: Option<Count> = sql::one(c, query, vec![book_id.into()]).await?;
    Ok(found.is_some_and(|row| row.n > 0))
}

/// The day on which something takes effect that should do so on the wanted one: the first open day not before it.
pub async fn effective_day(desk: &Desk, wanted: Day) -> Result<Day> {
    Ok(closed(desk.tx.connection(), desk.book_id()).await?.effective(wanted))
}

/// Holds that something may take effect on a day.
///
/// # Errors
/// `period_closed` (`month`, `on`, `open`).
pub async fn must_be_open(desk: &Desk, day: Day) -> Result<()> {
    Ok(closed(desk.tx.connection(), desk.book_id()).await?.must_be_open(day)?)
}

#[derive(Debug, FromQueryResult)]
struct Row {
    month: String,
    state: String,
    position: i64,
    actor_uid: String,
    at_ms: i64,
}

/// The months that were ever closed, the newest first.
pub async fn periods(c: &impl ConnectionTrait, book_id: i64) -> Result<Vec<Period>> {
    let query = "SELECT p.month, p.state, p.position, s.actor_uid, s.at_ms FROM periods p
        JOIN period_steps s ON s.book_id = p.book_id AND s.month = p.month AND s.position = p.position
        WHERE p.book_id = ? ORDER BY p.month DESC";
    let read = |row: Row| {
        Ok(Period {
            month: month(&row.month)?,
            is_closed: row.state == "closed",
            actor_uid: row.actor_uid,
            at: Instant::new(row.at_ms),
            position: row.position,
        })
    };
    sql::all::<Row>(c, query, vec![book_id.into()]).await?.into_iter().map(read).collect()
}

fn month(text: &str) -> Result<Month> {
    Month::parse(text).map_err(Error::internal)
}
