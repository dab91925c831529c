//! The tables of a book against those that came out of replaying it.

use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, Hash as _, Hasher as _};

use sea_orm::DatabaseConnection;

use super::{Finding, Report};
use crate::db::sql;
use crate::db::tables::{Class, TABLES};
use crate::journal::bulk::{self, Cell};
use crate::journal::head::Head;
use crate::kernel::Result;

/// Rows of one table that are told of; what follows them is not.
const TOLD: usize = 5;

/// One table on its two sides.
struct Sides<'a> {
    view: &'a DatabaseConnection,
    scratch: &'a DatabaseConnection,
    table: &'static str,
    key: Vec<&'static str>,
    columns: Vec<String>,
    query: String,
}

/// Compares every projection, column for column.
pub(super) async fn compare(
    view: &DatabaseConnection,
    scratch: &DatabaseConnection,
    head: &Head,
    report: &mut Report,
) -> Result<()> {
    for (table, class, key) in TABLES {
        if *class != Class::Projection {
            continue;
        }
        let columns = columns_of(scratch, table).await?;
        let query =
            format!("SELECT {} FROM {table} WHERE book_id = {} ORDER BY {key}", columns.join(", "), head.book_id);
        let sides = Sides { view, scratch, table, key: key.split(", ").collect(), columns, query };
        let hasher = RandomState::new();
        let found = digests(view, &sides.query, &hasher).await?;
        let expected = digests(scratch, &sides.query, &hasher).await?;
        report.tables += 1;
        report.rows += found.len() as u64;
        if found != expected {
            report.findings.extend(sides.differences(&found, &expected).await?);
        }
    }
    Ok(())
}

#[derive(sea_orm::FromQueryResult)]
struct Name {
    name: String,
}

/// Rows of books that do not exist: a book has a row of its own and a first event.
pub(super) async fn strays(view: &DatabaseConnection, report: &mut Report) -> Result<()> {
    #[derive(sea_orm::FromQueryResult)]
    struct Book {
        book_id: i64,
    }
    let query = "SELECT b.book_id FROM books b WHERE EXISTS (SELECT 1 FROM events e WHERE e.book_id = b.book_id AND e.position = 1)
         ORDER BY b.book_id";
    let books: Vec<Book> = sql::all(view, query, Vec::new()).await?;
    // Ranges between their ids, which the keys of the tables find at once.
    let ids: Vec<i64> = books.iter().map(|book| book.book_id).collect();
    let between = ids.windows(2).map(|pair| format!("(book_id > {} AND book_id < {})", pair[0], pair[1]));
    let ends = ids.first().map(|first| format!("book_id < {first}")).into_iter();
    let ends = ends.chain(ids.last().map(|last| format!("book_id > {last}")));
    let outside = ends.chain(between).collect::<Vec<_>>().join(" OR ");
    let tables = TABLES.iter().filter(|(_, class, key)| *class != Class::Office && key.starts_with("book_id"));
    for (table, ..) in tables.filter(|_| !outside.is_empty()) {
        let query = format!("SELECT DISTINCT book_id FROM {table} WHERE {outside} ORDER BY book_id LIMIT {TOLD}");
        let found: Vec<Book> = sql::all(view, &query, Vec::new()).await?;
        report.findings.extend(found.iter().map(|row| Finding::row("row_too_many", table, row.book_id)));
    }
    Ok(())
}

/// Views, indexes, tables and triggers as they should be: what a page or a file shows comes through views. PostgreSQL
/// keeps definitions in words of its own; there they are not compared.
pub(super) async fn schema(view: &DatabaseConnection, scratch: &DatabaseConnection, report: &mut Report) -> Result<()> {
    #[derive(sea_orm::FromQueryResult)]
    struct Defined {
        name: String,
        sql: String,
    }
    if view.get_database_backend() != sea_orm::DatabaseBackend::Sqlite {
        return Ok(());
    }
    let query = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY name";
    let read = async |of: &DatabaseConnection| -> Result<BTreeMap<String, String>> {
        let rows: Vec<Defined> = sql::all(of, query, Vec::new()).await?;
        Ok(rows.into_iter().map(|row| (row.name, row.sql)).collect())
    };
    let (found, expected) = (read(view).await?, read(scratch).await?);
    let names: BTreeSet<&String> = found.keys().chain(expected.keys()).collect();
    let differs = names.into_iter().filter(|name| found.get(*name) != expected.get(*name));
    report.findings.extend(differs.map(|name| Finding::row("schema_differs", name, "")));
    Ok(())
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

impl Sides<'_> {
    /// Names the first rows and columns that differ. Both sides are in the order of the key: where they part, the
    /// keys tell whether a row is missing, too many or changed.
    async fn differences(&self, found: &[u64], expected: &[u64]) -> Result<Vec<Finding>> {
        let mut findings = Vec::new();
        let (mut left, mut right, mut told) = (0, 0, 0);
        while told < TOLD && (left < found.len() || right < expected.len()) {
            if found.get(left) == expected.get(right) {
                left += 1;
                right += 1;
                continue;
            }
            told += 1;
            let there = self.row(self.view, left).await?;
            let should = self.row(self.scratch, right).await?;
            match (there, should) {
                (Some(there), Some(should)) if self.key_of(&there) == self.key_of(&should) => {
                    findings.extend(self.columns_that_differ(&there, &should));
                    left += 1;
                    right += 1;
                }
                (Some(there), should) if should.as_ref().is_none_or(|s| self.key_of(&there) < self.key_of(s)) => {
                    findings.push(Finding::row("row_too_many", self.table, self.told_key(&there)));
                    left += 1;
                }
                (_, Some(should)) => {
                    findings.push(Finding::row("row_missing", self.table, self.told_key(&should)));
                    right += 1;
                }
                (_, None) => break,
            }
        }
        Ok(findings)
    }

    async fn row(&self, c: &DatabaseConnection, index: usize) -> Result<Option<Vec<Cell>>> {
        let mut found = None;
        bulk::scan(c, &format!("{} LIMIT 1 OFFSET {index}", self.query), |cells| {
            found = Some(cells.to_vec());
            Ok(())
        })
        .await?;
        Ok(found)
    }

    /// The cells of the key: they compare as the database orders them.
    fn key_of<'c>(&self, cells: &'c [Cell]) -> Vec<&'c Cell> {
        let place = |name: &&str| self.columns.iter().position(|column| column == name);
        self.key.iter().filter_map(place).filter_map(|index| cells.get(index)).collect()
    }

    fn told_key(&self, cells: &[Cell]) -> String {
        let parts: Vec<String> = self
            .key
            .iter()
            .zip(self.key_of(cells))
            .filter(|(name, _)| **name != "book_id")
            .map(|(_, c)| show(c))
            .collect();
        parts.join("/")
    }

    fn columns_that_differ(&self, there: &[Cell], should: &[Cell]) -> Vec<Finding> {
        let key = self.told_key(should);
        let cells = self.columns.iter().zip(there.iter().zip(should));
        cells
            .filter(|(_, (there, should))| there != should)
            .map(|(column, (there, should))| {
                Finding::row("column_differs", self.table, &key).column(column).values(show(there), show(should))
            })
            .collect()
    }
}

pub(super) fn show(cell: &Cell) -> String {
    let text = match cell {
        Cell::Null => "—".to_owned(),
        Cell::Int(n) => n.to_string(),
        Cell::Text(t) => t.clone(),
        Cell::Bytes(b) => hex::encode(b),
    };
    text.chars().take(80).collect()
}
