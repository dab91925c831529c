//! Words of time in English: `by the end of October 2020`, `in the first half of 2020`, `since February`.

use super::period::{Calendar, Span};
use super::text::{blanks, starts};
use crate::kernel::dates::Day;

const MONTHS: [(&str, &str); 12] = [
    ("january", "jan"),
    ("february", "feb"),
    ("march", "mar"),
    ("april", "apr"),
    ("may", "may"),
    ("june", "jun"),
    ("july", "jul"),
    ("august", "aug"),
    ("september", "sep"),
    ("october", "oct"),
    ("november", "nov"),
    ("december", "dec"),
];

struct Cursor<'c> {
    chars: &'c [char],
    at: usize,
}

impl Cursor<'_> {
    /// Takes one of these whole words, with blanks before it.
    fn eat(&mut self, words: &[&str]) -> bool {
        let from = blanks(self.chars, self.at);
        let whole = |end: &usize| self.chars.get(*end).is_none_or(|c| !c.is_ascii_alphanumeric());
        match words.iter().find_map(|word| starts(self.chars, from, word).filter(whole)) {
            Some(end) => {
                self.at = end;
                true
            }
            None => false,
        }
    }

    /// How many months: `ten months`, `10 months`.
    fn months(&mut self) -> Option<u8> {
        let before = self.at;
        let words = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
        let spoken = (1_u8..).zip(words).find_map(|(number, word)| self.eat(&[word]).then_some(number));
        let number = spoken.or_else(|| self.number(2).and_then(|number| u8::try_from(number).ok()));
        let found = number.filter(|number| (1..=12).contains(number) && self.eat(&["months", "month"]));
        if found.is_none() {
            self.at = before;
        }
        found
    }

    fn number(&mut self, digits: usize) -> Option<i32> {
        let from = blanks(self.chars, self.at);
        let text: String = self.chars.get(from..)?.iter().take_while(|c| c.is_ascii_digit()).collect();
        if text.is_empty() || text.len() > digits {
            return None;
        }
        let end = from + text.len();
        let suffixed = ["st", "nd", "rd", "th"].iter().find_map(|suffix| starts(self.chars, end, suffix));
        self.at = suffixed.unwrap_or(end);
        text.parse().ok()
    }

    fn month(&mut self) -> Option<u8> {
        let found = (1_u8..).zip(MONTHS).find_map(|(number, (long, short))| {
            self.eat(&[long, short, if number == 9 { "sept" } else { long }]).then_some(number)
        });
        // Sept. 30: a point of an abbreviation
        if found.is_some() && self.chars.get(self.at) == Some(&'.') {
            let behind = blanks(self.chars, self.at + 1);
            self.at += usize::from(self.chars.get(behind).is_some_and(char::is_ascii_digit));
        }
        found
    }

    fn year(&mut self) -> Option<i32> {
        let before = self.at;
        let _ = self.comma();
        let _ = self.eat(&["of"]);
        match self.number(4).filter(|year| (1990..=2100).contains(year)) {
            Some(year) => Some(year),
            None => {
                self.at = before;
                None
            }
        }
    }

    fn comma(&mut self) -> bool {
        let from = blanks(self.chars, self.at);
        let found = self.chars.get(from) == Some(&',');
        if found {
            self.at = from + 1;
        }
        found
    }
}

/// Reads the words of time that begin here.
pub fn read(
    chars: &[char],
    at: usize,
    calendar: Calendar,
    year_before: Option<i32>,
) -> Option<(Span, usize, Option<i32>)> {
    if at > 0 && chars.get(at - 1).is_some_and(char::is_ascii_alphanumeric) {
        return None;
    }
    let mut cursor = Cursor { chars, at };
    if cursor.eat(&["so far", "to date"]) {
        return Some((Span::until(None), cursor.at, None));
    }
    let is_until = cursor.eat(&["as of", "as at", "by", "up to", "until", "through"]);
    let is_since = !is_until && cursor.eat(&["since"]);
    let is_in = !is_until && !is_since && cursor.eat(&["in", "during", "from", "between", "on", "for", "over"]);
    // October 2020 saw 1,931 grants: a time as the subject
    let is_subject = !(is_until || is_since || is_in) && is_clause_start(chars, at);
    if !(is_until || is_since || is_in || is_subject) {
        return None;
    }
    let is_end = cursor.eat(&["the end of", "end of", "end-", "late"]);
    let _ = cursor.eat(&["the"]);
    let _ = cursor.eat(&["whole of", "whole year", "full year", "all of", "entire year", "year"]);
    let found =
        part_of_year(&mut cursor, calendar, year_before).or_else(|| date(&mut cursor, calendar, year_before))?;
    let (first, last, named) = found;
    if is_subject && (named.is_none() || !cursor.eat(&["saw", "brought", "recorded", "had", "accounted", "closed"])) {
        return None;
    }
    if is_in {
        let before = cursor.at;
        let further = if cursor.eat(&["to", "and", "through", "until", "-"]) {
            date(&mut cursor, calendar, named.or(year_before))
        } else {
            None
        };
        match further.map(|(_, end, year)| (end, year, joined(first, named, year))) {
            // between January and October 2020: the year behind the second month is that of both
            Some((end, year, first)) if end >= first => {
                return Some((Span { from: Some(first), to: Some(end) }, cursor.at, year.or(named)));
            }
            _ => cursor.at = before,
        }
    }
    let span = match () {
        () if is_until || is_end => Span::until(Some(last)),
        () if is_since => Span { from: Some(first), to: None },
        () => Span { from: Some(first), to: Some(last) },
    };
    Some((span, cursor.at, named))
}

