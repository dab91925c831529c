//! What is found in a text, in its order: figures, words of time, regions, marks.

use super::bind::Page;
use super::elsewhere;
pub use super::elsewhere::Region;
use super::english_period;
use super::figure::{self, Figure};
use super::period::{self, Calendar, Span};
use super::scope::named;
use super::text::{Mark, ends, mark, starts};
use super::written;

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
    /// A time of which the text does not say which days it has: 小长假, 首月, 一个月后.
    Vague,
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
        // 完成全年预算的10%: of what the budget is
        let is_of_budget = |end: usize| {
            ["全年", "当年", "本年", "年度", "年初"].iter().any(|word| ends(chars, end, word).is_some())
                && ["预算", "任务", "目标", "计划"].iter().any(|word| starts(chars, end, word).is_some())
        };
        if let Some(((span, end, named), in_english)) = told.filter(|((_, end, _), _)| !is_of_budget(*end)) {
            // 比去年同期增长: no year of what follows
            let is_compared = matches!(chars.get(at.wrapping_sub(1)), Some('比' | '较'));
            year = named.filter(|_| !is_compared).or(year);
            let span = span.on_one_day(chars, at, end);
            found.push(Token { start: at, found: Found::Time(span, in_english) });
            at = end;
            continue;
        }
        if let (Some(end), Some(span)) = (starts(chars, at, "当月"), month_of(&found, calendar)) {
            found.push(Token { start: at, found: Found::Time(span, false) });
            at = end;
            continue;
        }
        if let Some((end, span)) = days_on(chars, at, &found) {
            found.push(Token { start: at, found: Found::Time(span, false) });
            at = end;
            continue;
        }
        if let Some(end) = vague(chars, at) {
            found.push(Token { start: at, found: Found::Vague });
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
        // 3月起: the month from which on
        Found::Time(span, _) => Some(span.to.or(span.from).unwrap_or(calendar.today)),
        _ => None,
    });
    let day = last.unwrap_or(calendar.today);
    Some(Span { from: Some(day.month_start()), to: Some(day.month_end()) })
}

/// 五天后, 再过五天: so many days behind the day that was told last.
fn days_on(chars: &[char], at: usize, found: &[Token]) -> Option<(usize, Span)> {
    let past = ["再过了", "又过了", "仅过", "再过", "又过", "过了"].iter().find_map(|word| starts(chars, at, word));
    let number =
        written::read(chars, past.unwrap_or(at)).filter(|number| number.exponent == 0 && number.mantissa < 100)?;
    let days = starts(chars, number.end, "天")?;
    let behind = ["之后", "以后", "后"].iter().find_map(|word| starts(chars, days, word));
    let end = behind.or(past.map(|_| days))?;
    let last = found.iter().rev().find_map(|token| match token.found {
        Found::Time(span, _) => span.to,
        _ => None,
    })?;
    Some((end, Span::until(Some(last.plus_days(i64::try_from(number.mantissa).ok()?)))))
}

/// Where words end that name a time without its days.
fn vague(chars: &[char], at: usize) -> Option<usize> {
    named("vague").find_map(|word| starts(chars, at, word))
}
