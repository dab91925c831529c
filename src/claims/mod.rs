//! Statements 表述: sentences with figures, as newspapers and work reports print them, held against the book.
//!
//! Every figure of a text is found where it stands and bound to a measure of the book, a time and a scope; what its
//! digits and words stand for is an interval, and the exact value lies in it or does not. What the book does not record
//! is told as such, never guessed.

mod actions;
mod bindings;
mod check;
mod events;
mod pages;
mod render;
mod rules;
mod store;

pub use actions::{SIGNERS, StatementAnswer, keep};
pub use check::{Checked, Question, Rounding, Told, again, check};
pub use events::{APPLIER, KIND_STATEMENT_CHECKED, StatementChecked};
pub use pages::{places, stage};
pub use rules::{Binding, Kind, Measure, Qualifier, Reason, Scope, Span, Verdict};
pub use store::{InForce, Kept, kept, policies, selection, statement};
