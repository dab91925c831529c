//! The monthly report: carried over, the month, the year so far, what is left. From sums of transfers, pure.

use crate::funds::Stage;
use crate::kernel::money::Fen;

/// When something took effect, seen from the month of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bucket {
    /// Before the year of the month.
    Before,
    /// In the year, before the month.
    Year,
    /// In the month.
    Month,
}

impl Bucket {
    /// Reads the number by which statements tell them apart: 0 before the year, 1 before the month, 2 in it.
    pub const fn of(number: i64) -> Self {
        match number {
            ..=0 => Self::Before,
            1 => Self::Year,
            _ => Self::Month,
        }
    }
}

/// The sum of an allotment's transfers that went one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flowed {
    /// Where from.
    pub from: Stage,
    /// Where to.
    pub to: Stage,
    /// Whether they reverse others.
    pub is_reversal: bool,
    /// When.
    pub bucket: Bucket,
    /// How much.
    pub amount: Fen,
}

/// What moved in some time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flow {
    /// 下达: appropriated, less what was reduced, taken back or paid to the treasury.
    pub appropriated: Fen,
    /// 核定: approved for recipients, less what was cancelled.
    pub approved: Fen,
    /// 支付: reached recipients; corrections reduce it.
    pub paid: Fen,
    /// 退回: came back from recipients; corrections reduce it.
    pub returned: Fen,
}

/// The figures of an allotment or of all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// 上年结转: available, payable and in transit when the year began.
    pub carried: Fen,
    /// 本月.
    pub month: Flow,
    /// 本年累计, the month included.
    pub year: Flow,
    /// 结余: available, payable and in transit at the month's end.
    pub left: Fen,
}

/// What a transfer between two stages adds to each column, in the order of [`Flow`], of one that reverses nothing.
const fn signs(from: Stage, to: Stage) -> [i64; 4] {
    match (from, to) {
        (Stage::Source, Stage::Available) => [1, 0, 0, 0],
        (Stage::Available, Stage::Source) => [-1, 0, 0, 0],
        (Stage::Available, Stage::Payable) => [0, 1, 0, 0],
        (Stage::Payable, Stage::Available) => [0, -1, 0, 0],
        // Taken over as history: approved and paid at once.
        (Stage::Available, Stage::Disbursed) => [0, 1, 1, 0],
        (Stage::InTransit, Stage::Disbursed) => [0, 0, 1, 0],
        (Stage::Disbursed, Stage::Payable | Stage::Available) => [0, 0, 0, 1],
        (Stage::Disbursed, Stage::Source) => [-1, 0, 0, 1],
        _ => [0; 4],
    }
}

/// What is not spent yet.
const fn is_left(stage: Stage) -> bool {
    matches!(stage, Stage::Available | Stage::Payable | Stage::InTransit)
}

impl Flow {
    fn add(self, [appropriated, approved, paid, returned]: [i64; 4], fen: i64) -> Option<Self> {
        let plus = |sum: Fen, sign: i64| sum.get().checked_add(sign.checked_mul(fen)?).map(Fen::new);
        Some(Self {
            appropriated: plus(self.appropriated, appropriated)?,
            approved: plus(self.approved, approved)?,
            paid: plus(self.paid, paid)?,
            returned: plus(self.returned, returned)?,
        })
    }

    fn plus(self, other: Self) -> Option<Self> {
        Some(Self {
            appropriated: self.appropriated.checked_add(other.appropriated)?,
            approved: self.approved.checked_add(other.approved)?,
            paid: self.paid.checked_add(other.paid)?,
            returned: self.returned.checked_add(other.returned)?,
        })
    }
}

impl Figures {
    /// With those of another allotment; nothing where a sum leaves the range.
    pub fn plus(self, other: Self) -> Option<Self> {
        Some(Self {
            carried: self.carried.checked_add(other.carried)?,
            month: self.month.plus(other.month)?,
            year: self.year.plus(other.year)?,
            left: self.left.checked_add(other.left)?,
        })
    }

