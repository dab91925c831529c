//! Looks and words of filings.

use crate::reports::printed::said;
use crate::reports::rules::{FilingState, Layout};
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

/// The title of a report; its name if no such layout ships any more.
pub fn title(t: T, report: &str) -> String {
    Layout::find(report).map_or_else(|| report.to_owned(), |layout| said(&layout.title, t.lang()).to_owned())
}
