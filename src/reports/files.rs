//! A report as a file: a workbook that a bureau hands in, a table for other programs, or what is kept of it.

use super::actions::content;
use super::printed::{column_name, heads, notes, said, text, unit_word};
use super::rules::{Cell, Column, Figure, Kind, Report};
use crate::kernel::csv::{is_formula, quote};
use crate::kernel::dates::Day;
use crate::kernel::money::Unit;
use crate::kernel::{Error, Refusal, Result};
use crate::sheets::SheetWriter;
use crate::web::{Lang, T};

/// The kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    /// RFC 4180, CRLF.
    Csv,
    /// A workbook on A4.
    Xlsx,
    /// The report with its layout, exact to the fen, as it is kept when it is filed.
    Json,
}

impl FileFormat {
    /// All of them, the usual one first.
    pub const ALL: [Self; 3] = [Self::Xlsx, Self::Csv, Self::Json];

    /// The ending of a file's name.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Json => "json",
        }
    }

    /// Reads the word.
    ///
    /// # Errors
    /// `report_format`.
    pub fn parse(word: &str) -> Result<Self, Refusal> {
        Self::ALL.into_iter().find(|format| format.extension() == word).ok_or_else(|| Refusal::new("report_format"))
    }
}

/// Who signed a report that was handed in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signatures {
    /// 制表.
    pub prepared: String,
    /// 复核.
    pub reviewed: String,
    /// When it was filed.
    pub filed_on: Option<Day>,
}

/// The bytes of a report. They are a function of report, unit, format, language and signatures alone.
pub fn bytes(report: &Report, unit: Unit, format: FileFormat, lang: Lang, signed: &Signatures) -> Result<Vec<u8>> {
    match format {
        FileFormat::Csv => csv(report, unit, lang),
        FileFormat::Xlsx => workbook(report, unit, T(lang), signed),
        FileFormat::Json => Ok(content(report)?.0),
    }
}

/// English head of a column: `month_approved`, `left`.
fn code(column: &Column) -> Result<String> {
    let measure = serde_json::to_value(column.measure).map_err(Error::internal)?;
    let measure = measure.as_str().unwrap_or_default();
    let span = column.span.code();
    Ok(if span.is_empty() { measure.to_owned() } else { format!("{span}_{measure}") })
}

/// A cell for a table: amounts without separators, absent things empty.
fn plain(cell: &Cell, t: T, unit: Unit) -> String {
    match cell {
        Cell::Amount(amount) => Figure::of(*amount, unit).to_string(),
        Cell::Count(n) => n.to_string(),
        Cell::Level(code) if t.lang() == Lang::En => code.clone(),
        Cell::Share(_, whole) if whole.get() == 0 => String::new(),
        other => text(other, t, unit),
    }
}

fn csv(report: &Report, unit: Unit, lang: Lang) -> Result<Vec<u8>> {
    let t = T(lang);
    let mut out = Vec::with_capacity(64 * 1024);
    if lang == Lang::Zh {
        out.extend_from_slice("\u{feff}".as_bytes());
    }
    for (index, column) in report.layout.columns.iter().enumerate() {
        let head = match lang {
            Lang::En => code(column)?,
            Lang::Zh if column.measure.kind() == Kind::Amount => {
                format!("{}（{}）", column_name(report, index, t), unit_word(t, unit))
            }
            Lang::Zh => column_name(report, index, t),
        };
        put(&mut out, index, &head);
    }
    out.extend_from_slice(b"\r\n");
    for row in &report.rows {
        put_row(&mut out, row.cells.iter().map(|cell| guarded(cell, t, unit)));
    }
    let word_at = total_at(report);
    let totals = report.total.iter().enumerate();
    put_row(
        &mut out,
        totals.map(|(index, cell)| if index == word_at { total_word(t).to_owned() } else { guarded(cell, t, unit) }),
    );
    Ok(out)
}

