//! What was said with figures of the book: statements that were checked, figure by figure, and reports that were filed.

use sha2::{Digest as _, Sha256};

use super::{Decisions, Declared, Moment, Rows};
use crate::claims::{Measure, Reason, StatementChecked, Told};
use crate::exports::columns::Column;
use crate::exports::columns::Kind::{
    self, Actor, Code, Day, Decimal, Instant, Number, Outcome, Qualifier, Unchecked, Verdict, Words,
};
use crate::journal::Cell;
use crate::kernel::{Error, Result};

pub(super) const TABLES: &[Declared] = &[
    Declared {
        name: "statements",
        columns: STATEMENTS,
        key: &["statement", "figure_number"],
        rows: Rows::Shaped(statements, figures),
    },
    Declared {
        name: "filed-reports",
        columns: &[
            ("position", Number),
            ("report", Kind::Report),
            ("period", Code),
            ("as_of", Day),
            ("at_position", Number),
            ("unit", Code),
            ("rows", Number),
            ("sha256", Code),
            ("transfers_since", Number),
            ("prepared_by", Actor),
            ("prepared_at", Instant),
            ("outcome", Outcome),
            ("decided_position", Number),
            ("decided_at", Instant),
            ("decided_by", Actor),
            ("remark", Words),
        ],
        key: &["position"],
        rows: Rows::Decided(
            filed,
            &Decisions {
                named_by: "filing",
                outcomes: &[("report_signed", "approved"), ("report_refused", "refused")],
            },
        ),
    },
    Declared {
        name: "publications",
        columns: &[
            ("position", Number),
            ("filing", Number),
            ("as_of", Day),
            ("starts_on", Day),
            ("ends_on", Day),
            ("place", Words),
            ("grants", Number),
            ("recorded_at", Instant),
            ("actor", Actor),
        ],
        key: &["position"],
        rows: Rows::Scan(publications),
    },
];

const STATEMENTS: &[Column] = &[
    ("statement", Number),
    ("figure_number", Number),
    ("recorded_at", Instant),
    ("actor", Actor),
    ("text_sha256", Code),
    ("as_of", Day),
    ("at_position", Number),
    ("statement_verdict", Verdict),
    ("figure", Words),
    ("figure_start", Number),
    ("figure_end", Number),
    ("figure_kind", Code),
    ("qualifier", Qualifier),
    ("measure", Kind::Measure),
    ("unchecked_because", Unchecked),
    ("counted_from", Day),
    ("counted_to", Day),
    ("figure_scope", Words),
    ("share_of", Words),
    ("low", Decimal),
    ("high", Decimal),
    ("exact", Decimal),
    ("verdict", Verdict),
    ("bound_by_hand", Number),
];

fn statements(Moment { book_id, at, .. }: &Moment) -> String {
    format!(
        "SELECT s.id, s.checked_at_ms, s.checked_by, e.payload
         FROM statements s JOIN events e ON e.book_id = s.book_id AND e.position = s.id
         WHERE s.book_id = {book_id} AND s.id <= {at} ORDER BY s.id"
    )
}

/// The figures of a statement, as they were signed.
fn figures(_: &Moment, cells: &[Cell], emit: &mut dyn FnMut(&[Cell]) -> Result<()>) -> Result<()> {
    let [id, checked_at, checked_by, payload] = cells else {
        return Err(Error::internal("a statement has four columns here"));
    };
    let said: StatementChecked = serde_json::from_slice(payload.bytes()).map_err(Error::internal)?;
    let text = hex::encode(Sha256::digest(said.text.as_bytes()));
    for (place, told) in said.checked.claims.iter().enumerate() {
        let mut row = vec![
            id.clone(),
            number(place + 1)?,
            checked_at.clone(),
            checked_by.clone(),
            words(&text),
            words(&said.checked.as_of.to_string()),
            Cell::Int(said.checked.at),
            words(said.checked.verdict.code()),
        ];
        row.extend(figure(told)?);
        row.push(Cell::Int(i64::from(said.bindings.contains_key(&place))));
        emit(&row)?;
    }
    Ok(())
}

fn figure(told: &Told) -> Result<[Cell; 15]> {
    let or_none = |text: Option<&str>| text.map_or(Cell::Null, words);
    Ok([
        words(&told.text),
        number(told.start)?,
        number(told.end)?,
        words(told.kind.code()),
        words(told.qualifier.code()),
        or_none(told.measure.map(Measure::code)),
        or_none(told.reason.map(Reason::code)),
        or_none(told.from.map(|day| day.to_string()).as_deref()),
        words(&told.as_of.to_string()),
        words(&told.scope.names()),
        words(&told.of.names()),
        or_none(told.low.as_deref()),
        or_none(told.high.as_deref()),
        or_none(told.actual.as_deref()),
        words(told.verdict.code()),
    ])
}

fn words(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn number(number: usize) -> Result<Cell> {
    i64::try_from(number).map(Cell::Int).map_err(Error::internal)
}

/// Filed reports, with how many transfers were written down behind their position that took effect up to their day.
fn filed(Moment { book_id, as_of, at, .. }: &Moment) -> String {
    format!(
        "SELECT f.id, f.report, SUBSTR(f.as_of, 1, 7), f.as_of, f.at_position, f.unit, f.rows_count, f.content_sha256,
             (SELECT COUNT(*) FROM transfers t WHERE t.book_id = f.book_id AND t.position > f.at_position
                 AND t.position <= {at} AND t.effective_on <= f.as_of AND t.effective_on <= '{as_of}'),
             f.prepared_by, f.prepared_at_ms
         FROM report_filings f WHERE f.book_id = {book_id} AND f.id <= {at} ORDER BY f.id"
    )
}

fn publications(Moment { book_id, at, .. }: &Moment) -> String {
    format!(
        "SELECT p.id, p.filing, f.as_of, p.starts_on, p.ends_on, p.place,
             (SELECT COUNT(*) FROM publication_grants g WHERE g.book_id = p.book_id AND g.publication = p.id),
             p.noted_at_ms, p.noted_by
         FROM publications p JOIN report_filings f ON f.book_id = p.book_id AND f.id = p.filing
         WHERE p.book_id = {book_id} AND p.id <= {at} ORDER BY p.id"
    )
}
