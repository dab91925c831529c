//! Months, and what being closed means for the day on which something takes effect. Pure.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::kernel::Refusal;
use crate::kernel::dates::Day;

/// A month of the calendar, `2020-10`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(Day);

impl Month {
    /// The month in which a day lies.
    pub fn of(day: Day) -> Self {
        Self(day.month_start())
    }

    /// Reads `2020-10`.
    ///
    /// # Errors
    /// `month_form`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        Day::parse(&format!("{text}-01")).map(Self).map_err(|_| Refusal::new("month_form"))
    }

    /// Its first day.
    pub const fn first(self) -> Day {
        self.0
    }

    /// Its last day.
    pub fn last(self) -> Day {
        self.0.month_end()
    }

    /// The month after it.
    #[must_use]
    pub fn next(self) -> Self {
        Self::of(self.last().plus_days(1))
    }

    /// The month before it.
    #[must_use]
    pub fn previous(self) -> Self {
        Self::of(self.0.plus_days(-1))
    }

    /// The fiscal year.
    pub const fn year(self) -> i32 {
        self.0.year()
    }

    /// The first month of the same fiscal year.
    #[must_use]
    pub fn january(self) -> Self {
        Day::new(self.year(), 1, 1).map_or(self, Self)
    }

    /// Whether the fiscal year ends with it.
    pub fn ends_year(self) -> bool {
        self.next().year() != self.year()
    }

    /// The quarter in which it lies, 1 to 4.
    pub fn quarter(self) -> u32 {
        self.0.month_number().div_ceil(3)
    }

    /// Whether a quarter ends with it.
    pub fn ends_quarter(self) -> bool {
        self.0.month_number().is_multiple_of(3)
    }

    /// The months from this one to that one, both included.
    pub fn through(self, last: Self) -> Vec<Self> {
        std::iter::successors(Some(self), |month| Some(month.next())).take_while(|month| *month <= last).collect()
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.month())
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(|_| serde::de::Error::custom("a month is written YYYY-MM"))
    }
}

/// Up to which month a book is closed; that one included, and all before it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Closed(Option<Month>);

impl Closed {
    /// Closed up to the end of this month, or not at all.
    pub const fn until(month: Option<Month>) -> Self {
        Self(month)
    }

    /// The last closed month.
    pub const fn month(self) -> Option<Month> {
        self.0
    }

    /// Whether nothing may take effect on a day.
    pub fn covers(self, day: Day) -> bool {
        self.0.is_some_and(|month| day <= month.last())
    }

    /// The first open day, if any day is closed.
    pub fn first_open(self) -> Option<Day> {
        self.0.map(|month| month.next().first())
    }

    /// The first open day not before the wanted one.
    #[must_use]
    pub fn effective(self, wanted: Day) -> Day {
        self.first_open().map_or(wanted, |open| open.max(wanted))
    }

    /// Holds that something may take effect on a day.
    ///
    /// # Errors
    /// `period_closed` (`month`, `on`, `open`).
    pub fn must_be_open(self, day: Day) -> Result<(), Refusal> {
        match self.first_open() {
            Some(open) if day < open => {
                let month = Month::of(day);
                Err(Refusal::new("period_closed").with("month", month).with("on", day).with("open", open))
            }
            _ => Ok(()),
        }
    }

    /// The first month that is not closed, for a book whose money first moved in `begins`.
    pub fn next(self, begins: Month) -> Month {
        self.0.map_or(begins, Month::next)
    }

    /// The months that closing up to `last` would close: those from the first open one on, which are past and of one
    /// fiscal year, for a year ends with decisions of its own.
    ///
    /// # Errors
    /// `period_closed_already` (`month`), `period_not_past` (`month`), `period_year_first` (`month`, `year`).
    pub fn may_close(self, begins: Month, last: Month, today: Day) -> Result<Vec<Month>, Refusal> {
        let first = self.next(begins);
        if last < first {
            return Err(Refusal::new("period_closed_already").with("month", last));
        }
        if last.last() >= today {
            return Err(Refusal::new("period_not_past").with("month", last));
        }
        if first.year() != last.year() {
            return Err(Refusal::new("period_year_first").with("month", last).with("year", first.year()));
        }
        Ok(first.through(last))
    }

