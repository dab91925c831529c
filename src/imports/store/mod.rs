//! Imports out of the tables, and what a decision on one needs to know.

mod listing;
mod struck;

use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
};

pub use listing::{PolicyEffect, RowLine, Which, by_policy, names, row, rows, waiting_for, warned_by_kind};
pub use struck::{struck_rows_csv, unrunnable};

use super::reading::What;
use super::rules::{ImportState, Life};
use crate::db::constraint::refused_or_internal;
use crate::db::entity::imports;
use crate::db::sql;
use crate::grants::{self, Remaining};
use crate::journal;
use crate::kernel::instant::Instant;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::policies::{self, Policy};

/// An import as it stands. While it waits for a second person, rows, sum, warnings and digest are of what remains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportView {
    /// The import.
    pub id: i64,
    /// What it holds.
    pub what: What,
    /// SHA-256 of the file, lower-case hex.
    pub file_sha256: String,
    /// The file's name where it came from.
    pub file_name: String,
    /// The unit in which its amounts were written.
    pub unit: String,
    /// Where it stands.
    pub state: ImportState,
    /// Rows.
    pub rows: i64,
    /// Their sum.
    pub sum: Fen,
    /// Rows with a warning.
    pub warnings: i64,
    /// Rows struck in review.
    pub struck: i64,
    /// Rows reduced in review.
    pub reduced: i64,
    /// Hex digest of the rows: to be signed, or as it was signed.
    pub digest: String,
    /// Position of the first row's event.
    pub first: i64,
    /// Position of the last row's event.
    pub last: i64,
    /// Who brought it.
    pub prepared_by: String,
    /// The person who brought it.
    pub prepared_person: String,
    /// When.
    pub prepared_at: Instant,
    /// Who decided.
    pub reviewed_by: Option<String>,
    /// When.
    pub reviewed_at: Option<Instant>,
    /// Why it was refused, is to be undone, or is not undone.
    pub reason: String,
    /// Who prepared that it be undone.
    pub undo_by: Option<String>,
    /// The person who did.
    pub undo_person: Option<String>,
    /// Who had it undone.
    pub undo_reviewed_by: Option<String>,
}

/// The import with this id.
///
/// # Errors
/// `NotFound`.
pub async fn by_id(c: &DatabaseConnection, book_id: i64, id: i64) -> Result<ImportView> {
    Ok(with_rows(c, book_id, id).await?.0)
}

/// The import with this id as its own row has it: as it was submitted or signed.
///
/// # Errors
/// `NotFound`.
pub async fn as_written(c: &DatabaseConnection, book_id: i64, id: i64) -> Result<ImportView> {
    let row = imports::Entity::find_by_id((book_id, id)).one(c).await.map_err(refused_or_internal)?;
    view_of(row.ok_or(Error::NotFound)?)
}

/// The import with this id, and what remains of its rows if they are grants.
///
/// # Errors
/// `NotFound`.
pub async fn with_rows(c: &DatabaseConnection, book_id: i64, id: i64) -> Result<(ImportView, Remaining)> {
    let mut view = as_written(c, book_id, id).await?;
    let remaining = match view.what {
        What::Policies => remaining_policies(c, book_id, id).await?,
        What::Grants | What::History => grants::remaining(c, book_id, id).await?,
    };
    if view.state == ImportState::Submitted {
        view.digest.clone_from(&remaining.digest);
        view.rows = remaining.rows;
        view.sum = remaining.sum;
    }
    view.warnings = remaining.warnings;
    view.struck = remaining.struck;
    view.reduced = remaining.reduced;
    Ok((view, remaining))
}

#[derive(Debug, FromQueryResult)]
struct Budget {
    sum_fen: i64,
}

/// What remains of a file of policies: its sum is that of first appropriations, its digest that of the policies.
async fn remaining_policies(c: &DatabaseConnection, book_id: i64, import: i64) -> Result<Remaining> {
    let (struck, remain): (Vec<Policy>, Vec<Policy>) = policies::of_import(c, book_id, import)
        .await?
        .into_iter()
        .partition(|policy| policy.state == policies::State::Struck);
    let budget: Option<Budget> = sql::one(
        c,
        "SELECT CAST(COALESCE(SUM(b.amount_fen), 0) AS BIGINT) AS sum_fen FROM budget_changes b
         JOIN allotments a ON a.book_id = b.book_id AND a.id = b.id
         JOIN policies p ON p.book_id = a.book_id AND p.id = a.policy
         WHERE b.book_id = ? AND p.import_id = ? AND p.state <> 'struck'",
        vec![book_id.into(), import.into()],
    )
    .await?;
    let count = |policies: &[Policy]| i64::try_from(policies.len()).map_err(Error::internal);
    let mut remaining = Remaining::default();
    remaining.rows = count(&remain)?;
    remaining.struck = count(&struck)?;
    remaining.sum = Fen::new(budget.map_or(0, |budget| budget.sum_fen));
    remaining.digest = policies::digest(&remain);
    Ok(remaining)
}

