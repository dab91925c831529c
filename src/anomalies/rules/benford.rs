//! First digits of amounts, held against Benford's law, without a float.

use super::{Book, Group, Why, group, parted};
use crate::kernel::money::Fen;

/// Parts of a million of amounts that begin with 1 to 9: the logarithm to the base ten of 1 + 1/d.
const EXPECTED_PPM: [i64; 9] = [301_030, 176_091, 124_939, 96_910, 79_181, 66_947, 57_992, 51_153, 45_757];
const MILLION: i128 = 1_000_000;
/// Above this (15.507, in millionths) the digits deviate: chi-square with 8 degrees of freedom at 5 %.
pub const CRITICAL_MILLIONTHS: i128 = 15_507_000;
/// Below so many amounts the rarest digit is expected fewer than five times, and nothing is said.
pub const GRANTS_MIN: usize = 110;

/// How often amounts begin with each digit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Benford {
    /// Amounts that begin with 1 to 9.
    pub observed: [usize; 9],
}

impl Benford {
    /// Of the net amounts that are above zero.
    pub fn of(book: &Book) -> Self {
        let mut observed = [0; 9];
        for digit in book.grants.iter().filter_map(|grant| first(grant.net)) {
            if let Some(count) = observed.get_mut(digit - 1) {
                *count += 1;
            }
        }
        Self { observed }
    }

    /// How many amounts.
    pub fn all(&self) -> usize {
        self.observed.iter().sum()
    }

    /// How often each digit is expected, in tenths of an amount.
    pub fn expected_tenths(&self) -> [i128; 9] {
        let all = self.all() as i128;
        EXPECTED_PPM.map(|ppm| (all * i128::from(ppm) * 10 + MILLION / 2) / MILLION)
    }

    /// The chi-square statistic in millionths, each of its nine terms cut, not rounded.
    pub fn chi_square_millionths(&self) -> i128 {
        let all = self.all() as i128;
        let terms = self.observed.iter().zip(EXPECTED_PPM).map(|(observed, ppm)| {
            let expected = all * i128::from(ppm);
            let off = *observed as i128 * MILLION - expected;
            (off * off).checked_div(expected).unwrap_or(0)
        });
        terms.sum()
    }

    /// Whether there are enough amounts to say anything.
    pub fn is_enough(&self) -> bool {
        self.all() >= GRANTS_MIN
    }

    /// Whether the digits deviate beyond the line.
    pub fn deviates(&self) -> bool {
        self.is_enough() && self.chi_square_millionths() > CRITICAL_MILLIONTHS
    }
}

/// The first digit of an amount; none of nothing.
fn first(amount: Fen) -> Option<usize> {
    let mut rest = usize::try_from(amount.get()).ok().filter(|rest| *rest > 0)?;
    while rest >= 10 {
        rest /= 10;
    }
    Some(rest)
}

/// The grants whose first digit is more frequent than expected, where the digits deviate as a whole.
pub fn first_digit(book: &Book) -> Vec<Group> {
    let benford = Benford::of(book);
    if !benford.deviates() {
        return Vec::new();
    }
    let expected = benford.expected_tenths();
    let found = parted(book, |grant| first(grant.net)).into_iter().filter_map(|(digit, members)| {
        let tenths = *expected.get(digit - 1)?;
        let is_more = members.len() as i128 * 10 > tenths;
        let why = Why::new("first_digit")
            .with("digit", digit)
            .with("n", members.len())
            .with("expected", format!("{}.{}", tenths / 10, tenths % 10));
        is_more.then(|| group(members, why))
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Kind;
    use super::super::tests::{book, grant, ids};
    use super::*;

    #[test]
    fn the_shares_are_those_of_the_law_and_add_up() {
        assert_eq!(EXPECTED_PPM.iter().sum::<i64>(), 1_000_000);
        assert!(EXPECTED_PPM.windows(2).all(|pair| pair[0] > pair[1]));
        // log10(2) + log10(3/2) + … telescopes: the first three are log10(4), the first four log10(5).
        assert_eq!(EXPECTED_PPM[..3].iter().sum::<i64>(), 602_060);
        assert_eq!(EXPECTED_PPM[..4].iter().sum::<i64>(), 698_970);
    }

    #[test]
    fn chi_square_is_that_of_the_textbook() {
        // Of 1000 amounts, as expected but for 100 that begin with 9 instead of 1: 100²/301.03 + 100²/45.757, and what
        // rounding the expectation to whole amounts leaves.
        let observed = [201, 176, 125, 97, 79, 67, 58, 51, 146];
        let found = Benford { observed }.chi_square_millionths();
        assert!((252_000_000..253_000_000).contains(&found), "{found}");
        let fits = Benford { observed: [301, 176, 125, 97, 79, 67, 58, 51, 46] };
        assert!(fits.chi_square_millionths() < 10_000 && !fits.deviates());
        assert_eq!(Benford::default().chi_square_millionths(), 0);
        assert_eq!(fits.expected_tenths()[0], 3010);
    }

    #[test]
    fn digits_are_found_only_where_they_deviate_and_are_enough() {
        let of = |n: i64| book((1..=n).map(|id| grant(id, id, 2, 90_001)).collect());
        assert_eq!(ids(Kind::FirstDigit, &of(110)).len(), 1);
        assert!(ids(Kind::FirstDigit, &of(109)).is_empty());
    }

    proptest! {
        #[test]
        fn the_first_digit_is_the_one_that_is_printed_first(fen in 1_i64..i64::MAX) {
            let printed = fen.to_string().chars().next().and_then(|c| c.to_digit(10));
            prop_assert_eq!(first(Fen::new(fen)).map(|digit| digit.to_string()), printed.map(|digit| digit.to_string()));
        }
    }
}
