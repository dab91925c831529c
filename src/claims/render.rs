//! A checked text as rows.

use super::check::{Checked, Told};
use super::rules::{Measure, Qualifier, Reason, Verdict};
use crate::kernel::{Error, Result, csv};

/// The columns of `audit claim --format csv`.
const COLUMNS: [&str; 15] = [
    "text",
    "start",
    "end",
    "qualifier",
    "measure",
    "reason",
    "from",
    "as_of",
    "scope",
    "of",
    "low",
    "high",
    "actual",
    "difference",
    "verdict",
];

impl Checked {
    /// A header and a row for each figure, without a byte order mark.
    pub fn render_csv(&self) -> Result<String> {
        let header = COLUMNS.map(ToOwned::to_owned);
        let mut bytes = Vec::new();
        for cells in std::iter::once(header).chain(self.claims.iter().map(row)) {
            csv::row(&mut bytes, &cells, csv::would_run);
        }
        String::from_utf8(bytes).map_err(Error::internal)
    }
}

fn row(told: &Told) -> [String; COLUMNS.len()] {
    let or_none = |value: &Option<String>| value.clone().unwrap_or_default();
    [
        told.text.clone(),
        told.start.to_string(),
        told.end.to_string(),
        Qualifier::code(told.qualifier).to_owned(),
        told.measure.map_or_else(String::new, |measure| Measure::code(measure).to_owned()),
        told.reason.map_or_else(String::new, |reason| Reason::code(reason).to_owned()),
        told.from.map_or_else(String::new, |day| day.to_string()),
        told.as_of.to_string(),
        told.scope.names(),
        told.of.names(),
        or_none(&told.low),
        or_none(&told.high),
        or_none(&told.actual),
        or_none(&told.difference),
        Verdict::code(told.verdict).to_owned(),
    ]
}
