//! Names that the book does not have: another sub-district, another policy, another industry. What is said of them is
//! never held against the whole book.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::cues::{Cue, Cues, lines};
use super::scope::{Mention, Names, Scope, UNKNOWN, add, meaning, named as words, one};
use super::text::{ends, is_han, starts};

/// Characters of the names of places, as they are written in Latin letters.
const PINYIN: &str = include_str!("pinyin.txt");

/// A name in Latin letters, if every character of it is in the table.
pub(super) fn latin(name: &str) -> Option<String> {
    let of = |c: char| lines(PINYIN).find(|(_, chars)| chars.contains(c)).map(|(letters, _)| letters);
    name.chars().map(of).collect()
}

fn policy(name: &str) -> Scope {
    Scope { policies: one(&format!("{UNKNOWN}{name}")), ..Scope::default() }
}

fn place(name: &str) -> Scope {
    Scope { subdistricts: one(&format!("{UNKNOWN}{name}")), ..Scope::default() }
}

fn group(name: &str) -> Scope {
    Scope { industries: one(&format!("{UNKNOWN}{name}")), ..Scope::default() }
}

/// Groups that no book of this kind records: 规上企业, 农户.
pub(super) fn named(chars: &[char], names: &Names, found: &mut Vec<Mention>) {
    for word in words("group") {
        let before = found.len();
        add(chars, word, &group(word), found);
        // 出口企业运费补贴: the group belongs to the title of a policy
        let in_title = |mention: &Mention| {
            let behind: String = chars.get(mention.end..).unwrap_or_default().iter().take(4).collect();
            names.policies.iter().any(|policy| {
                policy.title.split_once(word).is_some_and(|(_, rest)| {
                    !behind.is_empty() && rest.starts_with(&behind.chars().take(2).collect::<String>())
                })
            })
        };
        let kept: Vec<Mention> = found.split_off(before).into_iter().filter(|mention| !in_title(mention)).collect();
        found.extend(kept);
    }
}

/// Words that say nothing of which policy: 各类补贴, 发放补贴.
static PLAIN: LazyLock<Vec<&str>> = LazyLock::new(|| words("plain").collect());

/// What is formed like a name: X街道, X业, X补贴, `Zhenhai District`.
pub(super) fn formed(chars: &[char], names: &Names, found: &mut Vec<Mention>) {
    let taken: HashSet<usize> = found.iter().flat_map(|mention| mention.start..mention.end).collect();
    let cues = Cues::of(chars);
    let known: HashSet<usize> = cues.within(0, chars.len()).flat_map(|(_, start, end)| start..end).collect();
    let mut more = Vec::new();
    for at in 0..chars.len() {
        if taken.contains(&at) {
            continue;
        }
        for suffix in ["街道", "镇", "乡"] {
            if let Some(end) = starts(chars, at, suffix) {
                more.extend(place_before(chars, at, end, (&taken, &known)));
            }
        }
        if starts(chars, at, "业").is_some() {
            more.extend(industry_before(chars, at, &taken));
        }
        for word in words("unnamed") {
            if let Some(end) = starts(chars, at, word) {
                more.extend(unnamed(chars, at, end, &taken));
            }
        }
        for noun in FUNDS {
            if let Some(end) = starts(chars, at, noun) {
                more.extend(fund_before(chars, at, end, &taken));
            }
        }
        for noun in words("noun") {
            if let Some(end) = starts(chars, at, noun) {
                more.extend(policy_before(chars, at, end, &taken));
            }
        }
        more.extend(english_place(chars, at, names));
    }
    found.extend(more);
}

/// Longest name of a place without what it is, in characters.
const PLACE_CHARS: usize = 4;

fn place_before(
    chars: &[char],
    at: usize,
    end: usize,
    (taken, known): (&HashSet<usize>, &HashSet<usize>),
) -> Option<Mention> {
    let is_name = |at: usize| {
        let c = chars.get(at).copied().unwrap_or(' ');
        is_han(c)
            && !taken.contains(&at)
            && !known.contains(&at)
            && !"向在为给由对从和与及各该本全个条所有的了是等其中区县市".contains(c)
    };
    let from = (0..at).rev().take(PLACE_CHARS).take_while(|at| is_name(*at)).last()?;
    let name: String = chars.get(from..at)?.iter().collect();
    let is_short = at - from < 2;
    // 经济大街道
    let is_no_name = name.ends_with('大')
        || words("not_a_place").any(|word| name == word || (word.chars().count() > 1 && name.ends_with(word)));
    // 乡 and 镇 stand in many words
    let is_word = end - at == 1 && chars.get(end).is_some_and(|c| "村亲民企长街级静".contains(*c));
    (!is_short && !is_no_name && !is_word).then(|| {
        let name: String = chars.get(from..end).unwrap_or_default().iter().collect();
        Mention::new(from, end, place(&name))
    })
}

fn industry_before(chars: &[char], at: usize, taken: &HashSet<usize>) -> Option<Mention> {
    let end = at + 1;
    let is_no_name = words("not_an_industry").any(|word| ends(chars, end, word).is_some());
    let from = at.checked_sub(2)?;
    let is_name = (from..at).all(|at| chars.get(at).copied().is_some_and(is_han) && !taken.contains(&at));
    let goes_on = chars.get(end).is_some_and(|c| "务绩主者态余内已".contains(*c));
    (is_name && !is_no_name && !goes_on).then(|| {
        let name: String = chars.get(from..end).unwrap_or_default().iter().collect();
        Mention::new(from, end, group(&name))
    })
}

