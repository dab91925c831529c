//! Words that all parts share. Pure: no web, database, template, async, file, clock or random source.

pub mod error;
pub mod refusal;

pub use error::{Error, Result};
pub use refusal::Refusal;
