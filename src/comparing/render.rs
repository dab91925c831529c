//! The answer as JSON, as CSV and as words.

use serde_json::{Value, json};

use super::compare::Comparison;
use super::rules::{Booked, Entry, Listed, Part};
use crate::kernel::bank_code::mask_account;
use crate::kernel::csv;
use crate::kernel::dates::Day;
use crate::kernel::identity::{IdType, Identity};
use crate::kernel::money::Fen;
use crate::kernel::uscc::Uscc;
use crate::web::{Lang, T};

/// The columns of the CSV.
const COLUMNS: [&str; 19] = [
    "entry",
    "outcome",
    "differs",
    "rule",
    "difference",
    "line",
    "list_reference",
    "list_uscc",
    "list_name",
    "list_policy",
    "list_amount",
    "list_date",
    "grant",
    "book_reference",
    "book_uscc",
    "book_name",
    "book_policy",
    "book_amount",
    "book_date",
];

/// An amount that is a sum of amounts: no book and no file reaches the end of the range.
pub(super) fn fen(fen: i128) -> Fen {
    Fen::new(i64::try_from(fen).unwrap_or(i64::MAX))
}

/// A number as a screen shows it: codes of enterprises whole, anything else by its ends.
pub(super) fn shown_number(number: &str) -> String {
    if Uscc::parse(number).is_ok() {
        return number.to_owned();
    }
    Identity::parse(IdType::Other, number).map_or_else(|_| "****".to_owned(), |one| one.masked())
}

