//! A report in words and figures of one language and unit.

use super::rules::{Cell, Figure, Kind, Measure, Report, Span, Words, difference};
use crate::kernel::money::{Fen, Unit};
use crate::kernel::{Error, Result};
use crate::web::{ABSENT, Lang, T};

/// A head of columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// What it says.
    pub text: String,
    /// Columns that it covers.
    pub columns: usize,
    /// Rows of the head that it covers.
    pub rows: usize,
    /// Whether figures stand below it.
    pub is_number: bool,
}

/// A cell on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// What it says.
    pub text: String,
    /// Whether it is a figure.
    pub is_number: bool,
    /// Of a share, how much of a bar it fills, 0 to 100.
    pub bar: Option<i128>,
}

/// A report for a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// Heads over several columns, and those that stand beside them.
    pub upper: Vec<Head>,
    /// Heads below those; none where no head stands over others.
    pub lower: Vec<Head>,
    /// The rows, as many as the page takes.
    pub rows: Vec<Vec<Shown>>,
    /// Rows that the page does not show.
    pub more: usize,
    /// All together.
    pub total: Vec<Shown>,
    /// What stands below the table.
    pub notes: Vec<String>,
}

/// A text in a language.
pub fn said(words: &Words, lang: Lang) -> &str {
    match lang {
        Lang::Zh => &words.zh,
        Lang::En => &words.en,
    }
}

/// The unit as a word.
pub fn unit_word(t: T, unit: Unit) -> &'static str {
    match unit {
        Unit::Yuan => t.s("frame.unit.yuan"),
        _ => t.s("reports.unit.wan"),
    }
}

/// The word of a span.
pub fn span_word(t: T, span: Span) -> &'static str {
    match span {
        Span::None => "",
        Span::Month => t.s("reports.span.month"),
        Span::Year => t.s("reports.span.year"),
        Span::All => t.s("reports.span.all"),
    }
}

/// A cell in words; absent things are nothing.
pub fn text(cell: &Cell, t: T, unit: Unit) -> String {
    match cell {
        Cell::Blank => String::new(),
        Cell::Text(text) => text.clone(),
        Cell::Level(code) => t.s(&format!("policies.level.{code}")).to_owned(),
        Cell::Day(day) => day.to_string(),
        Cell::Amount(amount) => Figure::of(*amount, unit).grouped(),
        Cell::Count(n) => t.count(*n),
        Cell::Share(_, whole) if *whole == Fen::ZERO => ABSENT.to_owned(),
        Cell::Share(part, whole) => t.percent(*part, *whole),
    }
}

fn shown(cell: &Cell, t: T, unit: Unit) -> Shown {
    let bar = match cell {
        Cell::Share(part, whole) if *whole > Fen::ZERO => Some(t.width(*part, *whole)),
        _ => None,
    };
    let is_number = matches!(cell, Cell::Amount(_) | Cell::Count(_) | Cell::Share(..));
    Shown { text: text(cell, t, unit), is_number, bar }
}

/// The heads of a report: runs of columns of one span stand under the span.
pub fn heads(report: &Report, t: T) -> (Vec<Head>, Vec<Head>) {
    let columns = &report.layout.columns;
    let (mut upper, mut lower): (Vec<Head>, Vec<Head>) = (Vec::new(), Vec::new());
    let mut last = Span::None;
    for column in columns {
        let is_number = column.measure.kind() != Kind::Text || column.measure == Measure::RowNumber;
        let title = said(&column.title, t.lang()).to_owned();
        if column.span == Span::None || !report.layout.tells_spans() {
            upper.push(Head { text: title, columns: 1, rows: 2, is_number });
        } else {
            lower.push(Head { text: title, columns: 1, rows: 1, is_number });
            match upper.last_mut().filter(|_| last == column.span) {
                Some(above) => above.columns += 1,
                None => {
                    let text = span_word(t, column.span).to_owned();
                    upper.push(Head { text, columns: 1, rows: 1, is_number: false });
                }
            }
        }
        last = column.span;
    }
    (upper, lower)
}

/// The name of a column with its span before it.
pub fn column_name(report: &Report, index: usize, t: T) -> String {
    let Some(column) = report.layout.columns.get(index) else { return String::new() };
    let title = said(&column.title, t.lang());
    let span = if report.layout.tells_spans() { span_word(t, column.span) } else { "" };
    if span.is_empty() {
        title.to_owned()
    } else {
        t.f("reports.column").with("span", span).with("title", title).to_string()
    }
}

/// What stands below the table: what the rounded rows lack to the rounded total, then the notes of the layout.
pub fn notes(report: &Report, t: T, unit: Unit) -> Result<Vec<String>> {
    let mut notes = Vec::new();
    for (index, cell) in report.total.iter().enumerate() {
        let Cell::Amount(total) = cell else { continue };
        let over = difference(report.amounts(index), *total, unit);
        let over = over.ok_or_else(|| Error::internal("a sum of rounded rows leaves the range"))?;
        if !over.is_zero() {
            let note = t.f("reports.rounding").with("column", column_name(report, index, t));
            notes.push(note.with("difference", over.grouped()).with("unit", unit_word(t, unit)).to_string());
        }
    }
    notes.extend(report.layout.notes.iter().map(|note| said(note, t.lang()).to_owned()));
    Ok(notes)
}

/// A report for a page that takes so many rows.
pub fn printed(report: &Report, t: T, unit: Unit, most: usize) -> Result<Printed> {
    let (upper, lower) = heads(report, t);
    let cells = |cells: &[Cell]| cells.iter().map(|cell| shown(cell, t, unit)).collect::<Vec<_>>();
    Ok(Printed {
        upper,
        lower,
        rows: report.rows.iter().take(most).map(|row| cells(&row.cells)).collect(),
        more: report.rows.len().saturating_sub(most),
        total: cells(&report.total),
        notes: notes(report, t, unit)?,
    })
}
