//! The demonstration book.

mod seed;
mod story;
