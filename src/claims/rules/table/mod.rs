//! Tables in a text: lines whose cells stand between tabs, bars or blanks, below the names of their columns. Their figures
//! have no words around them: what they measure, of whom and when is said by column, row and title.

mod axis;
mod cells;
mod lines;

pub(super) use cells::{Around, claims};
pub(super) use lines::find;
