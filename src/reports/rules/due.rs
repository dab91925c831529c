//! Which monthly reports are due when, and which of them nobody filed.

use crate::calendar::Calendar;
use crate::kernel::dates::Day;
use crate::periods::Month;

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

/// What a book set for its monthly reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duty {
    /// The first month that is reported.
    pub from: Month,
    /// By which working day of the month after it.
    pub nth: i64,
}

/// A monthly report that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obligation {
    /// Which report.
    pub report: String,
    /// Of which month.
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

    /// Whether it was signed.
    pub fn is_signed(&self) -> bool {
        self.filing.is_some_and(|(_, state)| state == FilingState::Signed)
    }
}

/// The reports due for every month up to one, in the order of months. `filed` tells of (report, month) the filing that
/// stands.
pub fn obligations(
    calendar: &Calendar,
    duty: Duty,
    reports: &[&str],
    until: Month,
    filed: impl Fn(&str, Month) -> Option<(i64, FilingState)>,
) -> Vec<Obligation> {
    let of = |month: Month| {
        let due_on = calendar.nth_working(month.next().first(), duty.nth);
        let filed = &filed;
        reports.iter().map(move |report| Obligation {
            report: (*report).to_owned(),
            month,
            due_on,
            filing: filed(report, month),
        })
    };
    duty.from.through(until).into_iter().flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_due_by_the_nth_working_day_of_the_next() {
        let month = |text: &str| Month::parse(text).unwrap();
        let day = |text: &str| Day::parse(text).unwrap();
        let duty = Duty { from: month("2020-08"), nth: 5 };
        let signed = |_: &str, of: Month| (of == month("2020-08")).then_some((9, FilingState::Signed));
        let found = obligations(&Calendar::default(), duty, &["direct-monthly"], month("2020-09"), signed);
        let due: Vec<(String, String)> =
            found.iter().map(|one| (one.month.to_string(), one.due_on.to_string())).collect();
        // October begins with eight days off, and works on a Saturday.
        let expected = [("2020-08", "2020-09-07"), ("2020-09", "2020-10-14")];
        assert_eq!(due, expected.map(|(month, day)| (month.to_owned(), day.to_owned())));
        assert!(found[0].is_signed() && !found[0].is_missing(day("2021-01-01")));
        assert!(!found[1].is_missing(day("2020-10-13")) && found[1].is_missing(day("2020-10-14")));
        for state in [FilingState::Pending, FilingState::Signed, FilingState::Refused] {
            assert_eq!(FilingState::from_code(state.code()), Some(state));
        }
    }
}
