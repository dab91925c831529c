//! Files that go to a bank and come back from it, described by profiles that are data. Pure: no database, web or clock.
//!
//! A [`Profile`] (a TOML text, `profiles/*.toml`) says what a file looks like; profiles of the two directions may share a
//! name, as `generic-csv` does.
//! - [`Profile::shipped`] lists those that come with the program, [`Profile::find`] gives one by name and direction,
//!   [`Profile::parse`] reads a TOML text, [`Profile::check`] what a form holds (a [`Draft`]); both answer with all that is
//!   wrong, each [`crate::kernel::Refusal`] with its `field`. [`Profile::draft`] and [`Profile::toml`] lead back.
//! - [`Profile::purpose`] fills the purpose 用途 of a payment; [`write`] turns a [`BatchHead`] and its [`PaymentOrder`]s into one
//!   or more [`PaymentFile`]s, whose bytes are a function of the arguments alone. Faults name the row, from 1, and the field.
//! - [`read`] turns what the bank sent into a [`BankFile`] of [`BankLine`]s, or into every bad line. Header, trailer, count,
//!   sum and balances were checked by then; whether a line fits a payment of the book, whether the account, the batch and
//!   the currency are the expected ones, whether a line answers twice, is not asked here.
//!
//! No cell is guarded against spreadsheets: a bank compares names letter by letter, and a name with an apostrophe before it
//! would be another name.

mod back;
mod out;
mod profile;
mod sample;
mod template;

#[cfg(test)]
mod tests;

pub use back::{BankFile, BankLine, Control, LineKind, Side, Statement, Status, WholeAnswer, read};
pub use out::{BatchHead, PaymentFile, PaymentOrder, write};
pub use profile::{
    AmountUnit, Column, ColumnDraft, DateFormat, Draft, Field, FileDirection, FileFormat, KindWords, LineEnd, Profile,
    StatusWords, Title, line_of,
};
pub use sample::{columns_found, first_lines, sample};
