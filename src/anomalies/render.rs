//! What was found as words, as JSON and as CSV.

use serde_json::{Value, json};

use super::rules::{CRITICAL_MILLIONTHS, Kind, Why};
use super::survey::{Row, Survey};
use crate::kernel::csv;
use crate::web::{Lang, T};

impl Kind {
    /// What it is called.
    pub fn title(self, t: T) -> &'static str {
        t.s(&format!("anomalies.kind.{}", self.code()))
    }

    /// What exactly it asks.
    pub fn definition(self, t: T) -> &'static str {
        t.s(&format!("anomalies.definition.{}", self.code()))
    }
}

impl Why {
    /// Why a group was found, as a sentence.
    pub fn sentence(&self, t: T) -> String {
        let begun = t.f(&format!("anomalies.why.{}", self.code));
        self.facts.iter().fold(begun, |phrase, (name, value)| phrase.with(name, value)).to_string()
    }
}

/// Millionths as a number with three decimals: `15.507`.
pub(super) fn thousandths(millionths: i128) -> String {
    let rounded = (millionths + 500) / 1_000;
    format!("{}.{:03}", rounded / 1_000, rounded % 1_000)
}

impl Survey {
    /// As a program reads it.
    pub fn to_json(&self) -> Value {
        let found = self
            .found
            .iter()
            .map(|one| json!({ "kind": one.kind.code(), "groups": one.groups, "grants": one.grants, "sum": one.sum }));
        let expected = self.benford.expected_tenths().map(|tenths| format!("{}.{}", tenths / 10, tenths % 10));
        json!({
            "book": self.book,
            "as_of": self.as_of,
            "at": self.at,
            "root": self.root,
            "grants": self.grants,
            "anomalies": found.collect::<Vec<_>>(),
            "benford": {
                "amounts": self.benford.all(),
                "observed": self.benford.observed,
                "expected": expected,
                "chi_square": thousandths(self.benford.chi_square_millionths()),
                "critical": thousandths(CRITICAL_MILLIONTHS),
                "enough": self.benford.is_enough(),
                "deviates": self.benford.deviates(),
            },
        })
    }

    /// As people read it: a line for each question.
    pub fn render_text(&self, lang: Lang) -> String {
        let t = T(lang);
        let mut out =
            t.f("audit.moment").with("book", &self.book).with("as_of", self.as_of).with("at", self.at).to_string();
        for one in &self.found {
            let line = t
                .f("anomalies.line")
                .with("kind", one.kind.title(t))
                .with("code", one.kind.code())
                .with("groups", t.count(one.groups))
                .with("grants", t.count(one.grants))
                .with("sum", t.yuan(one.sum));
            out.push('\n');
            out.push_str(&line.to_string());
        }
        out.push('\n');
        out.push_str(t.s("anomalies.lead"));
        out
    }
}

/// The columns of the rows.
const COLUMNS: [&str; 9] = ["kind", "group", "reference", "policy", "uscc", "name", "amount", "paid_on", "why"];

impl Row {
    /// As a program reads it, with the reason in a language.
    pub fn to_json(&self, lang: Lang) -> Value {
        let mut row = serde_json::to_value(self).unwrap_or_default();
        if let Some(row) = row.as_object_mut() {
            row.insert("why".into(), self.why.sentence(T(lang)).into());
        }
        row
    }

    /// The header of the rows as CSV, in a language; in Chinese with a byte order mark.
    pub fn csv_header(lang: Lang) -> Vec<u8> {
        let t = T(lang);
        let title = |column: &str| match lang {
            Lang::En => column.to_owned(),
            Lang::Zh => t.s(&format!("anomalies.column.{column}")).to_owned(),
        };
        let mut line = if lang == Lang::Zh { "\u{feff}".as_bytes().to_vec() } else { Vec::new() };
        csv::row(&mut line, &COLUMNS.map(title), csv::is_formula);
        line
    }

    /// The row as a line of CSV (RFC 4180, guarded against formulas).
    pub fn csv_line(&self, lang: Lang) -> Vec<u8> {
        let t = T(lang);
        let kind = match (lang, Kind::from_code(self.kind)) {
            (Lang::Zh, Some(kind)) => kind.title(t),
            _ => self.kind,
        };
        let mut line = Vec::new();
        csv::row(
            &mut line,
            &[
                kind.to_owned(),
                self.group.to_string(),
                self.reference.clone(),
                self.policy.clone(),
                self.uscc.clone(),
                self.name.clone(),
                self.amount.plain(),
                self.paid_on.map(|day| day.to_string()).unwrap_or_default(),
                self.why.sentence(t),
            ],
            csv::is_formula,
        );
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statistic_prints_with_three_decimals() {
        assert_eq!(thousandths(CRITICAL_MILLIONTHS), "15.507");
        assert_eq!(thousandths(499), "0.000");
        assert_eq!(thousandths(500), "0.001");
    }
}
