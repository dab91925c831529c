//! How an amount is read: forgiving about width, blanks and signs of currency, strict about what it is worth.

use super::{Fen, Unit, bounded};
use crate::kernel::refusal::Refusal;
use crate::kernel::text;

/// The largest amount that may come in, 99,999,999,999,999.99 yuan, so that sums of many stay far from the end of i64.
const LARGEST_READ: i128 = 9_999_999_999_999_999;

impl Fen {
    /// Reads an amount of yuan: `127,034,562.85`, `￥5.00`, `5元`, at any width, with blanks around it.
    ///
    /// Refusals: `amount_empty`, `amount_scientific`, `amount_unit` (`unit`: the figure names another unit),
    /// `amount_negative`, `amount_commas`, `amount_not_a_number`, `amount_decimals`, `amount_too_large` (`largest`).
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        Self::parse_in(text, Unit::Yuan)
    }

    /// Reads a figure of a column that counts in `unit`. Decimals are counted after conversion to yuan: 万元 may have
    /// six. Refusals as for [`Fen::parse`]; `amount_unit` if the figure itself names another unit.
    pub fn parse_in(text: &str, unit: Unit) -> Result<Self, Refusal> {
        let (figure, named) = Figure::read(text)?;
        match named {
            Some(other) if other != unit => Err(Refusal::new("amount_unit").with("unit", other.zh())),
            _ => figure.amount(unit),
        }
    }

    /// Reads an amount that may name its unit: `1.27亿元`, `350万`, `12.50`. Without one it is yuan.
    /// Refusals as for [`Fen::parse`] without `amount_unit`.
    pub fn parse_with_units(text: &str) -> Result<Self, Refusal> {
        let (figure, named) = Figure::read(text)?;
        figure.amount(named.unwrap_or_default())
    }
}

/// A number as written: `1.270` has mantissa 1270 and three decimals.
#[derive(Debug, Clone, Copy)]
pub(super) struct Figure {
    /// All digits as one number.
    pub(super) mantissa: i128,
    /// How many of them stand behind the point.
    pub(super) decimals: u32,
}

impl Figure {
    /// Reads the number and the unit named behind it.
    pub(super) fn read(text: &str) -> Result<(Self, Option<Unit>), Refusal> {
        let half = text::half_width(text).replace('。', ".");
        let written = half.trim();
        if written.is_empty() {
            return Err(Refusal::new("amount_empty"));
        }
        if text::is_scientific(written) {
            return Err(Refusal::new("amount_scientific"));
        }
        let (number, unit) = strip_unit(strip_sign(written));
        if let Some(rest) = strip_minus(number) {
            let negative = Self::from_number(strip_sign(rest)).is_ok();
            return Err(Refusal::new(if negative { "amount_negative" } else { "amount_not_a_number" }));
        }
        Ok((Self::from_number(number)?, unit))
    }

    /// Reads digits with commas in threes and a decimal point.
    fn from_number(number: &str) -> Result<Self, Refusal> {
        let (whole, fraction) = match number.split_once('.') {
            Some((whole, fraction)) if text::is_digits(fraction) => (whole, fraction),
            Some(_) => return Err(Refusal::new("amount_not_a_number")),
            None => (number, ""),
        };
        let digits = without_commas(whole)?;
        // No amount has so many digits; what is cut off here is refused by its decimals or its size.
        let decimals = fraction.len().min(18);
        let significant = digits.trim_start_matches('0');
        if significant.len() > 18 {
            return Err(too_large());
        }
        let mantissa = format!("0{significant}{}", fraction.get(..decimals).unwrap_or_default());
        let mantissa = mantissa.parse().map_err(|_| Refusal::new("amount_not_a_number"))?;
        let decimals = u32::try_from(decimals).map_err(|_| Refusal::new("amount_decimals"))?;
        Ok(Self { mantissa, decimals })
    }

    /// The amount, if the figure counts in `unit`.
    pub(super) fn amount(self, unit: Unit) -> Result<Fen, Refusal> {
        let Some(shift) = (unit.power() + 2).checked_sub(self.decimals) else {
            return Err(Refusal::new("amount_decimals"));
        };
        let fen = self.mantissa.checked_mul(10_i128.pow(shift)).filter(|fen| *fen <= LARGEST_READ);
        fen.and_then(|fen| i64::try_from(fen).ok()).map(Fen).ok_or_else(too_large)
    }
}

fn too_large() -> Refusal {
    Refusal::new("amount_too_large").with("largest", bounded(LARGEST_READ).grouped())
}

/// Takes the sign of the currency away.
fn strip_sign(text: &str) -> &str {
    // U+FFE5 stands outside the range that half width covers.
    text.strip_prefix(['¥', '￥']).map_or(text, str::trim_start)
}

/// Takes the unit away that is named behind the number.
fn strip_unit(text: &str) -> (&str, Option<Unit>) {
    let known = [("万元", Unit::Wan), ("亿元", Unit::Yi), ("万", Unit::Wan), ("亿", Unit::Yi), ("元", Unit::Yuan)];
    known
        .into_iter()
        .find_map(|(word, unit)| Some((text.strip_suffix(word)?.trim_end(), Some(unit))))
        .unwrap_or((text, None))
}

/// What stands behind a minus, or inside the brackets by which accountants write one.
fn strip_minus(number: &str) -> Option<&str> {
    let bracketed = || number.strip_prefix('(')?.strip_suffix(')');
    number.strip_prefix(['-', '−', '–', '—']).or_else(bracketed).map(str::trim)
}

