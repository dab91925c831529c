//! Rounded figures, as announcements use them, and the exact amounts that each stands for.

use super::reading::Figure;
use super::{Fen, Unit, bounded};
use crate::kernel::refusal::Refusal;

/// A rounded figure and the amounts for which it is true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Short {
    /// The figure, e.g. `1.27亿元`.
    pub text: String,
    /// The smallest amount that rounds to the figure.
    pub low: Fen,
    /// The largest amount that rounds to the figure.
    pub high: Fen,
}

impl Fen {
    /// The figure of an announcement: two decimals of 亿元 or 万元, half up, or the exact yuan below ten thousand.
    ///
    /// What would round to `10000.00万元` is `1.00亿元`. The interval belongs to the text alone: all amounts for which
    /// the text is true, whichever unit their own short form would choose. Amounts below zero mirror those above.
    pub fn short(self) -> Short {
        let size = i128::from(self.0).abs();
        let (unit, hundredths) = [Unit::Yi, Unit::Wan]
            .into_iter()
            .map(|unit| (unit, hundredths_of(size, unit)))
            .find(|(unit, _)| size >= unit.fen() || (*unit == Unit::Yi && rounds_up_to_yi(size)))
            .unwrap_or((Unit::Yuan, size));
        let (low, high) = interval(hundredths, 2, unit);
        let figure = format!("{}.{:02}{}", hundredths / 100, hundredths % 100, unit.zh());
        if self.0 < 0 {
            return Short { text: format!("-{figure}"), low: bounded(-high), high: bounded(-low) };
        }
        Short { text: figure, low: bounded(low), high: bounded(high) }
    }
}

/// The closed interval of amounts for which a figure rounded half up is true, from the decimals written in it:
/// `1.27` in 亿元 is 126,500,000.00 to 127,499,999.99, `1.2` is 115,000,000.00 to 124,999,999.99. Figures exact to
/// the fen stand for themselves. Refusals as for [`Fen::parse_in`].
pub fn rounded_interval(number: &str, unit: Unit) -> Result<(Fen, Fen), Refusal> {
    let (figure, named) = Figure::read(number)?;
    if let Some(other) = named.filter(|other| *other != unit) {
        return Err(Refusal::new("amount_unit").with("unit", other.zh()));
    }
    figure.amount(unit)?;
    let (low, high) = interval(figure.mantissa, figure.decimals, unit);
    Ok((bounded(low.max(0)), bounded(high)))
}

/// How many hundredths of a unit an amount is, half up.
const fn hundredths_of(size: i128, unit: Unit) -> i128 {
    let step = unit.fen() / 100;
    (size + step / 2) / step
}

/// Whether an amount would be written with 10000.00 万 or more.
const fn rounds_up_to_yi(size: i128) -> bool {
    hundredths_of(size, Unit::Wan) >= 1_000_000
}

/// The fen for which `mantissa` with so many decimals of a unit is the figure rounded half up.
fn interval(mantissa: i128, decimals: u32, unit: Unit) -> (i128, i128) {
    let step = 10_i128.pow((unit.power() + 2).saturating_sub(decimals));
    let middle = mantissa * step;
    let half = step / 2;
    // A step of one fen is exact; all others are even.
    (middle - half, middle + (half - 1).max(0))
}

#[cfg(test)]
mod tests {

    use proptest::prelude::*;

    use super::*;

    fn fen(text: &str) -> Fen {
        Fen::parse(text).unwrap()
    }

    fn short(text: &str) -> (String, String, String) {
        let Short { text, low, high } = fen(text).short();
        (text, low.grouped(), high.grouped())
    }

