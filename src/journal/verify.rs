//! Does the book hold? Every leaf re-hashed, the root recomputed, the book replayed into a scratch database and
//! every column of every projection compared, stored contents checked by digest, an older checkpoint extended.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash as _, Hasher as _};

use sea_orm::DatabaseConnection;
use sha2::{Digest as _, Sha256};

use super::bulk::{self, Cell};
use super::door::Open;
use super::files;
use super::head::{Head, PROJECTION_VERSION};
use super::log::events_between;
use super::registry::Registry;
use super::tx::Tx;
use crate::db::entity::books;
use crate::db::tables::{Class, TABLES};
use crate::db::{Database, sql};
use crate::kernel::note::Checkpoint;
use crate::kernel::tree::{Edge, Hash};
use crate::kernel::{Error, Result};

/// Events replayed at once.
const CHUNK: i64 = 10_000;
/// Differences of one table that are told; more are counted.
const TOLD: usize = 5;

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
        Self {
            code,
            table: "events".into(),
            key: position.to_string(),
            column: String::new(),
            found: String::new(),
            expected: String::new(),
        }
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
    let head = Head::read(&db.read, book_id).await?;
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
    let replayed = replay(db, &scratch, registry, &head, older, &mut report, &mut progress).await;
    match replayed {
        Ok(()) => compare(db, &scratch, &head, &mut report).await?,
        Err(Error::Internal(why)) => report.findings.push(Finding {
            code: "replay_stopped",
            table: "events".into(),
            key: report.events.to_string(),
            column: String::new(),
            found: why,
            expected: String::new(),
        }),
        Err(other) => report.findings.push(Finding {
            code: "replay_stopped",
            table: "events".into(),
            key: report.events.to_string(),
            column: String::new(),
            found: other.to_string(),
            expected: String::new(),
        }),
    }
    contents(db, &head, &mut report).await?;
    Ok(report)
}

