//! Where the tables are: connecting, snapshots, the classes of tables, constraints as sentences, rows as entities.

mod connect;
pub mod constraint;
pub mod entity;
pub mod sql;
pub mod tables;

pub use connect::{Engine, Location, grant_to_server, office_path};

use sea_orm::{AccessMode, DatabaseConnection, DatabaseTransaction, IsolationLevel, TransactionTrait};

use crate::kernel::Result;

/// The open databases of one installation: the books and the office.
#[derive(Clone, Debug)]
pub struct Database {
    /// Which engine holds the books.
    pub engine: Engine,
    /// Reading connections to the books; they cannot write.
    pub read: DatabaseConnection,
    /// The one writing connection to the books. Only `journal` uses it.
    pub write: DatabaseConnection,
    /// Accounts, sessions, access log; a file of its own on SQLite.
    pub office: DatabaseConnection,
    /// Where the books lie.
    pub location: Location,
    /// Whose turn it is on the writing connection: one transaction at a time in this process; and whether one was begun that
    /// nobody ended.
    pub turn: std::sync::Arc<tokio::sync::Mutex<bool>>,
}

impl Database {
    /// Opens (and on SQLite creates and migrates) the databases at `url`.
    pub async fn open(url: &str) -> Result<Self> {
        connect::open(url).await
    }

    /// Brings the tables of either engine up to date; the server never does this on PostgreSQL.
    pub async fn migrate(url: &str) -> Result<()> {
        connect::migrate(url).await
    }

    /// A private SQLite database in `file`, for replaying a book into: quick, not durable.
    pub async fn scratch(file: &std::path::Path) -> Result<Self> {
        connect::scratch(file).await
    }

    /// Copies books and office whole while they are in use (SQLite): the office goes beside the books.
    pub async fn copy_to(&self, target: &std::path::Path) -> Result<()> {
        let turn = self.turn.lock().await;
        connect::copy_whole(&self.write, target).await?;
        drop(turn);
        connect::copy_whole(&self.office, &office_path(target)).await
    }

    /// Lets the planner know of tables that have just grown. Not within a transaction.
    pub async fn fresh_statistics(&self) {
        let _turn = self.turn.lock().await;
        connect::fresh_statistics(self).await;
    }

    /// One consistent view of the books on a connection of its own, for long readers that need the bulk face: what is
    /// written meanwhile is not seen. It ends when the connection is dropped.
    pub async fn view(&self) -> Result<DatabaseConnection> {
        connect::view(self).await
    }

    /// One consistent view of the books for a report: every read in it agrees.
    pub async fn snapshot(&self) -> Result<DatabaseTransaction> {
        #[expect(clippy::disallowed_methods, reason = "a snapshot only reads; this is the one place that opens them")]
        let begun = match self.engine {
            Engine::Sqlite => self.read.begin().await,
            Engine::Postgres => {
                self.read.begin_with_config(Some(IsolationLevel::RepeatableRead), Some(AccessMode::ReadOnly)).await
            }
        };
        begun.map_err(constraint::refused_or_internal)
    }
}