    #[test]
    fn the_short_form_tells_the_amounts_that_it_stands_for() {
        let expected = ("1.27亿元".to_owned(), "126,500,000.00".to_owned(), "127,499,999.99".to_owned());
        assert_eq!(short("126500000.00"), expected);
        assert_eq!(short("127499999.99"), expected);
        assert_eq!(short("126499999.99").0, "1.26亿元");
        assert_eq!(short("127500000.00").0, "1.28亿元");
        assert_eq!(short("6028000000").1, "6,027,500,000.00");
        assert_eq!(short("6028000000").2, "6,028,499,999.99");
    }

    #[test]
    fn the_short_form_changes_its_unit_where_the_figure_does() {
        assert_eq!(short("9999.99"), ("9999.99元".to_owned(), "9,999.99".to_owned(), "9,999.99".to_owned()));
        assert_eq!(short("10000"), ("1.00万元".to_owned(), "9,950.00".to_owned(), "10,049.99".to_owned()));
        assert_eq!(short("99999949.99").0, "9999.99万元");
        assert_eq!(short("99999950").0, "1.00亿元");
        assert_eq!(
            short("100000000"),
            ("1.00亿元".to_owned(), "99,500,000.00".to_owned(), "100,499,999.99".to_owned())
        );
        assert_eq!(short("0").0, "0.00元");
    }

    #[test]
    fn the_short_form_of_a_difference_mirrors_that_of_an_amount() {
        let below = Fen::new(-12_703_456_285).short();
        assert_eq!(below.text, "-1.27亿元");
        assert_eq!((below.low.plain().as_str(), below.high.plain().as_str()), ("-127499999.99", "-126500000.00"));
        assert_eq!(Fen::new(i64::MIN).short().low, Fen::new(i64::MIN));
        assert_eq!(Fen::new(i64::MAX).short().high, Fen::new(i64::MAX));
    }

    #[test]
    fn a_written_figure_stands_for_an_interval_by_its_decimals() {
        let plain = |number, unit| {
            let (low, high) = rounded_interval(number, unit).unwrap();
            (low.plain(), high.plain())
        };
        assert_eq!(plain("1.27", Unit::Yi), ("126500000.00".to_owned(), "127499999.99".to_owned()));
        assert_eq!(plain("1.2", Unit::Yi), ("115000000.00".to_owned(), "124999999.99".to_owned()));
        assert_eq!(plain("1.270", Unit::Yi), ("126950000.00".to_owned(), "127049999.99".to_owned()));
        assert_eq!(plain("127034562.85", Unit::Yuan), ("127034562.85".to_owned(), "127034562.85".to_owned()));
        assert_eq!(plain("5", Unit::Yuan), ("4.50".to_owned(), "5.49".to_owned()));
        assert_eq!(plain("0", Unit::Wan), ("0.00".to_owned(), "4999.99".to_owned()));
        assert_eq!(rounded_interval("1.27034562851", Unit::Yi).unwrap_err().code, "amount_decimals");
    }

    proptest! {
        #[test]
        fn the_interval_of_the_short_form_is_exact(amount in any::<i64>(), shift in 1_u32..62) {
            let amount = Fen::new((amount >> shift).abs());
            let Short { text, low, high } = amount.short();
            prop_assert!(low <= amount && amount <= high);
            let (unit, figure) = [Unit::Yi, Unit::Wan, Unit::Yuan]
                .into_iter()
                .find_map(|unit| Some((unit, text.strip_suffix(unit.zh())?)))
                .unwrap();
            // Both edges round to the figure in its unit, their outer neighbours do not.
            let step = unit.fen() / 100;
            let hundredths: i128 = figure.replace('.', "").parse().unwrap();
            let rounds = |fen: i128| (2 * fen + step).div_euclid(2 * step) == hundredths;
            prop_assert!(rounds(i128::from(low.get())) && rounds(i128::from(high.get())));
            prop_assert!(!rounds(i128::from(low.get()) - 1) && !rounds(i128::from(high.get()) + 1));
            if high.get() < 9_999_999_999_999_999 {
                prop_assert_eq!(rounded_interval(figure, unit).unwrap(), (low, high));
            }
        }
    }
}
