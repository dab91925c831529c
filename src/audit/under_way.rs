//! Verifications under way. What they find is kept by the office.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use tokio::sync::oneshot;

use super::checks::check_book;
use crate::journal::{Door, Head};
use crate::kernel::note::Checkpoint;
use crate::web;

/// All verifications under way, by book. They leave nothing there.
pub(super) type UnderWay = web::UnderWay<Running, Infallible>;

/// What is to be seen of the verification of a book.
pub(super) type Seen = web::Seen<Progress, Infallible>;

/// A verification.
#[derive(Debug)]
pub(super) struct Running {
    done: AtomicI64,
    of: i64,
}

impl web::Work for Running {
    type Progress = Progress;

    fn progress(&self, elapsed_ms: i64) -> Progress {
        Progress { done: self.done.load(Ordering::Relaxed), of: self.of, elapsed_ms }
    }
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

/// Begins to verify a book as it stands, and tells when it ends. None if it is being verified already.
pub(super) fn begin(
    under_way: &Arc<UnderWay>,
    door: &Door,
    head: &Head,
    older: Option<Checkpoint>,
) -> Option<oneshot::Receiver<End>> {
    let running = Running { done: AtomicI64::new(0), of: head.position };
    let place = under_way.begin(&door.surroundings, head.book_id, running)?;
    let (told, ended) = oneshot::channel();
    tokio::spawn(run(place, door.clone(), head.clone(), older, told));
    Some(ended)
}

async fn run(
    place: web::Place<Running, Infallible>,
    door: Door,
    head: Head,
    older: Option<Checkpoint>,
    told: oneshot::Sender<End>,
) {
    let running = Arc::clone(place.work());
    let progress = move |done, _| running.done.store(done, Ordering::Relaxed);
    match check_book(&door, &head, older.as_ref(), progress).await {
        Ok(check) => {
            place.end(None);
            // Nobody listens who has left.
            let _ = told.send(if check.outcome.holds() { End::Holds } else { End::Broken });
        }
        Err(error) => tracing::error!(reference = %place.reference(), %error, "a verification could not be ended"),
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
}
