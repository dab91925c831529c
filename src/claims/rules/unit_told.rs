//! A unit that is told once for the numbers behind it: （单位：万元）：企业6958.41；个体工商户5412.12.

use super::figure::{Figure, Kind, figure};
use super::scope::Mention;
use super::text::{blanks, starts};
use super::written::{self, Written};

/// Units with the power of ten of what they count in.
const UNITS: [(&str, i32); 4] = [("亿元", 8), ("万元", 4), ("千元", 3), ("元", 0)];

/// The power of ten of the money that a line is told in, where 单位：万元 stands here.
pub(super) fn told(chars: &[char], at: usize) -> Option<i32> {
    let mark = starts(chars, at, "单位")?;
    let unit = [":", "为", "均为"].iter().find_map(|word| starts(chars, mark, word))?;
    UNITS.iter().find(|(word, _)| starts(chars, blanks(chars, unit), word).is_some()).map(|(_, power)| *power)
}

/// A number without a unit of its own directly behind a name, that ends where its part ends.
pub(super) fn read(chars: &[char], at: usize, power: i32, mentions: &[Mention]) -> Option<Figure> {
    let before = at.checked_sub(1).and_then(|at| chars.get(at));
    let is_named = mentions.iter().any(|mention| mention.end == at)
        || before.is_some_and(|c| ":共为计达".contains(*c)) && mentions.iter().any(|mention| mention.end + 1 == at)
        || ["合计", "共计", "总计", "合计:", "总计:"].iter().any(|word| super::text::ends(chars, at, word).is_some());
    if !is_named || !chars.get(at).is_some_and(char::is_ascii_digit) {
        return None;
    }
    let number = written::read(chars, at).filter(|number| number.exponent <= 0 && !number.and_more)?;
    let ends = chars.get(blanks(chars, number.end)).is_none_or(|c| "；;，,、。)）\n\r".contains(*c));
    let written = Written { exponent: number.exponent + power, ..number };
    ends.then(|| figure(at, number.end, Kind::Amount, written))
}
