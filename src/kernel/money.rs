//! Money: `Fen`, the only amount in memory and in tables, and its readings and writings.
//!
//! Everything here is integer arithmetic and exact; no decimal library is needed for it. At most two decimals of a yuan
//! come in; a third, even a zero, is refused and never rounded. Rounding happens only in the short form, which tells
//! the amounts that it stands for.

mod capital;
mod reading;
mod rounding;

use std::fmt::{self, Write as _};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use rounding::{Short, rounded_interval};

use super::text::{self, FromText};

/// Fen in a yuan.
const FEN_PER_YUAN: i128 = 100;

/// An amount of renminbi in fen. Below zero only as a difference inside the program; no such amount is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Fen(i64);

/// The unit in which a column or a sentence counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Unit {
    /// 元
    #[default]
    Yuan,
    /// 万元, ten thousand yuan.
    Wan,
    /// 亿元, a hundred million yuan.
    Yi,
}

impl Unit {
    /// The word behind a figure: `元`, `万元`, `亿元`.
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Yuan => "元",
            Self::Wan => "万元",
            Self::Yi => "亿元",
        }
    }

    /// How many yuan make one, as a power of ten.
    const fn power(self) -> u32 {
        match self {
            Self::Yuan => 0,
            Self::Wan => 4,
            Self::Yi => 8,
        }
    }

    /// How many fen make one.
    const fn fen(self) -> i128 {
        FEN_PER_YUAN * 10_i128.pow(self.power())
    }
}

impl Fen {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// So many fen.
    pub const fn new(fen: i64) -> Self {
        Self(fen)
    }

    /// The number of fen.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The sum, unless it leaves the range.
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(fen) => Some(Self(fen)),
            None => None,
        }
    }

    /// The difference, unless it leaves the range.
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(fen) => Some(Self(fen)),
            None => None,
        }
    }

    /// The sum of all, unless it leaves the range.
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        let total: Option<i128> = amounts.into_iter().try_fold(0, |sum: i128, fen| sum.checked_add(i128::from(fen.0)));
        i64::try_from(total?).ok().map(Self)
    }

    /// For files: `127034562.85`, two decimals and no separators.
    pub fn plain(self) -> String {
        self.to_string()
    }

    /// For screens: `127,034,562.85`.
    pub fn grouped(self) -> String {
        let yuan = (self.0.unsigned_abs() / 100).to_string();
        let mut grouped = String::with_capacity(yuan.len() * 4 / 3 + 4);
        if self.0 < 0 {
            grouped.push('-');
        }
        for (index, digit) in yuan.chars().enumerate() {
            if index > 0 && (yuan.len() - index).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        let cents = self.0.unsigned_abs() % 100;
        grouped.extend(['.', ascii_digit(cents / 10), ascii_digit(cents % 10)]);
        grouped
    }

    /// Divides the amount by shares so that the parts add up to it: whole fen first, the rest to the largest
    /// remainders, of equal ones to the earlier. None without shares or if all are zero.
    pub fn split(self, shares: &[u64]) -> Option<Vec<Self>> {
        let total: u128 = shares.iter().copied().map(u128::from).sum();
        if total == 0 {
            return None;
        }
        let size = u128::from(self.0.unsigned_abs());
        let mut parts = Vec::with_capacity(shares.len());
        let mut remainders = Vec::with_capacity(shares.len());
        for (index, share) in shares.iter().enumerate() {
            let product = size * u128::from(*share);
            parts.push(product / total);
            remainders.push((product % total, index));
        }
        let rest = usize::try_from(size - parts.iter().sum::<u128>()).ok()?;
        remainders.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
        for (_, index) in remainders.into_iter().take(rest) {
            *parts.get_mut(index)? += 1;
        }
        let sign = i128::from(self.0.signum());
        parts.into_iter().map(|part| i64::try_from(sign * i128::try_from(part).ok()?).ok().map(Self)).collect()
    }

    /// Reads what [`Fen::plain`] prints, and nothing else.
    fn from_plain(text: &str) -> Option<Self> {
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let (yuan, cents) = digits.split_once('.')?;
        let canonical = yuan == "0" || !yuan.starts_with('0');
        if !canonical || cents.len() != 2 || yuan.len() > 18 || !text::is_digits(yuan) || !text::is_digits(cents) {
            return None;
        }
        let fen = yuan.parse::<i128>().ok()? * FEN_PER_YUAN + cents.parse::<i128>().ok()?;
        if fen == 0 && sign < 0 {
            return None;
        }
        i64::try_from(sign * fen).ok().map(Self)
    }
}

impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.unsigned_abs();
        if self.0 < 0 {
            f.write_char('-')?;
        }
        write!(f, "{}.{:02}", size / 100, size % 100)
    }
}

impl Serialize for Fen {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(FromText::new(Self::from_plain, "an amount with two decimals"))
    }
}

/// The nearest amount in the range.
fn bounded(fen: i128) -> Fen {
    Fen(i64::try_from(fen).unwrap_or(if fen < 0 { i64::MIN } else { i64::MAX }))
}

/// A digit below ten as ASCII.
fn ascii_digit(digit: u64) -> char {
    u32::try_from(digit).ok().and_then(|digit| char::from_digit(digit, 10)).unwrap_or('0')
}

#[cfg(test)]
mod tests {

    use proptest::prelude::*;

    use super::*;

    fn fen(text: &str) -> Fen {
        Fen::parse(text).unwrap()
    }

    #[test]
    fn the_amount_of_the_announcement_is_written_in_every_form() {
        let amount = fen("127034562.85");
        assert_eq!(amount, Fen::new(12_703_456_285));
        assert_eq!(amount.plain(), "127034562.85");
        assert_eq!(amount.grouped(), "127,034,562.85");
        assert_eq!(amount.short().text, "1.27亿元");
        assert_eq!(amount.capital(), "人民币壹亿贰仟柒佰零叁万肆仟伍佰陆拾贰元捌角伍分");
        assert_eq!(serde_json::to_string(&amount).unwrap(), "\"127034562.85\"");
    }

    #[test]
    fn sums_that_leave_the_range_are_nothing() {
        let most = Fen::new(i64::MAX);
        assert_eq!(most.checked_add(Fen::new(1)), None);
        assert_eq!(Fen::new(i64::MIN).checked_sub(Fen::new(1)), None);
        assert_eq!(Fen::sum([most, Fen::new(1)]), None);
        assert_eq!(Fen::sum([most, Fen::new(1), Fen::new(-1)]), Some(most));
        assert_eq!(Fen::sum([]), Some(Fen::ZERO));
    }

    #[test]
    fn a_split_gives_the_rest_to_the_largest_remainders_and_ties_to_the_earlier() {
        let split = |fen: i64, shares: &[u64]| {
            Fen::new(fen).split(shares).map(|parts| parts.into_iter().map(Fen::get).collect::<Vec<_>>())
        };
        assert_eq!(split(100, &[1, 1, 1]), Some(vec![34, 33, 33]));
        assert_eq!(split(200, &[1, 1, 1]), Some(vec![67, 67, 66]));
        assert_eq!(split(100, &[1, 0, 2]), Some(vec![33, 0, 67]));
        assert_eq!(split(-100, &[1, 1, 1]), Some(vec![-34, -33, -33]));
        assert_eq!(split(0, &[5]), Some(vec![0]));
        assert_eq!(split(i64::MIN, &[u64::MAX]), Some(vec![i64::MIN]));
        assert_eq!((split(100, &[]), split(100, &[0, 0])), (None, None));
    }

    #[test]
    fn stored_amounts_are_read_only_as_they_were_written() {
        for text in ["5", "5.0", "05.00", "+5.00", "5.000", "1,000.00", "-0.00", "", ".00", "１.00"] {
            assert!(serde_json::from_str::<Fen>(&format!("\"{text}\"")).is_err(), "{text}");
        }
        assert!(serde_json::from_str::<Fen>("5").is_err());
    }

    proptest! {
        #[test]
        fn storing_and_loading_are_inverse_for_every_amount(amount in any::<i64>()) {
            let stored = serde_json::to_string(&Fen::new(amount)).unwrap();
            prop_assert_eq!(serde_json::from_str::<Fen>(&stored).unwrap(), Fen::new(amount));
        }

        #[test]
        fn a_split_adds_up_and_no_part_is_a_fen_off(amount in any::<i64>(), shares in prop::collection::vec(any::<u32>(), 1..20)) {
            let shares: Vec<u64> = shares.into_iter().map(u64::from).collect();
            prop_assume!(shares.iter().any(|share| *share > 0));
            let parts = Fen::new(amount).split(&shares).unwrap();
            prop_assert_eq!(Fen::sum(parts.iter().copied()), Some(Fen::new(amount)));
            let total: i128 = shares.iter().map(|share| i128::from(*share)).sum();
            for (part, share) in parts.iter().zip(&shares) {
                let off = i128::from(part.get()) * total - i128::from(amount) * i128::from(*share);
                prop_assert!(off.abs() < total);
            }
        }
    }
}
