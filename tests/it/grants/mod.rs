//! Grants as clerks and reviewers work with them.

mod lists;
pub mod pages;
mod recording;
mod reviewing;
