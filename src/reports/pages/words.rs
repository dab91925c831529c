//! Looks and words of filings.

use crate::reports::duties::Owed;
use crate::reports::printed::said;
use crate::reports::rules::{FilingState, Layout, Obligation};
use crate::settings::Every;
use crate::web::T;

/// End of the class, icon, word.
pub type Look = (&'static str, &'static str, &'static str);

/// The look of a filing.
pub fn look(t: T, state: FilingState) -> Look {
    match state {
        FilingState::Pending => ("submitted", "clock", t.s("reports.state.pending")),
        FilingState::Signed => ("paid", "circle-check", t.s("reports.state.signed")),
        FilingState::Refused => ("refused", "circle-x", t.s("reports.state.refused")),
    }
}

/// Of when a report is due, in words.
pub fn period(t: T, one: &Obligation) -> String {
    match one.every {
        Every::Month => one.month.to_string(),
        Every::Quarter => {
            t.f("reports.quarter").with("year", one.month.year()).with("n", one.month.quarter()).to_string()
        }
    }
}

/// How often a report is due and by when, in words.
pub fn often(t: T, owed: &Owed) -> String {
    let Some(due) = owed.due else { return t.s("reports.often.none").to_owned() };
    let words = t.f(match due.every {
        Every::Month => "reports.often.month",
        Every::Quarter => "reports.often.quarter",
    });
    words.with("n", owed.nth).to_string()
}

/// The title of a report; its name if no such layout ships any more.
pub fn title(t: T, report: &str) -> String {
    Layout::find(report).map_or_else(|| report.to_owned(), |layout| said(&layout.title, t.lang()).to_owned())
}
