//! Anomalies 异常与重复: questions to the book that somebody should look into, each opened to the grants behind it.
//!
//! Nothing is recorded: what is found follows from the book at two clocks. An anomaly is a question, not a verdict.

mod pages;
mod render;
mod rules;
mod store;
mod survey;

pub use pages::{places, stage};
pub use rules::{Benford, Kind, Lines};
pub use survey::{Found, Opened, Row, Survey, each_row, open, survey};
