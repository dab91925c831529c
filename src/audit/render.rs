//! Totals and trial balance as text for people and as CSV for tables.

use super::rules::GroupBy;
use super::totals::{Figures, Totals};
use super::trial_balance::{Line, TrialBalance};
use crate::kernel::csv::{is_formula, row};
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::web::{Lang, T, i18n};

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
    let mut bytes = Vec::new();
    for cells in rows {
        row(&mut bytes, &cells, is_formula);
    }
    String::from_utf8(bytes).map_err(Error::internal)
}

/// Rows with the words of codes in one column, for people who read Chinese.
fn with_words(lang: Lang, mut rows: Vec<Vec<String>>, column: usize, key: fn(&str) -> String) -> Vec<Vec<String>> {
    if lang == Lang::Zh {
        for code in rows.iter_mut().skip(1).filter_map(|row| row.get_mut(column)) {
            let key = key(code);
            if i18n::has(&key) {
                i18n::text(lang, &key).clone_into(code);
            }
        }
    }
    rows
}

fn level(code: &str) -> String {
    format!("policies.level.{code}")
}

fn stage(code: &str) -> String {
    format!("funds.stage.{code}")
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

    fn row(keys: Vec<String>, figures: Figures, print: impl Fn(Fen) -> String) -> Vec<String> {
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

    fn worded(&self, lang: Lang, rows: Vec<Vec<String>>) -> Vec<Vec<String>> {
        match self.by.iter().position(|by| *by == GroupBy::Level) {
            Some(column) => with_words(lang, rows, column, level),
            None => rows,
        }
    }

    /// RFC 4180, guarded against formulas.
    pub fn render_csv(&self, lang: Lang) -> Result<String> {
        csv(self.worded(lang, self.table(lang)))
    }

    /// For people: the moment, the groups, the whole.
    pub fn render_text(&self, lang: Lang) -> String {
        let t = T(lang);
        let mut rows = vec![self.header(lang)];
        for group in &self.groups {
            let keys = group.keys.iter().map(|(_, value)| value.clone()).collect();
            rows.push(Self::row(keys, group.figures, super::super::kernel::money::Fen::grouped));
        }
        let mut rows = self.worded(lang, rows);
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

    /// RFC 4180, guarded against formulas.
    pub fn render_csv(&self, lang: Lang) -> Result<String> {
        csv(with_words(lang, self.table(lang), 2, stage))
    }

    /// For people, with the sums.
    pub fn render_text(&self, lang: Lang) -> String {
        let t = T(lang);
        let mut rows = vec![head(lang, &BALANCE)];
        rows.extend(self.lines.iter().map(|line| {
            let amounts = [line.debit, line.credit, line.debit_balance, line.credit_balance].map(Fen::grouped);
            let names = [line.policy.clone(), line.allotment.clone(), line.stage.clone()];
            names.into_iter().chain(amounts).collect()
        }));
        let mut rows = with_words(lang, rows, 2, stage);
        let over = |side: fn(&Line) -> Fen| Fen::sum(self.lines.iter().map(side)).unwrap_or_default();
        let sums = [self.debit, self.credit, over(|line| line.debit_balance), over(|line| line.credit_balance)];
        let whole = [t.s("audit.whole").to_owned(), String::new(), String::new()];
        rows.push(whole.into_iter().chain(sums.map(Fen::grouped)).collect());
        let moment = t.f("audit.moment").with("book", &self.book).with("as_of", self.as_of).with("at", self.at);
        format!("{moment}\n{}", aligned(&rows, 3))
    }
}

#[cfg(test)]
mod tests {
    use super::super::totals::Group;
    use super::*;
    use crate::kernel::dates::Day;

    fn totals() -> Totals {
        let net = Fen::new(1_234_500);
        let figures = Figures { grants: 12, recipients: 7, paid: Fen::new(1_234_567), returned: Fen::new(67), net };
        let by = vec![GroupBy::Subdistrict, GroupBy::Level];
        let keys = vec![(GroupBy::Subdistrict, "=新碶".to_owned()), (GroupBy::Level, "city".to_owned())];
        Totals {
            book: "beilun".into(),
            as_of: Day::parse("2020-10-31").unwrap(),
            at: 9,
            root: "00".into(),
            grants: 12,
            recipients: 7,
            paid: figures.paid,
            returned: figures.returned,
            net,
            short: net.short().text,
            by,
            groups: vec![Group { keys, figures }],
        }
    }

    #[test]
    fn csv_is_guarded_and_levels_are_words_in_chinese() {
        assert_eq!(
            totals().render_csv(Lang::En).unwrap(),
            "subdistrict,level,grants,recipients,paid,returned,net\r\n'=新碶,city,12,7,12345.67,0.67,12345.00\r\n"
        );
        assert!(totals().render_csv(Lang::Zh).unwrap().ends_with("\r\n'=新碶,市,12,7,12345.67,0.67,12345.00\r\n"));
    }

    #[test]
    fn columns_stand_under_their_heads() {
        let text = totals().render_text(Lang::En);
        assert!(text.contains("subdistrict  level  grants  recipients       paid  returned        net\n"), "{text}");
        assert!(text.contains("=新碶        city       12           7  12,345.67      0.67  12,345.00\n"), "{text}");
    }

    #[test]
    fn json_is_as_the_command_line_promises() {
        let json = serde_json::to_string(&totals()).unwrap();
        assert_eq!(
            json,
            "{\"book\":\"beilun\",\"as_of\":\"2020-10-31\",\"at\":9,\"root\":\"00\",\"grants\":12,\"recipients\":7,\
             \"paid\":\"12345.67\",\"returned\":\"0.67\",\"net\":\"12345.00\",\"short\":\"1.23万元\",\"groups\":[{\
             \"subdistrict\":\"=新碶\",\"level\":\"city\",\"grants\":12,\"recipients\":7,\"paid\":\"12345.67\",\
             \"returned\":\"0.67\",\"net\":\"12345.00\"}]}"
        );
    }
}