    /// Holds that a month may be reopened: the last closed one alone.
    ///
    /// # Errors
    /// `period_not_last` (`month`).
    pub fn may_reopen(self, month: Month) -> Result<(), Refusal> {
        if self.0 == Some(month) { Ok(()) } else { Err(Refusal::new("period_not_last").with("month", month)) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn month(text: &str) -> Month {
        Month::parse(text).unwrap()
    }

    fn until(text: &str) -> Closed {
        Closed::until(Some(month(text)))
    }

    #[test]
    fn a_month_knows_its_days_its_neighbours_and_its_year() {
        let leap = month("2020-02");
        assert_eq!((leap.first(), leap.last()), (day("2020-02-01"), day("2020-02-29")));
        assert_eq!(
            (leap.previous(), leap.next(), leap.january()),
            (month("2020-01"), month("2020-03"), month("2020-01"))
        );
        assert!(month("2020-12").ends_year() && !month("2020-11").ends_year());
        assert_eq!(month("2020-11").through(month("2021-01")).len(), 3);
        for wrong in ["2020-13", "2020-1", "202010", ""] {
            assert_eq!(Month::parse(wrong).unwrap_err().code, "month_form", "{wrong}");
        }
        assert_eq!(serde_json::to_string(&leap).unwrap(), "\"2020-02\"");
        assert_eq!(serde_json::from_str::<Month>("\"2020-02\"").unwrap(), leap);
    }

    #[test]
    fn months_are_closed_in_order_and_only_past_ones() {
        let (begins, today) = (month("2020-02"), day("2021-03-01"));
        let closes = |closed: Closed, last: &str| {
            closed.may_close(begins, month(last), today).map_err(|refusal| refusal.code).map(|months| months.len())
        };
        assert_eq!(closes(Closed::default(), "2020-02"), Ok(1));
        assert_eq!(closes(Closed::default(), "2020-12"), Ok(11), "the months before it go with it");
        assert_eq!(closes(until("2020-12"), "2021-02"), Ok(2));
        assert_eq!(closes(until("2020-12"), "2021-03"), Err("period_not_past"), "today's month");
        assert_eq!(closes(until("2020-11"), "2021-01"), Err("period_year_first"), "a year end is never passed over");
        assert_eq!(closes(until("2020-12"), "2020-12"), Err("period_closed_already"));
        assert_eq!(closes(Closed::default(), "2020-01"), Err("period_closed_already"), "before the book's first money");
    }

    #[test]
    fn only_the_last_closed_month_is_reopened() {
        let closed = until("2020-10");
        assert!(closed.may_reopen(month("2020-10")).is_ok());
        for other in ["2020-09", "2020-11"] {
            assert_eq!(closed.may_reopen(month(other)).unwrap_err().code, "period_not_last", "{other}");
        }
        assert_eq!(Closed::default().may_reopen(month("2020-10")).unwrap_err().code, "period_not_last");
    }

    proptest! {
        /// A fact never takes effect on a closed day, never before the wanted one, and not a day later than it must.
        #[test]
        fn a_fact_takes_effect_on_the_first_open_day(wanted in -800_i64..800, closed in prop::option::of(-24_i64..24)) {
            let origin = day("2020-06-15");
            let wanted = origin.plus_days(wanted);
            let closed = Closed::until(closed.map(|months| Month::of(origin.plus_days(months * 30))));
            let on = closed.effective(wanted);
            prop_assert!(on >= wanted && !closed.covers(on) && closed.must_be_open(on).is_ok());
            prop_assert_eq!(on == wanted, !closed.covers(wanted));
            prop_assert_eq!(closed.must_be_open(wanted).is_ok(), !closed.covers(wanted));
            if on > wanted {
                prop_assert!(closed.covers(on.plus_days(-1)), "the day before is closed");
            }
        }

        /// Whatever is closed in whatever steps: the closed months have no gap, and the next one follows the last.
        #[test]
        fn closing_leaves_no_gap(steps in prop::collection::vec(1_usize..6, 1..12)) {
            let (begins, today) = (month("2019-05"), day("2030-01-01"));
            let (mut closed, mut all) = (Closed::default(), Vec::new());
            for step in steps {
                let last = (1..step).fold(closed.next(begins), |month, _| month.next());
                match closed.may_close(begins, last, today) {
                    Ok(months) => {
                        all.extend(months);
                        closed = Closed::until(Some(last));
                    }
                    Err(refusal) => prop_assert_eq!(refusal.code, "period_year_first"),
                }
            }
            prop_assert!(all.is_empty() || all == begins.through(closed.month().unwrap()));
        }
    }
}
