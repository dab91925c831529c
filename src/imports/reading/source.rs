//! Which table in the file is meant.

use super::What;
use super::header::{self, HEAD_ROWS, HEADER_WITHIN, Header};
use super::notice::Notice;
use crate::kernel::Refusal;
use crate::sheets::{
    BadCell, Delimited, Delimiter, Encoding, Faults, Format, Grid, SheetInfo, Workbook, decode, workbook_format,
};

/// How the file was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// Delimited text.
    Delimited(Encoding, Delimiter),
    /// A workbook.
    Workbook(Format),
}

/// The table that is meant.
pub struct Found<'g> {
    /// How the file was written.
    pub written: Written,
    /// The sheet, if it has sheets.
    pub sheet: Option<String>,
    /// Its header.
    pub header: Header,
    /// What to tell about the rest of the file.
    pub notices: Vec<Notice>,
    /// Its rows, header and titles included.
    pub grid: &'g mut dyn Grid,
}

/// Finds the table in the bytes and gives it to `read`.
pub fn with_table<T>(bytes: &[u8], what: What, read: impl FnOnce(Found<'_>) -> Result<T, Faults>) -> Result<T, Faults> {
    match workbook_format(bytes)? {
        Some(format) => with_sheet(bytes, format, what, read),
        None => with_text(bytes, what, read),
    }
}

fn header_missing() -> Faults {
    Refusal::new("header_missing").with("rows", HEADER_WITHIN).into()
}

/// The delimiter is the one with which the header is found best.
fn with_text<T>(bytes: &[u8], what: What, read: impl FnOnce(Found<'_>) -> Result<T, Faults>) -> Result<T, Faults> {
    let (text, encoding) = decode(bytes)?;
    let mut best: Option<(Delimiter, Header)> = None;
    let mut broken: Option<BadCell> = None;
    for delimiter in Delimiter::TRIED {
        match Delimited::new(&text, delimiter).head(HEAD_ROWS) {
            Ok(head) => {
                if let Some(found) = header::find(what, &head)
                    && best.as_ref().is_none_or(|(_, best)| found.known > best.known)
                {
                    best = Some((delimiter, found));
                }
            }
            Err(bad) => broken = broken.or(Some(bad)),
        }
    }
    let Some((delimiter, header)) = best else {
        return Err(broken.map_or_else(header_missing, Faults::from));
    };
    read(Found {
        written: Written::Delimited(encoding, delimiter),
        sheet: None,
        header,
        notices: Vec::new(),
        grid: &mut Delimited::new(&text, delimiter),
    })
}

/// The sheet is the one with a whole header and rows below it; two of these are one too many.
fn with_sheet<T>(
    bytes: &[u8],
    format: Format,
    what: What,
    read: impl FnOnce(Found<'_>) -> Result<T, Faults>,
) -> Result<T, Faults> {
    let mut workbook = Workbook::open(bytes, format)?;
    let sheets = workbook.sheets();
    let mut found = Vec::new();
    for sheet in sheets.iter().filter(|sheet| !sheet.hidden) {
        let head = workbook.sheet(&sheet.name).head(HEAD_ROWS)?;
        if let Some(header) = header::find(what, &head) {
            let filled = head.iter().any(|row| row.line > header.line);
            found.push((sheet.name.clone(), header, filled));
        }
    }
    let whole: Vec<&str> = found
        .iter()
        .filter(|(_, header, filled)| *filled && header.missing(what).next().is_none())
        .map(|(name, ..)| name.as_str())
        .collect();
    if whole.len() > 1 {
        return Err(Refusal::new("sheets_several").with("sheets", whole.join("、")).into());
    }
    let chosen = whole.first().map(|name| (*name).to_owned());
    let rank = |header: &Header, filled: bool, name: &str| (chosen.as_deref() == Some(name), filled, header.known);
    let mut best: Option<(String, Header, bool)> = None;
    for (name, header, filled) in found {
        let better = best.as_ref().is_none_or(|(best_name, best_header, best_filled)| {
            rank(&header, filled, &name) > rank(best_header, *best_filled, best_name)
        });
        if better {
            best = Some((name, header, filled));
        }
    }
    let (name, header, _) = best.ok_or_else(header_missing)?;
    let mut notices = other_sheets(&sheets, &name);
    if !workbook.tells_hidden_rows() {
        notices.push(Notice::new("hidden_rows_untold", 0));
    }
    read(Found {
        written: Written::Workbook(format),
        sheet: Some(name.clone()),
        header,
        notices,
        grid: &mut workbook.sheet(&name),
    })
}

fn other_sheets(sheets: &[SheetInfo], chosen: &str) -> Vec<Notice> {
    sheets
        .iter()
        .filter(|sheet| sheet.name != chosen)
        .map(|sheet| {
            Notice::new(if sheet.hidden { "sheet_hidden" } else { "sheet_ignored" }, 0).with("sheet", &sheet.name)
        })
        .collect()
}
