//! One spelling of a table for both engines.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

/// Runs DDL written with the words `INT`, `TXT`, `BIN` in braces and `{STRICT}` or `{NARROW}` at the end of a table.
///
/// SQLite: INTEGER, TEXT, BLOB in STRICT tables (without STRICT an overflowing sum silently becomes a REAL). Tables of
/// narrow rows that are found by their key alone are kept in the order of that key, without a second tree beside it; one
/// with another index may not be, for SQLite then prefers the key, however little of it a query names.
/// PostgreSQL: bigint, text in byte order, bytea.
pub(crate) async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let words: [(&str, &str); 5] = match connection.get_database_backend() {
        DbBackend::Sqlite => [
            ("{INT}", "INTEGER"),
            ("{TXT}", "TEXT"),
            ("{BIN}", "BLOB"),
            ("{STRICT}", "STRICT"),
            ("{NARROW}", "STRICT, WITHOUT ROWID"),
        ],
        _ => [
            ("{INT}", "bigint"),
            ("{TXT}", "text COLLATE \"C\""),
            ("{BIN}", "bytea"),
            ("{STRICT}", ""),
            ("{NARROW}", ""),
        ],
    };
    for statement in statements {
        let mut sql = (*statement).to_owned();
        for (word, spelling) in words {
            sql = sql.replace(word, spelling);
        }
        connection.execute_unprepared(&sql).await?;
    }
    Ok(())
}

/// A step made of statements; in one transaction on either engine.
macro_rules! step {
    ($($statement:expr),+ $(,)?) => {
        /// This step.
        pub struct Step;

        impl sea_orm_migration::prelude::MigrationName for Step {
            fn name(&self) -> &str {
                module_path!().rsplit("::").next().unwrap_or("step")
            }
        }

        #[async_trait::async_trait]
        impl sea_orm_migration::prelude::MigrationTrait for Step {
            fn use_transaction(&self) -> Option<bool> {
                Some(true)
            }

            async fn up(
                &self,
                manager: &sea_orm_migration::prelude::SchemaManager,
            ) -> Result<(), sea_orm_migration::prelude::DbErr> {
                $crate::ddl::run(manager, &[$($statement),+]).await
            }
        }
    };
}
pub(crate) use step;
