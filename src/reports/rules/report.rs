//! A report with its figures, exact to the fen; and what became of one since it was filed.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::layout::{Kind, Layout, Measure};
use super::line::{Line, Sums, table};
use crate::kernel::Refusal;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// Nothing.
    Blank,
    /// Words.
    Text(String),
    /// The code of a level.
    Level(String),
    /// A day.
    Day(Day),
    /// An exact amount.
    Amount(Fen),
    /// A number of things.
    Count(i64),
    /// A part of a whole.
    Share(Fen, Fen),
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// By what it is found again.
    pub key: String,
    /// In the order of the columns.
    pub cells: Vec<Cell>,
}

/// A report. What it serialises to is what is kept when it is filed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Its layout.
    pub layout: Layout,
    /// Code of the book.
    pub book: String,
    /// 编报单位 at the position.
    pub reporting_unit: String,
    /// 负责人 at the position.
    pub head_of_unit: String,
    /// Effective day.
    pub as_of: Day,
    /// Position.
    pub at: i64,
    /// Root of the tree there.
    pub root: String,
    /// The rows.
    pub rows: Vec<Row>,
    /// All together.
    pub total: Vec<Cell>,
}

impl Report {
    /// The same report with rows and total of these lines; nothing where a sum leaves the range.
    pub fn filled(self, lines: &[Line], counted: [Sums; 3]) -> Option<Self> {
        let (rows, total) = table(&self.layout, lines, counted)?;
        Some(Self { rows, total, ..self })
    }

    /// The exact amounts of a column.
    pub fn amounts(&self, column: usize) -> impl Iterator<Item = Fen> {
        self.rows.iter().filter_map(move |row| match row.cells.get(column) {
            Some(Cell::Amount(amount)) => Some(*amount),
            _ => None,
        })
    }

    /// What a row is called: its first words.
    fn label(&self, row: &Row) -> String {
        let words = row.cells.iter().filter_map(|cell| match cell {
            Cell::Text(text) if !text.is_empty() => Some(text.as_str()),
            _ => None,
        });
        words.take(2).collect::<Vec<_>>().join(" ")
    }
}

/// A figure that is another today than when the report was filed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjustment {
    /// What its row is called; nothing of the total.
    pub row: Option<String>,
    /// Its column.
    pub column: usize,
    /// As it was filed; nothing if the row was not there.
    pub filed: Cell,
    /// As it is now; nothing if the row is gone.
    pub now: Cell,
}

/// Every figure of a filed report that differs from the report of the same day as it is known later: row by row, then of
/// the total.
pub fn adjustments(filed: &Report, now: &Report) -> Vec<Adjustment> {
    let by_key = |report: &Report| -> BTreeMap<String, Row> {
        report.rows.iter().map(|row| (row.key.clone(), row.clone())).collect()
    };
    let (before, after) = (by_key(filed), by_key(now));
    let order = filed.rows.iter().chain(&now.rows);
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for row in order.filter(|row| seen.insert(row.key.clone())) {
        let cells = |of: &BTreeMap<String, Row>| of.get(&row.key).map(|row| row.cells.clone()).unwrap_or_default();
        found.extend(changed(filed, Some(filed.label(row)), &cells(&before), &cells(&after)));
    }
    found.extend(changed(filed, None, &filed.total, &now.total));
    found
}

fn changed(report: &Report, row: Option<String>, filed: &[Cell], now: &[Cell]) -> Vec<Adjustment> {
    let is_figure = |measure: Measure| measure.kind() != Kind::Text;
    let columns = report.layout.columns.iter().enumerate().filter(|(_, column)| is_figure(column.measure));
    let at = |cells: &[Cell], index: usize| cells.get(index).cloned().unwrap_or(Cell::Blank);
    columns
        .map(|(column, _)| Adjustment { row: row.clone(), column, filed: at(filed, column), now: at(now, column) })
        .filter(|one| one.filed != one.now)
        .collect()
}

/// Whether a report of a day can be filed today: the day is over or today's, and a monthly report is of a whole month.
///
/// # Errors
/// `report_future`, `report_month_end` (`day`).
pub fn may_be_filed(layout: &Layout, as_of: Day, today: Day) -> Result<(), Refusal> {
    if as_of > today {
        return Err(Refusal::new("report_future").at("as_of"));
    }
    if layout.monthly && as_of != as_of.month_end() {
        return Err(Refusal::new("report_month_end").at("as_of").with("day", as_of.month_end()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn report(lines: &[Line]) -> Report {
        let report = Report {
            layout: Layout::find("direct-monthly").unwrap().clone(),
            book: "beilun".into(),
            reporting_unit: "区财政局".into(),
            head_of_unit: "王建国".into(),
            as_of: day("2020-10-31"),
            at: 7,
            root: "00".into(),
            rows: Vec::new(),
            total: Vec::new(),
        };
        report.filled(lines, [Sums::default(); 3]).unwrap()
    }

    fn line(key: &str, left: i64) -> Line {
        Line { key: key.into(), policy: format!("P-{key}"), left: Fen::new(left), ..Line::default() }
    }

    #[test]
    fn what_changed_since_is_told_figure_by_figure() {
        let filed = report(&[line("1", 100), line("2", 30)]);
        assert_eq!(adjustments(&filed, &filed), []);
        let now = report(&[line("2", 30), line("1", 90), line("3", 0)]);
        let found = adjustments(&filed, &now);
        let left = |row: &str| {
            found.iter().find(|one| one.row.as_deref() == Some(row) && one.column == 13).map(|one| &one.now)
        };
        assert_eq!(left("P-1"), Some(&Cell::Amount(Fen::new(90))));
        assert_eq!(left("P-2"), None, "another place in the order is no change");
        assert_eq!(left("P-3"), Some(&Cell::Amount(Fen::ZERO)), "a row that was not there");
        let total = found.iter().find(|one| one.row.is_none()).unwrap();
        assert_eq!((&total.filed, &total.now), (&Cell::Amount(Fen::new(130)), &Cell::Amount(Fen::new(120))));
    }

    #[test]
    fn what_is_kept_reads_back_as_it_was() {
        let report = report(&[line("1", 100)]);
        let text = serde_json::to_string(&report).unwrap();
        assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report);
        assert!(text.contains(r#"{"amount":"1.00"}"#), "{text}");
    }

    #[test]
    fn a_month_is_filed_whole_and_no_future() {
        let monthly = Layout::find("direct-monthly").unwrap();
        let other = Layout::find("grants-detail").unwrap();
        let code =
            |layout, as_of, today| may_be_filed(layout, day(as_of), day(today)).err().map(|refusal| refusal.code);
        assert_eq!(code(monthly, "2020-10-31", "2020-10-31"), None);
        assert_eq!(code(monthly, "2020-10-30", "2020-11-05"), Some("report_month_end"));
        assert_eq!(code(monthly, "2020-11-30", "2020-11-05"), Some("report_future"));
        assert_eq!(code(other, "2020-10-30", "2020-11-05"), None);
    }
}
