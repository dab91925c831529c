//! A book as it stood at an earlier position: its events up to there, replayed into a database of its own. Pages read
//! that as they read the present, with the same queries, so that no list needs a second way to be asked.
//!
//! Copies hold what the tables hold, so no sealed values and no files; they lie in a folder of the program's own and end
//! with it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sea_orm::ConnectionTrait as _;
use tempfile::TempDir;
use tokio::sync::watch;

use super::door::Open;
use super::head::{Head, before_all};
use super::log::events_between;
use super::registry::Registry;
use super::tx::Tx;
use crate::db::Database;
use crate::db::constraint::refused_or_internal;
use crate::kernel::{Error, Result};

/// Events replayed at once, between two tellings of how far it has come.
const CHUNK: i64 = 5_000;
/// Copies that are kept; the one that was not looked at for longest goes first.
const KEPT: usize = 4;
/// How long a page waits before it says how far the copy has come.
const PATIENCE: Duration = Duration::from_secs(4);

/// The copies of one installation.
#[derive(Debug, Default)]
pub(super) struct Past(Mutex<Vec<Arc<Kept>>>);

/// One book at one position.
#[derive(Debug)]
struct Kept {
    book_id: i64,
    at: i64,
    made: watch::Receiver<Made>,
}

/// How far a copy has come.
#[derive(Debug, Clone)]
enum Made {
    Upto(i64),
    Whole(Arc<Whole>),
    Stopped(Error),
}

/// A finished copy. The folder goes when nobody keeps it any more; who still reads it reads on.
#[derive(Debug)]
struct Whole {
    db: Database,
    _folder: TempDir,
}

impl Past {
    /// The tables of a book as they were at a position.
    ///
    /// # Errors
    /// `Error::Preparing` while a long book is still being replayed; asking again finds it further on.
    pub(super) async fn of(&self, db: &Database, registry: Registry, book_id: i64, at: i64) -> Result<Database> {
        let mut made = self.begun(db, registry, book_id, at).made.clone();
        // In time or not: how far it has come is read afterwards.
        let _ = tokio::time::timeout(PATIENCE, made.wait_for(|made| !matches!(made, Made::Upto(_)))).await;
        let now = made.borrow().clone();
        match now {
            // Accounts of people are not of a book: they are those of now.
            Made::Whole(whole) => Ok(Database { office: db.office.clone(), ..whole.db.clone() }),
            Made::Upto(done) => Err(Error::Preparing { done, of: at }),
            Made::Stopped(error) => {
                // The next one who asks begins anew.
                self.lock().retain(|kept| kept.book_id != book_id || kept.at != at);
                Err(error)
            }
        }
    }

    /// The copy that is there or being made, or one that begins now.
    fn begun(&self, db: &Database, registry: Registry, book_id: i64, at: i64) -> Arc<Kept> {
        let mut copies = self.lock();
        let found = copies.iter().position(|kept| kept.book_id == book_id && kept.at == at);
        let kept = found.map_or_else(
            || {
                let (tell, made) = watch::channel(Made::Upto(0));
                let db = db.clone();
                tokio::spawn(async move {
                    let end = match replayed(&db, registry, book_id, at, &tell).await {
                        Ok(whole) => Made::Whole(Arc::new(whole)),
                        Err(error) => Made::Stopped(error),
                    };
                    tell.send_replace(end);
                });
                Arc::new(Kept { book_id, at, made })
            },
            |place| copies.remove(place),
        );
        copies.insert(0, Arc::clone(&kept));
        copies.truncate(KEPT);
        kept
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Arc<Kept>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Replays a book up to a position into a database that nobody can write to any more.
async fn replayed(
    db: &Database,
    registry: Registry,
    book_id: i64,
    at: i64,
    tell: &watch::Sender<Made>,
) -> Result<Whole> {
    let view = db.view().await?;
    let head = Head::read(&view, book_id).await?;
    let folder = tempfile::tempdir().map_err(Error::internal)?;
    let copy = Database::scratch(&folder.path().join("past.db")).await?;
    let open = Open::begin(&copy).await?;
    let mut tx = Tx::new(copy.write.clone(), book_id);
    tx.insert(vec![before_all(book_id, &head.code, &head.book_uid)]).await?;
    let mut then = Head::read(tx.connection(), book_id).await?;
    while then.position < at {
        let events = events_between(&view, book_id, then.position, at.min(then.position + CHUNK)).await?;
        if events.is_empty() {
            return Err(Error::NotFound);
        }
        then.append(&mut tx, registry, &events).await?;
        tell.send_replace(Made::Upto(then.position));
    }
    then.save(&mut tx).await?;
    open.commit().await?;
    copy.write.execute_unprepared("PRAGMA query_only = ON").await.map_err(refused_or_internal)?;
    Ok(Whole { db: copy, _folder: folder })
}
