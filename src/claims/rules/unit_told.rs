//! A unit that is told once for the numbers behind it: （单位：万元）：企业6958.41；个体工商户5412.12.

use super::figure::{Figure, Kind, figure};
use super::scope::Mention;
use super::text::{blanks, ends, starts};
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
    if !chars.get(at).is_some_and(char::is_ascii_digit) {
        return None;
    }
    let before = at.checked_sub(1).and_then(|at| chars.get(at));
    // names stand in order: the last one that ends here or one character before
    let next = mentions.partition_point(|mention| mention.start < at);
    let last = next.checked_sub(1).and_then(|n| mentions.get(n)).map_or(0, |mention| mention.end);
    let is_joined = before.is_some_and(|c| ":共为计达".contains(*c)) && last + 1 == at;
    let is_sum = ["合计", "共计", "总计", "合计:", "总计:"].iter().any(|word| ends(chars, at, word).is_some());
    if !(last > 0 && (last == at || is_joined) || is_sum) {
        return None;
    }
    let number = written::read(chars, at).filter(|number| number.exponent <= 0 && !number.and_more)?;
    let is_end = chars.get(blanks(chars, number.end)).is_none_or(|c| "；;，,、。)）\n\r".contains(*c));
    let written = Written { exponent: number.exponent + power, ..number };
    is_end.then(|| figure(at, number.end, Kind::Amount, written))
}
