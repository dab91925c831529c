//! Days of the calendar, as the book stores them: `YYYY-MM-DD`.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::{Date, Duration, Month};

use super::refusal::Refusal;
use super::text::{self, FromText};

/// Years that a person may enter. A day outside is a slip of the keyboard, not a date of a fund.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;

/// One day of the Gregorian calendar, without a time or a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

impl Day {
    /// The day, if the calendar has it.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let month = Month::try_from(month).ok()?;
        Date::from_calendar_date(year, month, day).ok().map(Self)
    }

    /// Reads `2020-10-31` and nothing else.
    ///
    /// Refusals: `date_empty`, `date_format`, `date_no_such_day`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        if text.is_empty() {
            return Err(Refusal::new("date_empty"));
        }
        let (year, month, day) = iso_fields(text).ok_or_else(|| Refusal::new("date_format"))?;
        Self::from_fields(year, month, day)
    }

    /// Reads a day as people and spreadsheets write it: `2020-3-5`, `2020.3.5`, `2020/3/5`, `2020年3月5日`, `20200305`,
    /// also in full width and with a midnight behind it. The year comes first and has four digits.
    ///
    /// Refusals: `date_empty`, `date_format`, `date_no_such_day`.
    pub fn parse_lenient(text: &str) -> Result<Self, Refusal> {
        let half = text::half_width(text);
        let written = half.trim();
        if written.is_empty() {
            return Err(Refusal::new("date_empty"));
        }
        let (year, month, day) =
            lenient_fields(without_midnight(written)).ok_or_else(|| Refusal::new("date_format"))?;
        Self::from_fields(year, month, day)
    }

    /// Reads eight digits `20200305`.
    pub(super) fn from_compact(digits: &str) -> Option<Self> {
        let (year, month, day) = compact_fields(digits)?;
        Self::from_fields(year, month, day).ok()
    }

    fn from_fields(year: i32, month: u8, day: u8) -> Result<Self, Refusal> {
        if !YEARS.contains(&year) {
            return Err(Refusal::new("date_no_such_day"));
        }
        Self::new(year, month, day).ok_or_else(|| Refusal::new("date_no_such_day"))
    }

    /// The month in which the day lies, `2020-10`.
    pub fn month(self) -> String {
        format!("{:04}-{:02}", self.0.year(), u8::from(self.0.month()))
    }

    /// The month of the year, 1 to 12.
    pub fn month_number(self) -> u32 {
        u32::from(u8::from(self.0.month()))
    }

    /// The calendar year, which is the fiscal year.
    pub const fn year(self) -> i32 {
        self.0.year()
    }

    /// The first day of the same month.
    #[must_use]
    pub fn month_start(self) -> Self {
        self.0.replace_day(1).map_or(self, Self)
    }

    /// The last day of the same month.
    #[must_use]
    pub fn month_end(self) -> Self {
        self.0.replace_day(self.0.month().length(self.0.year())).map_or(self, Self)
    }

    /// So many days later, or earlier if negative; stops at the ends of the calendar (the years -9999 and 9999).
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        let bounded = days.clamp(-10_000_000, 10_000_000);
        Self(self.0.saturating_add(Duration::days(bounded)))
    }

    /// How many days `later` is after this day; negative if it is before.
    pub fn days_between(self, later: Self) -> i64 {
        i64::from(later.0.to_julian_day()) - i64::from(self.0.to_julian_day())
    }

    /// Days since 1970-01-01.
    pub(super) fn unix_days(self) -> i64 {
        EPOCH.days_between(self)
    }

    /// The day so many days after 1970-01-01.
    pub(super) fn from_unix_days(days: i64) -> Self {
        EPOCH.plus_days(days)
    }
}

/// 1970-01-01.
const EPOCH: Day = Day(time::macros::date!(1970 - 01 - 01));

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), u8::from(self.0.month()), self.0.day())
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = |text: &str| iso_fields(text).and_then(|(year, month, day)| Self::new(year, month, day));
        deserializer.deserialize_str(FromText::new(read, "a day YYYY-MM-DD"))
    }
}

/// `2020-10-31` with two hyphens and two digits each.
fn iso_fields(text: &str) -> Option<(i32, u8, u8)> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    fields(text.get(..4)?, text.get(5..7)?, text.get(8..)?)
}

/// `20201031`.
fn compact_fields(text: &str) -> Option<(i32, u8, u8)> {
    if text.len() != 8 {
        return None;
    }
    fields(text.get(..4)?, text.get(4..6)?, text.get(6..)?)
}

/// Any of the written forms, trimmed and at half width.
fn lenient_fields(text: &str) -> Option<(i32, u8, u8)> {
    if text.contains('年') {
        let dense: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let (year, rest) = dense.split_once('年')?;
        let (month, rest) = rest.split_once('月')?;
        return fields(year, month, rest.strip_suffix(['日', '号']).unwrap_or(rest));
    }
    let Some(separator) = ['-', '.', '/'].into_iter().find(|s| text.contains(*s)) else {
        return compact_fields(text);
    };
    let mut parts = text.split(separator);
    let found = fields(parts.next()?, parts.next()?, parts.next()?)?;
    parts.next().is_none().then_some(found)
}

