//! Instants as the book stores them: milliseconds since 1970-01-01T00:00:00Z, shown in the time of Shanghai.
//!
//! China has one zone, +08:00, without summer time since 1992; the book begins later, so the offset is fixed.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::dates::Day;
use super::refusal::Refusal;
use super::text;

const MS_PER_DAY: i64 = 86_400_000;
const SHANGHAI_MS: i64 = 8 * 3_600_000;

/// A moment, in unix milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(i64);

impl Instant {
    /// The moment so many milliseconds after 1970-01-01T00:00:00Z.
    pub const fn new(unix_ms: i64) -> Self {
        Self(unix_ms)
    }

    /// Unix milliseconds.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The day in Shanghai on which the moment lies.
    pub fn day(self) -> Day {
        Day::from_unix_days(self.shanghai_ms().div_euclid(MS_PER_DAY))
    }

    /// The first moment of a day in Shanghai.
    pub fn start_of(day: Day) -> Self {
        Self(day.unix_days() * MS_PER_DAY - SHANGHAI_MS)
    }

    /// So many milliseconds later, or earlier if negative; stops at the ends of the range.
    #[must_use]
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// The one printed form, `2026-11-23T16:11:25.160+08:00`.
    pub fn print(self) -> String {
        self.to_string()
    }

    /// Reads the printed form and nothing else. Refusal: `instant_format`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        read(text).ok_or_else(|| Refusal::new("instant_format"))
    }

    /// The clock's reading in Shanghai as if it were UTC.
    const fn shanghai_ms(self) -> i64 {
        self.0.saturating_add(SHANGHAI_MS)
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.shanghai_ms().rem_euclid(MS_PER_DAY);
        let (hour, minute, second) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
        write!(f, "{}T{hour:02}:{minute:02}:{second:02}.{:03}+08:00", self.day(), ms % 1000)
    }
}

/// The printed form, field by field.
fn read(text: &str) -> Option<Instant> {
    let (day, clock) = text.strip_suffix("+08:00")?.split_once('T')?;
    let (hms, millis) = clock.split_once('.')?;
    let mut parts = hms.split(':');
    let hour = field(parts.next()?, 2, 23)?;
    let minute = field(parts.next()?, 2, 59)?;
    let second = field(parts.next()?, 2, 59)?;
    if parts.next().is_some() {
        return None;
    }
    let ms = ((hour * 60 + minute) * 60 + second) * 1000 + field(millis, 3, 999)?;
    Some(Instant::start_of(Day::parse(day).ok()?).plus_ms(ms))
}

/// A number of exactly so many digits, not above `max`.
fn field(text: &str, digits: usize, max: i64) -> Option<i64> {
    if text.len() != digits || !text::is_digits(text) {
        return None;
    }
    text.parse().ok().filter(|number| *number <= max)
}

#[cfg(test)]
mod tests {

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_instant_prints_in_the_time_of_shanghai() {
        assert_eq!(Instant::new(0).print(), "1970-01-01T08:00:00.000+08:00");
        let printed = "2026-11-23T16:11:25.160+08:00";
        assert_eq!(Instant::new(1_795_421_485_160).print(), printed);
        assert_eq!(Instant::parse(printed).unwrap().get(), 1_795_421_485_160);
    }

    #[test]
    fn the_day_begins_at_midnight_in_shanghai() {
        let midnight = Instant::parse("2020-11-01T00:00:00.000+08:00").unwrap();
        assert_eq!(midnight.day().to_string(), "2020-11-01");
        assert_eq!(midnight.plus_ms(-1).day().to_string(), "2020-10-31");
        assert_eq!(Instant::start_of(midnight.day()), midnight);
    }

    #[test]
    fn only_the_printed_form_is_read() {
        for text in [
            "",
            "2026-11-23",
            "2026-11-23T16:11:25+08:00",
            "2026-11-23T16:11:25.160Z",
            "2026-11-23T24:00:00.000+08:00",
            "2026-11-23T16:60:25.160+08:00",
            "2026-11-31T16:11:25.160+08:00",
            "2026-11-23 16:11:25.160+08:00",
            "2026-11-23T16:11:25.1600+08:00",
            "2026-11-23T+6:11:25.160+08:00",
            "2026-11-23T16:11:25:01.160+08:00",
        ] {
            assert_eq!(Instant::parse(text).unwrap_err().code, "instant_format", "{text}");
        }
    }

    #[test]
    fn the_ends_of_the_range_print_without_stopping() {
        for ms in [i64::MIN, i64::MAX] {
            assert!(Instant::new(ms).print().ends_with("+08:00"));
        }
    }

    proptest! {
        #[test]
        fn printing_and_reading_are_inverse(ms in 0_i64..7_000_000_000_000) {
            let instant = Instant::new(ms);
            prop_assert_eq!(Instant::parse(&instant.print()).unwrap(), instant);
            prop_assert!(instant.print().starts_with(&instant.day().to_string()));
            prop_assert_eq!(serde_json::to_string(&instant).unwrap(), ms.to_string());
        }

        #[test]
        fn printed_instants_sort_as_the_instants_do(a in 0_i64..7_000_000_000_000, b in 0_i64..7_000_000_000_000) {
            let (one, other) = (Instant::new(a), Instant::new(b));
            prop_assert_eq!(one.cmp(&other), one.print().cmp(&other.print()));
        }

        #[test]
        fn it_agrees_with_the_calendar_library(ms in 0_i64..7_000_000_000_000) {
            let offset = time::UtcOffset::from_hms(8, 0, 0).unwrap();
            let theirs = time::OffsetDateTime::from_unix_timestamp(ms / 1000).unwrap().to_offset(offset);
            let ours = Instant::new(ms).print();
            prop_assert_eq!(&ours[..10], theirs.date().to_string());
            prop_assert_eq!(&ours[11..13], format!("{:02}", theirs.hour()));
        }
    }
}
