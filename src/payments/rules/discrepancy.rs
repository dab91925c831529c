//! The closed list of names that a difference between bank and book can have, and how one is settled.

use serde::{Deserialize, Serialize};

/// What differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Name {
    /// 银行缺失: sent to the bank, and no answer came.
    MissingAtBank,
    /// 账簿缺失: the bank tells of a payment that the book does not know.
    MissingInBook,
    /// 金额不符
    AmountDiffers,
    /// 账号不符
    AccountDiffers,
    /// 户名不符
    NameDiffers,
    /// 状态不符: the answer does not follow from where the payment stands.
    StatusDiffers,
    /// 重复回单: the same answer once more.
    Duplicate,
    /// 余额不符
    BalanceDiffers,
    /// 付款指令不符: the file speaks of another account, or of another batch, than that with which the payment went out.
    OrderDiffers,
}

impl Name {
    /// All names, in the order in which they are told.
    pub const ALL: [Self; 9] = [
        Self::MissingAtBank,
        Self::MissingInBook,
        Self::AmountDiffers,
        Self::AccountDiffers,
        Self::NameDiffers,
        Self::StatusDiffers,
        Self::Duplicate,
        Self::BalanceDiffers,
        Self::OrderDiffers,
    ];

    /// The word of tables, files and the command line.
    pub const fn code(self) -> &'static str {
        match self {
            Self::MissingAtBank => "missing_at_bank",
            Self::MissingInBook => "missing_in_book",
            Self::AmountDiffers => "amount_differs",
            Self::AccountDiffers => "account_differs",
            Self::NameDiffers => "name_differs",
            Self::StatusDiffers => "status_differs",
            Self::Duplicate => "duplicate",
            Self::BalanceDiffers => "balance_differs",
            Self::OrderDiffers => "order_differs",
        }
    }

    /// The key of its word in the catalogue.
    pub const fn key(self) -> &'static str {
        match self {
            Self::MissingAtBank => "payments.difference.missing_at_bank",
            Self::MissingInBook => "payments.difference.missing_in_book",
            Self::AmountDiffers => "payments.difference.amount_differs",
            Self::AccountDiffers => "payments.difference.account_differs",
            Self::NameDiffers => "payments.difference.name_differs",
            Self::StatusDiffers => "payments.difference.status_differs",
            Self::Duplicate => "payments.difference.duplicate",
            Self::BalanceDiffers => "payments.difference.balance_differs",
            Self::OrderDiffers => "payments.difference.order_differs",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.code() == code)
    }

    /// Whether money may have gone elsewhere, or as another amount: proposed is then what books nothing. Where the bank did
    /// otherwise than it was told, booking what it was told would say of money that it arrived where it is not.
    pub const fn is_grave(self) -> bool {
        matches!(self, Self::AmountDiffers | Self::AccountDiffers | Self::OrderDiffers)
    }

    /// The ways in which such a difference can be settled; the first one is proposed.
    pub const fn remedies(self) -> &'static [How] {
        match self {
            Self::NameDiffers => &[How::AsBooked, How::BankCorrects],
            Self::AmountDiffers | Self::AccountDiffers | Self::StatusDiffers | Self::OrderDiffers => {
                &[How::BankCorrects, How::AsBooked]
            }
            Self::MissingInBook => &[How::NotOurs, How::BankCorrects],
            Self::Duplicate => &[How::OnceOnly],
            Self::MissingAtBank | Self::BalanceDiffers => &[How::BankCorrects],
        }
    }
}

/// How a difference was settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// 按账簿入账: the bank confirmed in writing that what it did is what the book says; its answer counts.
    AsBooked,
    /// 银行更正: the bank corrects its answer; this one does not count.
    BankCorrects,
    /// 非本单位: the line is not about this book.
    NotOurs,
    /// 重复不计: it was answered before and counts once.
    OnceOnly,
    /// 后续已回: a later answer of the bank was right. Only the book itself says so.
    AnsweredLater,
    /// 归入批次: somebody chose the batch for which the line stands. Only that choice says so.
    BatchChosen,
    /// 归入支付: somebody chose the payment that the line tells of once more. Only that choice says so.
    PaymentChosen,
    /// 已查询: the bank was asked about what nothing was heard of. Only that inquiry says so.
    Asked,
    /// 银行已查复: the bank told in writing how it is. Only its answer to an inquiry says so.
    Explained,
}

impl How {
    /// All ways.
    pub const ALL: [Self; 9] = [
        Self::AsBooked,
        Self::BankCorrects,
        Self::NotOurs,
        Self::OnceOnly,
        Self::AnsweredLater,
        Self::BatchChosen,
        Self::PaymentChosen,
        Self::Asked,
        Self::Explained,
    ];

    /// The word of tables, files and the command line.
    pub const fn code(self) -> &'static str {
        match self {
            Self::AsBooked => "as_booked",
            Self::BankCorrects => "bank_corrects",
            Self::NotOurs => "not_ours",
            Self::OnceOnly => "once_only",
            Self::AnsweredLater => "answered_later",
            Self::BatchChosen => "batch_chosen",
            Self::PaymentChosen => "payment_chosen",
            Self::Asked => "asked",
            Self::Explained => "explained",
        }
    }

    /// The key of its word in the catalogue.
    pub const fn key(self) -> &'static str {
        match self {
            Self::AsBooked => "payments.how.as_booked",
            Self::BankCorrects => "payments.how.bank_corrects",
            Self::NotOurs => "payments.how.not_ours",
            Self::OnceOnly => "payments.how.once_only",
            Self::AnsweredLater => "payments.how.answered_later",
            Self::BatchChosen => "payments.how.batch_chosen",
            Self::PaymentChosen => "payments.how.payment_chosen",
            Self::Asked => "payments.how.asked",
            Self::Explained => "payments.how.explained",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|how| how.code() == code)
    }
}

/// One difference: what the book says and what the bank says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// What differs.
    pub name: Name,
    /// In the book.
    pub book: String,
    /// At the bank.
    pub bank: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_again_and_is_that_of_the_events() {
        for name in Name::ALL {
            assert_eq!(Name::from_code(name.code()), Some(name));
            assert_eq!(serde_json::to_string(&name).unwrap(), format!("\"{}\"", name.code()));
            assert_eq!(name.key(), format!("payments.difference.{}", name.code()));
            assert!(!name.remedies().is_empty());
            assert!(!name.is_grave() || name.remedies().first() == Some(&How::BankCorrects), "{name:?} books nothing");
            assert!(!name.remedies().contains(&How::AnsweredLater), "only the book itself says so");
            assert!(!name.remedies().contains(&How::BatchChosen), "only who chooses a batch says so");
            assert!(!name.remedies().contains(&How::PaymentChosen), "only who chooses a payment says so");
            assert!(!name.remedies().contains(&How::Asked), "only an inquiry says so");
            assert!(!name.remedies().contains(&How::Explained), "only the answer to an inquiry says so");
        }
        for how in How::ALL {
            assert_eq!(How::from_code(how.code()), Some(how));
            assert_eq!(serde_json::to_string(&how).unwrap(), format!("\"{}\"", how.code()));
        }
    }
}
