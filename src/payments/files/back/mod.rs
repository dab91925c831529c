//! What a bank sent back, read whole or refused whole.
//!
//! Header, trailer, count and sum of the file are checked, and of a statement every balance; one bad line refuses the
//! file, and every bad line is named. Whether a line fits a payment of the book is the matter of others.

mod balance;
mod camt;
mod line;
mod message;
mod pain002;
mod said;
mod statement;
mod table;
mod totals;
mod workbook;
mod xml;

use serde::{Deserialize, Serialize};

use super::profile::{FileDirection, FileFormat, Profile};
use crate::kernel::Refusal;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::sheets::Faults;

/// Bytes of a file; what is longer is no file of a bank.
const FILE_BYTES_MAX: usize = 512 << 20;

/// The currency in which every book counts.
const BOOK_CURRENCY: &str = "CNY";

/// A file of a bank that was read whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankFile {
    /// Its lines, in the order of the file.
    pub lines: Vec<BankLine>,
    /// How many lines and how much.
    pub control: Control,
    /// The batch or message that the file names as its own.
    pub batch: Option<String>,
    /// The account of one's own that the file names.
    pub account_number: Option<String>,
    /// The currency that the file names; `CNY` if it names none.
    pub currency: String,
    /// An answer for a whole batch at once, without lines (pain.002).
    pub whole: Option<WholeAnswer>,
    /// The balances, if the file is a statement.
    pub statement: Option<Statement>,
    /// What a person should know who sees the file otherwise than it was read: hidden rows, sheets that were left out.
    pub notices: Vec<Refusal>,
}

/// The count and sum of all lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Control {
    /// How many lines.
    pub count: u64,
    /// The sum of their amounts, debits and credits alike.
    pub sum_fen: Fen,
    /// The file itself says count or sum, and they agree.
    pub said: bool,
}

/// What a pain.002 says of all payments of a message at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WholeAnswer {
    /// The id of the message or payment information that is meant, as it went out.
    pub batch: String,
    /// What became of it.
    pub status: Status,
    /// Why.
    pub reason: Option<String>,
    /// The day of the message.
    pub completed_on: Option<Day>,
    /// How many payments the bank says there were.
    pub count: Option<u64>,
    /// What it says they added up to.
    pub sum_fen: Option<Fen>,
}

/// The balances of an account statement. They hold: opening − debits + credits = closing, line by line where the lines
/// have balances.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The account.
    pub account_number: Option<String>,
    /// Its currency.
    pub currency: String,
    /// The first day.
    pub from_on: Day,
    /// The last day.
    pub to_on: Day,
    /// What was on the account before the first line.
    pub opening_fen: Fen,
    /// What was on it after the last line.
    pub closing_fen: Fen,
}

/// One line of a bank's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankLine {
    /// The line of the file or row of the sheet, where it begins; from 1.
    pub line: u64,
    /// The payment's own id, if the bank gave it back.
    pub payment_id: Option<String>,
    /// The batch that the line itself names.
    pub batch: Option<String>,
    /// The other side's name; empty if the bank does not say it.
    pub account_name: String,
    /// The other side's account; empty if the bank does not say it. Digits if it is a number, else as written.
    pub account_number: String,
    /// How much; none only where the format lets the bank leave it out (pain.002).
    pub amount_fen: Option<Fen>,
    /// What became of the payment. In a statement a debit is paid and a return is returned.
    pub status: Status,
    /// What the line is.
    pub kind: LineKind,
    /// Whether the amount left the account or came to it.
    pub side: Side,
    /// Why it was refused or returned, or the summary 摘要 of a statement's line.
    pub reason: Option<String>,
    /// The bank's own number 银行流水号.
    pub bank_serial: Option<String>,
    /// 支付凭证号
    pub voucher_number: Option<String>,
    /// The bank's date.
    pub completed_on: Option<Day>,
    /// What was on the account afterwards.
    pub balance_after_fen: Option<Fen>,
}

/// What became of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// 成功
    Paid,
    /// 失败
    Refused,
    /// 退汇, after it had been paid.
    Returned,
    /// Another word of the bank.
    Unknown(String),
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// A payment, or the answer to one.
    Payment,
    /// 退汇
    Return,
    /// 手续费
    Fee,
    /// 利息
    Interest,
    /// Between accounts of one's own.
    OwnTransfer,
    /// Anything else that came in.
    Receipt,
}

/// Debit or credit 借贷方向, as the bank sees the account: a debit is money that left it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// 借
    Debit,
    /// 贷
    Credit,
}

impl Side {
    /// The side that an event names; what is no debit is a credit.
    pub fn of_word(word: &str) -> Self {
        if word == Self::Debit.word() { Self::Debit } else { Self::Credit }
    }
}

/// Reads what a bank sent.
///
/// The file is refused whole if it is empty, binary, cut off, of another kind or of another account's format, and if a
/// line, a control figure or a balance is wrong; every fault names its line.
pub fn read(profile: &Profile, bytes: &[u8]) -> Result<BankFile, Faults> {
    if profile.direction != FileDirection::In {
        return Err(Refusal::new("bank_direction").with("profile", profile.name()).into());
    }
    if bytes.len() > FILE_BYTES_MAX {
        return Err(Refusal::new("bank_file_large").with("max", FILE_BYTES_MAX >> 20).into());
    }
    match profile.format {
        FileFormat::Pain002 => pain002::read(profile, bytes),
        FileFormat::Camt053 | FileFormat::Camt054 => camt::read(profile, bytes),
        _ => table::read(profile, bytes),
    }
}

/// What another currency means for a book of yuan nobody can say. Refusal: `bank_currency_foreign` (`found`).
fn in_book_currency(currency: &str) -> Result<(), Refusal> {
    if currency == BOOK_CURRENCY { Ok(()) } else { Err(Refusal::new("bank_currency_foreign").with("found", currency)) }
}

impl BankFile {
    /// Whether a book may take it. Refusal: `bank_currency_foreign` (`found`).
    pub fn in_yuan(&self) -> Result<(), Refusal> {
        in_book_currency(&self.currency)
    }
}

impl LineKind {
    /// The word of tables and of the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::Return => "return",
            Self::Fee => "fee",
            Self::Interest => "interest",
            Self::OwnTransfer => "own_transfer",
            Self::Receipt => "receipt",
        }
    }
}

impl Side {
    /// The word of tables and of the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Debit => "debit",
            Self::Credit => "credit",
        }
    }

    /// What the line does to the balance.
    const fn signed(self, amount: Fen) -> i128 {
        match self {
            Self::Debit => -(amount.get() as i128),
            Self::Credit => amount.get() as i128,
        }
    }
}
