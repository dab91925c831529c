//! Policies by their code, number or title, or by the few characters by which people call them: 房租补助, 稳岗返还.

use std::collections::BTreeSet;

use super::scope::{Mention, PolicyName, Scope, add, meaning, named};
use super::text::{is_han, starts, starts_word};

/// Fewest characters of a part of a title that stands for a policy.
const PART_MIN: usize = 4;

/// A title and what of it is its own: 小微企业房租补助 is about 房租.
struct Title {
    code: String,
    chars: Vec<char>,
    cores: Vec<String>,
}

/// Finds policies in a text.
pub(super) fn find(chars: &[char], policies: &[PolicyName], found: &mut Vec<Mention>) {
    for policy in policies {
        for word in [&policy.code, &policy.document_number] {
            add(chars, word, &of([policy.code.clone()]), found);
        }
    }
    let titles: Vec<Title> = policies.iter().map(title).collect();
    by_parts(chars, &titles, found);
    by_cores(chars, &titles, found);
    in_english(chars, &titles, found);
}

fn of(codes: impl IntoIterator<Item = String>) -> Scope {
    Scope { policies: codes.into_iter().collect(), ..Scope::default() }
}

fn title(policy: &PolicyName) -> Title {
    let title = policy.title.to_lowercase();
    Title { code: policy.code.clone(), cores: cores(&title), chars: title.chars().collect() }
}

/// What is left of a title without the words that any title may have.
pub(super) fn cores(title: &str) -> Vec<String> {
    let common =
        || named("plain").chain(named("unnamed")).chain(named("noun")).filter(|word| word.chars().count() >= 2);
    let mut words: Vec<&str> = common().collect();
    words.extend(meaning("kind").map(|(_, word)| word));
    words.extend(meaning("size").map(|(_, word)| word));
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    let mut rest = title.to_owned();
    for word in words {
        rest = rest.replace(word, " ");
    }
    let is_apart = |c: char| !is_han(c);
    rest.split(is_apart).filter(|core| core.chars().count() >= 2).map(ToOwned::to_owned).collect()
}

/// The longest part of a title from each place on; if several titles have it, all of them are meant.
fn by_parts(chars: &[char], titles: &[Title], found: &mut Vec<Mention>) {
    let mut at = 0;
    while at < chars.len() {
        let lengths: Vec<usize> = titles.iter().map(|title| longest_part(chars, at, &title.chars)).collect();
        let longest = lengths.iter().copied().max().unwrap_or(0);
        let text: String = chars.get(at..at + longest).unwrap_or_default().iter().collect();
        let meant = || titles.iter().zip(&lengths).filter(|(_, length)| **length == longest).map(|(title, _)| title);
        let says = |title: &Title| title.chars.len() == longest || title.cores.iter().any(|core| text.contains(core));
        if longest >= PART_MIN && meant().all(says) && longest > 0 {
            let is_part = meant().all(|title| longest < title.chars.len());
            let scope = of(meant().map(|title| title.code.clone()));
            found.push(Mention { is_part, ..Mention::new(at, at + longest, scope) });
            at += longest;
        } else {
            at += 1;
        }
    }
}

/// How many characters from here on stand somewhere in the title.
fn longest_part(chars: &[char], at: usize, title: &[char]) -> usize {
    let rest = chars.get(at..).unwrap_or_default();
    (0..title.len())
        .map(|from| title.iter().skip(from).zip(rest).take_while(|(one, other)| one == other).count())
        .max()
        .unwrap_or(0)
}

/// 房租补贴 for 小微企业房租补助: what a title is about, with any noun of the field behind it.
fn by_cores(chars: &[char], titles: &[Title], found: &mut Vec<Mention>) {
    let all: BTreeSet<&String> = titles.iter().flat_map(|title| &title.cores).collect();
    for core in all {
        let codes = || titles.iter().filter(|title| title.cores.contains(core)).map(|title| title.code.clone());
        for at in 0..chars.len() {
            let Some(behind) = starts(chars, at, core) else { continue };
            let tail = named("tail").filter_map(|word| starts(chars, behind, word)).max();
            // 房租、稳岗、复工三项: one of a list
            let is_listed = starts(chars, behind, "、").is_some() || at > 0 && chars.get(at - 1) == Some(&'、');
            if let Some(end) = tail.or(is_listed.then_some(behind)) {
                found.push(Mention { is_part: true, ..Mention::new(at, end, of(codes())) });
            }
        }
    }
}

/// English words for what a policy of the book is about; words for what none is about name an unknown one.
fn in_english(chars: &[char], titles: &[Title], found: &mut Vec<Mention>) {
    for (core, word) in meaning("english_policy") {
        let mut codes: BTreeSet<String> = titles
            .iter()
            .filter(|title| title.chars.iter().collect::<String>().contains(core))
            .map(|title| title.code.clone())
            .collect();
        if codes.is_empty() {
            codes.insert(format!("{}{word}", super::scope::UNKNOWN));
        }
        for at in 0..chars.len() {
            if let Some(end) = starts_word(chars, at, word) {
                found.push(Mention { is_part: true, ..Mention::new(at, end, of(codes.clone())) });
            }
        }
    }
}
