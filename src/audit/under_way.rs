//! Verifications under way: one a book, started from a page, seen from any. Whoever started one may leave.
//!
//! They live in the memory of the program and end with it; what they find is kept by the office.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

use super::checks::check_book;
use crate::journal::{Door, Head};
use crate::kernel::instant::Instant;
use crate::kernel::note::Checkpoint;

/// All verifications under way, by book; and those that could not be ended, until the next one begins.
#[derive(Debug, Default)]
pub(super) struct UnderWay(Mutex<HashMap<i64, State>>);

#[derive(Debug, Clone)]
enum State {
    Running(Arc<Running>),
    Failed { reference: String },
}

#[derive(Debug)]
struct Running {
    done: AtomicI64,
    of: i64,
    begun_at: Instant,
}

/// What is to be seen of the verification of a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Seen {
    /// None is under way.
    Nothing,
    /// So many events are checked.
    Running(Progress),
    /// It could not be ended; the log says why under the reference.
    Failed {
        /// Where to find it in the log.
        reference: String,
    },
}

/// How far a verification has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Progress {
    /// Events checked.
    pub(super) done: i64,
    /// Events to check; when all are, the tables are compared.
    pub(super) of: i64,
    /// How long it has taken.
    pub(super) elapsed_ms: i64,
}

impl Progress {
    /// Events a second so far.
    pub(super) fn rate(self) -> i64 {
        self.done.saturating_mul(1_000).checked_div(self.elapsed_ms).unwrap_or_default()
    }

    /// Seconds that the rest of the events will take at this rate, rounded up; unknown in the beginning.
    pub(super) fn rest_s(self) -> Option<i64> {
        let rate = self.rate();
        (rate > 0).then(|| (self.of - self.done + rate - 1) / rate)
    }
}

/// How a verification ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// All holds.
    Holds,
    /// Something does not.
    Broken,
}

impl UnderWay {
    /// Begins to verify a book as it stands, and tells when it ends. None if it is being verified already.
    pub(super) fn begin(
        self: &Arc<Self>,
        door: &Door,
        head: &Head,
        older: Option<Checkpoint>,
    ) -> Option<oneshot::Receiver<End>> {
        let running =
            Arc::new(Running { done: AtomicI64::new(0), of: head.position, begun_at: door.surroundings.clock.now() });
        let mut states = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(states.get(&head.book_id), Some(State::Running(_))) {
            return None;
        }
        states.insert(head.book_id, State::Running(Arc::clone(&running)));
        drop(states);
        let reference = door.surroundings.chance.token().chars().take(8).collect();
        let entry = Entry { under_way: Arc::clone(self), book_id: head.book_id, reference, has_ended: false };
        let (told, ended) = oneshot::channel();
        tokio::spawn(run(entry, running, door.clone(), head.clone(), older, told));
        Some(ended)
    }

    /// What is to be seen of a book.
    pub(super) fn of(&self, door: &Door, book_id: i64) -> Seen {
        let states = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match states.get(&book_id) {
            None => Seen::Nothing,
            Some(State::Failed { reference }) => Seen::Failed { reference: reference.clone() },
            Some(State::Running(running)) => Seen::Running(Progress {
                done: running.done.load(Ordering::Relaxed),
                of: running.of,
                elapsed_ms: door.surroundings.clock.now().get() - running.begun_at.get(),
            }),
        }
    }
}

async fn run(
    mut entry: Entry,
    running: Arc<Running>,
    door: Door,
    head: Head,
    older: Option<Checkpoint>,
    told: oneshot::Sender<End>,
) {
    let progress = move |done, _| running.done.store(done, Ordering::Relaxed);
    match check_book(&door, &head, older.as_ref(), progress).await {
        Ok(check) => {
            entry.has_ended = true;
            drop(entry);
            // Nobody listens who has left.
            let _ = told.send(if check.outcome.holds() { End::Holds } else { End::Broken });
        }
        Err(error) => tracing::error!(reference = %entry.reference, %error, "a verification could not be ended"),
    }
}

/// The place of a verification among those under way. It is given free whatever ends the work.
#[derive(Debug)]
struct Entry {
    under_way: Arc<UnderWay>,
    book_id: i64,
    reference: String,
    has_ended: bool,
}

impl Drop for Entry {
    fn drop(&mut self) {
        let mut states = self.under_way.0.lock().unwrap_or_else(PoisonError::into_inner);
        if self.has_ended {
            states.remove(&self.book_id);
        } else {
            states.insert(self.book_id, State::Failed { reference: self.reference.clone() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_follows_from_the_rate() {
        let progress = Progress { done: 10_000, of: 35_001, elapsed_ms: 2_000 };
        assert_eq!((progress.rate(), progress.rest_s()), (5_000, Some(6)));
        assert_eq!(Progress { done: 0, of: 5, elapsed_ms: 0 }.rest_s(), None);
    }

    #[test]
    fn what_stops_without_an_end_is_said_to_have_failed() {
        let under_way = Arc::new(UnderWay::default());
        let running = Running { done: AtomicI64::new(0), of: 1, begun_at: Instant::new(0) };
        under_way.0.lock().unwrap().insert(7, State::Running(Arc::new(running)));
        drop(Entry { under_way: Arc::clone(&under_way), book_id: 7, reference: "ab".into(), has_ended: false });
        let states = under_way.0.lock().unwrap();
        assert!(matches!(states.get(&7), Some(State::Failed { reference }) if reference == "ab"));
    }
}
