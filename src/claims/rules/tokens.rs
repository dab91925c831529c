//! What is found in a text, in its order: figures, words of time, regions, marks.

use super::bind::Page;
use super::elsewhere;
pub use super::elsewhere::Region;
use super::english_period;
use super::figure::{self, Figure};
use super::period::{self, Calendar, Span};
use super::text::{Mark, mark, starts};

/// One thing that was found.
#[derive(Debug, Clone)]
pub struct Token {
    /// First character.
    pub start: usize,
    /// What it is.
    pub found: Found,
}

/// What was found.
#[derive(Debug, Clone)]
pub enum Found {
    /// A figure.
    Figure(Figure),
    /// Words of time; whether they are English ones, which stand last.
    Time(Span, bool),
    /// A mark.
    Mark(Mark),
    /// Whose payments are spoken of from here on.
    Region(Region),
}

/// Everything that is found in a text.
pub(super) fn tokens(page: &Page<'_>, calendar: Calendar) -> Vec<Token> {
    let chars = &page.chars;
    let mut policies = page.mentions.iter().filter(|mention| !mention.scope.policies.is_empty()).peekable();
    let (mut found, mut year, mut clause, mut at) = (Vec::new(), None, 0, 0);
    while at < chars.len() {
        while policies.next_if(|mention| mention.start < at).is_some() {}
        if let Some(mention) = policies.next_if(|mention| mention.start == at) {
            at = mention.end;
            continue;
        }
        let chinese = period::read(chars, at, calendar, year).map(|found| (found, false));
        let told = chinese.or_else(|| english_period::read(chars, at, calendar, year).map(|found| (found, true)));
        if let Some(((span, end, named), in_english)) = told {
            // 比去年同期增长: no year of what follows
            let is_compared = matches!(chars.get(at.wrapping_sub(1)), Some('比' | '较'));
            year = named.filter(|_| !is_compared).or(year);
            found.push(Token { start: at, found: Found::Time(span, in_english) });
            at = end;
            continue;
        }
        if let (Some(end), Some(span)) = (starts(chars, at, "当月"), month_of(&found, calendar)) {
            found.push(Token { start: at, found: Found::Time(span, false) });
            at = end;
            continue;
        }
        if let Some(figure) = figure::read(chars, at) {
            let end = figure.end;
            found.push(Token { start: figure.start, found: Found::Figure(figure) });
            at = end;
            continue;
        }
        let mark = mark(chars, at);
        if mark > Mark::None {
            found.push(Token { start: at, found: Found::Mark(mark) });
        }
        if mark >= Mark::Clause {
            clause = at + 1;
        }
        if let Some(region) = elsewhere::region(chars, (at, clause), page.names) {
            found.push(Token { start: at, found: Found::Region(region) });
        }
        at += 1;
    }
    found
}

/// 当月: the month that was told last, else that of the report.
fn month_of(found: &[Token], calendar: Calendar) -> Option<Span> {
    let last = found.iter().rev().find_map(|token| match token.found {
        Found::Time(span, _) => Some(span.to.unwrap_or(calendar.today)),
        _ => None,
    });
    let day = last.unwrap_or(calendar.today);
    Some(Span { from: Some(day.month_start()), to: Some(day.month_end()) })
}
