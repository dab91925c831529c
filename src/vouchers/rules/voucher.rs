//! The types of vouchers, their numbers and names, and the acts that they stand for.

use serde::{Deserialize, Serialize};

use crate::kernel::dates::Day;

/// The type of a voucher 凭证类型: each has numbers of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VoucherKind {
    /// 收款凭证: money or quota came in.
    Receipt,
    /// 付款凭证: it went out.
    Payment,
    /// 转账凭证: neither.
    Transfer,
}

impl VoucherKind {
    /// All types, in the order of lists.
    pub const ALL: [Self; 3] = [Self::Receipt, Self::Payment, Self::Transfer];

    /// The word of tables, files and addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Receipt => "receipt",
            Self::Payment => "payment",
            Self::Transfer => "transfer",
        }
    }

    /// The key of its word in the catalogue.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Receipt => "vouchers.kind.receipt",
            Self::Payment => "vouchers.kind.payment",
            Self::Transfer => "vouchers.kind.transfer",
        }
    }

    /// The one character with which its numbers begin, in every language: it is the name of the voucher.
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Receipt => "收",
            Self::Payment => "付",
            Self::Transfer => "转",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The type of the same entries with both columns exchanged.
    #[must_use]
    pub const fn opposite(self) -> Self {
        match self {
            Self::Receipt => Self::Payment,
            Self::Payment => Self::Receipt,
            Self::Transfer => Self::Transfer,
        }
    }
}

/// The two sides of the accounting of government units, which balance each for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// 财务会计
    Financial,
    /// 预算会计
    Budget,
}

impl Side {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Financial, Self::Budget];

    /// The word of tables and files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Financial => "financial",
            Self::Budget => "budget",
        }
    }

    /// The key of its word in the catalogue.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Financial => "vouchers.side.financial",
            Self::Budget => "vouchers.side.budget",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|side| side.code() == code)
    }
}

/// What is special about an act, so that its money is posted by rules of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// Nothing.
    #[default]
    Ordinary,
    /// It concerns money paid in an earlier year (以前年度).
    EarlierYear,
    /// It is settled against another amount, without cash (抵扣).
    Offset,
}

impl Occasion {
    /// The key of its word in the catalogue.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Ordinary => "vouchers.occasion.ordinary",
            Self::EarlierYear => "vouchers.occasion.earlier_year",
            Self::Offset => "vouchers.occasion.offset",
        }
    }
}

/// What was done when the money moved that a voucher stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// A batch was released; its subject is the batch.
    Release,
    /// A file of the bank was taken; its subject is the file.
    BankFile,
    /// A difference was settled so that the bank's answer counts; its subject is the bank's line.
    Settlement,
    /// A file of the bank was undone; its subject is the file.
    BankUndo,
    /// Money was recovered; its subject is the recovery.
    Recovery,
    /// An overpaid grant was settled against another; its subject is the offset.
    Offset,
    /// A booking error was corrected; its subject is the correction.
    Correction,
    /// Transfers without a voucher of their own were gathered (汇总): budgets, approvals, history; no subject.
    Gathering,
}

impl Act {
    /// All acts.
    pub const ALL: [Self; 8] = [
        Self::Release,
        Self::BankFile,
        Self::Settlement,
        Self::BankUndo,
        Self::Recovery,
        Self::Offset,
        Self::Correction,
        Self::Gathering,
    ];

    /// The word of tables and files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::BankFile => "bank_file",
            Self::Settlement => "settlement",
            Self::BankUndo => "bank_undo",
            Self::Recovery => "recovery",
            Self::Offset => "offset",
            Self::Correction => "correction",
            Self::Gathering => "gathering",
        }
    }

    /// The key of its word in the catalogue.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Release => "vouchers.act.release",
            Self::BankFile => "vouchers.act.bank_file",
            Self::Settlement => "vouchers.act.settlement",
            Self::BankUndo => "vouchers.act.bank_undo",
            Self::Recovery => "vouchers.act.recovery",
            Self::Offset => "vouchers.act.offset",
            Self::Correction => "vouchers.act.correction",
            Self::Gathering => "vouchers.act.gathering",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.code() == code)
    }
}

/// The name of a voucher: `付-2020-10-0001`.
pub fn name(kind: VoucherKind, month: &str, number: i64) -> String {
    format!("{}-{month}-{number:04}", kind.mark())
}

/// A day as vouchers quote it: `2020年10月8日`.
pub fn named_day(day: Day) -> String {
    let printed = day.to_string();
    let mut parts = printed.split('-').map(|part| part.trim_start_matches('0'));
    let mut next = || parts.next().unwrap_or_default();
    format!("{}年{}月{}日", next(), next(), next())
}

/// Whether this is a month as numbers of vouchers have it: `2020-10`.
pub fn parse_month(text: &str) -> Option<String> {
    Day::parse(&format!("{text}-01")).ok().map(Day::month)
}
