//! Grants as clerks and reviewers work with them.

mod lists;
mod recording;
mod reviewing;
