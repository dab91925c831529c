//! Opening the databases with the settings that the promises need.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use migrations::{Books, Office};
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, Statement};
use sea_orm_migration::MigratorTrait;

use super::{Database, constraint::refused_or_internal};
use crate::kernel::{Error, Refusal, Result};

/// SQLite before this release could corrupt a WAL that was reset while a reader looked on.
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);

/// How long a writer waits for another process that holds the books.
const WAIT_FOR_WRITER: Duration = Duration::from_mins(1);

/// The kinds of database that hold books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Embedded, the default.
    Sqlite,
    /// PostgreSQL, also as Citus.
    Postgres,
}

/// Where the books lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The URL as given, with credentials; never shown.
    pub url: String,
    /// The file of the books on SQLite.
    pub file: Option<PathBuf>,
}

impl Location {
    /// The folder in which keys, checkpoints and spool files lie unless told otherwise.
    pub fn folder(&self) -> PathBuf {
        self.file.as_deref().and_then(Path::parent).map_or_else(|| PathBuf::from("data"), Path::to_path_buf)
    }
}

/// The path of the office database beside the books file.
pub fn office_path(books: &Path) -> PathBuf {
    books.with_extension("office.db")
}

fn parse(url: &str) -> Result<(Engine, Location)> {
    if let Some(rest) = url.strip_prefix("sqlite:") {
        let path = rest.trim_start_matches("//");
        let path = path.split('?').next().unwrap_or(path);
        if path.is_empty() || path == ":memory:" {
            return Err(Refusal::new("database_in_memory").into());
        }
        return Ok((Engine::Sqlite, Location { url: url.to_owned(), file: Some(PathBuf::from(path)) }));
    }
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Ok((Engine::Postgres, Location { url: url.to_owned(), file: None }));
    }
    Err(Refusal::new("database_url").into())
}

/// Opens books and office at `url`; SQLite files are created and migrated.
pub async fn open(url: &str) -> Result<Database> {
    let (engine, location) = parse(url)?;
    match (&engine, &location.file) {
        (Engine::Sqlite, Some(file)) => {
            let file = file.clone();
            open_sqlite(&file, location).await
        }
        _ => open_postgres(location).await,
    }
}

async fn open_sqlite(file: &Path, location: Location) -> Result<Database> {
    if let Some(parent) = file.parent().filter(|p| !p.as_os_str().is_empty()) {
        std::fs::create_dir_all(parent).map_err(Error::internal)?;
    }
    let write = sqlite(file, 1, false, "FULL").await?;
    check_sqlite_release(&write).await?;
    Books::up(&write, None).await.map_err(refused_or_internal)?;
    let office = sqlite(&office_path(file), 1, false, "FULL").await?;
    Office::up(&office, None).await.map_err(refused_or_internal)?;
    let read = sqlite(file, 4, true, "FULL").await?;
    Ok(Database { engine: Engine::Sqlite, read, write, office, location, turn: Arc::default() })
}

async fn open_postgres(location: Location) -> Result<Database> {
    let write = postgres(&location.url, 1).await?;
    let read = postgres(&location.url, 4).await?;
    let office = postgres(&location.url, 4).await?;
    Ok(Database { engine: Engine::Postgres, read, write, office, location, turn: Arc::default() })
}

/// Applies the outstanding migrations at `url`.
pub async fn migrate(url: &str) -> Result<()> {
    let (engine, location) = parse(url)?;
    if engine == Engine::Sqlite {
        open(url).await?;
        return Ok(());
    }
    let connection = postgres(&location.url, 1).await?;
    Books::up(&connection, None).await.map_err(refused_or_internal)?;
    Office::up(&connection, None).await.map_err(refused_or_internal)?;
    connection.execute_unprepared(FRESH_STATISTICS).await.map_err(refused_or_internal).map(|_| ())
}

/// Looks anew at tables that doubled since they were last looked at. It runs as the owner of the tables, for nobody else
/// may; the server's role may call it.
const FRESH_STATISTICS: &str = "
    CREATE OR REPLACE FUNCTION fresh_statistics() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    DECLARE
        grown record;
    BEGIN
        FOR grown IN
            SELECT c.oid::regclass AS name FROM pg_class c
            WHERE c.relkind = 'r' AND c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'books'::regclass)
                AND pg_relation_size(c.oid) > 65536 AND pg_relation_size(c.oid) / 8192 > 2 * c.relpages
        LOOP
            EXECUTE 'ANALYZE ' || grown.name;
        END LOOP;
    END $$";

/// PostgreSQL plans by what it last counted, and counts by itself only minutes after a large file: until then a table of
/// ten thousand rows is joined as if it had ten. So what has just grown is counted at once. SQLite plans by its indexes.
pub(super) async fn fresh_statistics(db: &Database) {
    if db.engine == Engine::Postgres
        && let Err(error) = db.write.execute_unprepared("SELECT fresh_statistics()").await
    {
        // The plans are slower for some minutes; nothing is wrong.
        tracing::warn!(%error, "statistics of the tables are old");
    }
}

