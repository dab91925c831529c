//! What the tests stand on: a real PostgreSQL, a real browser, and the promise that neither outlives the tests.

pub mod bank;
pub mod book;
pub mod browser;
pub mod every_payment;
pub mod every_record;
pub mod every_statement;
pub mod guarded;
pub mod office;
pub mod person;
pub mod postgres;
pub mod statement;
pub mod treasury;
pub mod visitor;
