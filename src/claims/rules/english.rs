//! The few English words that turn a number into a figure.

use super::figure::Counted;
use super::text::{blanks, starts};
use super::written::Written;

/// Whether a word that ended here is a whole one.
fn is_end(chars: &[char], at: usize) -> bool {
    chars.get(at).is_none_or(|c| !c.is_ascii_alphanumeric())
}

fn word(chars: &[char], at: usize, words: &[&str]) -> Option<usize> {
    words.iter().find_map(|word| starts(chars, at, word).filter(|end| is_end(chars, *end)))
}

/// `127 million`, `1.2 billion`, `10 thousand`: the number with what the word multiplies by.
pub fn scaled(chars: &[char], written: Written) -> Written {
    let at = blanks(chars, written.end);
    for (words, power) in [(["thousand", "k"], 3), (["million", "mn"], 6), (["billion", "bn"], 9)] {
        if let Some(end) = word(chars, at, &words) {
            return Written { exponent: written.exponent + power, end, ..written };
        }
    }
    written
}

/// Where a unit of money ends that begins here.
pub fn money(chars: &[char], at: usize) -> Option<usize> {
    word(chars, at, &["yuan renminbi", "yuan", "renminbi", "rmb", "cny"])
}

/// Where a word for per cent ends that begins here.
pub fn percent(chars: &[char], at: usize) -> Option<usize> {
    word(chars, at, &["percent", "per cent"])
}

/// `five policies`, `eight relief measures`: a number of policies in words; of measures only where they are said to help.
pub fn policies(chars: &[char], at: usize) -> Option<(i128, usize, usize)> {
    let numbers = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    let is_inside =
        at.checked_sub(1).and_then(|at| chars.get(at)).is_some_and(|c| c.is_ascii_alphanumeric() || *c == '-');
    let (number, end) = (2_i128..).zip(numbers).find_map(|(number, name)| Some((number, word(chars, at, &[name])?)))?;
    let mut from = blanks(chars, end);
    let mut helps = false;
    for _ in 0..3 {
        if let Some(behind) = word(chars, from, &["policies"]) {
            return (!is_inside).then_some((number, end, behind));
        }
        if let Some(behind) = word(chars, from, &["measures"]) {
            return (helps && !is_inside).then_some((number, end, behind));
        }
        helps |= word(chars, from, &["relief", "support", "aid", "assistance", "policy", "subsidy"]).is_some();
        let length = chars.get(from..)?.iter().take_while(|c| c.is_ascii_lowercase() || **c == '-').count();
        from = blanks(chars, from + length.max(1));
    }
    None
}

/// What a word counts that stands here, up to two words further on: `10,402 small businesses`.
pub fn counted(chars: &[char], at: usize) -> Option<(Counted, usize)> {
    let entities = [
        "market entities",
        "market players",
        "businesses",
        "enterprises",
        "companies",
        "firms",
        "entities",
        "recipients",
        "sole traders",
        "sole proprietors",
        "merchants",
        "cooperatives",
        "tenants",
        "vendors",
        "traders",
        "beneficiaries",
        "operators",
        "employers",
        "borrowers",
        "exporters",
        "tradesmen",
        "shopkeepers",
        "of them",
    ];
    let mut from = at;
    for _ in 0..4 {
        if let Some(end) = word(chars, from, &entities) {
            return Some((Counted::Entities, end));
        }
        if let Some(end) = word(chars, from, &["grants", "payments", "disbursements"]) {
            return Some((Counted::Acts, end));
        }
        if let Some(end) = word(chars, from, &["policies"]) {
            return Some((Counted::Policies, end));
        }
        if let Some(end) = word(chars, from, &["people", "persons", "residents", "workers", "employees"]) {
            return Some((Counted::People, end));
        }
        let length =
            chars.get(from..)?.iter().take_while(|c| c.is_ascii_lowercase() || matches!(c, '-' | '\'')).count();
        if length == 0 {
            return None;
        }
        from = blanks(chars, from + length);
    }
    None
}
