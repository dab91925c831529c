//! Does the book hold? Every leaf re-hashed, the root recomputed, the book replayed into a scratch database and
//! every column of every projection compared, stored contents checked by digest, an older checkpoint extended.
//!
//! All is read in one view of the database, so that a book may be verified while people work in it.

mod compare;
mod contents;

use sea_orm::DatabaseConnection;

use super::door::Open;
use super::event::Recorded;
use super::events::{BookCreated, KIND_BOOK_CREATED};
use super::head::{Head, before_all};
use super::log::{events_between, first_outside};
use super::registry::Registry;
use super::tx::Tx;
use crate::db::Database;
use crate::kernel::note::Checkpoint;
use crate::kernel::tree::{Edge, Hash};
use crate::kernel::{Error, Result};

/// Events replayed at once.
const CHUNK: i64 = 10_000;

/// One thing that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    /// Catalogue code.
    pub code: &'static str,
    /// Table, if it is about one.
    pub table: String,
    /// Key of the row, position of the event.
    pub key: String,
    /// Column, if one differs.
    pub column: String,
    /// What stands there.
    pub found: String,
    /// What should.
    pub expected: String,
}

impl Finding {
    fn event(code: &'static str, position: i64) -> Self {
        Self::row(code, "events", position)
    }

    fn row(code: &'static str, table: &str, key: impl ToString) -> Self {
        Self {
            code,
            table: table.to_owned(),
            key: key.to_string(),
            column: String::new(),
            found: String::new(),
            expected: String::new(),
        }
    }

    fn column(mut self, column: &str) -> Self {
        column.clone_into(&mut self.column);
        self
    }

    fn values(mut self, found: impl ToString, expected: impl ToString) -> Self {
        self.found = found.to_string();
        self.expected = expected.to_string();
        self
    }
}

/// What verification found.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Report {
    /// The book's code.
    pub book: String,
    /// Events checked.
    pub events: i64,
    /// Root recomputed from the stored bytes.
    pub root: String,
    /// Tables compared.
    pub tables: usize,
    /// Rows compared.
    pub rows: u64,
    /// Whether an older checkpoint was given and is extended.
    pub checkpoint: Option<bool>,
    /// What does not hold; empty if all holds.
    pub findings: Vec<Finding>,
}

/// Verifies a book as it stands now. `older` is a checkpoint whose signature was already checked.
pub async fn verify(
    db: &Database,
    registry: Registry,
    book_id: i64,
    older: Option<&Checkpoint>,
    mut progress: impl FnMut(i64, i64),
) -> Result<Report> {
    let view = db.view().await?;
    let head = Head::as_it_stands(&view, book_id).await?;
    let folder = tempfile::tempdir().map_err(Error::internal)?;
    let scratch = Database::scratch(&folder.path().join("scratch.db")).await?;
    let mut report = Report {
        book: head.code.clone(),
        events: 0,
        root: String::new(),
        tables: 0,
        rows: 0,
        checkpoint: None,
        findings: Vec::new(),
    };
    let mut seals = contents::Seals::default();
    let replayed = replay(&view, &scratch, registry, &head, older, (&mut report, &mut seals), &mut progress).await;
    match replayed {
        Ok(()) => {
            compare::compare(&view, &scratch.write, &head, &mut report).await?;
            contents::check_files(&view, &scratch.write, &head, &mut report).await?;
        }
        Err(error) => {
            let why = match error {
                Error::Internal(why) => why,
                other => other.to_string(),
            };
            report.findings.push(Finding::event("replay_stopped", report.events).values(why, ""));
        }
    }
    seals.check(&view, &head, &mut report).await?;
    compare::strays(&view, &mut report).await?;
    compare::schema(&view, &scratch.write, &mut report).await?;
    Ok(report)
}

async fn replay(
    view: &DatabaseConnection,
    scratch: &Database,
    registry: Registry,
    head: &Head,
    older: Option<&Checkpoint>,
    (report, seals): (&mut Report, &mut contents::Seals),
    progress: &mut impl FnMut(i64, i64),
) -> Result<()> {
    let open = Open::begin(scratch).await?;
    let mut tx = Tx::new(scratch.write.clone(), head.book_id);
    tx.insert(vec![before_all(head.book_id, &head.code, &head.book_uid)]).await?;
    let mut copy = Head::read(tx.connection(), head.book_id).await?;
    let mut old_root = None;
    let mut edge = Edge::new();
    let mut book_uid = head.book_uid.clone();
    loop {
        let from = copy.position;
        // Past the head as well: what stands there belongs to no book, nor does what lies further off.
        let events = events_between(view, head.book_id, from, from + CHUNK).await?;
        let Some(first) = events.first() else { break };
        if let Some(uid) = uid_in(first) {
            book_uid = uid;
        }
        for (expected_position, event) in (from + 1..).zip(&events) {
            if event.position != expected_position {
                report
                    .findings
                    .push(Finding::event("position_gap", expected_position).values(event.position, expected_position));
                return Err(Error::internal("a position is missing"));
            }
            let leaf = event.expected_leaf(&book_uid);
            if leaf != event.leaf {
                report.findings.push(Finding::event("leaf_differs", event.position).values(event.leaf, leaf));
            }
            edge.push(event.leaf);
            if older.is_some_and(|o| o.size == edge.size()) {
                old_root = Some(edge.root());
            }
        }
        report.events = from + i64::try_from(events.len()).map_err(Error::internal)?;
        seals.read(registry, &events)?;
        copy.append(&mut tx, registry, &events).await?;
        progress(report.events, head.position);
    }
    copy.save(&mut tx).await?;
    open.commit().await?;
    if let Some(stray) = first_outside(view, head.book_id, report.events).await? {
        report.findings.push(Finding::event("row_too_many", stray));
    }
    report.root = edge.root().to_string();
    if report.events != head.position {
        report.findings.push(Finding::event("head_differs", report.events).values(head.position, report.events));
    }
    if edge.root() != head.root() {
        report.findings.push(Finding::event("root_differs", head.position).values(head.root(), edge.root()));
    }
    if let Some(older) = older {
        check_older(older, old_root, report);
    }
    Ok(())
}

/// The book's uid if this is its first event: the leaves are held against what was written then, not against a row
/// that is itself in question.
fn uid_in(event: &Recorded) -> Option<String> {
    let is_first = event.position == 1 && event.kind == KIND_BOOK_CREATED;
    is_first.then(|| event.payload::<BookCreated>().ok().map(|created| created.book_uid)).flatten()
}

fn check_older(older: &Checkpoint, root: Option<Hash>, report: &mut Report) {
    let root = if older.size == 0 { Some(Edge::new().root()) } else { root };
    let extends = root == Some(older.root);
    report.checkpoint = Some(extends);
    if !extends {
        let found = root.map_or_else(|| format!("{} events", report.events), |r| r.to_string());
        let size = i64::try_from(older.size).unwrap_or(i64::MAX);
        report.findings.push(Finding::event("checkpoint_not_extended", size).values(found, older.root));
    }
}
