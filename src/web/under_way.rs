//! Long work that a page begins: one piece a book, started by somebody, seen by everybody. Whoever started it may leave.
//!
//! It lives in the memory of the program and ends with it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::config::Surroundings;
use crate::kernel::instant::Instant;

/// Work that tells how far it has come.
pub trait Work {
    /// How far.
    type Progress;

    /// How far it has come in this time, in milliseconds.
    fn progress(&self, elapsed_ms: i64) -> Self::Progress;
}

/// The work of each book: what is under way, and how the last piece ended, where it left something or failed.
#[derive(Debug)]
pub struct UnderWay<W, E>(Mutex<HashMap<i64, State<W, E>>>);

#[derive(Debug)]
enum State<W, E> {
    Running { work: Arc<W>, begun_at: Instant },
    Ended(E),
    Failed { reference: String },
}

/// What is to be seen of a book: progress `P`, or the end `E`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen<P, E> {
    /// Nothing is under way.
    Nothing,
    /// So far it has come.
    Running(P),
    /// This it left.
    Ended(E),
    /// It could not be ended; the log says why under the reference.
    Failed {
        /// Where to find it in the log.
        reference: String,
    },
}

impl<W, E> Default for UnderWay<W, E> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<W: Work, E: Clone> UnderWay<W, E> {
    /// Takes the place of a book for a piece of work; what the last one left is given up. None if one is under way.
    pub fn begin(self: &Arc<Self>, around: &Surroundings, book_id: i64, work: W) -> Option<Place<W, E>> {
        let work = Arc::new(work);
        let mut states = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(states.get(&book_id), Some(State::Running { .. })) {
            return None;
        }
        states.insert(book_id, State::Running { work: Arc::clone(&work), begun_at: around.clock.now() });
        drop(states);
        let reference: String = around.chance.token().chars().take(8).collect();
        let leaves = Some(State::Failed { reference: reference.clone() });
        Some(Place { under_way: Arc::clone(self), book_id, work, reference, leaves })
    }

    /// What is to be seen of a book.
    pub fn of(&self, around: &Surroundings, book_id: i64) -> Seen<W::Progress, E> {
        let states = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match states.get(&book_id) {
            None => Seen::Nothing,
            Some(State::Failed { reference }) => Seen::Failed { reference: reference.clone() },
            Some(State::Ended(left)) => Seen::Ended(left.clone()),
            Some(State::Running { work, begun_at }) => {
                Seen::Running(work.progress(around.clock.now().get() - begun_at.get()))
            }
        }
    }
}

/// The place of a piece of work among those under way. It is given free whatever ends the work: without an end it failed.
#[derive(Debug)]
pub struct Place<W, E> {
    under_way: Arc<UnderWay<W, E>>,
    book_id: i64,
    work: Arc<W>,
    reference: String,
    leaves: Option<State<W, E>>,
}

impl<W, E> Place<W, E> {
    /// The work.
    pub const fn work(&self) -> &Arc<W> {
        &self.work
    }

    /// Under which the log says why it failed.
    pub fn reference(&self) -> &str {
        &self.reference
    }

    /// It is ended; what it leaves, if anything, is to be seen until the next piece begins.
    pub fn end(mut self, left: Option<E>) {
        self.leaves = left.map(State::Ended);
    }
}

impl<W, E> Drop for Place<W, E> {
    fn drop(&mut self) {
        let mut states = self.under_way.0.lock().unwrap_or_else(PoisonError::into_inner);
        match self.leaves.take() {
            Some(state) => states.insert(self.book_id, state),
            None => states.remove(&self.book_id),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Steps(i64);

    impl Work for Steps {
        type Progress = i64;

        fn progress(&self, _: i64) -> i64 {
            self.0
        }
    }

    fn begun(under_way: &Arc<UnderWay<Steps, &'static str>>) -> Place<Steps, &'static str> {
        under_way.begin(&Surroundings::system(), 7, Steps(3)).unwrap()
    }

    #[test]
    fn one_piece_a_book_is_under_way_until_it_ends() {
        let (around, under_way) = (Surroundings::system(), Arc::new(UnderWay::default()));
        let place = begun(&under_way);
        assert_eq!(under_way.of(&around, 7), Seen::Running(3));
        assert!(under_way.begin(&around, 7, Steps(0)).is_none());
        assert!(under_way.begin(&around, 8, Steps(0)).is_some(), "control: another book has a place of its own");
        place.end(Some("all"));
        assert_eq!(under_way.of(&around, 7), Seen::Ended("all"));
        begun(&under_way).end(None);
        assert_eq!(under_way.of(&around, 7), Seen::Nothing);
    }

    #[test]
    fn what_stops_without_an_end_is_said_to_have_failed() {
        let under_way = Arc::new(UnderWay::default());
        let place = begun(&under_way);
        let reference = place.reference().to_owned();
        drop(place);
        assert_eq!(under_way.of(&Surroundings::system(), 7), Seen::Failed { reference });
    }
}
