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
use crate::db::entity::{files, imports};
use crate::db::sql;
use crate::grants;
use crate::journal::scan;
use crate::kernel::instant::Instant;
use crate::kernel::money::Fen;
use crate::kernel::tree::{Edge, Hash};
use crate::kernel::{Error, Result};

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

/// Where the rows of an import lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// What they are.
    pub what: What,
    /// The import.
    pub import: i64,
    /// Position of the first row's event.
    pub first: i64,
    /// Position of the last row's event.
    pub last: i64,
}

impl ImportView {
    /// Where its rows lie.
    pub const fn span(&self) -> Span {
        Span { what: self.what, import: self.id, first: self.first, last: self.last }
    }
}

/// What remains of an import's rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remaining {
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
}

#[derive(Debug, FromQueryResult)]
struct Counted {
    row_count: i64,
    sum_fen: i64,
    warnings: i64,
    struck: i64,
    reduced: i64,
}

/// The import with this id.
///
/// # Errors
/// `NotFound`.
pub async fn by_id(c: &DatabaseConnection, book_id: i64, id: i64) -> Result<ImportView> {
    let row = imports::Entity::find_by_id((book_id, id)).one(c).await.map_err(refused_or_internal)?;
    let row = row.ok_or(Error::NotFound)?;
    let mut view = view_of(row)?;
    let remaining = remaining(c, book_id, &view).await?;
    if view.state == ImportState::Submitted && (remaining.struck > 0 || remaining.reduced > 0) {
        view.digest = digest(c, book_id, &view.span()).await?.to_string();
        view.rows = remaining.rows;
        view.sum = remaining.sum;
    }
    view.warnings = remaining.warnings;
    view.struck = remaining.struck;
    view.reduced = remaining.reduced;
    Ok(view)
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
    let file = files::Entity::find_by_id((book_id, row.file_sha256)).one(c).await.map_err(refused_or_internal)?;
    file.map(|file| (row.file_name, file.bytes)).ok_or(Error::NotFound)
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

/// What remains of a `policies` file: the sum is that of first appropriations.
const REMAINING_POLICIES: &str = "SELECT CAST(COUNT(*) - COALESCE(SUM(w.struck), 0) AS BIGINT) AS row_count,
        CAST(COALESCE(SUM((1 - w.struck) * w.budget_fen), 0) AS BIGINT) AS sum_fen, CAST(0 AS BIGINT) AS warnings,
        CAST(COALESCE(SUM(w.struck), 0) AS BIGINT) AS struck, CAST(0 AS BIGINT) AS reduced
     FROM (SELECT CASE WHEN p.state = 'struck' THEN 1 ELSE 0 END AS struck,
            (SELECT COALESCE(SUM(b.amount_fen), 0) FROM budget_changes b
                JOIN allotments a ON a.book_id = b.book_id AND a.id = b.id
                WHERE a.book_id = p.book_id AND a.policy = p.id) AS budget_fen
        FROM policies p WHERE p.book_id = ? AND p.import_id = ?) w";

/// What remains of a file of grants.
const REMAINING_GRANTS: &str =
    "SELECT CAST(COUNT(*) - COALESCE(SUM(CASE WHEN state = 'struck' THEN 1 ELSE 0 END), 0) AS BIGINT)
        AS row_count,
        CAST(COALESCE(SUM(CASE WHEN state = 'struck' THEN 0 ELSE amount_fen END), 0) AS BIGINT) AS sum_fen,
        CAST(COALESCE(SUM(CASE WHEN state = 'struck' OR warnings IN ('', '[]') THEN 0 ELSE 1 END), 0) AS BIGINT)
            AS warnings,
        CAST(COALESCE(SUM(CASE WHEN state = 'struck' THEN 1 ELSE 0 END), 0) AS BIGINT) AS struck,
        CAST(COALESCE(SUM(CASE WHEN state <> 'struck' AND content_position <> id THEN 1 ELSE 0 END), 0) AS BIGINT)
            AS reduced
     FROM grants WHERE book_id = ? AND import_id = ?";

/// Counts what remains.
pub async fn remaining(c: &impl ConnectionTrait, book_id: i64, view: &ImportView) -> Result<Remaining> {
    let query = if view.what == What::Policies { REMAINING_POLICIES } else { REMAINING_GRANTS };
    let counted: Option<Counted> = sql::one(c, query, vec![book_id.into(), view.id.into()]).await?;
    let counted = counted.ok_or_else(|| Error::internal("no count"))?;
    Ok(Remaining {
        rows: counted.row_count,
        sum: Fen::new(counted.sum_fen),
        warnings: counted.warnings,
        struck: counted.struck,
        reduced: counted.reduced,
    })
}

/// The digest of the rows that wait: root over the leaves of the events that fixed them, in position order. Read one
/// by one, so that a million rows need no memory.
pub async fn digest(c: &DatabaseConnection, book_id: i64, span: &Span) -> Result<Hash> {
    let Span { what, import: id, first, last } = *span;
    let query = match what {
        What::Policies => format!(
            "SELECT e.leaf_hash FROM events e WHERE e.book_id = {book_id} AND e.position BETWEEN {first} AND {last}
             AND e.position NOT IN (SELECT p.id FROM policies p
                WHERE p.book_id = {book_id} AND p.import_id = {id} AND p.state = 'struck')
             AND e.position NOT IN (SELECT a.id FROM allotments a
                JOIN policies p ON p.book_id = a.book_id AND p.id = a.policy
                WHERE a.book_id = {book_id} AND p.import_id = {id} AND p.state = 'struck')
             ORDER BY e.position"
        ),
        What::Grants | What::History => format!(
            "SELECT content_leaf FROM grants WHERE book_id = {book_id} AND import_id = {id} AND state = 'submitted'
             ORDER BY content_position"
        ),
    };
    let mut edge = Edge::new();
    scan(c, &query, |cells| {
        let leaf = cells.first().map(|cell| Hash::from_slice(cell.bytes())).transpose().map_err(Error::internal)?;
        edge.push(leaf.ok_or_else(|| Error::internal("a row without a leaf"))?);
        Ok(())
    })
    .await?;
    Ok(edge.root())
}

/// What a decision on the import is judged by.
pub async fn life(c: &impl ConnectionTrait, book_id: i64, view: &ImportView) -> Result<Life> {
    Ok(Life {
        what: view.what,
        state: view.state,
        prepared_person: view.prepared_person.clone(),
        reducers: grants::reducers(c, book_id, view.id).await?,
        undo_person: view.undo_person.clone(),
    })
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
