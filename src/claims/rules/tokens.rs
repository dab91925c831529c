//! What is found in a text, in its order: figures, words of time, regions, marks.

use super::bind::Page;
use super::elsewhere;
pub use super::elsewhere::Region;
use super::english_period;
use super::figure::{self, Figure};
use super::period::{self, Calendar, Span};
use super::scope::named;
use super::text::{Mark, ends, mark, starts};
use super::unit_told;
use super::written;
use crate::kernel::dates::Day;

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
    let (mut found, mut year, mut clause, mut at, mut times) = (Vec::new(), None, 0, 0, 0);
    let mut unit = None;
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
            if let Some(from) = begun_apart(chars, (at, end), span, &mut found) {
                let begun = Span { from: Some(from), to: span.to };
                found.push(Token { start: at, found: Found::Time(begun, in_english) });
                (times, at) = (end, end);
                continue;
            }
            times = end;
            found.push(Token { start: at, found: Found::Time(span, in_english) });
            at = end;
            continue;
        }
        if let Some((end, span)) = by_last(chars, at, &mut found, calendar) {
            found.push(Token { start: at, found: Found::Time(span, false) });
            (times, at) = (end, end);
            continue;
        }
        // 5月1日至5日小长假: the days are told
        if let Some(end) = holiday(chars, at).filter(|_| is_day_end(chars, &found, times, at)) {
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
        if let Some(figure) = unit.and_then(|power| unit_told::read(chars, at, power, &page.mentions)) {
            let end = figure.end;
            found.push(Token { start: at, found: Found::Figure(figure) });
            at = end;
            continue;
        }
        unit = unit_told::told(chars, at).or(unit.filter(|_| !matches!(chars.get(at), Some('\n' | '\r'))));
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

/// A time that is told from the one before it: 当月, 到月底, 五天后.
fn by_last(chars: &[char], at: usize, found: &mut Vec<Token>, calendar: Calendar) -> Option<(usize, Span)> {
    if let (Some(end), Some(span)) = (starts(chars, at, "当月"), month_of(found, calendar)) {
        return Some((end, span));
    }
    month_end(chars, at, found).or_else(|| days_on(chars, at, found))
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

/// Farthest that the two ends of a time stand apart, in characters.
const ENDS_APART: usize = 14;

/// 10月9日节后上班到10月31日: the first day of a time whose last is told here, with words between that tell no figure.
fn begun_apart(chars: &[char], (at, end): (usize, usize), span: Span, found: &mut Vec<Token>) -> Option<Day> {
    let is_led = matches!(chars.get(at), Some('到' | '至')) && end > at + 1;
    if !is_led || span.from.is_some() {
        return None;
    }
    let passed = |token: &Token| matches!(token.found, Found::Vague | Found::Mark(Mark::Clause));
    let place = found.iter().rposition(|token| !passed(token))?;
    let before = found.get(place)?;
    let Found::Time(first, false) = before.found else { return None };
    // 10月9日起，到月底: only behind 起 a mark may stand between
    let has_mark = found.iter().skip(place).any(|token| matches!(token.found, Found::Mark(_)));
    if has_mark && first.to.is_some() {
        return None;
    }
    let from = first.from.or(first.to)?;
    let is_until = chars.get(before.start).is_some_and(|c| "截到至".contains(*c));
    let is_near = at - before.start <= ENDS_APART && span.to.is_some_and(|to| to > from);
    // 10月底到12月底 are two points
    let is_day = first.from.is_some() || chars.get(before.start..at)?.contains(&'日');
    if is_until || !is_near || !is_day {
        return None;
    }
    found.truncate(place);
    Some(from)
}

/// 10月9日上班到月底, 截至月底: the end of the month that was told last.
fn month_end(chars: &[char], at: usize, found: &mut Vec<Token>) -> Option<(usize, Span)> {
    let words = ["到月底", "至月底", "到月末", "至月末", "到当月底", "至当月底", "截至月底", "截至月末"];
    let end = words.iter().find_map(|word| starts(chars, at, word))?;
    let last = found.iter().rev().find_map(|token| match token.found {
        Found::Time(span, _) => span.to.or(span.from),
        _ => None,
    })?;
    let until = Span::until(Some(last.month_end()));
    let from = begun_apart(chars, (at, end), until, found);
    Some((end, Span { from, ..until }))
}

/// Where a word ends that names holidays.
fn holiday(chars: &[char], at: usize) -> Option<usize> {
    named("vague").filter(|word| word.contains(['假', '节', '周'])).find_map(|word| starts(chars, at, word))
}

/// Whether words of time ended here that name days, 的 apart: 5月的小长假 leaves them open.
fn is_day_end(chars: &[char], found: &[Token], end: usize, at: usize) -> bool {
    let is_time = matches!(found.last(), Some(Token { found: Found::Time(..), .. }));
    let is_day = end.checked_sub(1).and_then(|at| chars.get(at)).is_some_and(|c| "日号天".contains(*c));
    is_time && is_day && (end == at || end + 1 == at)
}

/// Where words end that name a time without its days.
fn vague(chars: &[char], at: usize) -> Option<usize> {
    named("vague").find_map(|word| starts(chars, at, word))
}
