//! Packages under way, and the last one made of each book.
//!
//! They live in temporary files, and end with the program. That loses nothing: the same question gives the same bytes, so
//! that even a download that was broken off goes on in a package made anew.

use std::fs::File;
use std::sync::{Arc, Mutex, PoisonError};

use tempfile::NamedTempFile;
use tokio::sync::oneshot;

use super::{Made, PackageOf, Progress as Written, write};
use crate::journal::{Door, Head, Keeper};
use crate::kernel::{Error, Result};
use crate::web;

/// The package of each book: the one under way, or the last one made.
pub type Packages = web::UnderWay<Running, Ready>;

/// What is to be seen of a book's package.
pub type Seen = web::Seen<Progress, Ready>;

/// A package that is being written.
#[derive(Debug)]
pub struct Running {
    asked: PackageOf,
    written: Mutex<Written>,
}

impl web::Work for Running {
    type Progress = Progress;

    fn progress(&self, elapsed_ms: i64) -> Progress {
        let written = *self.written.lock().unwrap_or_else(PoisonError::into_inner);
        Progress { written, seconds: elapsed_ms / 1_000 }
    }
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

/// How far a package has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is written of it.
    pub written: Written,
    /// Whole seconds so far.
    pub seconds: i64,
}

/// Begins to write a package, and tells when that ends; what was made before is given up. None if one is under way.
pub fn begin(
    packages: &Arc<Packages>,
    door: &Door,
    keeper: &Keeper,
    head: &Head,
    asked: PackageOf,
) -> Option<oneshot::Receiver<Result<()>>> {
    let place = packages.begin(&door.surroundings, head.book_id, Running { asked, written: Mutex::default() })?;
    let (told, ended) = oneshot::channel();
    let (door, keeper, head) = (door.clone(), keeper.clone(), head.clone());
    let runtime = tokio::runtime::Handle::current();
    // Aside: a long scan must not hold up other requests.
    tokio::task::spawn_blocking(move || {
        let outcome = match runtime.block_on(make(place.work(), &door, &keeper, &head)) {
            Ok(ready) => {
                place.end(Some(ready));
                Ok(())
            }
            Err(error) => {
                tracing::error!(reference = %place.reference(), %error, "a package could not be made");
                drop(place);
                Err(error)
            }
        };
        // Nobody listens who has left.
        let _ = told.send(outcome);
    });
    Some(ended)
}

async fn make(running: &Running, door: &Door, keeper: &Keeper, head: &Head) -> Result<Ready> {
    let file = NamedTempFile::new().map_err(Error::internal)?;
    let opened = file.reopen().map_err(Error::internal)?;
    let mut tell = |written: Written| {
        *running.written.lock().unwrap_or_else(PoisonError::into_inner) = written;
    };
    let made = write(&door.db, keeper, head, running.asked, opened, &mut tell).await?;
    Ok(Ready { asked: running.asked, made, file: Arc::new(file) })
}
