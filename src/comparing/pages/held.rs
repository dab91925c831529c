//! Lists that somebody looks at.

use crate::comparing::Question;
use crate::web::{Shelf, Spooled};

/// A list, and what is asked of it.
#[derive(Debug)]
pub(super) struct List {
    pub(super) question: Question,
    pub(super) file: Spooled,
}

/// All lists that are held.
pub(super) type HeldLists = Shelf<List>;
