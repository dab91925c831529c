//! The columns of each file: English headers are the contract, Chinese ones are for people.

use super::request::What;
use crate::web::{Lang, T};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Words typed by people: guarded against formulas.
    Words,
    /// A code, a day, an instant, a number: never begins like a formula.
    Code,
    /// Fen in, decimal text out.
    Amount,
    /// Unix milliseconds in, an instant of Shanghai out.
    Instant,
    /// A whole number.
    Number,
    /// An actor's uid in, the login out.
    Actor,
}

/// A column: English header, kind.
pub(super) type Column = (&'static str, Kind);

/// The columns of a file whose rows come out of one query.
pub(super) const fn of(what: What) -> &'static [Column] {
    use Kind::{Actor, Amount, Code, Instant, Number, Words};
    match what {
        What::Grants => &[
            ("reference", Words),
            ("uscc", Code),
            ("name", Words),
            ("kind", Words),
            ("subdistrict", Words),
            ("industry", Code),
            ("size", Words),
            ("policy", Words),
            ("amount", Amount),
            ("state", Code),
            ("prepared_by", Actor),
            ("prepared_at", Instant),
            ("reviewed_by", Actor),
            ("reviewed_at", Instant),
            ("paid_on", Code),
            ("returned", Amount),
            ("net_paid", Amount),
            ("position", Number),
        ],
        What::Transfers => &[
            ("position", Number),
            ("line", Number),
            ("effective_on", Code),
            ("recorded_at", Instant),
            ("actor", Actor),
            ("policy", Words),
            ("reference", Words),
            ("uscc", Code),
            ("from_stage", Code),
            ("to_stage", Code),
            ("amount", Amount),
        ],
        What::Recipients => &[
            ("uscc", Code),
            ("name", Words),
            ("kind", Words),
            ("subdistrict", Words),
            ("industry", Code),
            ("size", Words),
            ("grants", Number),
            ("paid", Amount),
            ("returned", Amount),
            ("net", Amount),
            ("position", Number),
        ],
        What::Totals | What::TrialBalance | What::Events => &[],
    }
}

/// The header of a column.
pub(super) fn header(lang: Lang, name: &'static str) -> &'static str {
    match lang {
        Lang::En => name,
        Lang::Zh => T(lang).s(&format!("exports.column.{name}")),
    }
}
