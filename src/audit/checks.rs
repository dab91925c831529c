//! Verifications on request: run, kept in the office, shown again. They hold no amounts and are never replayed.

use serde::{Deserialize, Serialize};

use super::store::checks;
use crate::journal::{Door, Finding, Head, Report, check_checkpoint, verify};
use crate::kernel::instant::Instant;
use crate::kernel::note::Checkpoint;
use crate::kernel::{Error, Result};

/// Findings that are kept; more are counted.
const KEPT: usize = 50;

/// One thing that did not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Catalogue code.
    pub code: String,
    /// Table.
    pub table: String,
    /// Key of the row or position of the event.
    pub key: String,
    /// Column.
    pub column: String,
    /// What stands there.
    pub found: String,
    /// What should.
    pub expected: String,
}

impl From<Finding> for Found {
    fn from(finding: Finding) -> Self {
        let Finding { code, table, key, column, found, expected } = finding;
        Self { code: code.to_owned(), table, key, column, found, expected }
    }
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Events hashed again.
    pub events: i64,
    /// Root recomputed from the stored bytes.
    pub root: String,
    /// Tables compared.
    pub tables: usize,
    /// Rows compared.
    pub rows: u64,
    /// Whether an older checkpoint was given and is extended.
    pub checkpoint: Option<bool>,
    /// How many things do not hold.
    pub findings: usize,
    /// The first of them.
    pub found: Vec<Found>,
}

impl Outcome {
    /// Whether all holds.
    pub const fn holds(&self) -> bool {
        self.findings == 0 && !matches!(self.checkpoint, Some(false))
    }
}

/// A verification that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// When it ended.
    pub checked_at: Instant,
    /// The head that was verified.
    pub position: i64,
    /// What it found.
    pub outcome: Outcome,
}

/// Reads the text of a checkpoint that the book should extend; none if it is empty.
///
/// # Errors
/// Refusals of the note at `checkpoint`, if it is not one of this book.
pub(super) async fn older_checkpoint(door: &Door, book_id: i64, text: &str) -> Result<Option<Checkpoint>> {
    match text.trim() {
        "" => Ok(None),
        note => {
            let read = check_checkpoint(&door.db.read, book_id, &format!("{note}\n")).await;
            read.map(Some).map_err(at_checkpoint)
        }
    }
}

/// Verifies a book and keeps the outcome; `progress` is told how many events of how many are checked.
pub(super) async fn check_book(
    door: &Door,
    head: &Head,
    older: Option<&Checkpoint>,
    progress: impl FnMut(i64, i64),
) -> Result<Check> {
    let report = verify(&door.db, door.registry, head.book_id, older, progress).await?;
    keep_check(door, head, report).await
}

/// Keeps the outcome of a verification of a book.
pub async fn keep_check(door: &Door, head: &Head, report: Report) -> Result<Check> {
    let outcome = Outcome {
        events: report.events,
        root: report.root,
        tables: report.tables,
        rows: report.rows,
        checkpoint: report.checkpoint,
        findings: report.findings.len(),
        found: report.findings.into_iter().take(KEPT).map(Found::from).collect(),
    };
    let check = Check { checked_at: door.surroundings.clock.now(), position: outcome.events, outcome };
    checks::keep(&door.db.office, head.book_id, &check).await?;
    Ok(check)
}

fn at_checkpoint(error: Error) -> Error {
    match error {
        Error::Refused(refusals) => {
            Error::Refused(refusals.into_iter().map(|refusal| refusal.at("checkpoint")).collect())
        }
        other => other,
    }
}

/// The newest verification of a book.
pub async fn last_check(door: &Door, book_id: i64) -> Result<Option<Check>> {
    Ok(checks::newest(&door.db.office, book_id, 1).await?.pop())
}

/// The newest verifications of a book, the newest first.
pub(super) async fn newest_checks(door: &Door, book_id: i64, limit: u64) -> Result<Vec<Check>> {
    checks::newest(&door.db.office, book_id, limit).await
}