/// Imports of a book, the newest first: `limit` of them before the id `before`, those in one state if named. Rows, sum
/// and digest are as submitted or signed; [`by_id`] knows what remains.
pub async fn all(
    c: &impl ConnectionTrait,
    book_id: i64,
    state: Option<ImportState>,
    before: i64,
    limit: u64,
) -> Result<Vec<ImportView>> {
    let mut query = imports::Entity::find()
        .filter(imports::Column::BookId.eq(book_id))
        .filter(imports::Column::Id.lt(before))
        .order_by_desc(imports::Column::Id)
        .limit(limit.min(1_000));
    if let Some(state) = state {
        query = query.filter(imports::Column::State.eq(state.code()));
    }
    query.all(c).await.map_err(refused_or_internal)?.into_iter().map(view_of).collect()
}

/// The original bytes of an import's file.
///
/// # Errors
/// `NotFound`.
pub async fn file_of(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<(String, Vec<u8>)> {
    let row = imports::Entity::find_by_id((book_id, id)).one(c).await.map_err(refused_or_internal)?;
    let row = row.ok_or(Error::NotFound)?;
    let bytes = journal::file(c, book_id, &row.file_sha256).await?;
    bytes.map(|bytes| (row.file_name, bytes)).ok_or(Error::NotFound)
}

/// The living import of the same content, if there is one.
pub async fn of_content(c: &impl ConnectionTrait, book_id: i64, what: What, sha256: &str) -> Result<Option<i64>> {
    let freed = [ImportState::Refused, ImportState::Withdrawn, ImportState::Undone].map(ImportState::code);
    let row = imports::Entity::find()
        .filter(imports::Column::BookId.eq(book_id))
        .filter(imports::Column::What.eq(what.code()))
        .filter(imports::Column::FileSha256.eq(sha256))
        .filter(imports::Column::State.is_not_in(freed))
        .one(c)
        .await
        .map_err(refused_or_internal)?;
    Ok(row.map(|row| row.id))
}

fn view_of(row: imports::Model) -> Result<ImportView> {
    let unknown = || Error::internal(format!("import {} is {} and {}", row.id, row.what, row.state));
    Ok(ImportView {
        what: What::parse(&row.what).ok_or_else(unknown)?,
        state: ImportState::from_code(&row.state).ok_or_else(unknown)?,
        id: row.id,
        file_sha256: row.file_sha256,
        file_name: row.file_name,
        unit: row.unit,
        rows: row.rows_count,
        sum: Fen::new(row.sum_fen),
        warnings: 0,
        struck: 0,
        reduced: 0,
        digest: row.digest,
        first: row.first_position,
        last: row.last_position,
        prepared_by: row.prepared_by,
        prepared_person: row.prepared_person,
        prepared_at: Instant::new(row.prepared_at_ms),
        reviewed_by: row.reviewed_by,
        reviewed_at: row.reviewed_at_ms.map(Instant::new),
        reason: row.reason,
        undo_by: row.undo_by,
        undo_person: row.undo_person,
        undo_reviewed_by: row.undo_reviewed_by,
    })
}

/// What a decision on the import is judged by.
pub fn life(view: &ImportView, remaining: &Remaining) -> Life {
    Life {
        what: view.what,
        state: view.state,
        prepared_person: view.prepared_person.clone(),
        reducers: remaining.reducers.iter().cloned().collect(),
        undo_person: view.undo_person.clone(),
    }
}

#[derive(Debug, FromQueryResult)]
struct Position {
    position: i64,
}

/// The position at which the money of an import moved: that of the event that approved it.
///
/// # Errors
/// Internal if none moved.
pub async fn approved_at(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<i64> {
    let found: Option<Position> = sql::one(
        c,
        "SELECT t.position FROM transfers t JOIN grants g ON g.book_id = t.book_id AND g.id = t.grant_id
         WHERE t.book_id = ? AND g.import_id = ? ORDER BY t.position LIMIT 1",
        vec![book_id.into(), id.into()],
    )
    .await?;
    found.map(|found| found.position).ok_or_else(|| Error::internal(format!("no money of import {id} moved")))
}
