//! The schema keeps the rules of one schema for three engines, from the first migration on.

use relief_ledger::db::tables::{Class, TABLES};
use rusqlite::Connection;

use crate::support::book::World;

fn texts(c: &Connection, query: &str) -> Vec<Vec<String>> {
    let mut statement = c.prepare(query).unwrap();
    let width = statement.column_count();
    let rows = statement.query_map([], |row| {
        (0..width).map(|n| row.get::<_, rusqlite::types::Value>(n).map(|v| format!("{v:?}"))).collect()
    });
    rows.unwrap().map(Result::unwrap).collect()
}

fn plain(value: &str) -> String {
    value.trim_start_matches("Text(\"").trim_end_matches("\")").to_owned()
}

/// What breaks the rules in one table of a book.
fn faults(c: &Connection, table: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let strict = texts(c, &format!("SELECT strict FROM pragma_table_list('{table}')"));
    if strict != [["Integer(1)"]] {
        faults.push(format!("{table} is not STRICT"));
    }
    // SQLite would search such a table by its key, however little of it a query names, instead of by the index.
    let keyed = texts(c, &format!("SELECT wr FROM pragma_table_list('{table}')")) == [["Integer(1)"]];
    if keyed && !texts(c, &format!("SELECT name FROM pragma_index_list('{table}') WHERE origin = 'c'")).is_empty() {
        faults.push(format!("{table} lies in the order of its key and has another index"));
    }
    let columns = texts(c, &format!("SELECT name, type, pk FROM pragma_table_info('{table}')"));
    for column in &columns {
        let (name, kind) = (plain(&column[0]), plain(&column[1]));
        if !matches!(kind.as_str(), "INTEGER" | "TEXT" | "BLOB") {
            faults.push(format!("{table}.{name} is {kind}"));
        }
        if name.ends_with("_fen") && kind != "INTEGER" {
            faults.push(format!("{table}.{name} is no integer amount"));
        }
    }
    if !columns.iter().any(|column| plain(&column[0]) == "book_id" && column[2] != "Integer(0)") {
        faults.push(format!("the key of {table} lacks book_id"));
    }
    for index in texts(c, &format!("SELECT name FROM pragma_index_list('{table}') WHERE \"unique\" = 1")) {
        let name = plain(&index[0]);
        let named = texts(c, &format!("SELECT name FROM pragma_index_info('{name}')"));
        if !named.iter().any(|column| plain(&column[0]) == "book_id") {
            faults.push(format!("unique index {name} lacks book_id"));
        }
    }
    for key in texts(c, &format!("SELECT DISTINCT id, on_delete, on_update FROM pragma_foreign_key_list('{table}')")) {
        if plain(&key[1]) != "RESTRICT" || plain(&key[2]) != "RESTRICT" {
            faults.push(format!("a foreign key of {table} does not RESTRICT"));
        }
    }
    faults
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_has_a_class_and_every_book_table_keeps_the_rules() {
    let world = World::on_sqlite().await;
    let c = Connection::open(world.folder().join("books.db")).unwrap();
    let there = texts(&c, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
    for table in there.iter().map(|row| plain(&row[0])).filter(|name| name != "book_migrations") {
        assert!(TABLES.iter().any(|(name, ..)| *name == table), "{table} has no class");
    }
    let book_tables = TABLES.iter().filter(|(_, class, _)| *class != Class::Office);
    let found: Vec<String> = book_tables.flat_map(|(table, ..)| faults(&c, table)).collect();
    assert_eq!(found, Vec::<String>::new());
    let triggers = texts(&c, "SELECT name FROM sqlite_schema WHERE type = 'trigger'");
    assert!(triggers.is_empty(), "{triggers:?}");
}

#[test]
fn a_table_that_breaks_the_rules_is_named() {
    let c = Connection::open_in_memory().unwrap();
    c.execute_batch(
        "CREATE TABLE bad (id INTEGER PRIMARY KEY, amount_fen REAL, parent INTEGER REFERENCES bad (id));
         CREATE UNIQUE INDEX ux_bad ON bad (parent);
         CREATE TABLE keyed (book_id INTEGER, id INTEGER, state TEXT, PRIMARY KEY (book_id, id)) STRICT, WITHOUT ROWID;
         CREATE INDEX ix_keyed ON keyed (book_id, state);",
    )
    .unwrap();
    assert_eq!(faults(&c, "keyed"), ["keyed lies in the order of its key and has another index"]);
    let found = faults(&c, "bad");
    for expected in ["not STRICT", "bad.amount_fen is REAL", "no integer amount", "lacks book_id", "does not RESTRICT"]
    {
        assert!(found.iter().any(|fault| fault.contains(expected)), "{expected}: {found:?}");
    }
}