fn day(day: Option<Day>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

fn listed(row: &Listed) -> Value {
    json!({
        "line": row.line,
        "reference": row.reference,
        "uscc": row.uscc,
        "name": row.name,
        "policy": row.policy,
        "amount": row.amount,
        "account": row.account.as_deref().map(mask_account),
        "date": row.date,
    })
}

fn booked(grant: &Booked) -> Value {
    json!({
        "grant": grant.grant,
        "reference": grant.reference,
        "uscc": grant.uscc,
        "name": grant.name,
        "policy": grant.policy,
        "amount": grant.amount,
        "account": mask_account(&grant.account),
        "date": grant.date,
    })
}

fn part(part: &Part) -> Value {
    json!({
        "entries": part.entries,
        "rows": part.rows,
        "grants": part.grants,
        "list_sum": fen(part.list_fen),
        "book_sum": fen(part.book_fen),
        "difference": fen(part.difference_fen()),
    })
}

impl Comparison {
    /// As a program reads it.
    pub fn to_json(&self) -> Value {
        let entries = self.entries.iter().map(|entry| {
            json!({
                "outcome": entry.outcome.code(),
                "differs": entry.differs.iter().map(|one| one.code()).collect::<Vec<_>>(),
                "rule": entry.rule.map(super::rules::Rule::code),
                "difference": fen(self.difference_fen(entry)),
                "list": self.rows(entry).map(listed).collect::<Vec<_>>(),
                "book": self.grants(entry).map(booked).collect::<Vec<_>>(),
            })
        });
        let columns = self.columns.iter().filter(|column| !column.header.is_empty());
        let columns =
            columns.map(|one| json!({ "column": one.header, "field": one.field.map(super::reading::Field::code) }));
        let parts = self.parts.iter().map(|(outcome, one)| (outcome.code().to_owned(), part(one)));
        json!({
            "book": self.book,
            "as_of": self.as_of,
            "at": self.at,
            "root": self.root,
            "file": self.file_name,
            "sha256": self.sha256,
            "policies": self.policies,
            "columns": columns.collect::<Vec<_>>(),
            "unit": self.unit.zh(),
            "claimed": self.claimed,
            "totals": part(&self.whole()),
            "same": self.same(),
            "differing": self.entries.len() - self.same(),
            "reconciles": self.reconciles,
            "parts": parts.collect::<serde_json::Map<_, _>>(),
            "entries": entries.collect::<Vec<_>>(),
        })
    }

    /// As people read it: what was compared, a line for each outcome, then every entry that differs.
    pub fn render_text(&self, lang: Lang) -> String {
        let t = T(lang);
        let mut lines = vec![
            t.f("audit.moment").with("book", &self.book).with("as_of", self.as_of).with("at", self.at).to_string(),
        ];
        for column in &self.columns {
            if let Some(field) = column.field {
                let field = t.s(&format!("comparing.field.{}", field.code()));
                lines.push(t.f("comparing.read_as").with("column", &column.header).with("field", field).to_string());
            }
        }
        let filled = self.parts.iter().filter(|(_, part)| part.entries > 0);
        lines.extend(filled.map(|(outcome, part)| {
            let line = t.f("comparing.part").with("outcome", t.s(&format!("comparing.outcome.{}", outcome.code())));
            self.with_part(line, part)
        }));
        lines.push(self.with_part(t.f("comparing.part").with("outcome", t.s("comparing.whole")), &self.whole()));
        for entry in self.entries.iter().filter(|entry| entry.outcome != super::rules::Outcome::Same) {
            let rows: Vec<String> = self.rows(entry).map(|row| row.line.to_string()).collect();
            let grants: Vec<&str> = self.grants(entry).map(|grant| grant.reference.as_str()).collect();
            let line = t
                .f("comparing.entry")
                .with("outcome", self.outcome(t, entry))
                .with("lines", rows.join("、"))
                .with("references", grants.join("、"))
                .with("difference", fen(self.difference_fen(entry)).grouped());
            lines.push(line.to_string());
        }
        let key = if self.reconciles { "comparing.reconciles" } else { "comparing.does_not_reconcile" };
        lines.push(t.s(key).to_owned());
        lines.join("\n")
    }

    fn with_part(&self, line: crate::web::i18n::Phrase, part: &Part) -> String {
        line.with("entries", part.entries)
            .with("list", fen(part.list_fen).grouped())
            .with("book", fen(part.book_fen).grouped())
            .with("difference", fen(part.difference_fen()).grouped())
            .to_string()
    }

    /// What became of an entry, with all that differs.
    pub(super) fn outcome(&self, t: T, entry: &Entry) -> String {
        let word = |outcome: &super::rules::Outcome| t.s(&format!("comparing.outcome.{}", outcome.code()));
        if entry.differs.is_empty() {
            return word(&entry.outcome).to_owned();
        }
        entry.differs.iter().map(word).collect::<Vec<_>>().join(t.s("frame.form.between"))
    }

    /// As CSV (RFC 4180, guarded against formulas; in Chinese with a byte order mark). An entry of several rows or grants
    /// has as many lines; its difference stands on the first.
    pub fn csv(&self, lang: Lang, only: Option<super::rules::Outcome>) -> Vec<u8> {
        let t = T(lang);
        let title = |column: &str| match lang {
            Lang::En => column.to_owned(),
            Lang::Zh => t.s(&format!("comparing.column.{column}")).to_owned(),
        };
        let mut out = if lang == Lang::Zh { "\u{feff}".as_bytes().to_vec() } else { Vec::new() };
        csv::row(&mut out, &COLUMNS.map(title), csv::would_run);
        for (number, entry) in (1..).zip(&self.entries) {
            if only.is_none_or(|outcome| outcome == entry.outcome) {
                self.put_entry(&mut out, lang, number, entry);
            }
        }
        out
    }

    fn put_entry(&self, out: &mut Vec<u8>, lang: Lang, number: usize, entry: &Entry) {
        let t = T(lang);
        let word = |stem: &str, code: &str| match lang {
            Lang::En => code.to_owned(),
            Lang::Zh => t.s(&format!("comparing.{stem}.{code}")).to_owned(),
        };
        let differs: Vec<String> = entry.differs.iter().map(|one| word("outcome", one.code())).collect();
        for place in 0..entry.rows.len().max(entry.grants.len()) {
            let difference = if place == 0 { fen(self.difference_fen(entry)).plain() } else { String::new() };
            let mut cells = vec![
                number.to_string(),
                word("outcome", entry.outcome.code()),
                differs.join(" "),
                entry.rule.map(|rule| word("rule", rule.code())).unwrap_or_default(),
                difference,
            ];
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            cells.extend(match self.rows(entry).nth(place) {
                Some(row) => [
                    row.line.to_string(),
                    text(&row.reference),
                    text(&row.uscc),
                    text(&row.name),
                    text(&row.policy),
                    row.amount.plain(),
                    day(row.date),
                ],
                None => Default::default(),
            });
            cells.extend(match self.grants(entry).nth(place) {
                Some(grant) => [
                    grant.grant.to_string(),
                    grant.reference.clone(),
                    grant.uscc.clone(),
                    grant.name.clone(),
                    grant.policy.clone(),
                    grant.amount.plain(),
                    day(grant.date),
                ],
                None => Default::default(),
            });
            csv::row(out, &cells, csv::would_run);
        }
    }
}