/// Longest word by which a policy is told from others, in characters.
const POLICY_CHARS: usize = 6;

/// 水电补贴, 技改补助: what stands before the noun and is no word that any money may have.
fn policy_before(chars: &[char], at: usize, end: usize, taken: &HashSet<usize>) -> Option<Mention> {
    let is_plain = |end: usize| PLAIN.iter().any(|word| ends(chars, end, word).is_some());
    let mut from = at;
    while from > 0
        && at - from < POLICY_CHARS
        && !taken.contains(&(from - 1))
        && chars.get(from - 1).copied().is_some_and(is_han)
        && !is_plain(from)
    {
        from -= 1;
    }
    let cue = |from: usize| {
        let part: Vec<char> = chars.get(from..at).unwrap_or_default().to_vec();
        Cues::of(&part)
            .within(0, part.len())
            .filter(|(cue, ..)| is_verb(*cue))
            .map(|(.., end)| end)
            .max()
            .map_or(from, |end| from + end)
    };
    let from = cue(from);
    let name: String = chars.get(from..end)?.iter().collect();
    (at - from >= 2).then(|| Mention::new(from, end, policy(&name)))
}

/// What a fund is called behind what tells it from others.
const FUNDS: [&str; 8] =
    ["扶持资金", "专项资金", "发展资金", "奖励资金", "引导资金", "产业资金", "奖补资金", "后补助资金"];

/// 工业扶持资金, 人才专项资金: a fund with a name of its own. 企业扶持资金 and 纾困专项资金 have none.
fn fund_before(chars: &[char], at: usize, end: usize, taken: &HashSet<usize>) -> Option<Mention> {
    let from = at.checked_sub(2)?;
    let is_free = |at: usize| chars.get(at).copied().is_some_and(is_han) && !taken.contains(&at);
    let is_plain = PLAIN.iter().any(|word| ends(chars, at, word).is_some());
    let word = chars.get(from..at).unwrap_or_default();
    let is_said =
        !Cues::of(word).is_empty() || word.iter().any(|c| "的了为向给将把被已共等各项类批笔获得".contains(*c));
    (!is_plain && !is_said && (from..at).all(is_free)).then(|| {
        let name: String = chars.get(from..end).unwrap_or_default().iter().collect();
        Mention::new(from, end, policy(&name))
    })
}

/// Farthest that money stands behind the word that names it only as some, in characters.
const UNNAMED_CHARS: usize = 8;

/// 一次性补贴, 一次性纾困补助: money of which the text does not say which one it is. 一次性发放补助 says how it was paid.
fn unnamed(chars: &[char], at: usize, behind: usize, taken: &HashSet<usize>) -> Option<Mention> {
    let nouns = ["补贴", "补助", "奖励", "奖补", "津贴", "资金", "红包"];
    let noun = |at: usize| nouns.iter().find_map(|noun| starts(chars, at, noun));
    let (start, end) = (behind..behind + UNNAMED_CHARS).find_map(|at| Some((at, noun(at)?)))?;
    let is_free = |at: usize| chars.get(at).copied().is_some_and(is_han) && !taken.contains(&at);
    let between = chars.get(behind..start).unwrap_or_default();
    let is_done = Cues::of(between).within(0, between.len()).any(|(cue, ..)| is_verb(cue));
    (!is_done && (behind..start).all(is_free)).then(|| {
        let name: String = chars.get(at..end).unwrap_or_default().iter().collect();
        Mention::new(at, end, policy(&name))
    })
}

const fn is_verb(cue: Cue) -> bool {
    matches!(cue, Cue::Paid | Cue::Act | Cue::Budget | Cue::NotYet | Cue::Planned | Cue::Returned)
}

/// `Zhenhai District`, `Zhaobaoshan Sub-district`: letters before a word for a place that are no name of the book.
fn english_place(chars: &[char], at: usize, names: &Names) -> Option<Mention> {
    let kinds = ["sub-district", "subdistrict", "street", "town", "township", "district", "county", "city", "province"];
    let end = kinds.iter().find_map(|word| super::text::starts_word(chars, at, word))?;
    let before = at.checked_sub(1).filter(|at| chars.get(*at) == Some(&' '))?;
    let letters = (0..before).rev().take_while(|at| chars.get(*at).is_some_and(char::is_ascii_lowercase)).count();
    let name: String = chars.get(before - letters..before)?.iter().collect();
    let is_own = names.authority.chars().filter(|c| is_han(*c)).collect::<String>();
    let own = latin(&is_own.chars().take(2).collect::<String>()).unwrap_or_default();
    let is_known = meaning("industry").any(|(_, word)| word == name)
        || words("not_english_place").any(|word| word == name)
        || names
            .subdistricts
            .iter()
            .any(|known| latin(known.trim_end_matches("街道")).is_some_and(|known| known == name));
    (letters >= 3 && !is_known && name != own).then(|| Mention::new(before - letters, end, place(&name)))
}