fn is_clause_start(chars: &[char], at: usize) -> bool {
    chars.get(..at).unwrap_or_default().iter().rev().find(|c| **c != ' ').is_none_or(|c| ".,;:\n".contains(*c))
}

/// The first of two days, in the year of the second where it has none of its own.
fn joined(first: Day, named: Option<i32>, year: Option<i32>) -> Day {
    match (named, year) {
        (None, Some(year)) => with_year(first, year),
        _ => first,
    }
}

fn with_year(day: Day, year: i32) -> Day {
    let text = day.to_string();
    let rest = text.split_once('-').map_or("", |(_, rest)| rest);
    Day::parse(&format!("{year:04}-{rest}")).unwrap_or(day)
}

/// `first half of 2020`, `first three quarters`, `2020`.
fn part_of_year(cursor: &mut Cursor<'_>, calendar: Calendar, before: Option<i32>) -> Option<(Day, Day, Option<i32>)> {
    let start = cursor.at;
    let months = [
        (["first half", "h1"], 1, 6),
        (["second half", "h2"], 7, 12),
        (["first three quarters", "first nine months"], 1, 9),
        (["first quarter", "q1"], 1, 3),
        (["second quarter", "q2"], 4, 6),
        (["third quarter", "q3"], 7, 9),
        (["fourth quarter", "q4"], 10, 12),
    ];
    let first_months = {
        let before = cursor.at;
        let found = if cursor.eat(&["first"]) { cursor.months() } else { None };
        if found.is_none() {
            cursor.at = before;
        }
        found.map(|last| (1, last))
    };
    let part = first_months
        .or_else(|| months.into_iter().find(|(words, ..)| cursor.eat(words)).map(|(_, first, last)| (first, last)));
    let named = cursor.year();
    if part.is_none() && named.is_none() {
        cursor.at = start;
        return None;
    }
    let (first, last) = part.unwrap_or((1, 12));
    let year = named.or(before).or(calendar.year).unwrap_or(calendar.today.year());
    Some((Day::new(year, first, 1)?, Day::new(year, last, 1)?.month_end(), named))
}

/// `October 2020`, `31 October 2020`, `October 31, 2020`.
fn date(cursor: &mut Cursor<'_>, calendar: Calendar, before: Option<i32>) -> Option<(Day, Day, Option<i32>)> {
    let start = cursor.at;
    let mut day = cursor.number(2);
    let Some(month) = cursor.month() else {
        cursor.at = start;
        return None;
    };
    if day.is_none() {
        day = cursor.number(2);
    }
    let named = cursor.year();
    let guess = |day: u8| match Day::new(calendar.today.year(), month, day) {
        Some(found) if found > calendar.today => calendar.today.year() - 1,
        _ => calendar.today.year(),
    };
    let first = day.and_then(|day| u8::try_from(day).ok());
    let year = named.or(before).or(calendar.year).unwrap_or_else(|| guess(first.unwrap_or(1)));
    match first {
        Some(day) => Day::new(year, month, day).map(|one| (one, one, named)),
        None => Day::new(year, month, 1).map(|first| (first, first.month_end(), named)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_time_are_days() {
        let calendar = Calendar { year: None, today: Day::parse("2020-11-25").unwrap() };
        for (text, expected) in [
            ("by the end of october 2020", "..2020-10-31"),
            ("as of 31 october 2020", "..2020-10-31"),
            ("as of october 31, 2020", "..2020-10-31"),
            ("by the end of october", "..2020-10-31"),
            ("in the first half of 2020", "2020-01-01..2020-06-30"),
            ("in the first three quarters", "2020-01-01..2020-09-30"),
            ("since february 2020", "2020-02-01.."),
            ("between january and october 2019", "2019-01-01..2019-10-31"),
            ("in october", "2020-10-01..2020-10-31"),
            ("in 2019", "2019-01-01..2019-12-31"),
            ("in the first ten months of 2020", "2020-01-01..2020-10-31"),
            ("by sept. 30, 2020", "..2020-09-30"),
            ("through october 31, 2020", "..2020-10-31"),
            ("for the whole of 2020", "2020-01-01..2020-12-31"),
            ("so far", ".."),
            ("by 127 million", "none"),
            ("in march of progress", "2020-03-01..2020-03-31"),
            ("to 10,402 businesses", "none"),
        ] {
            let chars: Vec<char> = text.chars().collect();
            let side = |day: Option<Day>| day.map_or_else(String::new, |day| day.to_string());
            let found = read(&chars, 0, calendar, None);
            let found = found.map_or("none".to_owned(), |(span, ..)| format!("{}..{}", side(span.from), side(span.to)));
            assert_eq!(found, expected, "{text}");
        }
    }
}
