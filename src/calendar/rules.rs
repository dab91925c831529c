//! Which days are worked, which files are due when, and which of them are missing. Pure.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::kernel::dates::Day;

/// The official days as they ship: year → name → days.
const SHIPPED: &str = include_str!("holidays.toml");
/// What the days are called that are worked though they are a Saturday or Sunday.
const WORKING: &str = "working";
/// Days in a week.
const WEEK: i64 = 7;
/// Days looked ahead for a day that is worked; no rest is so long.
const AHEAD_MAX: i64 = 60;

type Years = BTreeMap<String, BTreeMap<String, Vec<String>>>;

static OFFICIAL: LazyLock<HashMap<Day, String>> = LazyLock::new(|| {
    let years: Years = toml::from_str(SHIPPED).unwrap_or_default();
    let named = years.into_values().flatten();
    named
        .flat_map(|(name, days)| days.into_iter().map(move |day| (day, name.clone())))
        .filter_map(|(day, name)| Some((Day::parse(&day).ok()?, name)))
        .collect()
});

/// What somebody said of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Whether it is worked.
    pub is_working: bool,
    /// Why.
    pub name: String,
}

/// The working days: as they ship, and over that as somebody said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    said: HashMap<Day, Said>,
}

/// A Monday.
fn monday() -> Option<Day> {
    Day::new(2018, 1, 1)
}

/// 0 for Monday to 6 for Sunday.
pub fn weekday(day: Day) -> i64 {
    monday().map_or(0, |monday| monday.days_between(day).rem_euclid(WEEK))
}

impl Calendar {
    /// With what was said of days; the last word on a day counts.
    pub fn new(said: impl IntoIterator<Item = (Day, Said)>) -> Self {
        Self { said: said.into_iter().collect() }
    }

    /// Whether a day is worked.
    pub fn is_working(&self, day: Day) -> bool {
        if let Some(said) = self.said.get(&day) {
            return said.is_working;
        }
        match OFFICIAL.get(&day) {
            Some(name) => name == WORKING,
            None => weekday(day) < 5,
        }
    }

    /// What somebody said of a day.
    pub fn said(&self, day: Day) -> Option<&Said> {
        self.said.get(&day)
    }

    /// The code of the official name of a day: a feast, or a make-up working day.
    pub fn official(day: Day) -> Option<&'static str> {
        OFFICIAL.get(&day).map(String::as_str)
    }

    /// Whether the official days of a year ship with the program.
    pub fn knows(year: i32) -> bool {
        OFFICIAL.keys().any(|day| day.year() == year)
    }

    /// The first day after this one that is worked.
    pub fn next_working(&self, day: Day) -> Day {
        let ahead = (1..=AHEAD_MAX).map(|days| day.plus_days(days));
        ahead.into_iter().find(|day| self.is_working(*day)).unwrap_or_else(|| day.plus_days(1))
    }

    /// The nth day of a month that is worked; the month's last day if there are fewer.
    pub fn nth_working(&self, month: Day, n: i64) -> Day {
        let nth = usize::try_from(n.max(1) - 1).unwrap_or(0);
        days(month.month_start(), month.month_end())
            .filter(|day| self.is_working(*day))
            .nth(nth)
            .unwrap_or_else(|| month.month_end())
    }

    /// The last day of a month that is worked.
    fn last_working(&self, month: Day) -> Day {
        days(month.month_start(), month.month_end()).filter(|day| self.is_working(*day)).last().unwrap_or(month)
    }
}

/// All days from one to another.
pub fn days(from: Day, until: Day) -> impl Iterator<Item = Day> {
    (0..=from.days_between(until)).map(move |days| from.plus_days(days))
}

/// How often a file is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rhythm {
    /// For every working day, by the next one.
    Daily,
    /// For every month, by the nth working day of the next one.
    Monthly,
}

impl Rhythm {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Daily, Self::Monthly];

    /// The word of tables and forms.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Monthly => "monthly",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rhythm| rhythm.code() == code)
    }
}

/// A file that a bank is expected to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    /// Its id.
    pub id: i64,
    /// About which account.
    pub account: i64,
    /// In which profile.
    pub profile: String,
    /// How often.
    pub rhythm: Rhythm,
    /// By which working day of the next month.
    pub nth: i64,
    /// From which day on.
    pub from: Day,
    /// After which day no more.
    pub ended: Option<Day>,
}

/// A file of the bank that came: which days it tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// About which account.
    pub account: i64,
    /// In which profile.
    pub profile: String,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
}

/// One file that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// What was expected.
    pub expectation: Expectation,
    /// The day that it must tell of: of a month its last working day.
    pub about: Day,
    /// By when.
    pub due_on: Day,
    /// Whether it came.
    pub is_there: bool,
}

/// The files that are due about days up to `until`, in the order of those days.
pub fn dues(calendar: &Calendar, expectation: &Expectation, received: &[Received], until: Day) -> Vec<Due> {
    let last = expectation.ended.map_or(until, |ended| ended.min(until));
    let about: Vec<(Day, Day)> = match expectation.rhythm {
        Rhythm::Daily => days(expectation.from, last)
            .filter(|day| calendar.is_working(*day))
            .map(|day| (day, calendar.next_working(day)))
            .collect(),
        Rhythm::Monthly => months(expectation.from, last)
            .map(|month| {
                let next = month.month_end().plus_days(1);
                (calendar.last_working(month), calendar.nth_working(next, expectation.nth))
            })
            .filter(|(about, _)| *about <= last && expectation.from <= *about)
            .collect(),
    };
    let tells = |received: &Received, about: Day| {
        received.account == expectation.account
            && received.profile == expectation.profile
            && received.from <= about
            && about <= received.to
    };
    about
        .into_iter()
        .map(|(about, due_on)| Due {
            expectation: expectation.clone(),
            is_there: received.iter().any(|one| tells(one, about)),
            about,
            due_on,
        })
        .collect()
}

