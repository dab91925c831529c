//! What two sides come to, and whether they close to zero. Pure.

use serde::Serialize;

use super::adjustment::{Adjustment, Group};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;

/// What is reconciled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The payments of one batch.
    Batch(i64),
    /// The payments released from a day to a day.
    Period(Day, Day),
}

/// Payments and their sum.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Sums {
    /// How many.
    pub payments: i64,
    /// How much.
    pub sum: Fen,
}

impl Sums {
    /// With one more; nothing where the sum leaves the range.
    pub fn with(self, amount: Fen) -> Option<Self> {
        Some(Self { payments: self.payments.checked_add(1)?, sum: self.sum.checked_add(amount)? })
    }
}

/// Line level: each payment that was sent, held against the bank's answer to it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct LineLevel {
    /// Payments sent.
    pub sent: i64,
    /// Payments whose answer agrees in id, account, name, amount and status.
    pub agree: i64,
    /// Payments about which something differs that is not settled.
    pub differ: i64,
    /// Payments without an answer.
    pub missing_at_bank: i64,
    /// Lines of the bank that are about no payment of the book.
    pub missing_in_book: i64,
}

/// Batch level: counts and sums of both sides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct BatchLevel {
    /// Sent, in the book.
    pub sent: Sums,
    /// Paid, in the book.
    pub paid: Sums,
    /// Refused, in the book.
    pub refused: Sums,
    /// Came back after it was paid, in the book.
    pub returned: Sums,
    /// Still on its way, in the book.
    pub in_transit: Sums,
    /// Paid, by the bank's lines that count, also where the payment came back later.
    pub bank_paid: Sums,
    /// Refused, by the bank's lines that count.
    pub bank_refused: Sums,
    /// Came back, by the bank's lines that count.
    pub bank_returned: Sums,
    /// What the two sides differ by; zero where they agree.
    pub difference: Fen,
}

impl BatchLevel {
    /// What book and bank say paid, refused and returned differ by, without regard to sign.
    pub fn compared(mut self) -> Self {
        let paid_ever = self.paid.sum.get() + self.returned.sum.get();
        let apart = (paid_ever - self.bank_paid.sum.get()).abs()
            + (self.refused.sum.get() - self.bank_refused.sum.get()).abs()
            + (self.returned.sum.get() - self.bank_returned.sum.get()).abs();
        self.difference = Fen::new(apart);
        self
    }

    fn closes(&self) -> bool {
        let paid_ever = self.paid.payments + self.returned.payments;
        let answered = self.paid.payments + self.refused.payments + self.returned.payments;
        self.difference == Fen::ZERO
            && paid_ever == self.bank_paid.payments
            && self.refused.payments == self.bank_refused.payments
            && self.returned.payments == self.bank_returned.payments
            && answered + self.in_transit.payments == self.sent.payments
    }
}

/// Account level: the balances of the accounts concerned.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AccountLevel {
    /// Each statement that was loaded, held against the book.
    pub statements: Vec<Stated>,
    /// Of accounts of the treasury their quota.
    pub quotas: Vec<Quota>,
    /// Whether the bank, or the treasury, has stated a balance: else there is nothing to compare.
    pub compared: bool,
    /// What they differ from the book by, all together; zero where they close.
    pub difference: Fen,
}

impl AccountLevel {
    /// Of these statements and quotas; nothing where the sum leaves the range.
    pub fn of(statements: Vec<Stated>, quotas: Vec<Quota>) -> Option<Self> {
        let apart = statements.iter().map(|stated| stated.difference);
        let difference = Fen::sum(apart.chain(quotas.iter().map(|quota| quota.difference)))?;
        let compared = !statements.is_empty() || quotas.iter().any(|quota| quota.stated.is_some());
        Some(Self { statements, quotas, compared, difference })
    }
}

/// The quota of an account of the treasury: what was issued, less what was paid, and what came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quota {
    /// The account's number.
    pub account_number: String,
    /// At the end of which day.
    pub until: Day,
    /// Issued, less what was taken back.
    pub issued: Fen,
    /// Paid, less what was refused.
    pub paid: Fen,
    /// Came back.
    pub returned: Fen,
    /// Issued − paid + returned.
    pub balance: Fen,
    /// What the treasury stated last, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stated: Option<Fen>,
    /// What the two adjusted balances differ by where one was stated; and by how much more was paid than was issued.
    pub difference: Fen,
}

