//! Words that all parts share. Pure: no web, database, template, async, file, clock or random source.

pub mod bank_code;
pub mod clock;
pub mod codes;
pub mod csv;
pub mod dates;
pub mod error;
pub mod identity;
pub mod instant;
pub mod keyset;
pub mod money;
pub mod note;
pub mod refusal;
pub mod text;
pub mod tile;
pub mod tree;
pub mod uscc;

pub use error::{Error, Result};
pub use refusal::Refusal;
