//! The bulk face: many rows in and out without a round trip per row. The only file that names a driver.
//!
//! On SQLite the pooled connection's raw handle is lent to rusqlite while sqlx holds its worker still; on
//! PostgreSQL rows go in by COPY. Both act inside the transaction that is open on that connection.
#![expect(unsafe_code, reason = "one call: the handle that sqlx lends is wrapped for rusqlite")]

use std::fmt::Write as _;

use rusqlite::types::ValueRef;
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, ConnectionTrait, DatabaseConnection, DbBackend, EntityName,
    EntityTrait, IdenStatic, IntoActiveModel, Iterable, ModelTrait, Statement, Value,
};

use crate::db::constraint::{from_message, refused_or_internal};
use crate::kernel::{Error, Result};

/// Rows handed to the database at once: enough to be quick, few enough to let others breathe.
const CHUNK: usize = 4_000;
/// Fewer rows than this go to PostgreSQL as one INSERT, more as COPY.
const COPY_FROM: usize = 24;

/// A value as it lies in a column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cell {
    /// Nothing.
    Null,
    /// bigint.
    Int(i64),
    /// text.
    Text(String),
    /// blob or bytea.
    Bytes(Vec<u8>),
}

impl Cell {
    /// The number, or an internal fault.
    pub fn int(&self) -> Result<i64> {
        match self {
            Self::Int(value) => Ok(*value),
            other => Err(Error::internal(format!("a number was expected, found {other:?}"))),
        }
    }

    /// The number if there is one.
    pub fn opt_int(&self) -> Option<i64> {
        match self {
            Self::Int(value) => Some(*value),
            _ => None,
        }
    }

    /// The text; empty for nothing.
    pub fn text(&self) -> &str {
        match self {
            Self::Text(value) => value,
            _ => "",
        }
    }

    /// The bytes; empty for nothing.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Bytes(value) => value,
            Self::Text(value) => value.as_bytes(),
            _ => &[],
        }
    }
}

fn cell(value: Value) -> Result<Cell> {
    Ok(match value {
        Value::BigInt(Some(n)) => Cell::Int(n),
        Value::String(Some(s)) => Cell::Text(s),
        Value::Bytes(Some(b)) => Cell::Bytes(b),
        Value::BigInt(None) | Value::String(None) | Value::Bytes(None) => Cell::Null,
        other => return Err(Error::internal(format!("no column holds {other:?}"))),
    })
}

fn faulty(error: &rusqlite::Error) -> Error {
    from_message(&error.to_string()).unwrap_or_else(|| Error::internal(error))
}

/// A value on its way into a column, lent by whoever has it: most of a million rows is text that need not be copied.
#[derive(Debug, Clone, Copy)]
pub(super) enum Lent<'c> {
    Null,
    Int(i64),
    Text(&'c str),
    Bytes(&'c [u8]),
}

impl<'c> From<&'c Cell> for Lent<'c> {
    fn from(cell: &'c Cell) -> Self {
        match cell {
            Cell::Null => Self::Null,
            Cell::Int(n) => Self::Int(*n),
            Cell::Text(text) => Self::Text(text),
            Cell::Bytes(bytes) => Self::Bytes(bytes),
        }
    }
}

/// Inserts all rows, in chunks, in the open transaction of `connection`.
pub async fn insert<M>(connection: &DatabaseConnection, rows: Vec<M>) -> Result<()>
where
    M: ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
{
    let table = <M::Entity as Default>::default();
    let columns: Vec<<M::Entity as EntityTrait>::Column> =
        <<M::Entity as EntityTrait>::Column as Iterable>::iter().collect();
    let names: Vec<&str> = columns.iter().map(IdenStatic::as_str).collect();
    let mut rows = rows.into_iter();
    loop {
        let chunk: Vec<Vec<Cell>> =
            rows.by_ref().take(CHUNK).map(|row| cells_of::<M>(row, &columns)).collect::<Result<_>>()?;
        let lent = chunk.iter().map(|row| row.iter().map(Lent::from));
        insert_lent(connection, table.table_name(), &names, lent).await?;
        if chunk.len() < CHUNK {
            return Ok(());
        }
        tokio::task::yield_now().await;
    }
}

/// The row's own values, moved out of it.
fn cells_of<M>(row: M, columns: &[<M::Entity as EntityTrait>::Column]) -> Result<Vec<Cell>>
where
    M: ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
{
    let mut row = row.into_active_model();
    let take = |column: &<M::Entity as EntityTrait>::Column| match row.take(*column) {
        ActiveValue::Set(value) | ActiveValue::Unchanged(value) => cell(value),
        ActiveValue::NotSet => Err(Error::internal("a row without one of its columns")),
    };
    columns.iter().map(take).collect()
}

