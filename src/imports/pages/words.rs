//! How imports are worded and coloured on all their pages.

use crate::imports::reading::{Notice, What, column_of};
use crate::imports::rules::ImportState;
use crate::sheets::BadCell;
use crate::web::{Lang, T, i18n};

/// Kinds of warning in the order in which a reviewer should look at them.
pub(super) const WARNINGS: [&str; 5] =
    ["account_holder_differs", "account_shared", "same_amount", "uscc_organisation_digit", "bank_code_check"];

/// The word for a kind of file.
pub(super) fn what(t: T, what: What) -> &'static str {
    match what {
        What::Policies => t.s("imports.what.policies"),
        What::Grants => t.s("imports.what.grants"),
        What::History => t.s("imports.what.history"),
    }
}

/// The look of a state: class, icon, word.
pub(super) fn state(t: T, state: ImportState) -> (&'static str, &'static str, &'static str) {
    match state {
        ImportState::Open => ("state-draft", "circle-dashed", t.s("imports.state.open")),
        ImportState::Submitted => ("state-submitted", "clock", t.s("imports.state.submitted")),
        ImportState::Approved => ("state-paid", "circle-check", t.s("imports.state.approved")),
        ImportState::Refused => ("state-refused", "circle-x", t.s("imports.state.refused")),
        ImportState::Withdrawn => ("state-cancelled", "arrow-back-up", t.s("imports.state.withdrawn")),
        ImportState::UndoPending => ("state-returned", "clock", t.s("imports.state.undo_pending")),
        ImportState::Undone => ("state-cancelled", "x", t.s("imports.state.undone")),
    }
}

/// The name of a kind of warning.
pub(super) fn warning(t: T, code: &str) -> &'static str {
    let key = format!("imports.warned.{code}");
    if i18n::has(&key) { t.s(&key) } else { t.s("imports.warned.other") }
}

/// A notice as a sentence.
pub(super) fn notice(t: T, notice: &Notice) -> String {
    let phrase = t.f(&format!("notice.{}", notice.code)).with("line", notice.line);
    notice.facts.iter().fold(phrase, |phrase, (name, value)| phrase.with(name, value)).to_string()
}

/// The head of the column of a bad cell, in the language of the page; as written where nobody knows it.
pub(super) fn column(t: T, what: What, fault: &BadCell) -> String {
    let known = column_of(what, &fault.column).filter(|_| t.lang() == Lang::Zh);
    known.map_or_else(|| fault.column.clone(), |column| column.zh().to_owned())
}

/// The states that can be asked for.
pub(super) fn states() -> impl Iterator<Item = ImportState> {
    ImportState::ALL.into_iter().filter(|state| *state != ImportState::Open)
}