impl Quota {
    /// With the balance that follows, and what was paid beyond a quota that is recorded; nothing where a sum leaves the range.
    pub fn balanced(mut self) -> Option<Self> {
        self.balance = self.issued.checked_sub(self.paid)?.checked_add(self.returned)?;
        if self.issued != Fen::ZERO && self.balance < Fen::ZERO {
            self.difference = self.difference.checked_sub(self.balance)?;
        }
        Some(self)
    }
}

/// One statement of one account, held against the book: both balances at the end of its last day, the items that only one
/// side knows yet, and both adjusted by them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stated {
    /// The bank's file.
    pub file: i64,
    /// The account's number.
    pub account_number: String,
    /// First day.
    pub from_on: Day,
    /// Last day.
    pub to_on: Day,
    /// At the bank, before the first line.
    pub opening: Fen,
    /// At the bank, after the last line.
    pub closing: Fen,
    /// In the book, before the first day.
    pub book_opening: Fen,
    /// What the book paid from it in these days, less what was refused.
    pub paid: Fen,
    /// What came back to it in these days by the book.
    pub returned: Fen,
    /// What else left it by the book: fees that were booked and the like.
    pub other_out: Fen,
    /// What else came to it by the book.
    pub other_in: Fen,
    /// In the book, after the last day.
    pub book: Fen,
    /// 企收银未收
    pub book_received: Fen,
    /// 企付银未付
    pub book_paid: Fen,
    /// 银收企未收
    pub bank_received: Fen,
    /// 银付企未付
    pub bank_paid: Fen,
    /// The bank's balance with what only the book knows.
    pub adjusted_bank: Fen,
    /// The book's balance with what only the bank knows.
    pub adjusted_book: Fen,
    /// What the adjusted balances differ by, without regard to sign; zero where it closes.
    pub difference: Fen,
}

impl Stated {
    /// A statement's file, account and opening balance, and the form of its days.
    pub fn of(file: i64, account_number: String, opening: Fen, form: &Adjustment) -> Self {
        let moved = form.movements;
        Self {
            file,
            account_number,
            from_on: form.from,
            to_on: form.until,
            opening,
            closing: form.bank,
            book_opening: moved.opening,
            paid: moved.paid,
            returned: moved.returned,
            other_out: moved.other,
            other_in: moved.received,
            book: form.book,
            book_received: form.sum(Group::BookReceived),
            book_paid: form.sum(Group::BookPaid),
            bank_received: form.sum(Group::BankReceived),
            bank_paid: form.sum(Group::BankPaid),
            adjusted_bank: form.adjusted_bank,
            adjusted_book: form.adjusted_book,
            difference: form.difference(),
        }
    }
}

/// The ledger's own stages against its payments.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct StageLevel {
    /// In transit by the transfers of these payments' grants.
    pub in_transit: Fen,
    /// In transit by the payments.
    pub in_transit_payments: Fen,
}

impl StageLevel {
    /// What they differ by, without regard to sign.
    pub const fn difference(&self) -> Fen {
        Fen::new((self.in_transit.get() - self.in_transit_payments.get()).abs())
    }
}

/// The name of a difference that is one of the account level, and no line's.
const BALANCE_DIFFERS: &str = "balance_differs";

/// One difference that is not settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Open {
    /// Its name.
    pub name: &'static str,
    /// The payment as the bank knows it; as the bank wrote it where the book does not.
    pub payment_id: String,
    /// In the book.
    pub book: String,
    /// At the bank.
    pub bank: String,
    /// The bank's line, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<i64>,
}

/// Both sides compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// Line by line.
    pub lines: LineLevel,
    /// Count and sum.
    pub batch: BatchLevel,
    /// Account by account, as far as balances were stated.
    pub account: AccountLevel,
    /// The ledger's own stages.
    pub stages: StageLevel,
    /// What differs and is not settled.
    pub discrepancies: Vec<Open>,
    /// Which levels do not close: `lines`, `batch`, `account`, `stages`.
    pub differs: Vec<&'static str>,
    /// Whether all of it closes to zero.
    pub closes: bool,
}

