//! Files that wait for the person who brought them. They stand in nameless temporary files, which are gone with the program
//! whatever ends it, and are found by a random token and only by that person.

use std::collections::HashMap;
use std::fs::File;
use std::io::Write as _;
use std::ops::Deref;
use std::os::unix::fs::FileExt as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rocket::fairing::AdHoc;
use rocket::tokio::task::spawn_blocking;

use super::Settings;
use crate::kernel::instant::Instant;
use crate::kernel::{Error, Result};

/// How long a file is held.
const HELD_MS: i64 = 3_600_000;
/// Files held for one person; the oldest goes first.
const HELD_EACH_MAX: usize = 4;
/// How often files that nobody came back to are let go.
const SWEEP_EVERY: Duration = Duration::from_mins(5);

/// Whose file it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The actor.
    pub actor_uid: String,
    /// The book.
    pub book_id: i64,
}

/// What waits for its person, and since when; it reads like its content.
#[derive(Debug)]
pub struct Held<T> {
    /// The person.
    pub owner: Owner,
    /// Since when.
    pub at: Instant,
    /// What it is.
    pub content: T,
}

impl<T> Deref for Held<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.content
    }
}

/// All that waits of one kind.
#[derive(Debug)]
pub struct Shelf<T>(Mutex<HashMap<String, Arc<Held<T>>>>);

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Shelf<T> {
    /// Keeps something under a token; what was held too long, and the oldest of the same person, goes.
    pub fn keep(&self, token: String, held: Held<T>) {
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

    /// What lies under a token, for its owner.
    pub fn find(&self, token: &str, owner: &Owner, now: Instant) -> Option<Arc<Held<T>>> {
        let files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let held = files.get(token).filter(|held| held.owner == *owner && now.get() - held.at.get() < HELD_MS);
        held.cloned()
    }

    /// Lets go of what has waited too long.
    pub fn sweep(&self, now: Instant) {
        let mut files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        files.retain(|_, held| now.get() - held.at.get() < HELD_MS);
    }
}

/// Lets go of what nobody came back to, also while nobody brings anything.
pub fn sweeper<T: Send + Sync + 'static>(name: &'static str, shelf: Arc<Shelf<T>>) -> AdHoc {
    AdHoc::on_liftoff(name, move |rocket| {
        Box::pin(async move {
            let Some(clock) = rocket.state::<Settings>().map(|settings| Arc::clone(&settings.clock)) else { return };
            let shelf = Arc::downgrade(&shelf);
            rocket::tokio::spawn(async move {
                loop {
                    rocket::tokio::time::sleep(SWEEP_EVERY).await;
                    let Some(shelf) = shelf.upgrade() else { return };
                    shelf.sweep(clock.now());
                }
            });
        })
    })
}

/// Bytes in a nameless temporary file.
#[derive(Debug, Clone)]
pub struct Spooled {
    file: Arc<File>,
    length: usize,
}

impl Spooled {
    /// Writes bytes down and gives them back.
    ///
    /// # Errors
    /// Those of the disk.
    pub async fn write(bytes: Vec<u8>) -> Result<(Vec<u8>, Self)> {
        let written = spawn_blocking(move || {
            let mut file = tempfile::tempfile()?;
            file.write_all(&bytes)?;
            let length = bytes.len();
            Ok::<_, std::io::Error>((bytes, Self { file: Arc::new(file), length }))
        });
        written.await.map_err(Error::internal)?.map_err(Error::internal)
    }

    /// Reads them again.
    ///
    /// # Errors
    /// Those of the disk.
    pub async fn read(&self) -> Result<Vec<u8>> {
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

    async fn held(actor_uid: &str, at_ms: i64) -> Held<Spooled> {
        let (_, content) = Spooled::write(b"abc".to_vec()).await.unwrap();
        Held { owner: owner(actor_uid), at: Instant::new(at_ms), content }
    }

    fn owner(actor_uid: &str) -> Owner {
        Owner { actor_uid: actor_uid.to_owned(), book_id: 1 }
    }

    #[tokio::test]
    async fn a_file_is_found_by_its_owner_for_an_hour() {
        let files = Shelf::default();
        files.keep("t".to_owned(), held("chen", 1_000).await);
        let (chen, li) = (owner("chen"), owner("li"));
        let found = files.find("t", &chen, Instant::new(2_000)).unwrap();
        assert_eq!(found.read().await.unwrap(), b"abc");
        assert!(files.find("t", &li, Instant::new(2_000)).is_none());
        assert!(files.find("u", &chen, Instant::new(2_000)).is_none());
        assert!(files.find("t", &chen, Instant::new(1_000 + HELD_MS)).is_none());
        files.sweep(Instant::new(1_000 + HELD_MS));
        assert!(files.0.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_person_keeps_the_newest_files() {
        let files = Shelf::default();
        files.keep("li".to_owned(), held("li", 0).await);
        for at in 1..=6 {
            files.keep(format!("t{at}"), held("chen", at).await);
        }
        let mut left: Vec<String> = files.0.lock().unwrap().keys().cloned().collect();
        left.sort();
        assert_eq!(left, ["li", "t3", "t4", "t5", "t6"]);
    }

    #[tokio::test]
    async fn of_five_the_oldest_goes_and_nothing_is_told_to_others_or_an_hour_later() {
        let lists = Shelf::default();
        let (chen, li) = (owner("chen"), owner("li"));
        for at in 1..=5 {
            lists.keep(format!("t{at}"), held("chen", at).await);
        }
        assert_eq!(lists.find("t5", &chen, Instant::new(9)).unwrap().read().await.unwrap(), b"abc");
        assert!(lists.find("t1", &chen, Instant::new(9)).is_none(), "the oldest of five");
        assert!(lists.find("t2", &chen, Instant::new(9)).is_some());
        assert!(lists.find("t5", &li, Instant::new(9)).is_none(), "of somebody else");
        assert!(lists.find("t5", &chen, Instant::new(5 + HELD_MS)).is_none(), "an hour later");
    }
}
