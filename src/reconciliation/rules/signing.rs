//! What is signed, where a reconciliation stands, and who may sign it.

use serde::{Deserialize, Serialize};

use crate::kernel::Refusal;
use crate::kernel::dates::Day;

/// What two people sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// The answers of the bank to a batch.
    Batch(i64),
    /// An account and a month, from its first day to its last.
    Account {
        /// The account.
        account: i64,
        /// First day of the month.
        from: Day,
        /// Last day of the month.
        until: Day,
    },
}

impl Subject {
    /// A month of an account.
    pub fn month(account: i64, day: Day) -> Self {
        Self::Account { account, from: day.month_start(), until: day.month_end() }
    }

    /// One word for it: of one word one reconciliation is in force at a time.
    pub fn word(&self) -> String {
        match self {
            Self::Batch(batch) => format!("batch-{batch}"),
            Self::Account { account, from, .. } => format!("account-{account}-{}", from.month()),
        }
    }
}

/// Where a reconciliation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordState {
    /// 待签认
    Prepared,
    /// 已签认
    Signed,
    /// 退回: somebody would not sign it.
    Refused,
    /// 待重开: somebody wants it reopened.
    ReopenPending,
    /// 已重开
    Reopened,
}

impl RecordState {
    /// All states, in the order of a life.
    pub const ALL: [Self; 5] = [Self::Prepared, Self::Signed, Self::Refused, Self::ReopenPending, Self::Reopened];

    /// The word of tables.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Prepared => "prepared",
            Self::Signed => "signed",
            Self::Refused => "refused",
            Self::ReopenPending => "reopen_pending",
            Self::Reopened => "reopened",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether it stands for its batch or month: another one can only be prepared when it does so no more.
    pub const fn is_living(self) -> bool {
        matches!(self, Self::Prepared | Self::Signed | Self::ReopenPending)
    }
}

/// What an account's own book holds besides payments and booked lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// 期初余额: what the book has on the account at the beginning of a day.
    Opening,
    /// 额度下达
    Issued,
    /// 额度收回
    Withdrawn,
    /// 对账单余额: what the treasury states on paper, where it sends no statement.
    Stated,
}

impl EntryKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Opening, Self::Issued, Self::Withdrawn, Self::Stated];

    /// The word of tables and forms.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Issued => "issued",
            Self::Withdrawn => "withdrawn",
            Self::Stated => "stated",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether an account of this sort has such entries: a quota is issued to treasury accounts alone.
    pub const fn suits(self, is_quota: bool) -> bool {
        matches!(self, Self::Opening) || is_quota
    }
}

/// Whether a person may sign: neither who prepared it, nor who had a hand in what is reconciled: loaded its files, built its
/// batches, booked its lines.
///
/// Refusals: `two_people`, `reconciliation_hand`.
pub fn may_sign(person: &str, prepared: &str, hands: &[String]) -> Result<(), Refusal> {
    if person == prepared {
        Err(Refusal::new("two_people"))
    } else if hands.iter().any(|hand| hand == person) {
        Err(Refusal::new("reconciliation_hand"))
    } else {
        Ok(())
    }
}

/// A month is signed when it is over: nothing more can happen in it.
///
/// Refusal: `month_not_over` (`until`).
pub fn month_is_over(until: Day, today: Day) -> Result<(), Refusal> {
    if until < today { Ok(()) } else { Err(Refusal::new("month_not_over").with("until", until)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn every_word_is_read_again() {
        for state in RecordState::ALL {
            assert_eq!(RecordState::from_code(state.code()), Some(state));
        }
        for kind in EntryKind::ALL {
            assert_eq!(EntryKind::from_code(kind.code()), Some(kind));
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.code()));
            assert!(kind.suits(true));
        }
        assert!(EntryKind::Opening.suits(false) && !EntryKind::Issued.suits(false));
    }

    #[test]
    fn nobody_signs_what_that_person_prepared_or_had_a_hand_in() {
        let hands = ["li".to_owned()];
        assert!(may_sign("zhao", "wang", &hands).is_ok());
        assert_eq!(may_sign("wang", "wang", &hands).unwrap_err().code, "two_people");
        assert_eq!(may_sign("li", "wang", &hands).unwrap_err().code, "reconciliation_hand");
    }

    #[test]
    fn a_month_is_over_on_the_day_after_its_last() {
        assert_eq!(month_is_over(day("2020-03-31"), day("2020-03-31")).unwrap_err().code, "month_not_over");
        assert!(month_is_over(day("2020-03-31"), day("2020-04-01")).is_ok());
    }

    #[test]
    fn one_batch_or_one_month_of_an_account_has_one_word() {
        assert_eq!(Subject::Batch(7).word(), "batch-7");
        assert_eq!(Subject::month(3, day("2020-02-11")).word(), "account-3-2020-02");
        let Subject::Account { from, until, .. } = Subject::month(3, day("2020-02-11")) else { panic!("no account") };
        assert_eq!((from, until), (day("2020-02-01"), day("2020-02-29")));
    }
}