/// Digits, or digits with a comma before each three.
fn without_commas(whole: &str) -> Result<String, Refusal> {
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let digits: String = whole.chars().filter(|c| *c != ',').collect();
    if !text::is_digits(&digits) {
        return Err(Refusal::new("amount_not_a_number"));
    }
    let grouped = whole.len() != digits.len();
    if grouped && (first.is_empty() || first.len() > 3 || groups.any(|group| group.len() != 3)) {
        return Err(Refusal::new("amount_commas"));
    }
    Ok(digits)
}

#[cfg(test)]
mod tests {

    use proptest::prelude::*;

    use super::*;

    fn fen(text: &str) -> Fen {
        Fen::parse(text).unwrap()
    }

    fn code(text: &str) -> &'static str {
        Fen::parse(text).map_or_else(|refusal| refusal.code, |_| "ok")
    }

    #[test]
    fn an_amount_is_read_with_separators_width_blanks_and_currency() {
        for text in [
            "1234.50",
            "1,234.5",
            " 1234.50\u{00A0}",
            "１，２３４．５０",
            "¥1,234.50",
            "￥ 1234.5",
            "1234.50元",
            "1234.5 元",
            "1234。50",
            "001234.50",
        ] {
            assert_eq!(fen(text), Fen::new(123_450), "{text}");
        }
        assert_eq!(fen("0"), Fen::ZERO);
        assert_eq!(fen("1,000,000"), Fen::new(100_000_000));
    }

    #[test]
    fn a_third_decimal_is_refused_even_if_it_is_zero() {
        for text in ["12.345", "12.340", "0.001", "1,000.000", &format!("0.{}", "0".repeat(60))] {
            assert_eq!(code(text), "amount_decimals", "{text}");
        }
    }

    #[test]
    fn what_is_not_an_amount_is_refused_by_name() {
        for (expected, texts) in [
            ("amount_empty", vec!["", " ", "\u{3000}"]),
            ("amount_negative", vec!["-5", "－5.00", "−5", "(5.00)", "（1,234.00）", "¥-5", "-￥5", "-5元", "-0"]),
            ("amount_scientific", vec!["1.27E+08", "1e5", "１Ｅ５"]),
            ("amount_commas", vec!["1,27", "12,34,567", ",123", "1234,567", "1,,234", "1,234,", "1,2345,6789"]),
            ("amount_unit", vec!["5万", "1.27亿元", "3 万元"]),
            ("amount_too_large", vec!["100000000000000.00", "99999999999999999999", &"9".repeat(200)]),
            (
                "amount_not_a_number",
                vec![
                    "abc",
                    "一百",
                    "1.2.3",
                    "1 234",
                    "5.",
                    ".5",
                    "+5",
                    "--5",
                    "5元元",
                    "¥",
                    "元",
                    "NaN",
                    "inf",
                    "0x10",
                    "=1+1",
                    "5%",
                    "1,234.5,6",
                    "$5",
                    "-",
                    "1_000",
                    "٣",
                ],
            ),
        ] {
            for text in texts {
                assert_eq!(code(text), expected, "{text}");
            }
        }
        assert_eq!(code("99,999,999,999,999.99"), "ok");
    }

    #[test]
    fn decimals_are_counted_after_conversion_to_yuan() {
        assert_eq!(Fen::parse_in("1.234567", Unit::Wan).unwrap(), fen("12345.67"));
        assert_eq!(Fen::parse_in("1.2345670", Unit::Wan).unwrap_err().code, "amount_decimals");
        assert_eq!(Fen::parse_in("1.2703456285", Unit::Yi).unwrap(), fen("127034562.85"));
        assert_eq!(Fen::parse_in("1.27034562851", Unit::Yi).unwrap_err().code, "amount_decimals");
        assert_eq!(Fen::parse_in("5万元", Unit::Wan).unwrap(), fen("50000"));
        assert_eq!(Fen::parse_in("5元", Unit::Wan).unwrap_err().code, "amount_unit");
        assert_eq!(Fen::parse_in("1000001", Unit::Yi).unwrap_err().code, "amount_too_large");
    }

    #[test]
    fn a_figure_may_name_its_unit_where_units_are_allowed() {
        for (text, yuan) in [
            ("1.27亿元", "127000000"),
            ("1.27 亿", "127000000"),
            ("350万", "3500000"),
            ("３５０．５万元", "3505000"),
            ("￥2万", "20000"),
            ("12.50", "12.50"),
            ("12.50元", "12.50"),
        ] {
            assert_eq!(Fen::parse_with_units(text).unwrap(), fen(yuan), "{text}");
        }
        assert_eq!(Fen::parse_with_units("-5万").unwrap_err().code, "amount_negative");
        assert_eq!(Fen::parse_with_units("万").unwrap_err().code, "amount_not_a_number");
    }

    proptest! {
        #[test]
        fn printing_and_reading_are_inverse(amount in 0_i64..=9_999_999_999_999_999) {
            let amount = Fen::new(amount);
            prop_assert_eq!(fen(&amount.plain()), amount);
            prop_assert_eq!(fen(&amount.grouped()), amount);
            prop_assert_eq!(fen(&format!("￥{}元", amount.grouped())), amount);
        }

        #[test]
        fn any_text_is_read_or_refused_without_stopping(text in any::<String>(), number in "[-(¥0-9,.。eE+万亿元) ]{0,12}") {
            for text in [text, number] {
                let _ = (Fen::parse(&text), Fen::parse_in(&text, Unit::Yi), Fen::parse_with_units(&text));
                let _ = crate::kernel::money::rounded_interval(&text, Unit::Wan);
            }
        }
    }
}