fn months(from: Day, until: Day) -> impl Iterator<Item = Day> {
    std::iter::successors(Some(from.month_start()), |month| Some(month.month_end().plus_days(1)))
        .take_while(move |month| *month <= until)
}

/// What is missing today: due, and not there.
pub fn missing(calendar: &Calendar, expected: &[Expectation], received: &[Received], today: Day) -> Vec<Due> {
    let all = expected.iter().flat_map(|one| dues(calendar, one, received, today));
    let mut missing: Vec<Due> = all.filter(|due| due.due_on <= today && !due.is_there).collect();
    missing.sort_by_key(|due| (due.about, due.expectation.id));
    missing
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn expected(rhythm: Rhythm, from: &str) -> Expectation {
        let (profile, nth) = ("generic-statement".to_owned(), 3);
        Expectation { id: 1, account: 7, profile, rhythm, nth, from: day(from), ended: None }
    }

    fn received(from: &str, to: &str) -> Received {
        Received { account: 7, profile: "generic-statement".into(), from: day(from), to: day(to) }
    }

    #[test]
    fn the_official_days_are_read_whole() {
        let years: Years = toml::from_str(SHIPPED).unwrap();
        let written: usize = years.values().flat_map(BTreeMap::values).map(Vec::len).sum();
        assert_eq!(OFFICIAL.len(), written, "each day is a day, and stands once");
        for year in 2018..=2026 {
            assert!(Calendar::knows(year), "{year}");
        }
        assert!(!Calendar::knows(2027));
        for (day, name) in OFFICIAL.iter() {
            assert!(name != WORKING || weekday(*day) >= 5, "{day} is made up for on a weekend");
        }
    }

    #[test]
    fn feasts_make_up_days_weekends_and_what_somebody_said() {
        let calendar = Calendar::default();
        for (on, works) in [
            ("2020-01-19", true),
            ("2020-01-31", false),
            ("2020-02-01", false),
            ("2020-04-06", false),
            ("2020-04-07", true),
            ("2020-10-10", true),
            ("2026-10-08", true),
            ("2027-01-01", true),
        ] {
            assert_eq!(calendar.is_working(day(on)), works, "{on}");
        }
        let off = Said { is_working: false, name: "元旦".into() };
        let told = Calendar::new([(day("2027-01-01"), off)]);
        assert!(!told.is_working(day("2027-01-01")));
        assert_eq!(told.next_working(day("2026-12-31")), day("2027-01-04"));
        assert_eq!(calendar.next_working(day("2020-09-30")), day("2020-10-09"));
        assert_eq!(calendar.nth_working(day("2020-10-15"), 2), day("2020-10-10"));
    }

    #[test]
    fn a_daily_file_is_missing_from_the_next_working_day_on() {
        let calendar = Calendar::default();
        let one = [expected(Rhythm::Daily, "2020-03-05")];
        let about = |files: &[Received], today: &str| -> Vec<String> {
            let missing = missing(&calendar, &one, files, day(today));
            missing.into_iter().map(|due| due.about.to_string()).collect()
        };
        assert!(about(&[], "2020-03-05").is_empty());
        assert_eq!(about(&[], "2020-03-08"), ["2020-03-05"], "Friday's is due on Monday");
        assert_eq!(about(&[], "2020-03-09"), ["2020-03-05", "2020-03-06"]);
        assert_eq!(about(&[received("2020-03-05", "2020-03-05")], "2020-03-09"), ["2020-03-06"]);
        assert!(about(&[received("2020-03-01", "2020-03-31")], "2020-03-09").is_empty());
        let elsewhere = Received { account: 8, ..received("2020-03-01", "2020-03-31") };
        assert_eq!(about(&[elsewhere], "2020-03-09").len(), 2, "of another account");
        let ended = [Expectation { ended: Some(day("2020-03-05")), ..one[0].clone() }];
        assert_eq!(missing(&calendar, &ended, &[], day("2020-03-20")).len(), 1);
    }

    #[test]
    fn a_monthly_file_is_missing_from_the_nth_working_day_on() {
        let calendar = Calendar::default();
        let one = [expected(Rhythm::Monthly, "2020-03-01")];
        let count = |files: &[Received], today: &str| missing(&calendar, &one, files, day(today)).len();
        assert_eq!(count(&[], "2020-04-02"), 0);
        assert_eq!(count(&[], "2020-04-03"), 1, "the third working day of April");
        assert_eq!(count(&[received("2020-03-01", "2020-03-31")], "2020-04-03"), 0);
        assert_eq!(count(&[received("2020-03-01", "2020-03-30")], "2020-04-03"), 1, "not to the month's end");
    }

    proptest! {
        #[test]
        fn the_next_working_day_is_worked_and_none_between_is(days_on in 0_i64..3_200) {
            let calendar = Calendar::default();
            let from = day("2018-01-01").plus_days(days_on);
            let next = calendar.next_working(from);
            prop_assert!(from < next && calendar.is_working(next));
            prop_assert!(days(from.plus_days(1), next.plus_days(-1)).all(|day| !calendar.is_working(day)));
        }
    }
}
