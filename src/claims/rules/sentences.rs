//! A text cut into sentences, each with how it begins.

use std::ops::Range;

use super::bind::Page;
use super::scope::Scope;
use super::text::{Mark, starts};
use super::tokens::{Found, Token};

/// What stands before a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// The beginning of a line.
    Line,
    /// The end of another sentence.
    Sentence,
    /// ；, or 一是, 二是.
    Part,
}

/// A sentence.
#[derive(Debug, Clone)]
pub struct Sentence {
    /// Its first character.
    pub start: usize,
    /// Behind its last one.
    pub end: usize,
    /// Its tokens.
    pub tokens: Range<usize>,
    /// What stands before it.
    pub opening: Opening,
    /// Whether it is a line of a list.
    pub is_item: bool,
    /// Whether it is a line by itself that no mark ends, and another follows.
    pub is_heading: bool,
    /// Whether it says of whom it speaks before its first figure.
    pub names_before_figure: bool,
    /// Of whom, by the names before its first figure.
    pub lead: Scope,
}

/// Longest heading, in characters.
const HEADING_CHARS: usize = 40;

/// 一是, 二是: parts of a sentence that are sentences of their own.
const PARTS: [&str; 12] =
    ["一是", "二是", "三是", "四是", "五是", "六是", "七是", "八是", "第一，", "第二，", "第三，", "第四，"];

/// Cuts a text.
pub(super) fn sentences(page: &Page<'_>, tokens: &[Token]) -> Vec<Sentence> {
    let mut all = Vec::new();
    let (mut start, mut first, mut opening) = (0, 0, Opening::Line);
    for (n, token) in tokens.iter().enumerate() {
        let Found::Mark(mark) = token.found else { continue };
        let is_part =
            mark == Mark::Clause && PARTS.iter().any(|word| starts(&page.chars, token.start + 1, word).is_some());
        let next = match mark {
            Mark::Line => Opening::Line,
            Mark::Sentence => Opening::Sentence,
            Mark::Part => Opening::Part,
            _ if is_part => Opening::Part,
            _ => continue,
        };
        if token.start > start {
            let ended_by = mark;
            all.push(sentence(page, tokens, (start, token.start), first..n, (opening, ended_by)));
            opening = next;
        } else if next == Opening::Line {
            opening = next;
        }
        (start, first) = (token.start + 1, n + 1);
    }
    if start < page.chars.len() {
        all.push(sentence(page, tokens, (start, page.chars.len()), first..tokens.len(), (opening, Mark::Sentence)));
    }
    all
}

fn sentence(
    page: &Page<'_>,
    tokens: &[Token],
    (start, end): (usize, usize),
    range: Range<usize>,
    (opening, ended_by): (Opening, Mark),
) -> Sentence {
    let own = tokens.get(range.clone()).unwrap_or_default();
    let figure = own.iter().find(|token| matches!(token.found, Found::Figure(_))).map_or(end, |token| token.start);
    let region = own.iter().any(|token| token.start < figure && matches!(token.found, Found::Region(_)));
    let mut lead = Scope::default();
    for mention in page.named(start, figure).filter(|mention| !mention.is_loose) {
        lead.joined_by(mention.scope.clone());
    }
    let words: String = page.chars.get(start..end).unwrap_or_default().iter().collect();
    let words = words.trim_start();
    let is_item = opening == Opening::Line && is_item(words);
    let has_clauses = words.contains('，');
    Sentence {
        start,
        end,
        tokens: range,
        opening,
        is_item,
        is_heading: opening == Opening::Line
            && ended_by == Mark::Line
            && end - start <= HEADING_CHARS
            && !is_item
            && !has_clauses
            && !words.contains(['|', '\t']),
        names_before_figure: region || !lead.is_whole(),
        lead,
    }
}

/// Whether a line begins like one of a list: 1. （一） ① - •.
fn is_item(words: &str) -> bool {
    let mut chars = words.chars();
    let Some(first) = chars.next() else { return false };
    let numeral = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    let rest: String = chars.take(3).collect();
    match first {
        '①'..='⑳' | '-' | '•' | '·' | '*' | '●' | '○' | '—' => true,
        '(' | '（' => rest.chars().next().is_some_and(numeral),
        c if numeral(c) => {
            let mark = rest.trim_start_matches(numeral);
            let is_mark = mark.starts_with(['、', '.', '．', ')', '）']) || rest.starts_with('是');
            is_mark && !(mark.starts_with('.') && mark.chars().nth(1).is_some_and(|c| c.is_ascii_digit()))
        }
        _ => false,
    }
}
