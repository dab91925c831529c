//! Payments: batches, the bank's answers, differences, undoing, another attempt; with a bank that is simulated.

mod bank_answers;
mod batches;
mod command_line;
mod database;
mod files;
mod instalments;
mod lines_without_id;
mod pages;
mod profiles;
mod reissue;
mod releases;
pub(crate) mod reports;
mod settle;
mod together;
mod two_people;
mod undo;
mod walk;
mod walk_of_parts;
mod workbooks;
