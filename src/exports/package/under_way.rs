//! Packages under way: one a book, started from a page, seen from any. Whoever started one may leave.
//!
//! They live in the memory of the program and in temporary files, and end with it. That loses nothing: the same question
//! gives the same bytes, so that even a download that was broken off goes on in a package made anew.

use std::collections::HashMap;
use std::fs::File;
use std::sync::{Arc, Mutex, PoisonError};

use tempfile::NamedTempFile;
use tokio::sync::oneshot;

use super::{Made, PackageOf, Progress as Written, write};
use crate::journal::{Door, Head, Keeper};
use crate::kernel::instant::Instant;
use crate::kernel::{Error, Result};

/// The package of each book: the one under way, or the last one made.
#[derive(Debug, Default)]
pub struct Packages(Mutex<HashMap<i64, State>>);

#[derive(Debug, Clone)]
enum State {
    Running(Arc<Running>),
    Ready(Ready),
    Failed { reference: String },
}

#[derive(Debug)]
struct Running {
    asked: PackageOf,
    written: Mutex<Written>,
    begun_at: Instant,
}

/// A package that can be downloaded. Its file goes when nobody holds it any more.
#[derive(Debug, Clone)]
pub struct Ready {
    /// What was asked for.
    pub asked: PackageOf,
    /// What was written.
    pub made: Made,
    file: Arc<NamedTempFile>,
}

impl Ready {
    /// Its file, opened anew.
    pub fn open(&self) -> Result<File> {
        self.file.reopen().map_err(Error::internal)
    }
}

/// What is to be seen of a book's package.
#[derive(Debug, Clone)]
pub enum Seen {
    /// There is none.
    Nothing,
    /// It is being written.
    Running(Progress),
    /// It can be downloaded.
    Ready(Ready),
    /// It could not be made; the log says why under the reference.
    Failed {
        /// Where to find it in the log.
        reference: String,
    },
}

/// How far a package has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is written of it.
    pub written: Written,
    /// Whole seconds so far.
    pub seconds: i64,
}

impl Packages {
    /// Begins to write a package, and tells when that ends; what was made before is given up. None if one is under way.
    pub fn begin(
        self: &Arc<Self>,
        door: &Door,
        keeper: &Keeper,
        head: &Head,
        asked: PackageOf,
    ) -> Option<oneshot::Receiver<Result<()>>> {
        let begun_at = door.surroundings.clock.now();
        let running = Arc::new(Running { asked, written: Mutex::default(), begun_at });
        let mut states = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(states.get(&head.book_id), Some(State::Running(_))) {
            return None;
        }
        states.insert(head.book_id, State::Running(Arc::clone(&running)));
        drop(states);
        let reference = door.surroundings.chance.token().chars().take(8).collect();
        let entry = Entry { packages: Arc::clone(self), book_id: head.book_id, end: State::Failed { reference } };
        let (told, ended) = oneshot::channel();
        let (door, keeper, head) = (door.clone(), keeper.clone(), head.clone());
        let runtime = tokio::runtime::Handle::current();
        // Aside: a long scan must not hold up other requests.
        tokio::task::spawn_blocking(move || {
            let mut entry = entry;
            let outcome = runtime.block_on(make(&running, &door, &keeper, &head));
            let outcome = outcome.map(|ready| entry.end = State::Ready(ready));
            if let (Err(error), State::Failed { reference }) = (&outcome, &entry.end) {
                tracing::error!(%reference, %error, "a package could not be made");
            }
            drop(entry);
            // Nobody listens who has left.
            let _ = told.send(outcome);
        });
        Some(ended)
    }

    /// What is to be seen of a book.
    pub fn of(&self, door: &Door, book_id: i64) -> Seen {
        let states = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match states.get(&book_id) {
            None => Seen::Nothing,
            Some(State::Failed { reference }) => Seen::Failed { reference: reference.clone() },
            Some(State::Ready(ready)) => Seen::Ready(ready.clone()),
            Some(State::Running(running)) => Seen::Running(Progress {
                written: *running.written.lock().unwrap_or_else(PoisonError::into_inner),
                seconds: (door.surroundings.clock.now().get() - running.begun_at.get()) / 1_000,
            }),
        }
    }
}

async fn make(running: &Arc<Running>, door: &Door, keeper: &Keeper, head: &Head) -> Result<Ready> {
    let file = NamedTempFile::new().map_err(Error::internal)?;
    let opened = file.reopen().map_err(Error::internal)?;
    let mut tell = |written: Written| {
        *running.written.lock().unwrap_or_else(PoisonError::into_inner) = written;
    };
    let made = write(&door.db, keeper, head, running.asked, opened, &mut tell).await?;
    Ok(Ready { asked: running.asked, made, file: Arc::new(file) })
}

/// The place of a package among those under way. It gets an end whatever ends the work.
struct Entry {
    packages: Arc<Packages>,
    book_id: i64,
    end: State,
}

impl Drop for Entry {
    fn drop(&mut self) {
        let mut states = self.packages.0.lock().unwrap_or_else(PoisonError::into_inner);
        states.insert(self.book_id, self.end.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stops_without_an_end_is_said_to_have_failed() {
        let packages = Arc::new(Packages::default());
        let end = State::Failed { reference: "ab".into() };
        drop(Entry { packages: Arc::clone(&packages), book_id: 7, end });
        let states = packages.0.lock().unwrap();
        assert!(matches!(states.get(&7), Some(State::Failed { reference }) if reference == "ab"));
    }
}
