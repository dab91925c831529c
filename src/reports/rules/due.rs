//! Which reports are due when, and which of them nobody filed.

use crate::calendar::Calendar;
use crate::kernel::dates::Day;
use crate::periods::Month;
use crate::settings::Every;

/// How a filed report stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilingState {
    /// 待复核: a second person must sign it.
    Pending,
    /// 已报送: signed; it stands for good.
    Signed,
    /// 已退回: the second person refused it.
    Refused,
}

impl FilingState {
    /// The word of tables.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Signed => "signed",
            Self::Refused => "refused",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Pending, Self::Signed, Self::Refused].into_iter().find(|state| state.code() == code)
    }
}

/// What a book set for one of its reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// Which report.
    pub report: String,
    /// For every month or quarter.
    pub every: Every,
    /// The first month that is reported; a quarter counts if it ends in it or later.
    pub from: Month,
    /// By which working day behind the end of a month or quarter.
    pub nth: i64,
}

impl Duty {
    /// Whether a month, or a quarter, ends with this month.
    fn ends_with(&self, month: Month) -> bool {
        match self.every {
            Every::Month => true,
            Every::Quarter => month.ends_quarter(),
        }
    }

    /// The last month of the month or quarter that runs on a day; of the first one before the book's first month.
    pub fn running(&self, today: Day) -> Month {
        let mut month = Month::of(today).max(self.from);
        while !self.ends_with(month) {
            month = month.next();
        }
        month
    }
}

/// A report that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obligation {
    /// Which report.
    pub report: String,
    /// Of a month or a quarter.
    pub every: Every,
    /// Of which month; of a quarter the last one.
    pub month: Month,
    /// By when.
    pub due_on: Day,
    /// The filing that stands, and how.
    pub filing: Option<(i64, FilingState)>,
}

impl Obligation {
    /// Whether it is due today or was before, and nobody filed it.
    pub fn is_missing(&self, today: Day) -> bool {
        self.filing.is_none() && self.due_on <= today
    }

    /// Of when it is: `2020-10`, or `2020-Q3`.
    pub fn period(&self) -> String {
        match self.every {
            Every::Month => self.month.to_string(),
            Every::Quarter => format!("{}-Q{}", self.month.year(), self.month.quarter()),
        }
    }

    /// Whether it was signed.
    pub fn is_signed(&self) -> bool {
        self.filing.is_some_and(|(_, state)| state == FilingState::Signed)
    }
}

/// What a report is due for up to the month or quarter that runs today, the oldest first. `filed` tells the filing as of the
/// end of a month that stands.
pub fn obligations(
    calendar: &Calendar,
    duty: &Duty,
    today: Day,
    filed: impl Fn(Month) -> Option<(i64, FilingState)>,
) -> Vec<Obligation> {
    let ends = duty.from.through(duty.running(today)).into_iter().filter(|month| duty.ends_with(*month));
    let of = |month: Month| Obligation {
        report: duty.report.clone(),
        every: duty.every,
        month,
        due_on: calendar.nth_working(month.next().first(), duty.nth),
        filing: filed(month),
    };
    ends.map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_due_by_the_nth_working_day_of_the_next() {
        let month = |text: &str| Month::parse(text).unwrap();
        let day = |text: &str| Day::parse(text).unwrap();
        let duty = Duty { report: "direct-monthly".into(), every: Every::Month, from: month("2020-08"), nth: 5 };
        let signed = |of: Month| (of == month("2020-08")).then_some((9, FilingState::Signed));
        let found = obligations(&Calendar::default(), &duty, day("2020-10-20"), signed);
        let due: Vec<(String, String)> = found.iter().map(|one| (one.period(), one.due_on.to_string())).collect();
        // October begins with eight days off, and works on a Saturday.
        let expected = [("2020-08", "2020-09-07"), ("2020-09", "2020-10-14"), ("2020-10", "2020-11-06")];
        assert_eq!(due, expected.map(|(month, day)| (month.to_owned(), day.to_owned())));
        assert!(found[0].is_signed() && !found[0].is_missing(day("2021-01-01")));
        assert!(!found[1].is_missing(day("2020-10-13")) && found[1].is_missing(day("2020-10-14")));
        for state in [FilingState::Pending, FilingState::Signed, FilingState::Refused] {
            assert_eq!(FilingState::from_code(state.code()), Some(state));
        }
    }

    #[test]
    fn a_quarter_is_due_once_behind_its_last_month() {
        let month = |text: &str| Month::parse(text).unwrap();
        let day = |text: &str| Day::parse(text).unwrap();
        let duty = |from: &str| Duty { report: "publication".into(), every: Every::Quarter, from: month(from), nth: 3 };
        let due = |from: &str, today: &str| -> Vec<(String, String)> {
            let found = obligations(&Calendar::default(), &duty(from), day(today), |_| None);
            found.iter().map(|one| (one.period(), one.due_on.to_string())).collect()
        };
        let told = |rows: &[(&str, &str)]| -> Vec<(String, String)> {
            rows.iter().map(|(period, day)| ((*period).to_owned(), (*day).to_owned())).collect()
        };
        let first = ("2020-Q1", "2020-04-03");
        assert_eq!(due("2020-01", "2020-02-10"), told(&[first]), "the one that runs");
        assert_eq!(due("2020-03", "2020-03-31"), told(&[first]));
        assert_eq!(due("2020-02", "2020-04-01"), told(&[first, ("2020-Q2", "2020-07-03")]));
        assert_eq!(
            due("2020-11", "2020-03-01"),
            told(&[("2020-Q4", "2021-01-06")]),
            "what is set for later is to come"
        );
        let found = obligations(&Calendar::default(), &duty("2020-01"), day("2020-04-03"), |_| None);
        assert!(found[0].is_missing(day("2020-04-03")) && !found[0].is_missing(day("2020-04-02")));
        assert!(!found[1].is_missing(day("2020-04-03")));
    }
}
