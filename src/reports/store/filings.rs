//! Filed reports out of their table.

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::db::entity::report_filings as rows;
use crate::db::sql;
use crate::db::sql::day;
use crate::kernel::dates::Day;
use crate::kernel::instant::Instant;
use crate::kernel::money::Unit;
use crate::kernel::tree::Hash;
use crate::kernel::{Error, Result};
use crate::reports::rules::{FilingState, parse_unit};

/// Filings on one page of the list.
const LISTED: usize = 50;

/// A report that was handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filing {
    /// Position of its event.
    pub id: i64,
    /// Which report.
    pub report: String,
    /// Effective day.
    pub as_of: Day,
    /// Position.
    pub at: i64,
    /// In which unit it is printed.
    pub unit: Unit,
    /// How many rows it has.
    pub rows: i64,
    /// SHA-256 of what is kept.
    pub content: String,
    /// How it stands.
    pub state: FilingState,
    /// Why it was refused.
    pub refused_because: String,
    /// Leaf of its event.
    pub leaf: Hash,
    /// The person who filed it.
    pub prepared_person: String,
    /// 制表.
    pub prepared_name: String,
    /// When.
    pub prepared_at: Instant,
    /// 复核, or who refused it.
    pub reviewed_name: Option<String>,
    /// When.
    pub reviewed_at: Option<Instant>,
}

fn view(row: rows::Model) -> Result<Filing> {
    let state = FilingState::from_code(&row.state);
    Ok(Filing {
        state: state.ok_or_else(|| Error::internal(format!("no report is {}", row.state)))?,
        as_of: day(&row.as_of)?,
        unit: parse_unit(&row.unit).map_err(Error::internal)?,
        leaf: Hash::from_slice(&row.leaf_hash).map_err(Error::internal)?,
        id: row.id,
        report: row.report,
        at: row.at_position,
        rows: row.rows_count,
        content: row.content_sha256,
        refused_because: row.refused_because,
        prepared_person: row.prepared_person,
        prepared_name: row.prepared_name,
        prepared_at: Instant::new(row.prepared_at_ms),
        reviewed_name: row.reviewed_name,
        reviewed_at: row.reviewed_at_ms.map(Instant::new),
    })
}

/// The filing with this id.
///
/// # Errors
/// `NotFound`.
pub async fn filing(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<Filing> {
    let query = "SELECT * FROM report_filings WHERE book_id = ? AND id = ?";
    view(sql::one(c, query, vec![book_id.into(), id.into()]).await?.ok_or(Error::NotFound)?)
}

/// A page of filings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilingsPage {
    /// The newest first.
    pub filings: Vec<Filing>,
    /// Older ones are before this id.
    pub older: Option<i64>,
}

/// Filings, the newest first, older than one.
pub async fn filings(c: &impl ConnectionTrait, book_id: i64, before: Option<i64>) -> Result<FilingsPage> {
    let query = "SELECT * FROM report_filings WHERE book_id = ? AND id < ? ORDER BY id DESC LIMIT ?";
    let limit = i64::try_from(LISTED + 1).map_err(Error::internal)?;
    let values = vec![book_id.into(), before.unwrap_or(i64::MAX).into(), limit.into()];
    let rows: Vec<rows::Model> = sql::all(c, query, values).await?;
    let mut filings = rows.into_iter().map(view).collect::<Result<Vec<_>>>()?;
    let more = filings.len() > LISTED;
    filings.truncate(LISTED);
    let older = filings.last().filter(|_| more).map(|last| last.id);
    Ok(FilingsPage { filings, older })
}

/// The filing of a report of a day that was not refused.
pub async fn living(c: &impl ConnectionTrait, book_id: i64, report: &str, as_of: Day) -> Result<Option<Filing>> {
    let query = "SELECT * FROM report_filings WHERE book_id = ? AND report = ? AND as_of = ? AND state <> 'refused'";
    let values = vec![book_id.into(), report.into(), as_of.to_string().into()];
    sql::one(c, query, values).await?.map(view).transpose()
}

/// Every filing of these reports that was not refused, the oldest first.
pub async fn standing(c: &impl ConnectionTrait, book_id: i64, reports: &[&str]) -> Result<Vec<Filing>> {
    let query = format!(
        "SELECT * FROM report_filings WHERE book_id = ? AND state <> 'refused' AND report IN ({}) ORDER BY id",
        sql::places(reports.len())
    );
    let values = std::iter::once(book_id.into()).chain(reports.iter().map(|report| (*report).into())).collect();
    let rows: Vec<rows::Model> = sql::all(c, &query, values).await?;
    rows.into_iter().map(view).collect()
}

#[derive(FromQueryResult)]
struct Count {
    n: i64,
}

/// How many reports others filed that wait for a signature.
pub async fn pending_for(c: &impl ConnectionTrait, book_id: i64, person: &str) -> Result<i64> {
    let query =
        "SELECT COUNT(*) AS n FROM report_filings WHERE book_id = ? AND state = 'pending' AND prepared_person <> ?";
    Ok(sql::one::<Count>(c, query, vec![book_id.into(), person.into()]).await?.map_or(0, |count| count.n))
}
