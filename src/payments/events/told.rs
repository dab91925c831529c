//! What is written down of a line of a bank's file.

use serde::{Deserialize, Serialize};

use super::Applied;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::payments::rules::Difference;

/// What a line of a statement stands for as a whole: a batch, one file of it, or payments that came back together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandsFor {
    /// The batch, if all its payments are of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<i64>,
    /// The file of the batch, if it went out as several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<i64>,
    /// The payments, as runs of ids: first and last.
    pub payments: Vec<(i64, i64)>,
    /// What they add up to.
    pub sum: Fen,
}

/// For which of several batches a line stands, as somebody chose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineMatched {
    /// The line.
    pub line: i64,
    /// What it stands for.
    pub stands_for: StandsFor,
}

/// A line of a bank's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankLineRead {
    /// The file.
    pub file: i64,
    /// Line in the file.
    pub line: i64,
    /// The payment that it is about, if the book knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<i64>,
    /// The payment's id as written.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub written_id: String,
    /// The other side's name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub account_name: String,
    /// The other side's account.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub account_number: String,
    /// How much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Fen>,
    /// `debit` or `credit`.
    pub side: String,
    /// What the line is.
    pub kind: String,
    /// What became of the payment, in the word of the book, else of the bank.
    pub status: String,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The bank's own number.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub bank_serial: String,
    /// The bank's date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_on: Option<Day>,
    /// What follows for the payment; nothing if something differs, or if the line is about none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied: Option<Applied>,
    /// What differs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<Difference>,
    /// Payments that it may be about, where the bank dropped the id and more than one fits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<i64>,
    /// What it stands for as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stands_for: Option<StandsFor>,
    /// Batches for which it may stand, where more than one fits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub batches: Vec<i64>,
}
