//! Every column of every table of a book damaged once behind the program's back: verification names each.
//!
//! The tables are taken from `db::tables`, the columns from the database, so that a new one cannot be forgotten.
//! Damages in different tables do not hide each other: in each round every table has one of its columns damaged.

use relief_ledger::db::tables::{Class, TABLES};
use relief_ledger::journal::Finding;
use relief_ledger::kernel::Error;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use crate::support::book::World;
use crate::support::every_record::every_record;

/// More than any number in the book, so that no changed key is another row's.
const FAR: i64 = 1_000_000_007;

/// A table as it lies in the file.
struct Table {
    name: &'static str,
    key: Vec<&'static str>,
    columns: Vec<String>,
}

/// One row as it was before it was damaged.
struct Kept {
    cells: Vec<Value>,
    /// As it is now.
    damaged: Vec<Value>,
}

struct Damaged<'a> {
    world: &'a World,
    file: Connection,
}

impl<'a> Damaged<'a> {
    fn of(world: &'a World) -> Self {
        let file = Connection::open(world.folder().join("books.db")).unwrap();
        file.execute_batch(
            "PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON",
        )
        .unwrap();
        Self { world, file }
    }

    fn table(&self, name: &'static str) -> Table {
        let key = TABLES.iter().find(|(table, ..)| *table == name).unwrap().2.split(", ").collect();
        let mut statement = self.file.prepare("SELECT name FROM pragma_table_info(?1)").unwrap();
        let columns = statement.query_map([name], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        Table { name, key, columns }
    }

    fn tables(&self, class: Class) -> Vec<Table> {
        // The book's own row is damaged apart: a book without it is not found at all.
        let named = TABLES.iter().filter(|(name, of, _)| *of == class && *name != "books");
        named.map(|(name, ..)| self.table(name)).collect()
    }

    /// The row in the middle of a table.
    fn row(&self, table: &Table) -> Kept {
        let count: i64 =
            self.file.query_one(&format!("SELECT COUNT(*) FROM {}", table.name), [], |row| row.get(0)).unwrap();
        assert!(count > 0, "no row of {} stands in the book of every record", table.name);
        let query = format!(
            "SELECT {} FROM {} ORDER BY {} LIMIT 1 OFFSET {}",
            table.columns.join(", "),
            table.name,
            table.key.join(", "),
            count / 2
        );
        let row = self.file.query_one(&query, [], |row| (0..table.columns.len()).map(|n| row.get(n)).collect());
        let cells: Vec<Value> = row.unwrap();
        Kept { damaged: cells.clone(), cells }
    }

    fn delete(&self, table: &Table, cells: &[Value]) {
        let places: Vec<String> = table.key.iter().map(|name| format!("{name} = ?")).collect();
        let statement = format!("DELETE FROM {} WHERE {}", table.name, places.join(" AND "));
        let key = table.columns.iter().zip(cells).filter(|(name, _)| table.key.contains(&name.as_str()));
        let mut key: Vec<_> = key.collect();
        key.sort_by_key(|(name, _)| table.key.iter().position(|of_key| of_key == name));
        let deleted = self.file.execute(&statement, params_from_iter(key.into_iter().map(|(_, value)| value))).unwrap();
        assert_eq!(deleted, 1, "{}", table.name);
    }

    fn insert(&self, table: &Table, cells: &[Value]) {
        let places = vec!["?"; cells.len()].join(", ");
        let statement = format!("INSERT INTO {} ({}) VALUES ({places})", table.name, table.columns.join(", "));
        self.file.execute(&statement, params_from_iter(cells)).unwrap();
    }

    /// Puts another value into one column of a row; the row as it was.
    fn change(&self, table: &Table, column: usize) -> Kept {
        let mut kept = self.row(table);
        let query = "SELECT type FROM pragma_table_info(?1) WHERE name = ?2";
        let named = [table.name, &table.columns[column]];
        let kind: String = self.file.query_one(query, named, |row| row.get(0)).unwrap();
        kept.damaged[column] = altered(&kept.cells[column], &kind);
        self.delete(table, &kept.cells);
        self.insert(table, &kept.damaged);
        kept
    }

    fn put_back(&self, table: &Table, kept: &Kept) {
        self.delete(table, &kept.damaged);
        self.insert(table, &kept.cells);
    }

    async fn findings(&self) -> Vec<Finding> {
        self.world.verify().await.findings
    }
}

/// Another value of the same kind.
fn altered(value: &Value, kind: &str) -> Value {
    match value {
        Value::Null if kind == "INTEGER" => Value::Integer(1),
        Value::Null if kind == "BLOB" => Value::Blob(vec![0]),
        Value::Null => Value::Text("x".into()),
        Value::Integer(n) => Value::Integer(n + FAR),
        Value::Text(text) => Value::Text(format!("{text}x")),
        Value::Blob(bytes) => {
            let mut bytes = bytes.clone();
            match bytes.first_mut() {
                Some(first) => *first ^= 1,
                None => bytes.push(0),
            }
            Value::Blob(bytes)
        }
        Value::Real(_) => panic!("no column is real"),
    }
}

/// Whether a finding names this damage: a changed key is a row that is missing and one too many.
fn names(finding: &Finding, table: &Table, column: usize) -> bool {
    let column = &table.columns[column];
    let expected = if table.key.contains(&column.as_str()) {
        matches!(finding.code, "row_missing" | "row_too_many")
    } else {
        finding.code == "column_differs" && finding.column == *column
    };
    finding.table == table.name && expected
}

#[tokio::test(flavor = "multi_thread")]
async fn each_column_of_each_projection_is_held_against_the_events() {
    let world = World::on_sqlite().await;
    every_record(&world).await;
    let book = Damaged::of(&world);
    assert_eq!(book.findings().await, vec![], "control: an undamaged book");
    let tables = book.tables(Class::Projection);
    let widest = tables.iter().map(|table| table.columns.len()).max().unwrap();
    let mut checked = 0;
    for column in 0..widest {
        let round: Vec<&Table> = tables.iter().filter(|table| column < table.columns.len()).collect();
        let kept: Vec<Kept> = round.iter().map(|table| book.change(table, column)).collect();
        let findings = book.findings().await;
        for (table, kept) in round.iter().zip(&kept) {
            let named = findings.iter().any(|finding| names(finding, table, column));
            assert!(named, "{}.{} is not named: {findings:#?}", table.name, table.columns[column]);
            book.put_back(table, kept);
            checked += 1;
        }
        // Nothing but what was damaged is accused.
        let accused = |finding: &Finding| round.iter().any(|table| names(finding, table, column));
        let innocent: Vec<_> = findings.iter().filter(|finding| !accused(finding)).collect();
        assert!(innocent.is_empty(), "{innocent:#?}");
    }
    assert_eq!(checked, tables.iter().map(|table| table.columns.len()).sum::<usize>());
    assert_eq!(book.findings().await, vec![], "control: all is put back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_too_few_and_a_row_too_many_are_named_in_each_table() {
    let world = World::on_sqlite().await;
    every_record(&world).await;
    let book = Damaged::of(&world);
    let mut tables = book.tables(Class::Projection);
    tables.extend(book.tables(Class::Content));
    let kept: Vec<Kept> = tables.iter().map(|table| book.row(table)).collect();
    for (table, kept) in tables.iter().zip(&kept) {
        book.delete(table, &kept.cells);
    }
    let findings = book.findings().await;
    for (table, kept) in tables.iter().zip(&kept) {
        let named: Vec<_> = findings.iter().filter(|finding| finding.table == table.name).collect();
        assert!(matches!(named.as_slice(), [one] if one.code == "row_missing"), "{}: {named:#?}", table.name);
        book.insert(table, &kept.cells);
    }
    let added = |table: &Table, kept: &Kept| -> Vec<Value> {
        let columns = table.columns.iter().zip(&kept.cells);
        let other = columns.map(|(name, value)| match value {
            Value::Null => Value::Null,
            value if name == "book_id" => value.clone(),
            value => altered(value, ""),
        });
        other.collect()
    };
    for (table, kept) in tables.iter().zip(&kept) {
        book.insert(table, &added(table, kept));
    }
    let findings = book.findings().await;
    for (table, kept) in tables.iter().zip(&kept) {
        let named = findings.iter().any(|finding| finding.table == table.name && finding.code == "row_too_many");
        assert!(named, "{}: {findings:#?}", table.name);
        book.delete(table, &added(table, kept));
    }
    assert_eq!(book.findings().await, vec![], "control: all is put back");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_row_of_the_book_itself_is_held_against_the_events() {
    let world = World::on_sqlite().await;
    every_record(&world).await;
    let book = Damaged::of(&world);
    let table = book.table("books");
    for column in 0..table.columns.len() {
        let name = table.columns[column].clone();
        if name == "book_id" {
            continue;
        }
        let kept = book.change(&table, column);
        let findings = book.findings().await;
        assert!(findings.iter().any(|finding| names(finding, &table, column)), "books.{name}: {findings:#?}");
        let leaves = findings.iter().filter(|finding| finding.code == "leaf_differs").count();
        assert_eq!(leaves, 0, "books.{name}: the events are innocent");
        book.put_back(&table, &kept);
    }
    let kept = book.row(&table);
    book.delete(&table, &kept.cells);
    let gone =
        relief_ledger::journal::verify(&world.door.db, relief_ledger::app::REGISTRY, world.book_id, None, |_, _| ());
    assert!(matches!(gone.await, Err(Error::NotFound)));
    book.insert(&table, &kept.cells);
    assert_eq!(book.findings().await, vec![], "control: all is put back");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_column_of_an_event_is_in_its_leaf_and_no_event_is_lost_or_added() {
    let world = World::on_sqlite().await;
    every_record(&world).await;
    let book = Damaged::of(&world);
    let table = book.table("events");
    for column in 0..table.columns.len() {
        let kept = book.change(&table, column);
        let findings = book.findings().await;
        let name = &table.columns[column];
        let code = if table.key.contains(&name.as_str()) { "position_gap" } else { "leaf_differs" };
        let named = findings.iter().any(|finding| finding.table == "events" && finding.code == code);
        assert!(named, "events.{name}: {findings:#?}");
        book.put_back(&table, &kept);
    }
    let kept = book.row(&table);
    book.delete(&table, &kept.cells);
    assert!(book.findings().await.iter().any(|finding| finding.code == "position_gap"));
    book.insert(&table, &kept.cells);
    // An event written behind the head, with a leaf that fits it.
    let last = world.head().await.position;
    for position in [last + 1, last + FAR] {
        let mut cells = kept.cells.clone();
        cells[table.columns.iter().position(|name| name == "position").unwrap()] = Value::Integer(position);
        book.insert(&table, &cells);
        let findings = book.findings().await;
        assert!(findings.iter().any(|finding| finding.table == "events"), "{findings:#?}");
        book.delete(&table, &cells);
    }
    assert_eq!(book.findings().await, vec![], "control: all is put back");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_a_book_that_does_not_exist_are_named() {
    let world = World::on_sqlite().await;
    every_record(&world).await;
    let book = Damaged::of(&world);
    let mut tables: Vec<Table> =
        [Class::Projection, Class::Content].map(|class| book.tables(class)).into_iter().flatten().collect();
    tables.extend(["books", "events"].map(|name| book.table(name)));
    for table in tables {
        let mut cells = book.row(&table).cells;
        cells[table.columns.iter().position(|name| name == "book_id").unwrap()] = Value::Integer(FAR);
        if table.name == "books" {
            // Its code and its name for ever are its own.
            for value in cells.iter_mut().skip(1) {
                *value = altered(value, "");
            }
        }
        book.insert(&table, &cells);
        let findings = book.findings().await;
        let key = FAR.to_string();
        let named = |one: &Finding| one.code == "row_too_many" && one.table == table.name && one.key == key;
        assert!(findings.iter().all(named) && findings.len() == 1, "{}: {findings:#?}", table.name);
        book.delete(&table, &cells);
    }
    assert_eq!(book.findings().await, vec![], "control: all is put back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_that_shows_something_else_is_named() {
    let world = World::on_sqlite().await;
    let book = Damaged::of(&world);
    let read = "SELECT sql FROM sqlite_master WHERE name = 'whole_payments'";
    let honest: String = book.file.query_one(read, [], |row| row.get(0)).unwrap();
    let other = honest.replacen("l.bank_serial", "'' AS bank_serial", 1);
    assert_ne!(honest, other);
    book.file.execute_batch(&format!("DROP VIEW whole_payments; {other}")).unwrap();
    let findings = book.findings().await;
    assert!(
        matches!(findings.as_slice(), [one] if one.code == "schema_differs" && one.table == "whole_payments"),
        "{findings:#?}"
    );
    book.file.execute_batch(&format!("DROP VIEW whole_payments; {honest}")).unwrap();
    assert_eq!(book.findings().await, vec![], "control: all is put back");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_column_of_stored_contents_is_held_against_its_digest() {
    let world = World::on_sqlite().await;
    every_record(&world).await;
    let book = Damaged::of(&world);
    for table in book.tables(Class::Content) {
        for column in 0..table.columns.len() {
            let kept = book.change(&table, column);
            let findings = book.findings().await;
            assert!(!findings.is_empty(), "{}.{} is not named", table.name, table.columns[column]);
            assert!(findings.iter().all(|finding| finding.table == table.name), "{findings:#?}");
            book.put_back(&table, &kept);
        }
    }
    assert_eq!(book.findings().await, vec![], "control: all is put back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_book_at_work_is_verified_as_of_one_moment() {
    crate::support::book::on_both_engines(async |world| {
        let office = crate::support::office::Office::open(world).await;
        let writing = async {
            for n in 0..40 {
                let form = crate::support::office::form(&format!("A-{n}"), n % 3);
                let amount = format!("{}", 100 + n);
                office.drafted(relief_ledger::grants::Form { amount, ..form }).await;
            }
        };
        let verifying = async {
            let mut sizes = std::collections::BTreeSet::new();
            for _ in 0..6 {
                let report = world.verify().await;
                assert_eq!(report.findings, vec![], "{:?}", world.door.db.engine);
                sizes.insert(report.events);
            }
            assert!(sizes.len() > 1, "the book grew meanwhile");
        };
        futures::future::join(writing, verifying).await;
    })
    .await;
}
