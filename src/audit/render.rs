//! Totals and trial balance as text for people and as CSV for tables.

use super::totals::{Figures, Totals};
use super::trial_balance::TrialBalance;
use crate::kernel::{Error, Result};
use crate::web::{Lang, T};

/// The columns of figures with their keys in the catalogue.
const FIGURES: [(&str, &str); 5] = [
    ("grants", "audit.figure.grants"),
    ("recipients", "audit.figure.recipients"),
    ("paid", "audit.figure.paid"),
    ("returned", "audit.figure.returned"),
    ("net", "audit.figure.net"),
];
/// The columns of the trial balance.
const BALANCE: [(&str, &str); 7] = [
    ("policy", "audit.by.policy"),
    ("allotment", "audit.by.allotment"),
    ("stage", "audit.stage"),
    ("debit", "audit.debit"),
    ("credit", "audit.credit"),
    ("debit_balance", "audit.debit_balance"),
    ("credit_balance", "audit.credit_balance"),
];

fn head(lang: Lang, columns: &[(&str, &str)]) -> Vec<String> {
    columns
        .iter()
        .map(|(code, key)| match lang {
            Lang::Zh => T(lang).s(key).to_owned(),
            Lang::En => (*code).to_owned(),
        })
        .collect()
}

fn csv(rows: Vec<Vec<String>>) -> Result<String> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(&row).map_err(Error::internal)?;
    }
    String::from_utf8(writer.into_inner().map_err(Error::internal)?).map_err(Error::internal)
}

/// Columns side by side; figures to the right. Chinese characters are twice as wide.
fn aligned(rows: &[Vec<String>], texts: usize) -> String {
    let wide = |text: &str| text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|n| rows.iter().filter_map(|row| row.get(n)).map(|cell| wide(cell)).max().unwrap_or(0))
        .collect();
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (index, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let gap = " ".repeat(width - wide(cell));
            if index > 0 {
                line.push_str("  ");
            }
            if index < texts {
                line.push_str(cell);
                line.push_str(&gap);
            } else {
                line.push_str(&gap);
                line.push_str(cell);
            }
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

impl Totals {
    fn header(&self, lang: Lang) -> Vec<String> {
        let by: Vec<(&str, &str)> = self.by.iter().map(|by| (by.code(), by.key())).collect();
        head(lang, &[by, FIGURES.to_vec()].concat())
    }

    fn row(keys: Vec<String>, figures: Figures, print: impl Fn(crate::kernel::money::Fen) -> String) -> Vec<String> {
        let mut row = keys;
        row.extend([
            figures.grants.to_string(),
            figures.recipients.to_string(),
            print(figures.paid),
            print(figures.returned),
            print(figures.net),
        ]);
        row
    }

    /// The groups, or the whole where it is not grouped: header and rows of `totals.csv`, without a byte order mark.
    pub fn table(&self, lang: Lang) -> Vec<Vec<String>> {
        let mut rows = vec![self.header(lang)];
        for group in &self.groups {
            let keys = group.keys.iter().map(|(_, value)| value.clone()).collect();
            rows.push(Self::row(keys, group.figures, super::super::kernel::money::Fen::plain));
        }
        if self.by.is_empty() {
            rows.push(Self::row(Vec::new(), self.figures(), super::super::kernel::money::Fen::plain));
        }
        rows
    }

    /// RFC 4180.
    pub fn render_csv(&self, lang: Lang) -> Result<String> {
        csv(self.table(lang))
    }

    /// For people: the moment, the groups, the whole.
    pub fn render_text(&self, lang: Lang) -> String {
        let t = T(lang);
        let mut rows = vec![self.header(lang)];
        for group in &self.groups {
            let keys = group.keys.iter().map(|(_, value)| value.clone()).collect();
            rows.push(Self::row(keys, group.figures, super::super::kernel::money::Fen::grouped));
        }
        let mut keys = vec![String::new(); self.by.len()];
        if let Some(first) = keys.first_mut() {
            t.s("audit.whole").clone_into(first);
        }
        rows.push(Self::row(keys, self.figures(), super::super::kernel::money::Fen::grouped));
        let moment = t.f("audit.moment").with("book", &self.book).with("as_of", self.as_of).with("at", self.at);
        format!("{moment}\n{}{} = {}\n", aligned(&rows, self.by.len()), self.net.grouped(), self.short)
    }
}

impl TrialBalance {
    /// Header and rows of `trial-balance.csv`, without a byte order mark.
    pub fn table(&self, lang: Lang) -> Vec<Vec<String>> {
        let mut rows = vec![head(lang, &BALANCE)];
        rows.extend(self.lines.iter().map(|line| {
            vec![
                line.policy.clone(),
                line.allotment.clone(),
                line.stage.clone(),
                line.debit.plain(),
                line.credit.plain(),
                line.debit_balance.plain(),
                line.credit_balance.plain(),
            ]
        }));
        rows
    }

    /// RFC 4180.
    pub fn render_csv(&self, lang: Lang) -> Result<String> {
        csv(self.table(lang))
    }

    /// For people, with the sums.
    pub fn render_text(&self, lang: Lang) -> String {
        let t = T(lang);
        let mut rows = self.table(lang);
        rows.push(vec![
            t.s("audit.whole").to_owned(),
            String::new(),
            String::new(),
            self.debit.plain(),
            self.credit.plain(),
        ]);
        let moment = t.f("audit.moment").with("book", &self.book).with("as_of", self.as_of).with("at", self.at);
        format!("{moment}\n{}", aligned(&rows, 3))
    }
}
