//! Delimited text and text of fixed width.

use std::borrow::Cow;

use super::Part;
use super::cells::{must_be_filled, without_controls};
use crate::kernel::Refusal;
use crate::payments::files::profile::{Column, Field, FileFormat, Profile};
use crate::payments::files::template::Template;
use crate::sheets::{BadCell, Delimiter, Encoding};

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Writes the file line by line.
pub(super) fn write(part: &Part<'_>) -> Result<Vec<u8>, Vec<BadCell>> {
    let mut lines = Lines { profile: part.profile, bytes: Vec::new(), bad: Vec::new() };
    if part.profile.encoding == Encoding::Utf8Bom {
        lines.bytes.extend_from_slice(BOM);
    }
    for line in &part.profile.first_lines {
        lines.template(part, line);
    }
    if part.profile.header_line() {
        let headers = part.profile.columns.iter().map(|column| ("header", 0, column.header.clone()));
        lines.line(0, headers.collect());
    }
    for (order, row) in part.orders.iter().zip(part.before + 1..) {
        let cells = part.profile.columns.iter().map(|column| {
            let text = part.cell(column, order, row);
            if must_be_filled(column.field) && text.trim().is_empty() {
                lines.bad.push(BadCell::cell(row, column.field.word(), "", Refusal::new("bank_blank")));
            }
            (column.field.word(), column.width, padded(part.profile, column, text))
        });
        let cells = cells.collect();
        lines.line(row, cells);
    }
    for line in &part.profile.last_lines {
        lines.template(part, line);
    }
    if lines.bad.is_empty() { Ok(lines.bytes) } else { Err(lines.bad) }
}

/// The bytes so far, and what was wrong.
struct Lines<'p> {
    profile: &'p Profile,
    bytes: Vec<u8>,
    bad: Vec<BadCell>,
}

impl Lines<'_> {
    fn template(&mut self, part: &Part<'_>, line: &[Template]) {
        let cells = line.iter().map(|cell| ("first_lines", 0, cell.fill(&|place| part.place(place))));
        self.line(0, cells.collect());
    }

    /// One line of cells: field, width (0 for as wide as the text is) and text.
    fn line(&mut self, row: u64, cells: Vec<(&'static str, usize, String)>) {
        for (at, (field, width, text)) in cells.iter().enumerate() {
            if at > 0 && self.profile.format == FileFormat::Delimited {
                self.bytes.push(self.profile.delimiter.byte());
            }
            let written = self.cell(*width, text);
            match written {
                Ok(bytes) => self.bytes.extend_from_slice(&bytes),
                Err(refusal) => self.bad.push(BadCell::cell(row, field, text, refusal)),
            }
        }
        self.bytes.extend_from_slice(self.profile.line_end.text().as_bytes());
    }

    fn cell(&self, width: usize, text: &str) -> Result<Vec<u8>, Refusal> {
        without_controls(text)?;
        let bytes = encoded(text, self.profile.encoding)?;
        if width > 0 && bytes.len() != width {
            return Err(Refusal::new("bank_bytes").with("length", bytes.len()).with("max", width));
        }
        if self.profile.format != FileFormat::Delimited {
            return Ok(bytes);
        }
        if self.profile.quoting() {
            return encoded(&quoted(text, self.profile.delimiter), self.profile.encoding);
        }
        // nothing can be quoted, so nothing may need it; a quotation mark might be taken for one by a reader that does
        let delimiter = char::from(self.profile.delimiter.byte());
        match text.chars().find(|c| *c == delimiter || *c == '"') {
            Some(mark) => Err(Refusal::new("bank_mark").with("mark", mark)),
            None => Ok(bytes),
        }
    }
}

/// The cell in quotation marks if it needs them; line breaks were refused before.
fn quoted(text: &str, delimiter: Delimiter) -> Cow<'_, str> {
    if text.contains(char::from(delimiter.byte())) || text.contains('"') {
        Cow::Owned(format!("\"{}\"", text.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text in its encoding. Refusal: `bank_character` (`character`, `encoding`): encoders put `&#…;` in its place and raise
/// a flag, which is an error here.
fn encoded(text: &str, encoding: Encoding) -> Result<Vec<u8>, Refusal> {
    let lost =
        |character: char| Refusal::new("bank_character").with("character", character).with("encoding", encoding.name());
    if text.contains(char::REPLACEMENT_CHARACTER) {
        return Err(lost(char::REPLACEMENT_CHARACTER));
    }
    encoding.encode(text).map_err(lost)
}

/// Cells of fixed width: amounts and numbers of lines to the right, all else to the left. A cell that is too long stays
/// as it is and is refused when it is written.
fn padded(profile: &Profile, column: &Column, text: String) -> String {
    if profile.format != FileFormat::Fixed {
        return text;
    }
    let length = profile.encoding.encode(&text).map_or(0, |bytes| bytes.len());
    let blanks = " ".repeat(column.width.saturating_sub(length));
    match column.field {
        Field::Amount | Field::LineNumber => blanks + &text,
        _ => text + &blanks,
    }
}
