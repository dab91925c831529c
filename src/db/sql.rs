//! Statements written once for both engines.

use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement, Value};

use super::constraint::refused_or_internal;
use crate::kernel::dates::Day;
use crate::kernel::{Error, Result};

/// A statement with `?` places; PostgreSQL gets `$1, $2, …`. No literal may hold a question mark.
pub fn statement(backend: DbBackend, sql: &str, values: Vec<Value>) -> Statement {
    if backend == DbBackend::Sqlite {
        return Statement::from_sql_and_values(backend, sql, values);
    }
    let mut numbered = String::with_capacity(sql.len() + 2 * values.len());
    let mut number = 0;
    for character in sql.chars() {
        if character == '?' {
            number += 1;
            numbered.push('$');
            numbered.push_str(&number.to_string());
        } else {
            numbered.push(character);
        }
    }
    Statement::from_sql_and_values(backend, numbered, values)
}

/// Runs a statement and tells how many rows it touched.
pub async fn run(c: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Result<u64> {
    c.execute_raw(statement(c.get_database_backend(), sql, values))
        .await
        .map(|done| done.rows_affected())
        .map_err(refused_or_internal)
}

/// All rows of a query.
pub async fn all<M: FromQueryResult>(c: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Result<Vec<M>> {
    M::find_by_statement(statement(c.get_database_backend(), sql, values)).all(c).await.map_err(refused_or_internal)
}

/// The first row of a query, if there is one.
pub async fn one<M: FromQueryResult>(c: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Result<Option<M>> {
    M::find_by_statement(statement(c.get_database_backend(), sql, values)).one(c).await.map_err(refused_or_internal)
}

/// `LIKE` pattern that finds `text` anywhere; use with `ESCAPE '\'`.
pub fn contains(text: &str) -> String {
    let mut pattern = String::from("%");
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

/// So many places of a statement, for a list of values.
pub fn places(count: usize) -> String {
    vec!["?"; count].join(",")
}

/// A day as it lies in a table.
///
/// # Errors
/// Internal if it is none: what was written there was a day.
pub fn day(stored: &str) -> Result<Day> {
    Day::parse(stored).map_err(|_| Error::internal(format!("{stored} is no day")))
}

/// The same for a column that may be empty.
pub fn optional_day(stored: Option<&str>) -> Result<Option<Day>> {
    stored.map(day).transpose()
}
