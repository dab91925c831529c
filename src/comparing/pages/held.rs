//! Lists that somebody looks at. They lie in nameless temporary files, which are gone with the program whatever ends it, and
//! are found by a random token and only by the person who brought them.

use std::collections::HashMap;
use std::fs::File;
use std::io::Write as _;
use std::os::unix::fs::FileExt as _;
use std::sync::{Arc, Mutex, PoisonError};

use rocket::tokio::task::spawn_blocking;

use crate::comparing::Question;
use crate::kernel::instant::Instant;
use crate::kernel::{Error, Result};

/// How long a list is held.
const HELD_MS: i64 = 3_600_000;
/// Lists held for one person; the oldest goes first.
const HELD_EACH_MAX: usize = 4;

/// Whose list it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Owner {
    /// The actor.
    pub(super) actor_uid: String,
    /// The book.
    pub(super) book_id: i64,
}

/// A list, and what is asked of it.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) owner: Owner,
    pub(super) at: Instant,
    pub(super) question: Question,
    file: Arc<File>,
    length: usize,
}

impl Held {
    /// Writes a list down.
    pub(super) async fn write(owner: Owner, at: Instant, question: Question, bytes: Vec<u8>) -> Result<Self> {
        let length = bytes.len();
        let written = spawn_blocking(move || {
            let mut file = tempfile::tempfile()?;
            file.write_all(&bytes).map(|()| file)
        });
        let file = Arc::new(written.await.map_err(Error::internal)?.map_err(Error::internal)?);
        Ok(Self { owner, at, question, file, length })
    }

    /// The same list with another question, asked at an instant.
    pub(super) fn asking(self, at: Instant, question: Question) -> Self {
        Self { at, question, ..self }
    }

    /// Its bytes.
    pub(super) async fn bytes(&self) -> Result<Vec<u8>> {
        let (file, length) = (Arc::clone(&self.file), self.length);
        let read = spawn_blocking(move || {
            let mut bytes = vec![0; length];
            file.read_exact_at(&mut bytes, 0).map(|()| bytes)
        });
        read.await.map_err(Error::internal)?.map_err(Error::internal)
    }
}

/// All lists that are held.
#[derive(Debug, Default)]
pub(super) struct HeldLists(Mutex<HashMap<String, Held>>);

impl HeldLists {
    /// Keeps a list under a token; lists that were held too long, and the oldest of the same person, go.
    pub(super) fn keep(&self, token: String, held: Held) {
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lists.retain(|_, other| held.at.get() - other.at.get() < HELD_MS);
        let mut own: Vec<(i64, String)> = lists
            .iter()
            .filter(|(_, other)| other.owner == held.owner)
            .map(|(token, other)| (other.at.get(), token.clone()))
            .collect();
        own.sort();
        for (_, token) in own.iter().take((own.len() + 1).saturating_sub(HELD_EACH_MAX)) {
            lists.remove(token);
        }
        lists.insert(token, held);
    }

    /// The list under a token, for its owner.
    pub(super) fn find(&self, token: &str, owner: &Owner, now: Instant) -> Option<Held> {
        let lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lists.get(token).filter(|held| held.owner == *owner && now.get() - held.at.get() < HELD_MS).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::dates::Day;

    async fn held(actor_uid: &str, at_ms: i64) -> Held {
        let owner = Owner { actor_uid: actor_uid.to_owned(), book_id: 1 };
        let question = Question {
            file_name: "a.csv".into(),
            said: Vec::new(),
            unit: None,
            as_of: Day::parse("2020-03-05").unwrap(),
            at: None,
            policies: Vec::new(),
        };
        Held::write(owner, Instant::new(at_ms), question, b"abc".to_vec()).await.unwrap()
    }

    #[tokio::test]
    async fn a_list_is_found_by_its_owner_for_an_hour_and_the_newest_stay() {
        let lists = HeldLists::default();
        let (chen, li) = (held("chen", 0).await.owner, held("li", 0).await.owner);
        for at in 1..=5 {
            lists.keep(format!("t{at}"), held("chen", at).await);
        }
        assert_eq!(lists.find("t5", &chen, Instant::new(9)).unwrap().bytes().await.unwrap(), b"abc");
        assert!(lists.find("t1", &chen, Instant::new(9)).is_none(), "the oldest of five");
        assert!(lists.find("t2", &chen, Instant::new(9)).is_some());
        assert!(lists.find("t5", &li, Instant::new(9)).is_none(), "of somebody else");
        assert!(lists.find("t5", &chen, Instant::new(5 + HELD_MS)).is_none(), "an hour later");
    }
}
