//! Lists from outside 外部清单: a treasury's or a department's list held against the book, row by row.
//!
//! Nothing is recorded and no file is kept in the book: the answer follows from the file and from the book at two clocks.
//! A page keeps the file in a nameless temporary one for its person and an hour, and computes the answer each time.

mod compare;
mod pages;
mod reading;
mod render;
mod rules;
mod store;

pub use compare::{Comparison, Question, compare, parse_map};
pub use pages::{places, stage};
pub use reading::{Field, Mapped, Said};
pub use rules::{Booked, Entry, Listed, Outcome, Part, Rule};