    /// Whether nothing ever moved.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn with(mut self, flowed: &Flowed) -> Option<Self> {
        let fen = flowed.amount.get();
        let left = fen * (i64::from(is_left(flowed.to)) - i64::from(is_left(flowed.from)));
        self.left = Fen::new(self.left.get().checked_add(left)?);
        if flowed.bucket == Bucket::Before {
            self.carried = Fen::new(self.carried.get().checked_add(left)?);
            return Some(self);
        }
        // A reversal takes back from the columns to which its original was added.
        let (signs, fen) = if flowed.is_reversal {
            (signs(flowed.to, flowed.from), fen.checked_neg()?)
        } else {
            (signs(flowed.from, flowed.to), fen)
        };
        self.year = self.year.add(signs, fen)?;
        if flowed.bucket == Bucket::Month {
            self.month = self.month.add(signs, fen)?;
        }
        Some(self)
    }
}

/// The figures of one allotment; nothing where a sum leaves the range.
pub fn figures<'a>(all: impl IntoIterator<Item = &'a Flowed>) -> Option<Figures> {
    all.into_iter().try_fold(Figures::default(), Figures::with)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn flowed(from: Stage, to: Stage, fen: i64, bucket: Bucket) -> Flowed {
        Flowed { from, to, is_reversal: false, bucket, amount: Fen::new(fen) }
    }

    fn back(one: Flowed, bucket: Bucket) -> Flowed {
        Flowed { from: one.to, to: one.from, is_reversal: true, bucket, ..one }
    }

    #[test]
    fn a_year_begins_with_what_was_left_and_months_add_up_to_it() {
        use Stage::{Available, Disbursed, InTransit, Payable, Source};
        let all = [
            flowed(Source, Available, 1_000, Bucket::Before),
            flowed(Available, Disbursed, 300, Bucket::Before),
            flowed(Source, Available, 50, Bucket::Year),
            flowed(Available, Payable, 400, Bucket::Year),
            flowed(Payable, InTransit, 400, Bucket::Year),
            flowed(InTransit, Disbursed, 150, Bucket::Year),
            flowed(InTransit, Disbursed, 250, Bucket::Month),
            flowed(Disbursed, Payable, 20, Bucket::Month),
            flowed(Payable, Available, 20, Bucket::Month),
            flowed(Disbursed, Source, 5, Bucket::Month),
            flowed(Available, Source, 100, Bucket::Month),
        ];
        let found = figures(&all).unwrap();
        let flow = |appropriated, approved, paid, returned| Flow {
            appropriated: Fen::new(appropriated),
            approved: Fen::new(approved),
            paid: Fen::new(paid),
            returned: Fen::new(returned),
        };
        assert_eq!(found.carried, Fen::new(700));
        assert_eq!(found.month, flow(-105, -20, 250, 25));
        assert_eq!(found.year, flow(-55, 380, 400, 25));
        assert_eq!(found.left, Fen::new(700 - 55 - 400 + 25));
    }

    #[test]
    fn a_correction_reduces_what_it_corrects() {
        let paid = flowed(Stage::InTransit, Stage::Disbursed, 70, Bucket::Month);
        let found = figures(&[paid, back(paid, Bucket::Month)]).unwrap();
        assert!(found.is_empty(), "{found:?}");
        let later = figures(&[Flowed { bucket: Bucket::Year, ..paid }, back(paid, Bucket::Month)]).unwrap();
        assert_eq!((later.month.paid, later.year.paid, later.month.returned), (Fen::new(-70), Fen::ZERO, Fen::ZERO));
    }

    proptest! {
        /// Whatever moved, and however much of it was reversed: carried over, plus appropriated, less paid, plus returned
        /// is what is left.
        #[test]
        fn the_columns_lead_to_what_is_left(
            moved in prop::collection::vec((0_usize..5, 0_usize..5, 1_i64..10_000, 0_usize..3, any::<bool>()), 0..40),
        ) {
            let buckets = [Bucket::Before, Bucket::Year, Bucket::Month];
            let mut all = Vec::new();
            for (from, to, fen, bucket, is_reversed) in moved {
                let (from, to) = (Stage::ALL[from], Stage::ALL[to]);
                if !from.leads_to(to) {
                    continue;
                }
                let one = flowed(from, to, fen, buckets[bucket]);
                all.push(one);
                if is_reversed {
                    all.push(back(one, Bucket::Month));
                }
            }
            let found = figures(&all).unwrap();
            let year = found.year;
            let expected = found.carried.get() + year.appropriated.get() - year.paid.get() + year.returned.get();
            prop_assert_eq!(found.left.get(), expected);
            let month: Vec<Flowed> = all.iter().filter(|one| one.bucket == Bucket::Month).copied().collect();
            prop_assert_eq!(figures(&month).unwrap().year, found.month, "a year of one month");
        }
    }
}
