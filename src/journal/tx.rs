//! The transaction that appliers and decisions work in: one connection, two faces.

use sea_orm::{DatabaseConnection, EntityTrait, FromQueryResult, IntoActiveModel, ModelTrait, Value};

use super::bulk;
use crate::db::sql;
use crate::kernel::Result;

/// The open writing transaction of one book. Only `journal` makes one.
#[derive(Debug)]
pub struct Tx {
    connection: DatabaseConnection,
    book_id: i64,
}

impl Tx {
    pub(super) const fn new(connection: DatabaseConnection, book_id: i64) -> Self {
        Self { connection, book_id }
    }

    /// The book that this transaction is of; every statement names it.
    pub const fn book_id(&self) -> i64 {
        self.book_id
    }

    /// The SeaORM face, for reading with entities inside the transaction.
    pub const fn connection(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// Inserts rows through the bulk writer: any number, no round trip per row.
    pub async fn insert<M>(&mut self, rows: Vec<M>) -> Result<()>
    where
        M: ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
    {
        bulk::insert(&self.connection, rows).await
    }

    /// Runs one statement with `?` places; tells how many rows it touched.
    pub async fn run(&mut self, statement: &str, values: Vec<Value>) -> Result<u64> {
        sql::run(&self.connection, statement, values).await
    }

    /// All rows of a query with `?` places.
    pub async fn all<M: FromQueryResult>(&self, query: &str, values: Vec<Value>) -> Result<Vec<M>> {
        sql::all(&self.connection, query, values).await
    }

    /// The first row of a query with `?` places.
    pub async fn one<M: FromQueryResult>(&self, query: &str, values: Vec<Value>) -> Result<Option<M>> {
        sql::one(&self.connection, query, values).await
    }
}
