//! Counts and sums over the lines, held against what the file says of itself.

use super::said::Said;
use super::{BankLine, Control, Side, Status};
use crate::kernel::Refusal;
use crate::kernel::money::Fen;
use crate::payments::files::profile::AmountUnit;
use crate::payments::files::template::Place;
use crate::sheets::BadCell;

/// Counts and sums of lines.
#[derive(Debug, Default)]
pub(super) struct Totals {
    all: (u64, i128),
    paid: (u64, i128),
    refused: (u64, i128),
    debits_fen: i128,
    credits_fen: i128,
}

impl Totals {
    /// Counts the lines.
    pub(super) fn of(lines: &[BankLine]) -> Self {
        let mut totals = Self::default();
        for line in lines {
            let amount = line.amount_fen.unwrap_or_default();
            let fen = i128::from(amount.get());
            add(&mut totals.all, fen);
            match line.status {
                Status::Paid => add(&mut totals.paid, fen),
                Status::Refused => add(&mut totals.refused, fen),
                Status::Returned | Status::Unknown(_) => {}
            }
            match line.side {
                Side::Debit => totals.debits_fen += fen,
                Side::Credit => totals.credits_fen += fen,
            }
        }
        totals
    }

    /// Holds them against what the file says. Refusals: `bank_count_differs`, `bank_sum_differs` (`said`, `found`), `bank_sum`.
    pub(super) fn checked(&self, said: &Said, unit: AmountUnit, bad: &mut Vec<BadCell>) -> Control {
        let counts =
            [(Place::Count, self.all.0), (Place::PaidCount, self.paid.0), (Place::RefusedCount, self.refused.0)];
        let sums = [
            (Place::Sum, self.all.1),
            (Place::PaidSum, self.paid.1),
            (Place::RefusedSum, self.refused.1),
            (Place::Debits, self.debits_fen),
            (Place::Credits, self.credits_fen),
        ];
        let mut any = false;
        for (place, found) in counts {
            any |= said.counts(place, found, bad);
        }
        for (place, found) in sums {
            any |= said.sums(place, found, unit, bad);
        }
        Control { count: self.all.0, sum_fen: self.sum(bad), said: any }
    }

    /// The sum of all lines. Refusal: `bank_sum` if it is no amount any more.
    pub(super) fn sum(&self, bad: &mut Vec<BadCell>) -> Fen {
        let Ok(sum) = i64::try_from(self.all.1) else {
            bad.push(BadCell::file(Refusal::new("bank_sum")));
            return Fen::ZERO;
        };
        Fen::new(sum)
    }
}

fn add(total: &mut (u64, i128), fen: i128) {
    total.0 += 1;
    total.1 += fen;
}
