//! How figures, days, instants and numbers of people and accounts print on a screen.
//!
//! They are methods of [`T`], so that a template needs no import: `{{ t.yuan(grant.amount) }}`. Each takes the value or any
//! reference to it ([`As`]), for templates pass references of references.

use super::i18n::{Lang, T};
use crate::kernel::bank_code::{group_account, mask_account};
use crate::kernel::dates::Day;
use crate::kernel::instant::Instant;
use crate::kernel::money::Fen;

/// What stands where there is no value. A zero is a value: it prints as `0.00`.
pub const ABSENT: &str = "—";

/// A value of this kind, or a reference to one.
pub trait As<V> {
    /// The value.
    fn value(&self) -> V;
}

impl<V, A: As<V> + ?Sized> As<V> for &A {
    fn value(&self) -> V {
        (**self).value()
    }
}

macro_rules! itself {
    ($($kind:ty),*) => { $(impl As<$kind> for $kind {
        fn value(&self) -> $kind {
            *self
        }
    })* };
}

itself!(T, Fen, Day, Instant, Option<Fen>, Option<Day>, Option<Instant>);

macro_rules! numbers {
    ($($kind:ty),*) => { $(impl As<i64> for $kind {
        fn value(&self) -> i64 {
            i64::try_from(*self).unwrap_or(i64::MAX)
        }
    })* };
}

numbers!(i64, u64, usize, i32, u32, u16, u8);

/// Parts of a ten-thousandth: a percentage with two decimals, without a float.
const BASIS_POINTS: i128 = 10_000;

impl T {
    /// An exact amount without its unit: `127,034,562.85`.
    pub fn yuan(self, amount: impl As<Fen>) -> String {
        amount.value().grouped()
    }

    /// The capital form of an amount, for details and paper: `人民币壹拾贰元整`.
    pub fn capital(self, amount: impl As<Fen>) -> String {
        amount.value().capital()
    }

    /// An exact amount with its unit: `127,034,562.85 元`. Inside a column the unit stands once, in the head.
    pub fn yuan_unit(self, amount: impl As<Fen>) -> String {
        format!("{} {}", amount.value().grouped(), self.s("frame.unit.yuan"))
    }

    /// An amount that may be absent: `—` if it is.
    pub fn yuan_or(self, amount: impl As<Option<Fen>>) -> String {
        amount.value().map_or_else(|| ABSENT.to_owned(), Fen::grouped)
    }

    /// The short form beside an exact amount, `1.27亿元`; empty below ten thousand yuan, where it would say nothing new.
    pub fn short(self, amount: impl As<Fen>) -> String {
        let amount = amount.value();
        if amount.get().unsigned_abs() < SHORT_FROM_FEN { String::new() } else { amount.short().text }
    }

    /// A number of things with thousands separators: `10,402`.
    pub fn count(self, n: impl As<i64>) -> String {
        grouped(n.value())
    }

    /// A share of a whole in percent with one decimal, `63.4%`; `—` of nothing.
    pub fn percent(self, part: impl As<Fen>, whole: impl As<Fen>) -> String {
        basis_points(part.value(), whole.value()).map_or_else(
            || ABSENT.to_owned(),
            |points| {
                let tenths = (points + 5).div_euclid(10);
                format!("{}.{}%", tenths / 10, (tenths % 10).abs())
            },
        )
    }

    /// The same share as a width from 0 to 100 for a bar, cut at both ends.
    pub fn width(self, part: impl As<Fen>, whole: impl As<Fen>) -> i128 {
        basis_points(part.value(), whole.value()).map_or(0, |points| (points / 100).clamp(0, 100))
    }

    /// A day: `2020-10-31`.
    pub fn day(self, day: impl As<Day>) -> String {
        day.value().to_string()
    }

    /// A day that may be absent: `—` if it is.
    pub fn day_or(self, day: impl As<Option<Day>>) -> String {
        day.value().map_or_else(|| ABSENT.to_owned(), |day| day.to_string())
    }