/// Four digits of year, one or two of month and day.
fn fields(year: &str, month: &str, day: &str) -> Option<(i32, u8, u8)> {
    let short = |part: &str| text::is_digits(part) && part.len() <= 2;
    if year.len() != 4 || !text::is_digits(year) || !short(month) || !short(day) {
        return None;
    }
    Some((year.parse().ok()?, month.parse().ok()?, day.parse().ok()?))
}

/// Spreadsheets print a day with the midnight that begins it.
fn without_midnight(text: &str) -> &str {
    [" 00:00:00", "T00:00:00", " 0:00:00", " 0:00", " 00:00"]
        .into_iter()
        .find_map(|midnight| text.strip_suffix(midnight))
        .map_or(text, str::trim_end)
}

#[cfg(test)]
mod tests {

    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn a_day_prints_and_stores_as_it_is_written() {
        assert_eq!(day("2020-10-31").to_string(), "2020-10-31");
        assert_eq!(serde_json::to_string(&day("2020-02-29")).unwrap(), "\"2020-02-29\"");
        assert_eq!(serde_json::from_str::<Day>("\"2020-02-29\"").unwrap(), day("2020-02-29"));
        assert!(serde_json::from_str::<Day>("\"2020-2-29\"").is_err());
        assert!(serde_json::from_str::<Day>("\"2021-02-29\"").is_err());
    }

    #[test]
    fn the_strict_form_is_the_only_strict_form() {
        for text in ["2020-3-5", "20200305", "2020/03/05", " 2020-03-05", "2020-03-05 ", "２０２０-03-05", "2020-0３5"]
        {
            assert_eq!(Day::parse(text).unwrap_err().code, "date_format", "{text}");
        }
        assert_eq!(Day::parse("").unwrap_err().code, "date_empty");
    }

    #[test]
    fn people_write_a_day_in_many_ways() {
        for text in [
            "2020-03-05",
            "2020-3-5",
            "2020.3.5",
            "2020/3/05",
            "2020年3月5日",
            "2020 年 03 月 05 日",
            "20200305",
            "２０２０．３．５",
            " 2020-03-05\u{3000}",
            "2020-03-05 00:00:00",
            "2020-03-05T00:00:00",
            "2020/3/5 0:00",
        ] {
            assert_eq!(Day::parse_lenient(text).unwrap(), day("2020-03-05"), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_day_is_refused_by_name() {
        for text in
            ["5/3/2020", "20-3-5", "2020-3", "2020-3/5", "2020.3.5.1", "43895", "2020-3-5 12:00", "三月", "2020-003-5"]
        {
            assert_eq!(Day::parse_lenient(text).unwrap_err().code, "date_format", "{text}");
        }
        for text in ["2020-02-30", "2021-2-29", "2020-13-1", "20200230", "0020-03-05", "2020-0-1"] {
            assert_eq!(Day::parse_lenient(text).unwrap_err().code, "date_no_such_day", "{text}");
        }
        assert_eq!(Day::parse_lenient(" ").unwrap_err().code, "date_empty");
    }

    #[test]
    fn a_month_knows_its_name_and_its_ends() {
        assert_eq!(day("2020-10-31").month(), "2020-10");
        assert_eq!(day("2020-02-10").month_end(), day("2020-02-29"));
        assert_eq!(day("2021-02-10").month_end(), day("2021-02-28"));
        assert_eq!(day("2021-12-10").month_end(), day("2021-12-31"));
        assert_eq!(day("2021-12-10").month_start(), day("2021-12-01"));
    }

    #[test]
    fn counting_stops_at_the_ends_of_the_calendar() {
        assert_eq!(day("2020-01-01").plus_days(i64::MAX), day("2020-01-01").plus_days(i64::MAX).plus_days(1));
        assert_eq!(day("2020-01-01").plus_days(i64::MIN), day("2020-01-01").plus_days(i64::MIN).plus_days(-1));
    }

    proptest! {
        #[test]
        fn every_day_reads_back_in_every_form(offset in 0_i64..109_500) {
            let day = day("1900-01-01").plus_days(offset);
            let text = day.to_string();
            prop_assert_eq!(Day::parse(&text).unwrap(), day);
            for form in [text.clone(), text.replace('-', "."), text.replace('-', ""), text.replace("-0", "/").replace('-', "/")] {
                prop_assert_eq!(Day::parse_lenient(&form).unwrap(), day);
            }
            prop_assert!(text.starts_with(&day.month()));
        }

        #[test]
        fn adding_and_counting_agree_and_text_sorts_as_days_do(a in 0_i64..100_000, b in 0_i64..100_000) {
            let (one, other) = (EPOCH.plus_days(a), EPOCH.plus_days(b));
            prop_assert_eq!(one.days_between(other), b - a);
            prop_assert_eq!(one.plus_days(b - a), other);
            prop_assert_eq!(one.cmp(&other), one.to_string().cmp(&other.to_string()));
        }

        #[test]
        fn any_text_is_read_or_refused_without_stopping(text in any::<String>()) {
            let _ = (Day::parse(&text), Day::parse_lenient(&text));
        }
    }
}