async fn replay(
    db: &Database,
    scratch: &Database,
    registry: Registry,
    head: &Head,
    older: Option<&Checkpoint>,
    report: &mut Report,
    progress: &mut impl FnMut(i64, i64),
) -> Result<()> {
    let open = Open::begin(scratch).await?;
    let mut tx = Tx::new(scratch.write.clone(), head.book_id);
    tx.insert(vec![empty_row(head)]).await?;
    let mut copy = Head::read(tx.connection(), head.book_id).await?;
    let mut old_root = None;
    let mut edge = Edge::new();
    loop {
        let from = copy.position;
        let events = events_between(&db.read, head.book_id, from, (from + CHUNK).min(head.position)).await?;
        if events.is_empty() {
            break;
        }
        for (expected_position, event) in (from + 1..).zip(&events) {
            if event.position != expected_position {
                report
                    .findings
                    .push(Finding::event("position_gap", expected_position).values(event.position, expected_position));
                return Err(Error::internal("a position is missing"));
            }
            let leaf = event.expected_leaf(&head.book_uid);
            if leaf != event.leaf {
                report.findings.push(Finding::event("leaf_differs", event.position).values(event.leaf, leaf));
            }
            edge.push(event.leaf);
            if older.is_some_and(|o| o.size == edge.size()) {
                old_root = Some(edge.root());
            }
        }
        report.events = from + i64::try_from(events.len()).map_err(Error::internal)?;
        copy.append(&mut tx, registry, &events).await?;
        progress(report.events, head.position);
    }
    copy.save(&mut tx).await?;
    open.commit().await?;
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

fn empty_row(head: &Head) -> books::Model {
    books::Model {
        book_id: head.book_id,
        code: head.code.clone(),
        book_uid: head.book_uid.clone(),
        name: String::new(),
        division: String::new(),
        origin: String::new(),
        public_key: String::new(),
        position: 0,
        recorded_at_ms: 0,
        edge: Edge::new().to_bytes(),
        projection_version: PROJECTION_VERSION,
    }
}

/// Compares every projection, column for column.
async fn compare(db: &Database, scratch: &Database, head: &Head, report: &mut Report) -> Result<()> {
    for (table, class, key) in TABLES {
        if *class != Class::Projection {
            continue;
        }
        let columns = columns_of(&scratch.write, table).await?;
        let query =
            format!("SELECT {} FROM {table} WHERE book_id = {} ORDER BY {key}", columns.join(", "), head.book_id);
        let hasher = RandomState::new();
        let found = digests(&db.read, &query, &hasher).await?;
        let expected = digests(&scratch.write, &query, &hasher).await?;
        report.tables += 1;
        report.rows += found.len() as u64;
        if found != expected {
            tell(db, scratch, table, key, &columns, &query, (&found, &expected), report).await?;
        }
    }
    Ok(())
}

#[derive(sea_orm::FromQueryResult)]
struct Name {
    name: String,
}

async fn columns_of(scratch: &DatabaseConnection, table: &str) -> Result<Vec<String>> {
    let names: Vec<Name> = sql::all(scratch, "SELECT name FROM pragma_table_info(?)", vec![table.into()]).await?;
    Ok(names.into_iter().map(|n| n.name).collect())
}

async fn digests(c: &DatabaseConnection, query: &str, hasher: &RandomState) -> Result<Vec<u64>> {
    let mut digests = Vec::new();
    bulk::scan(c, query, |cells| {
        let mut digest = hasher.build_hasher();
        for cell in cells {
            match cell {
                Cell::Null => 0_u8.hash(&mut digest),
                Cell::Int(n) => (1_u8, n).hash(&mut digest),
                Cell::Text(t) => (2_u8, t).hash(&mut digest),
                Cell::Bytes(b) => (3_u8, b).hash(&mut digest),
            }
        }
        digests.push(digest.finish());
        Ok(())
    })
    .await?;
    Ok(digests)
}

/// Names the first rows and columns that differ.
#[expect(clippy::too_many_arguments, reason = "the two sides of one table")]
async fn tell(
    db: &Database,
    scratch: &Database,
    table: &str,
    key: &str,
    columns: &[String],
    query: &str,
    (found, expected): (&[u64], &[u64]),
    report: &mut Report,
) -> Result<()> {
    let rows = found.len().max(expected.len());
    let mut told = 0;
    for index in (0..rows).filter(|i| found.get(*i) != expected.get(*i)) {
        if told == TOLD || (told > 0 && found.len() != expected.len()) {
            break;
        }
        told += 1;
        let one = format!("{query} LIMIT 1 OFFSET {index}");
        let left = row(&db.read, &one).await?;
        let right = row(&scratch.write, &one).await?;
        report.findings.extend(row_findings(table, key, columns, left.as_deref(), right.as_deref()));
    }
    Ok(())
}

async fn row(c: &DatabaseConnection, query: &str) -> Result<Option<Vec<Cell>>> {
    let mut found = None;
    bulk::scan(c, query, |cells| {
        found = Some(cells.to_vec());
        Ok(())
    })
    .await?;
    Ok(found)
}

fn row_findings(
    table: &str,
    key: &str,
    columns: &[String],
    found: Option<&[Cell]>,
    expected: Option<&[Cell]>,
) -> Vec<Finding> {
    let finding = |code, key: String, column: &str, found: String, expected: String| Finding {
        code,
        table: table.to_owned(),
        key,
        column: column.to_owned(),
        found,
        expected,
    };
    let key_of = |cells: &[Cell]| {
        let parts: Vec<String> = key
            .split(", ")
            .filter(|k| *k != "book_id")
            .filter_map(|k| columns.iter().position(|c| c == k).and_then(|i| cells.get(i)))
            .map(show)
            .collect();
        parts.join("/")
    };
    match (found, expected) {
        (Some(found), Some(expected)) if key_of(found) == key_of(expected) => columns
            .iter()
            .zip(found.iter().zip(expected))
            .filter(|(_, (f, e))| f != e)
            .map(|(column, (f, e))| finding("column_differs", key_of(found), column, show(f), show(e)))
            .collect(),
        (Some(found), Some(expected)) if key_of(found) > key_of(expected) => {
            vec![finding("row_missing", key_of(expected), "", String::new(), String::new())]
        }
        (Some(found), _) => vec![finding("row_too_many", key_of(found), "", String::new(), String::new())],
        (None, Some(expected)) => {
            vec![finding("row_missing", key_of(expected), "", String::new(), String::new())]
        }
        (None, None) => Vec::new(),
    }
}

fn show(cell: &Cell) -> String {
    let text = match cell {
        Cell::Null => "—".to_owned(),
        Cell::Int(n) => n.to_string(),
        Cell::Text(t) => t.clone(),
        Cell::Bytes(b) => hex::encode(b),
    };
    text.chars().take(80).collect()
}

/// Sealed values and files against the digests in the events.
async fn contents(db: &Database, head: &Head, report: &mut Report) -> Result<()> {
    let query = format!(
        "SELECT p.position, p.slot, p.salt, p.value, e.payload FROM private p
         LEFT JOIN events e ON e.book_id = p.book_id AND e.position = p.position
         WHERE p.book_id = {} ORDER BY p.position, p.slot",
        head.book_id
    );
    let mut findings = Vec::new();
    bulk::scan(&db.read, &query, |cells| {
        let [position, slot, salt, value, payload] = cells else { return Ok(()) };
        let digest = Sha256::new().chain_update(salt.bytes()).chain_update(value.bytes()).finalize();
        let digest = hex::encode(digest);
        let known = payload.bytes().windows(digest.len()).any(|w| w == digest.as_bytes());
        if !known {
            findings.push(Finding {
                code: "private_differs",
                table: "private".into(),
                key: format!("{}/{}", show(position), slot.text()),
                column: "value".into(),
                found: digest,
                expected: String::new(),
            });
        }
        Ok(())
    })
    .await?;
    for (name, digest) in files::digests(&db.read, head.book_id).await? {
        if digest != name {
            findings.push(Finding {
                code: "file_differs",
                table: "files".into(),
                key: name.clone(),
                column: "bytes".into(),
                found: digest,
                expected: name,
            });
        }
    }
    report.findings.extend(findings);
    Ok(())
}
