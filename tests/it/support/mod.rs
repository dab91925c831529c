//! What the tests stand on: a real PostgreSQL, a real browser, and the promise that neither outlives the tests.

pub mod bank;
pub mod book;
pub mod browser;
pub mod every_choice;
pub mod every_part;
pub mod every_closing;
pub mod every_payment;
pub mod every_record;
pub mod every_voucher;
pub mod every_setting;
pub mod every_recovery;
pub mod every_report;
pub mod every_sample;
pub mod every_statement;
pub mod guarded;
pub mod history;
pub mod months;
pub mod office;
pub mod parts;
pub mod person;
pub mod postgres;
pub mod program;
pub mod recovering;
pub mod statement;
pub mod treasury;
pub mod visitor;
