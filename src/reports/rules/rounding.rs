//! Amounts in the unit of a report: each is rounded half up from its exact value, the total too, and what the rounded rows
//! then lack to the rounded total is told.

use std::fmt;

use crate::kernel::Refusal;
use crate::kernel::money::{Fen, Unit};

/// A figure in its unit, in hundredths.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Figure(i64);

/// Fen in a hundredth of a unit.
const fn step(unit: Unit) -> i64 {
    match unit {
        Unit::Yuan => 1,
        Unit::Wan => 10_000,
        Unit::Yi => 100_000_000,
    }
}

impl Figure {
    /// An amount in a unit, with two decimals, half up; below zero mirrored.
    pub const fn of(amount: Fen, unit: Unit) -> Self {
        let (fen, step) = (amount.get(), step(unit));
        let (whole, rest) = (fen / step, fen % step);
        let up = if rest.abs() * 2 >= step && step > 1 { rest.signum() } else { 0 };
        Self(whole + up)
    }

    /// Whether it is nothing.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// For screens and paper: `12,703.46`.
    pub fn grouped(self) -> String {
        Fen::new(self.0).grouped()
    }
}

/// For files: `12703.46`.
impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Fen::new(self.0).fmt(f)
    }
}

/// What the rounded rows lack to the rounded total; nothing where a sum leaves the range.
pub fn difference(rows: impl IntoIterator<Item = Fen>, total: Fen, unit: Unit) -> Option<Figure> {
    let rounded = rows.into_iter().try_fold(0_i64, |sum, row| sum.checked_add(Figure::of(row, unit).0))?;
    Figure::of(total, unit).0.checked_sub(rounded).map(Figure)
}

/// Reads the unit of a report.
///
/// # Errors
/// `report_unit`.
pub fn parse_unit(code: &str) -> Result<Unit, Refusal> {
    match code {
        "" | "yuan" => Ok(Unit::Yuan),
        "wan" => Ok(Unit::Wan),
        _ => Err(Refusal::new("report_unit")),
    }
}

/// The word of a unit in addresses, events and tables.
pub const fn unit_code(unit: Unit) -> &'static str {
    match unit {
        Unit::Yuan => "yuan",
        Unit::Wan => "wan",
        Unit::Yi => "yi",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_figure_is_rounded_half_up_and_mirrored_below_zero() {
        let wan = |fen| Figure::of(Fen::new(fen), Unit::Wan).to_string();
        assert_eq!(wan(12_703_456_285), "12703.46");
        assert_eq!((wan(4_999), wan(5_000), wan(14_999)), ("0.00".into(), "0.01".into(), "0.01".into()));
        assert_eq!((wan(-4_999), wan(-5_000)), ("0.00".into(), "-0.01".into()));
        assert_eq!(Figure::of(Fen::new(12_703_456_285), Unit::Yuan).grouped(), "127,034,562.85");
        assert_eq!(Figure::of(Fen::new(i64::MAX), Unit::Wan).to_string(), "9223372036854.78");
    }

    #[test]
    fn what_rounding_leaves_over_is_told() {
        let rows = [4_000; 3].map(Fen::new);
        let over = difference(rows, Fen::new(12_000), Unit::Wan).unwrap();
        assert_eq!(over.to_string(), "0.01", "three rows of 0.00 are together 0.01");
    }

    proptest! {
        /// The rounded rows and the stated difference are the rounded total, and the difference is small.
        #[test]
        fn rows_and_the_stated_difference_are_the_total(fen in prop::collection::vec(-10_000_000_000_i64..10_000_000_000, 0..60)) {
            let total = Fen::new(fen.iter().sum());
            let rows: Vec<Fen> = fen.iter().copied().map(Fen::new).collect();
            for unit in [Unit::Yuan, Unit::Wan] {
                let over = difference(rows.iter().copied(), total, unit).unwrap();
                let rounded: i64 = rows.iter().map(|row| Figure::of(*row, unit).0).sum();
                prop_assert_eq!(rounded + over.0, Figure::of(total, unit).0);
                prop_assert!(over.0.unsigned_abs() <= rows.len() as u64 / 2 + 1);
                prop_assert!(unit != Unit::Yuan || over.is_zero(), "nothing is rounded in yuan");
            }
            for row in rows {
                let off = i128::from(Figure::of(row, Unit::Wan).0) * 10_000 - i128::from(row.get());
                prop_assert!(off.abs() <= 5_000);
            }
        }
    }
}