/// Inserts rows of lent values, in the order of `columns`.
pub(super) async fn insert_lent<'c, R>(
    connection: &DatabaseConnection,
    table: &str,
    columns: &[&str],
    rows: impl ExactSizeIterator<Item = R> + Send,
) -> Result<()>
where
    R: Iterator<Item = Lent<'c>>,
{
    if rows.len() == 0 {
        return Ok(());
    }
    if connection.get_database_backend() == DbBackend::Sqlite {
        insert_sqlite(connection, table, columns, rows).await
    } else {
        insert_postgres(connection, table, columns, rows).await
    }
}

async fn insert_sqlite<'c, R>(
    connection: &DatabaseConnection,
    table: &str,
    columns: &[&str],
    rows: impl Iterator<Item = R> + Send,
) -> Result<()>
where
    R: Iterator<Item = Lent<'c>>,
{
    let places = vec!["?"; columns.len()].join(",");
    let sql = format!("INSERT INTO {table} ({}) VALUES ({places})", columns.join(","));
    let pool = connection.get_sqlite_connection_pool();
    let mut pooled = pool.acquire().await.map_err(Error::internal)?;
    let mut handle = pooled.lock_handle().await.map_err(Error::internal)?;
    // SAFETY: the handle stays locked, so sqlx's worker does not touch the connection, and outlives `raw`,
    // which does not own it and so does not close it.
    let raw = unsafe { rusqlite::Connection::from_handle(handle.as_raw_handle().as_ptr().cast()) };
    let raw = raw.map_err(|e| faulty(&e))?;
    let mut statement = raw.prepare(&sql).map_err(|e| faulty(&e))?;
    for row in rows {
        for (value, place) in row.zip(1..) {
            match value {
                Lent::Null => statement.raw_bind_parameter(place, rusqlite::types::Null),
                Lent::Int(value) => statement.raw_bind_parameter(place, value),
                Lent::Text(value) => statement.raw_bind_parameter(place, value),
                Lent::Bytes(value) => statement.raw_bind_parameter(place, value),
            }
            .map_err(|e| faulty(&e))?;
        }
        statement.raw_execute().map_err(|e| faulty(&e))?;
    }
    Ok(())
}

async fn insert_postgres<'c, R>(
    connection: &DatabaseConnection,
    table: &str,
    columns: &[&str],
    rows: impl ExactSizeIterator<Item = R> + Send,
) -> Result<()>
where
    R: Iterator<Item = Lent<'c>>,
{
    if rows.len() < COPY_FROM {
        let (sql, values) = values_of(table, columns, rows);
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
        return connection.execute_raw(statement).await.map(|_| ()).map_err(refused_or_internal);
    }
    let mut text = String::with_capacity(rows.len() * 200);
    for row in rows {
        for (index, value) in row.enumerate() {
            if index > 0 {
                text.push('\t');
            }
            copy_cell(&mut text, value);
        }
        text.push('\n');
    }
    let pool = connection.get_postgres_connection_pool();
    let mut pooled = pool.acquire().await.map_err(Error::internal)?;
    let sql = format!("COPY {table} ({}) FROM STDIN", columns.join(","));
    let mut copy = pooled.copy_in_raw(&sql).await.map_err(|e| sqlx_fault(&e))?;
    copy.send(text.into_bytes()).await.map_err(|e| sqlx_fault(&e))?;
    copy.finish().await.map_err(|e| sqlx_fault(&e))?;
    Ok(())
}

fn sqlx_fault(error: &sqlx::Error) -> Error {
    error
        .as_database_error()
        .and_then(|d| from_message(d.constraint().unwrap_or_else(|| d.message())))
        .unwrap_or_else(|| Error::internal(error))
}

/// One INSERT of a few rows: numbers stand in the text, the rest are parameters.
fn values_of<'c, R>(table: &str, columns: &[&str], rows: impl Iterator<Item = R>) -> (String, Vec<Value>)
where
    R: Iterator<Item = Lent<'c>>,
{
    let mut values: Vec<Value> = Vec::new();
    let mut sql = format!("INSERT INTO {table} ({}) VALUES ", columns.join(","));
    for (index, row) in rows.enumerate() {
        sql.push_str(if index > 0 { ",(" } else { "(" });
        for (place, value) in row.enumerate() {
            if place > 0 {
                sql.push(',');
            }
            match value {
                Lent::Null => sql.push_str("NULL"),
                Lent::Int(n) => {
                    let _ = write!(sql, "{n}");
                }
                Lent::Text(text) => {
                    values.push(text.into());
                    let _ = write!(sql, "${}", values.len());
                }
                Lent::Bytes(bytes) => {
                    values.push(bytes.to_vec().into());
                    let _ = write!(sql, "${}", values.len());
                }
            }
        }
        sql.push(')');
    }
    (sql, values)
}

