//! Ranges (`1.2至1.3亿元`, `1万到1.1万家`) and lists of numbers that share their unit (`2923、2478和1894万元`).

use super::english;
use super::figure::{Figure, Kind, currency_before, figure, measured};
use super::text::{blanks, starts, starts_word};
use super::written::{self, Written};

/// What stands between the ends of a range, behind the unit of the first one where it has one.
const TO: [&str; 9] = ["——", "—", "－", "-", "–", "~", "～", "至", "到"];

/// A range that begins here.
pub(super) fn read(chars: &[char], at: usize) -> Option<Figure> {
    let low = english::scaled(chars, written::read(chars, at)?);
    let unit = blanks(chars, low.end);
    let behind =
        ["亿元", "万元", "元", "家", "户", "%"].iter().find_map(|word| starts(chars, unit, word)).unwrap_or(low.end);
    let from = blanks(chars, behind);
    let between = TO.iter().find_map(|word| starts(chars, from, word)).or_else(|| starts_word(chars, from, "to"))?;
    let number = blanks(
        chars,
        ["人民币", "cny ", "rmb ", "¥"]
            .iter()
            .find_map(|word| starts(chars, blanks(chars, between), word))
            .unwrap_or(between),
    );
    let high = english::scaled(chars, written::read(chars, number)?);
    let told = measured(chars, number, high)
        .or_else(|| (currency_before(chars, at) < at).then(|| figure(number, high.end, Kind::Amount, high)))?;
    let low = with_magnitude(chars, (at, low), (number, &told.written));
    let is_range = low.micro()? < told.written.micro()? && told.of.is_none();
    // 5万元到10402家: the ends are of one kind
    let is_one_kind = behind == low.end || measured(chars, at, low).is_none_or(|first| first.kind == told.kind);
    (is_range && is_one_kind).then_some(Figure { start: at, written: low, upper: Some(told.written), ..told })
}

/// The first number in the magnitude of the second, where it has none of its own: 1.2至1.3亿.
fn with_magnitude(chars: &[char], (at, first): (usize, Written), (number, second): (usize, &Written)) -> Written {
    let scaled = Written { exponent: first.exponent + magnitude(chars, number, second), ..first };
    let is_bare = magnitude(chars, at, &first) == 0;
    match (scaled.micro(), second.micro()) {
        (Some(low), Some(high)) if is_bare && low < high => scaled,
        _ => first,
    }
}

/// A number in a list whose last one has the unit: 2923.94、2478.29和1894.79万元.
pub(super) fn listed(chars: &[char], at: usize, first: Written) -> Option<Figure> {
    if !chars.get(at).is_some_and(char::is_ascii_digit) {
        return None;
    }
    let mut last = first;
    for _ in 0..20 {
        let from = blanks(chars, last.end);
        let behind = ["、", "和", "及", "与", ", and", ",", "and"].iter().find_map(|word| starts(chars, from, word))?;
        let number = blanks(chars, behind);
        if !chars.get(number).is_some_and(char::is_ascii_digit) {
            return None;
        }
        let next = written::read(chars, number)?;
        let next = english::scaled(chars, next);
        if let Some(told) = measured(chars, number, next) {
            let own = magnitude(chars, at, &first);
            let shared = if own == 0 { magnitude(chars, number, &next) } else { 0 };
            let written = Written { exponent: first.exponent + shared, ..first };
            return Some(Figure { start: at, end: first.end, written, ..told });
        }
        last = next;
    }
    None
}

/// The power of ten that stands behind the digits of a number.
fn magnitude(chars: &[char], at: usize, written: &Written) -> i32 {
    let digits: String = chars
        .get(at..written.end)
        .unwrap_or_default()
        .iter()
        .take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
        .collect();
    let decimals = digits.split_once('.').map_or(0, |(_, rest)| rest.len());
    written.exponent + i32::try_from(decimals).unwrap_or(0)
}

/// `CNY 29.24 million, 24.78 million and 18.95 million`: a number of that size behind money is money too.
pub(super) fn follows_money(chars: &[char], at: usize, written: &Written) -> bool {
    let is_english =
        written.exponent > 0 && chars.get(written.end.saturating_sub(1)).is_some_and(char::is_ascii_lowercase);
    let before: String = chars.get(at.saturating_sub(LIST_CHARS)..at).unwrap_or_default().iter().collect();
    let is_listed = [", ", "and "].iter().any(|word| before.ends_with(word));
    is_english && is_listed && ["cny", "rmb", "yuan", "¥"].iter().any(|word| before.contains(word))
}

/// How far before a number its list may have named the currency, in characters.
const LIST_CHARS: usize = 120;
