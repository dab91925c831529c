//! What the tests stand on: a real PostgreSQL, a real browser, and the promise that neither outlives the tests.

pub mod book;
pub mod browser;
pub mod every_record;
pub mod guarded;
pub mod office;
pub mod person;
pub mod postgres;
pub mod visitor;