    /// A day in words: `2020年10月31日`, `31 October 2020`.
    pub fn long_day(self, day: impl As<Day>) -> String {
        long_day(self, &day.value().to_string())
    }

    /// An instant in Shanghai to the minute: `2026-11-23 16:11`.
    pub fn instant(self, at: impl As<Instant>) -> String {
        let printed = at.value().print();
        printed.get(..16).unwrap_or(&printed).replacen('T', " ", 1)
    }

    /// An instant that may be absent: `—` if it is.
    pub fn instant_or(self, at: impl As<Option<Instant>>) -> String {
        at.value().map_or_else(|| ABSENT.to_owned(), |at| self.instant(at))
    }

    /// An instant in Shanghai to the second, for logs: `2026-11-23 16:11:25`.
    pub fn instant_exact(self, at: impl As<Instant>) -> String {
        let printed = at.value().print();
        printed.get(..19).unwrap_or(&printed).replacen('T', " ", 1)
    }

    /// A code in groups of four for reading; `app.js` copies it without the blanks: `9133 0206 MA2A B3C4 5D`.
    pub fn fours(self, code: impl std::fmt::Display) -> String {
        group_account(&code.to_string())
    }

    /// An account number as anybody may see it: `****4029`.
    pub fn account(self, number: &str) -> String {
        mask_account(number)
    }

    /// The first eight characters of a hash, as a name for it.
    pub fn brief(self, hash: impl std::fmt::Display) -> String {
        hash.to_string().chars().take(8).collect()
    }
}

fn grouped(n: i64) -> String {
    let sign = if n < 0 { "-" } else { "" };
    format!("{sign}{}", in_threes(&n.unsigned_abs().to_string()))
}

fn in_threes(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Ten thousand yuan: below it the short form would say nothing that the exact amount does not.
const SHORT_FROM_FEN: u64 = 1_000_000;

fn basis_points(part: Fen, whole: Fen) -> Option<i128> {
    (i128::from(part.get()) * BASIS_POINTS).checked_div(i128::from(whole.get()))
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn long_day(t: T, iso: &str) -> String {
    let mut fields = iso.split('-').filter_map(|field| field.parse::<usize>().ok());
    let (Some(year), Some(month), Some(day)) = (fields.next(), fields.next(), fields.next()) else {
        return iso.to_owned();
    };
    match t.lang() {
        Lang::Zh => format!("{year}年{month}月{day}日"),
        Lang::En => format!("{day} {} {year}", MONTHS.get(month.wrapping_sub(1)).unwrap_or(&"")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZH: T = T(Lang::Zh);

    #[test]
    fn an_amount_is_exact_grouped_and_has_two_decimals() {
        let printed = |fen| ZH.yuan(Fen::new(fen));
        assert_eq!(printed(12_703_456_285), "127,034,562.85");
        assert_eq!(printed(0), "0.00");
        assert_eq!(printed(-100_005), "-1,000.05");
        assert_eq!(printed(99_999), "999.99");
        assert_eq!(ZH.yuan_or(None), "—");
    }

    #[test]
    fn the_short_form_changes_its_unit_where_rounding_would_fill_it() {
        let printed = |fen| ZH.short(Fen::new(fen));
        assert_eq!(printed(12_703_456_285), "1.27亿元");
        assert_eq!(printed(999_999), "");
        assert_eq!(printed(3_500_000), "3.50万元");
        assert_eq!(printed(999_999_999_999), "100.00亿元");
        assert_eq!(printed(9_999_999_999), "1.00亿元");
    }

    #[test]
    fn a_share_is_cut_only_as_a_width() {
        assert_eq!(ZH.percent(Fen::new(2), Fen::new(3)), "66.7%");
        assert_eq!(ZH.percent(Fen::new(1), Fen::new(0)), "—");
        assert_eq!(ZH.width(Fen::new(5), Fen::new(4)), 100);
    }
}
