//! The ways in which money goes, the four groups of 银行存款余额调节表, and what stands in them.

use serde::{Deserialize, Serialize};

/// Whether money came or went, as the owner of the account sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flow {
    /// It came.
    In,
    /// It went.
    Out,
}

/// Which of the two knows an item, and whether it came or went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// 银收企未收
    BankReceived,
    /// 银付企未付
    BankPaid,
    /// 企收银未收
    BookReceived,
    /// 企付银未付
    BookPaid,
}

impl Group {
    /// All groups, in the order of the form.
    pub const ALL: [Self; 4] = [Self::BankReceived, Self::BankPaid, Self::BookReceived, Self::BookPaid];

    /// The word of tables and files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::BankReceived => "bank_received",
            Self::BankPaid => "bank_paid",
            Self::BookReceived => "book_received",
            Self::BookPaid => "book_paid",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.code() == code)
    }

    pub(super) const fn of(is_bank: bool, flow: Flow) -> Self {
        match (is_bank, flow) {
            (true, Flow::In) => Self::BankReceived,
            (true, Flow::Out) => Self::BankPaid,
            (false, Flow::In) => Self::BookReceived,
            (false, Flow::Out) => Self::BookPaid,
        }
    }
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A payment.
    Payment,
    /// A payment that the bank refused: the book has its money again.
    Refusal,
    /// A payment that came back.
    Return,
    /// 手续费
    Fee,
    /// 利息
    Interest,
    /// Between accounts of one's own.
    OwnTransfer,
    /// Anything else that came in.
    Receipt,
    /// 额度下达
    Issued,
    /// 额度收回
    Withdrawn,
    /// 收回: what a recipient paid back.
    Recovery,
}

impl What {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Payment,
        Self::Refusal,
        Self::Return,
        Self::Fee,
        Self::Interest,
        Self::OwnTransfer,
        Self::Receipt,
        Self::Issued,
        Self::Withdrawn,
        Self::Recovery,
    ];

    /// The word of tables and files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::Refusal => "refusal",
            Self::Return => "return",
            Self::Fee => "fee",
            Self::Interest => "interest",
            Self::OwnTransfer => "own_transfer",
            Self::Receipt => "receipt",
            Self::Issued => "issued",
            Self::Withdrawn => "withdrawn",
            Self::Recovery => "recovery",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.code() == code)
    }
}