/// A cell for a table that a spreadsheet will open: what it would run has `'` before it.
fn guarded(cell: &Cell, t: T, unit: Unit) -> String {
    let text = plain(cell, t, unit);
    if matches!(cell, Cell::Text(_)) && is_formula(&text) { format!("'{text}") } else { text }
}

fn put_row(out: &mut Vec<u8>, cells: impl Iterator<Item = String>) {
    for (index, text) in cells.enumerate() {
        put(out, index, &text);
    }
    out.extend_from_slice(b"\r\n");
}

fn put(out: &mut Vec<u8>, index: usize, text: &str) {
    if index > 0 {
        out.push(b',');
    }
    quote(out, text);
}

/// The word that begins the last row.
fn total_word(t: T) -> &'static str {
    t.s("reports.total")
}

/// The column in which it stands: the first with words.
fn total_at(report: &Report) -> usize {
    let is_text = |column: &Column| column.measure.kind() == Kind::Text;
    report.layout.columns.iter().position(is_text).unwrap_or(0)
}

fn workbook(report: &Report, unit: Unit, t: T, signed: &Signatures) -> Result<Vec<u8>> {
    let mut sheet = SheetWriter::blank()?;
    let widths: Vec<u16> = report.layout.columns.iter().map(|column| column.width).collect();
    sheet.on_paper(&widths)?;
    sheet.strong(0, said(&report.layout.title, t.lang()))?;
    sheet.end_row();
    let place = t.f("reports.moment").with("unit", &report.reporting_unit).with("day", report.as_of);
    let place = place.with("at", report.at).with("root", &report.root).with("money", unit_word(t, unit));
    sheet.cell(0, &place.to_string())?;
    sheet.end_row();
    write_heads(&mut sheet, report, t)?;
    for row in &report.rows {
        write_cells(&mut sheet, &row.cells, t, unit)?;
        sheet.end_row();
    }
    sheet.strong(total_at(report), total_word(t))?;
    write_cells(&mut sheet, &report.total, t, unit)?;
    sheet.end_row();
    for note in notes(report, t, unit)? {
        sheet.cell(0, &note)?;
        sheet.end_row();
    }
    sheet.end_row();
    sheet.cell(0, &signatures(report, t, signed))?;
    let mut bytes = std::io::Cursor::new(Vec::new());
    sheet.finish(&mut bytes)?;
    Ok(bytes.into_inner())
}

/// 负责人, 复核, 制表 and the day, as they stand at the foot.
fn signatures(report: &Report, t: T, signed: &Signatures) -> String {
    let blank = |name: &str| if name.is_empty() { "　　　　".to_owned() } else { name.to_owned() };
    let day = signed.filed_on.map_or_else(String::new, |day| day.to_string());
    let words = t.f("reports.signatures").with("head", blank(&report.head_of_unit));
    words
        .with("reviewed", blank(&signed.reviewed))
        .with("prepared", blank(&signed.prepared))
        .with("day", blank(&day))
        .to_string()
}

fn write_heads(sheet: &mut SheetWriter, report: &Report, t: T) -> Result<()> {
    let (upper, lower) = heads(report, t);
    let mut at = 0;
    for head in &upper {
        sheet.strong(at, &head.text)?;
        at += head.columns;
    }
    sheet.end_row();
    if lower.is_empty() {
        return Ok(());
    }
    let spanned = report.layout.columns.iter().enumerate().filter(|(_, column)| !column.span.code().is_empty());
    for ((index, _), head) in spanned.zip(&lower) {
        sheet.strong(index, &head.text)?;
    }
    sheet.end_row();
    Ok(())
}

fn write_cells(sheet: &mut SheetWriter, cells: &[Cell], t: T, unit: Unit) -> Result<()> {
    for (index, cell) in cells.iter().enumerate() {
        match cell {
            Cell::Blank => {}
            Cell::Amount(amount) => sheet.amount(index, &Figure::of(*amount, unit).to_string())?,
            Cell::Count(n) => sheet.count(index, *n)?,
            other => sheet.cell(index, &plain(other, t, unit))?,
        }
    }
    Ok(())
}