/// One field of COPY's text format.
fn copy_cell(out: &mut String, value: Lent<'_>) {
    match value {
        Lent::Null => out.push_str("\\N"),
        Lent::Int(n) => {
            let _ = write!(out, "{n}");
        }
        Lent::Text(text) => {
            for character in text.chars() {
                match character {
                    '\\' => out.push_str("\\\\"),
                    '\t' => out.push_str("\\t"),
                    '\n' => out.push_str("\\n"),
                    '\r' => out.push_str("\\r"),
                    other => out.push(other),
                }
            }
        }
        Lent::Bytes(bytes) => {
            out.push_str("\\\\x");
            out.push_str(&hex::encode(bytes));
        }
    }
}

/// Reads a query's rows one by one, in order, into `row`. `sql` has no parameters but what the caller wrote as
/// numbers; it must be the same text for both engines.
pub async fn scan(
    connection: &DatabaseConnection,
    sql: &str,
    mut row: impl FnMut(&[Cell]) -> Result<()> + Send,
) -> Result<()> {
    if connection.get_database_backend() == DbBackend::Sqlite {
        let pool = connection.get_sqlite_connection_pool();
        let mut pooled = pool.acquire().await.map_err(Error::internal)?;
        let mut handle = pooled.lock_handle().await.map_err(Error::internal)?;
        // SAFETY: as in `insert_sqlite`.
        let raw = unsafe { rusqlite::Connection::from_handle(handle.as_raw_handle().as_ptr().cast()) };
        let raw = raw.map_err(|e| faulty(&e))?;
        let mut statement = raw.prepare(sql).map_err(|e| faulty(&e))?;
        let width = statement.column_count();
        let mut cells = vec![Cell::Null; width];
        let mut rows = statement.raw_query();
        while let Some(found) = rows.next().map_err(|e| faulty(&e))? {
            for (index, cell) in cells.iter_mut().enumerate() {
                let value = found.get_ref(index).map_err(|e| faulty(&e))?;
                if let (Cell::Text(kept), ValueRef::Text(text)) = (&mut *cell, &value) {
                    // The place of the last row's text is taken again.
                    kept.clear();
                    kept.push_str(&String::from_utf8_lossy(text));
                    continue;
                }
                *cell = match value {
                    ValueRef::Null => Cell::Null,
                    ValueRef::Integer(n) => Cell::Int(n),
                    ValueRef::Text(t) => Cell::Text(String::from_utf8_lossy(t).into_owned()),
                    ValueRef::Blob(b) => Cell::Bytes(b.to_vec()),
                    ValueRef::Real(_) => return Err(Error::internal("a real number in a table")),
                };
            }
            row(&cells)?;
        }
        return Ok(());
    }
    scan_postgres(connection, sql, row).await
}

async fn scan_postgres(
    connection: &DatabaseConnection,
    sql: &str,
    mut row: impl FnMut(&[Cell]) -> Result<()> + Send,
) -> Result<()> {
    use futures::StreamExt as _;
    use sqlx::{Column as _, Row as _, TypeInfo as _};

    let pool = connection.get_postgres_connection_pool();
    let mut rows = sqlx::query(sqlx::AssertSqlSafe(sql.to_owned())).fetch(pool);
    let mut cells = Vec::new();
    while let Some(found) = rows.next().await {
        let found = found.map_err(|e| sqlx_fault(&e))?;
        cells.clear();
        for (index, column) in found.columns().iter().enumerate() {
            cells.push(
                match column.type_info().name() {
                    "INT8" => found.try_get::<Option<i64>, _>(index).map(|v| v.map_or(Cell::Null, Cell::Int)),
                    "BYTEA" => found.try_get::<Option<Vec<u8>>, _>(index).map(|v| v.map_or(Cell::Null, Cell::Bytes)),
                    _ => found.try_get::<Option<String>, _>(index).map(|v| v.map_or(Cell::Null, Cell::Text)),
                }
                .map_err(Error::internal)?,
            );
        }
        row(&cells)?;
    }
    Ok(())
}

/// The columns of an entity's table, for tests of the schema.
pub fn columns<E: EntityTrait>() -> Vec<String> {
    E::Column::iter().map(|c| c.as_column_ref().1.to_string()).collect()
}