/// A throw-away SQLite database for replay.
pub async fn scratch(file: &Path) -> Result<Database> {
    let write = sqlite(file, 1, false, "OFF").await?;
    Books::up(&write, None).await.map_err(refused_or_internal)?;
    Ok(Database {
        engine: Engine::Sqlite,
        read: write.clone(),
        office: write.clone(),
        write,
        location: Location { url: String::new(), file: Some(file.to_path_buf()) },
        turn: Arc::default(),
    })
}

/// A connection of its own on which one reading transaction stands; it ends with the connection.
pub async fn view(db: &Database) -> Result<DatabaseConnection> {
    let (connection, begin) = match &db.location.file {
        Some(file) => (sqlite(file, 1, true, "FULL").await?, "BEGIN"),
        None => (postgres(&db.location.url, 1).await?, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
    };
    connection.execute_unprepared(begin).await.map_err(refused_or_internal)?;
    Ok(connection)
}

async fn sqlite(
    file: &Path,
    connections: u32,
    read_only: bool,
    synchronous: &'static str,
) -> Result<DatabaseConnection> {
    let url = format!("sqlite://{}?mode=rwc", file.display());
    let mut options = lasting(ConnectOptions::new(url), connections);
    options.map_sqlx_sqlite_opts(move |o| {
        let o = o
            .foreign_keys(true)
            .busy_timeout(WAIT_FOR_WRITER)
            .statement_cache_capacity(400)
            .pragma("journal_mode", "WAL")
            .pragma("synchronous", synchronous)
            .pragma("cache_size", "-65536")
            .pragma("temp_store", "MEMORY");
        if read_only { o.pragma("query_only", "ON") } else { o }
    });
    sea_orm::Database::connect(options).await.map_err(refused_or_internal)
}

async fn postgres(url: &str, connections: u32) -> Result<DatabaseConnection> {
    let mut options = lasting(ConnectOptions::new(url.to_owned()), connections);
    // That a table is there already is no news; what the server warns of is.
    options.map_sqlx_postgres_opts(|o| o.options([("client_min_messages", "warning")]));
    sea_orm::Database::connect(options).await.map_err(refused_or_internal)
}

/// A connection of these pools is never exchanged behind a transaction's back.
fn lasting(mut options: ConnectOptions, connections: u32) -> ConnectOptions {
    options
        .max_connections(connections)
        .min_connections(1)
        .idle_timeout(None::<Duration>)
        .max_lifetime(None::<Duration>)
        .acquire_timeout(WAIT_FOR_WRITER)
        .test_before_acquire(false)
        .sqlx_logging(false);
    options
}

async fn check_sqlite_release(connection: &DatabaseConnection) -> Result<()> {
    let row = connection
        .query_one_raw(Statement::from_string(connection.get_database_backend(), "SELECT sqlite_version() AS v"))
        .await
        .map_err(refused_or_internal)?;
    let version: String =
        row.ok_or_else(|| Error::internal("no sqlite version"))?.try_get("", "v").map_err(refused_or_internal)?;
    let mut parts = version.split('.').map(|p| p.parse::<u32>().unwrap_or(0));
    let found = (parts.next().unwrap_or(0), parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    if found < OLDEST_SQLITE {
        return Err(Refusal::new("sqlite_too_old").with("version", version).into());
    }
    Ok(())
}

/// Lets the server's role use the tables: everything on projections, only INSERT and SELECT on events and transfers.
pub async fn grant_to_server(db: &Database, role: &str) -> Result<()> {
    let plain = role.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if db.engine != Engine::Postgres || role.is_empty() || !plain {
        return Err(Refusal::new("role_name").with("role", role).into());
    }
    for (table, class, _) in super::tables::TABLES {
        let rights = match (*class, *table) {
            (super::tables::Class::Events, _) | (_, "transfers") => "SELECT, INSERT",
            _ => "SELECT, INSERT, UPDATE, DELETE",
        };
        let statement = format!("GRANT {rights} ON {table} TO \"{role}\"");
        db.write.execute_unprepared(&statement).await.map_err(refused_or_internal)?;
    }
    Ok(())
}

/// Copies a SQLite database whole while it is in use, then gives the copy its name: never a file without its
/// write-ahead log.
pub(super) async fn copy_whole(connection: &DatabaseConnection, target: &Path) -> Result<()> {
    let mut aside = target.as_os_str().to_owned();
    aside.push(".part");
    let aside = PathBuf::from(aside);
    if aside.exists() {
        std::fs::remove_file(&aside).map_err(Error::internal)?;
    }
    super::sql::run(connection, "VACUUM INTO ?", vec![aside.display().to_string().into()]).await?;
    let file = std::fs::File::open(&aside).map_err(Error::internal)?;
    file.sync_all().map_err(Error::internal)?;
    std::fs::rename(&aside, target).map_err(Error::internal)
}
