//! Files between preview and submit. They stand in nameless temporary files, which are gone with the program whatever
//! ends it, and are found by a random token and only by the person who brought them.

use std::collections::HashMap;
use std::fs::File;
use std::io::Write as _;
use std::os::unix::fs::FileExt as _;
use std::sync::{Arc, Mutex, PoisonError};

use rocket::tokio::task::spawn_blocking;

use crate::imports::preview::Preview;
use crate::imports::reading::What;
use crate::imports::upload::{Fault, Submitted};
use crate::kernel::instant::Instant;
use crate::kernel::money::Unit;
use crate::kernel::{Error, Result};

/// How long a file is held.
const HELD_MS: i64 = 3_600_000;
/// Files held for one person; the oldest goes first.
const HELD_EACH_MAX: usize = 4;

/// Whose file it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Owner {
    /// The actor.
    pub(super) actor_uid: String,
    /// The book.
    pub(super) book_id: i64,
}

/// What was found in a file.
#[derive(Debug)]
pub(super) enum Found {
    /// It may go in; the file holds its bytes.
    Sound { submitted: Box<Submitted>, preview: Preview },
    /// It may not; the file holds the table of errors as CSV.
    Faulty { shown: Vec<Fault>, errors: usize, rows: u64 },
}

/// A file that waits for its person.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) owner: Owner,
    pub(super) at: Instant,
    pub(super) what: What,
    pub(super) unit: Option<Unit>,
    pub(super) file_name: String,
    pub(super) found: Found,
    pub(super) file: Spooled,
}

/// All files that wait.
#[derive(Debug, Default)]
pub(super) struct HeldFiles(Mutex<HashMap<String, Arc<Held>>>);

impl HeldFiles {
    /// Keeps a file under a token.
    pub(super) fn keep(&self, token: String, held: Held) {
        let mut files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        files.retain(|_, other| held.at.get() - other.at.get() < HELD_MS);
        let mut own: Vec<(Instant, String)> = files
            .iter()
            .filter(|(_, other)| other.owner == held.owner)
            .map(|(token, other)| (other.at, token.clone()))
            .collect();
        own.sort_by_key(|(at, _)| at.get());
        let spare = own.len().saturating_sub(HELD_EACH_MAX - 1);
        for (_, token) in own.iter().take(spare) {
            files.remove(token);
        }
        files.insert(token, Arc::new(held));
    }

    /// The file under a token, for its owner.
    pub(super) fn find(&self, token: &str, owner: &Owner, now: Instant) -> Option<Arc<Held>> {
        let files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let held = files.get(token).filter(|held| held.owner == *owner && now.get() - held.at.get() < HELD_MS);
        held.cloned()
    }

    /// Lets go of files that have waited too long.
    pub(super) fn sweep(&self, now: Instant) {
        let mut files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        files.retain(|_, held| now.get() - held.at.get() < HELD_MS);
    }
}

/// Bytes in a nameless temporary file.
#[derive(Debug, Clone)]
pub(super) struct Spooled {
    file: Arc<File>,
    length: usize,
}

impl Spooled {
    /// Writes bytes down and gives them back.
    pub(super) async fn write(bytes: Vec<u8>) -> Result<(Vec<u8>, Self)> {
        let written = spawn_blocking(move || {
            let mut file = tempfile::tempfile()?;
            file.write_all(&bytes)?;
            let length = bytes.len();
            Ok::<_, std::io::Error>((bytes, Self { file: Arc::new(file), length }))
        });
        written.await.map_err(Error::internal)?.map_err(Error::internal)
    }

    /// Reads them again.
    pub(super) async fn read(&self) -> Result<Vec<u8>> {
        let Self { file, length } = self.clone();
        let read = spawn_blocking(move || {
            let mut bytes = vec![0; length];
            file.read_exact_at(&mut bytes, 0).map(|()| bytes)
        });
        read.await.map_err(Error::internal)?.map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn held(actor_uid: &str, at_ms: i64) -> Held {
        let (_, file) = Spooled::write(b"abc".to_vec()).await.unwrap();
        Held {
            owner: Owner { actor_uid: actor_uid.to_owned(), book_id: 1 },
            at: Instant::new(at_ms),
            what: What::Grants,
            unit: None,
            file_name: "a.csv".to_owned(),
            found: Found::Faulty { shown: Vec::new(), errors: 0, rows: 0 },
            file,
        }
    }

    #[tokio::test]
    async fn a_file_is_found_by_its_owner_for_an_hour() {
        let files = HeldFiles::default();
        files.keep("t".to_owned(), held("chen", 1_000).await);
        let (chen, li) = (held("chen", 0).await.owner, held("li", 0).await.owner);
        let found = files.find("t", &chen, Instant::new(2_000)).unwrap();
        assert_eq!(found.file.read().await.unwrap(), b"abc");
        assert!(files.find("t", &li, Instant::new(2_000)).is_none());
        assert!(files.find("u", &chen, Instant::new(2_000)).is_none());
        assert!(files.find("t", &chen, Instant::new(1_000 + HELD_MS)).is_none());
        files.sweep(Instant::new(1_000 + HELD_MS));
        assert!(files.0.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_person_keeps_the_newest_files() {
        let files = HeldFiles::default();
        files.keep("li".to_owned(), held("li", 0).await);
        for at in 1..=6 {
            files.keep(format!("t{at}"), held("chen", at).await);
        }
        let mut left: Vec<String> = files.0.lock().unwrap().keys().cloned().collect();
        left.sort();
        assert_eq!(left, ["li", "t3", "t4", "t5", "t6"]);
    }
}
