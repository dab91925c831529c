//! Number cells as a spreadsheet shows them: 15 significant digits, no exponent, no `.0`.
//!
//! A cell holds a binary double; 0.1 + 0.2 is stored as 0.30000000000000004 and shown as 0.3. Fifteen digits are what
//! every spreadsheet keeps, so nothing that was typed is lost, and no arithmetic happens here: the digits are printed
//! and the point is put where it belongs.

use super::cell::{Cell, Kind};

/// Digits that a spreadsheet keeps.
const SIGNIFICANT: usize = 15;

/// The cell of a number.
pub fn number_cell(value: f64) -> Cell<'static> {
    let Some((text, whole_digits)) = plain(value) else {
        return Cell::of(Kind::Error, value.to_string());
    };
    let kind = if whole_digits > SIGNIFICANT { Kind::WideNumber } else { Kind::Number };
    Cell::of(kind, text)
}

/// The cell of an integer, which some formats store apart.
pub fn integer_cell(value: i64) -> Cell<'static> {
    let wide = value.unsigned_abs() >= 1_000_000_000_000_000;
    Cell::of(if wide { Kind::WideNumber } else { Kind::Number }, value.to_string())
}

/// The plain digits, and how many stand before the point; nothing for what is not a number.
fn plain(value: f64) -> Option<(String, usize)> {
    if !value.is_finite() {
        return None;
    }
    let printed = format!("{value:.0$e}", SIGNIFICANT - 1);
    let (mantissa, exponent) = printed.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_end_matches('0');
    if digits.is_empty() {
        return Some(("0".to_owned(), 1));
    }
    let (text, whole) = place_point(digits, exponent);
    Some((format!("{sign}{text}"), whole))
}

/// `digits` as `d.ddd × 10^exponent`, written out.
fn place_point(digits: &str, exponent: i32) -> (String, usize) {
    let Ok(whole) = usize::try_from(exponent + 1) else {
        let zeros = usize::try_from(-(exponent + 1)).unwrap_or(0);
        return (format!("0.{}{digits}", "0".repeat(zeros)), 1);
    };
    if whole == 0 {
        return (format!("0.{digits}"), 1);
    }
    match digits.split_at_checked(whole) {
        Some((before, "")) => (before.to_owned(), whole),
        Some((before, after)) => (format!("{before}.{after}"), whole),
        None => (format!("{digits}{}", "0".repeat(whole - digits.len())), whole),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_shown_as_spreadsheets_show_them() {
        for (value, shown) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (100.0, "100"),
            (-12.5, "-12.5"),
            (0.1 + 0.2, "0.3"),
            (923.89, "923.89"),
            (1.1 * 3.0, "3.3"),
            (8.2 - 0.2, "8"),
            (0.000_001, "0.000001"),
            (127_034_562.85, "127034562.85"),
            (999_999_999_999_999.0, "999999999999999"),
            (1e21, "1000000000000000000000"),
        ] {
            assert_eq!(plain(value).unwrap().0, shown);
        }
    }

    #[test]
    fn a_number_too_wide_for_its_cell_is_marked() {
        assert_eq!(number_cell(6_222_021_234_567_890_123.0).kind, Kind::WideNumber);
        assert_eq!(number_cell(102_332_006_123.0).kind, Kind::Number);
        assert_eq!(number_cell(f64::NAN).kind, Kind::Error);
        assert_eq!(integer_cell(i64::MIN).kind, Kind::WideNumber);
    }

    proptest! {
        #[test]
        fn every_amount_of_fen_comes_back(fen in 0_i64..10_000_000_000_000) {
            let typed = format!("{}.{:02}", fen / 100, fen % 100);
            let shown = plain(typed.parse().unwrap()).unwrap().0;
            let (whole, cents) = shown.split_once('.').unwrap_or((&shown, ""));
            prop_assert_eq!(format!("{whole}.{cents:0<2}"), typed);
        }

        #[test]
        fn no_number_panics(bits in any::<u64>()) {
            let _ = number_cell(f64::from_bits(bits));
        }
    }
}
