//! What two sides come to, and whether they close to zero. Pure.

use serde::Serialize;

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

/// Account level: the statements of the accounts concerned.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AccountLevel {
    /// Each statement that was loaded.
    pub statements: Vec<Stated>,
    /// What they differ from the book by, all together; zero where they close.
    pub difference: Fen,
}

impl AccountLevel {
    /// Of these statements; nothing where the sum leaves the range.
    pub fn of(statements: Vec<Stated>) -> Option<Self> {
        let difference = Fen::sum(statements.iter().map(|stated| stated.difference))?;
        Some(Self { statements, difference })
    }
}

/// One statement of one account, held against the book.
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
    /// Before the first line.
    pub opening: Fen,
    /// What the book paid from it in these days.
    pub paid: Fen,
    /// What came back to it in these days by the book.
    pub returned: Fen,
    /// What else left it: fees and the like.
    pub other_out: Fen,
    /// What else came to it: interest, receipts.
    pub other_in: Fen,
    /// After the last line.
    pub closing: Fen,
    /// What opening − paid + returned − other out + other in differs from closing by; zero where it closes.
    pub difference: Fen,
}

impl Stated {
    /// What the account should hold in the end by the book.
    pub const fn expected(&self) -> Fen {
        let out = self.paid.get() + self.other_out.get();
        Fen::new(self.opening.get() - out + self.returned.get() + self.other_in.get())
    }

    /// What that and the closing balance differ by, without regard to sign.
    pub fn compared(mut self) -> Self {
        self.difference = Fen::new((self.expected().get() - self.closing.get()).abs());
        self
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
    /// Account by account, as far as statements were loaded.
    pub account: AccountLevel,
    /// The ledger's own stages.
    pub stages: StageLevel,
    /// What differs and is not settled.
    pub discrepancies: Vec<Open>,
    /// Whether all of it closes to zero.
    pub closes: bool,
}

impl Compared {
    /// Whether every level closes.
    pub fn judged(mut self) -> Self {
        self.closes = self.discrepancies.is_empty()
            && self.batch.closes()
            && self.account.difference == Fen::ZERO
            && self.stages.in_transit == self.stages.in_transit_payments;
        self
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn a_statement_closes_exactly_when_its_movements_lead_to_its_closing_balance(
            opening in 0_i64..1_000_000, paid in 0_i64..10_000, returned in 0_i64..10_000,
            out in 0_i64..100, inn in 0_i64..100, off in -3_i64..4,
        ) {
            let day = Day::parse("2020-11-02").unwrap();
            let account = Stated {
                file: 1,
                account_number: String::new(),
                from_on: day,
                to_on: day,
                opening: Fen::new(opening),
                paid: Fen::new(paid),
                returned: Fen::new(returned),
                other_out: Fen::new(out),
                other_in: Fen::new(inn),
                closing: Fen::new(opening - paid + returned - out + inn + off),
                difference: Fen::ZERO,
            }
            .compared();
            prop_assert_eq!(account.difference, Fen::new(off.abs()));
            let whole = Compared { account: AccountLevel::of(vec![account]).unwrap(), ..compared(batch()) }.judged();
            prop_assert_eq!(whole.closes, off == 0);
        }
    }
}
