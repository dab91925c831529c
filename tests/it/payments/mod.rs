//! Payments: batches, the bank's answers, differences, undoing, another attempt; with a bank that is simulated.

mod bank_answers;
mod batches;
mod database;
mod files;
mod instalments;
mod lines_without_id;
mod reissue;
mod reports;
mod settle;
mod undo;