impl Compared {
    /// Whether every level closes.
    pub fn judged(mut self) -> Self {
        let levels = [
            ("lines", self.discrepancies.iter().all(|open| open.name == BALANCE_DIFFERS)),
            ("batch", self.batch.closes()),
            ("account", self.account.difference == Fen::ZERO),
            ("stages", self.stages.difference() == Fen::ZERO),
        ];
        self.differs = levels.into_iter().filter(|(_, closes)| !closes).map(|(level, _)| level).collect();
        self.closes = self.differs.is_empty();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(payments: i64, fen: i64) -> Sums {
        Sums { payments, sum: Fen::new(fen) }
    }

    fn batch() -> BatchLevel {
        BatchLevel {
            sent: sums(10, 1_000),
            paid: sums(7, 700),
            refused: sums(2, 200),
            returned: sums(1, 100),
            in_transit: Sums::default(),
            bank_paid: sums(8, 800),
            bank_refused: sums(2, 200),
            bank_returned: sums(1, 100),
            difference: Fen::ZERO,
        }
        .compared()
    }

    fn compared(batch: BatchLevel) -> Compared {
        Compared {
            lines: LineLevel::default(),
            batch,
            account: AccountLevel::default(),
            stages: StageLevel::default(),
            discrepancies: Vec::new(),
            differs: Vec::new(),
            closes: false,
        }
        .judged()
    }

    #[test]
    fn a_payment_that_came_back_was_paid_once_and_returned_once() {
        assert!(compared(batch()).closes);
    }

    #[test]
    fn what_one_side_has_and_the_other_has_not_does_not_close() {
        let lost = BatchLevel { bank_paid: sums(7, 700), ..batch() }.compared();
        assert_eq!(lost.difference, Fen::new(100));
        assert!(!compared(lost).closes);
        let swapped = BatchLevel { bank_paid: sums(7, 800), ..batch() }.compared();
        assert!(!compared(swapped).closes, "the sum agrees and the count does not");
    }

    #[test]
    fn an_open_difference_or_money_that_the_stages_do_not_hold_does_not_close() {
        let open = Open {
            name: "amount_differs",
            payment_id: "b-1".into(),
            book: "1.00".into(),
            bank: "2.00".into(),
            line: Some(9),
        };
        assert!(!Compared { discrepancies: vec![open], ..compared(batch()) }.judged().closes);
        let stages = StageLevel { in_transit: Fen::new(1), in_transit_payments: Fen::ZERO };
        assert!(!Compared { stages, ..compared(batch()) }.judged().closes);
    }

    #[test]
    fn it_is_said_which_level_does_not_close() {
        assert!(compared(batch()).differs.is_empty());
        let lost = BatchLevel { bank_paid: sums(7, 700), ..batch() }.compared();
        let stages = StageLevel { in_transit: Fen::new(1), in_transit_payments: Fen::new(3) };
        let both = Compared { stages, ..compared(lost) }.judged();
        assert_eq!((both.differs, both.stages.difference()), (vec!["batch", "stages"], Fen::new(2)));
    }

    fn quota(issued: i64, paid: i64, returned: i64) -> Quota {
        Quota {
            account_number: String::new(),
            until: Day::parse("2020-11-02").unwrap(),
            issued: Fen::new(issued),
            paid: Fen::new(paid),
            returned: Fen::new(returned),
            balance: Fen::ZERO,
            stated: None,
            difference: Fen::ZERO,
        }
        .balanced()
        .unwrap()
    }

    #[test]
    fn more_than_a_recorded_quota_does_not_close_and_without_a_stated_balance_nothing_is_compared() {
        assert_eq!((quota(100, 80, 5).balance, quota(100, 80, 5).difference), (Fen::new(25), Fen::ZERO));
        assert_eq!(quota(100, 130, 0).difference, Fen::new(30));
        assert_eq!(quota(0, 130, 0).difference, Fen::ZERO, "nobody recorded a quota");
        let level = AccountLevel::of(Vec::new(), vec![quota(100, 130, 0)]).unwrap();
        assert!(!level.compared && !Compared { account: level, ..compared(batch()) }.judged().closes);
        let stated = Quota { stated: Some(Fen::new(25)), ..quota(100, 80, 5) };
        assert!(AccountLevel::of(Vec::new(), vec![stated]).unwrap().compared);
        assert!(!AccountLevel::default().compared);
    }
}
