//! What kind of file the bytes are, told from the bytes and never from the name, and which table in it is meant.

use super::What;
use super::cell::Grid;
use super::delimited::{Delimited, Delimiter};
use super::fault::{BadCell, Faults, Notice};
use super::header::{self, HEAD_ROWS, HEADER_WITHIN, Header};
use super::text::{self, Encoding};
use super::workbook::{Format, SheetInfo, Workbook};
use crate::kernel::Refusal;

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
    match magic(bytes)? {
        Some(format) => with_sheet(bytes, format, what, read),
        None => with_text(bytes, what, read),
    }
}

/// The first bytes of a workbook; nothing for text. Refusal: `file_type` for what is neither.
fn magic(bytes: &[u8]) -> Result<Option<Format>, Refusal> {
    if bytes.starts_with(b"PK\x03\x04") {
        return Ok(Some(Format::Xlsx));
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return Ok(Some(Format::Xls));
    }
    let known = [(&b"%PDF"[..], "PDF"), (b"PK", "ZIP"), (b"Rar!", "RAR"), (b"7z\xBC\xAF", "7Z"), (b"\x1F\x8B", "GZIP")];
    if let Some((_, found)) = known.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(Refusal::new("file_type").with("found", found));
    }
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(1024)).unwrap_or_default()).to_lowercase();
    let head = head.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    if head.starts_with('<') && ["<html", "<table", "<!doctype", "<?xml", "<meta"].iter().any(|tag| head.contains(tag))
    {
        return Err(Refusal::new("file_html"));
    }
    Ok(None)
}

fn header_missing() -> Faults {
    Refusal::new("header_missing").with("rows", HEADER_WITHIN).into()
}

/// The delimiter is the one with which the header is found best.
fn with_text<T>(bytes: &[u8], what: What, read: impl FnOnce(Found<'_>) -> Result<T, Faults>) -> Result<T, Faults> {
    let (text, encoding) = text::decode(bytes)?;
    let mut best: Option<(Delimiter, Header)> = None;
    let mut broken: Option<BadCell> = None;
    for delimiter in Delimiter::ALL {
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
