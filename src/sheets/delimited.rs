//! Delimited text to rows, after RFC 4180.
//!
//! A splitter of our own, because an error must name the line where a quote was opened, the line of every row behind
//! blank and multi-line ones, and text behind a closing quote; the `csv` crate reads over all three. A test holds that
//! both agree on every sound file.

use std::borrow::Cow;
use std::ops::ControlFlow;

use super::cell::{Cell, Grid, Kind, Row};
use super::fault::BadCell;
use crate::kernel::Refusal;

/// What stands between two cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delimiter {
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// Tab.
    Tab,
    /// `|`, in the files of banks.
    Pipe,
}

impl Delimiter {
    /// Those that are tried where nobody says which it is, the likeliest first.
    pub const TRIED: [Self; 3] = [Self::Comma, Self::Semicolon, Self::Tab];

    /// The name that the preview shows.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Comma => "comma",
            Self::Semicolon => "semicolon",
            Self::Tab => "tab",
            Self::Pipe => "pipe",
        }
    }

    /// The sign itself.
    pub const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Pipe => b'|',
        }
    }
}

/// Text that is split as it is read.
pub struct Delimited<'t> {
    text: &'t str,
    delimiter: u8,
    quotes: bool,
}

impl<'t> Delimited<'t> {
    /// The text, split at the delimiter.
    pub const fn new(text: &'t str, delimiter: Delimiter) -> Self {
        Self { text, delimiter: delimiter.byte(), quotes: true }
    }

    /// The text, split at the delimiter, where quotation marks are marks like any other.
    pub const fn unquoted(text: &'t str, delimiter: Delimiter) -> Self {
        Self { text, delimiter: delimiter.byte(), quotes: false }
    }
}

impl Grid for Delimited<'_> {
    fn each(&mut self, take: &mut dyn FnMut(&Row<'_>) -> ControlFlow<()>) -> Result<(), BadCell> {
        let mut splitter = Splitter { text: self.text, delimiter: self.delimiter, quotes: self.quotes, at: 0, line: 1 };
        let mut row = Row::default();
        while splitter.read_row(&mut row)? {
            if !row.is_blank() && take(&row).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn has_fixed_width(&self) -> bool {
        true
    }
}

/// Where the reading stands.
struct Splitter<'t> {
    text: &'t str,
    delimiter: u8,
    quotes: bool,
    at: usize,
    line: u64,
}

impl<'t> Splitter<'t> {
    /// Reads the next row into the same memory; false at the end of the text.
    fn read_row(&mut self, row: &mut Row<'t>) -> Result<bool, BadCell> {
        row.cells.clear();
        row.line = self.line;
        if self.at >= self.text.len() {
            return Ok(false);
        }
        loop {
            let cell = self.read_cell()?;
            row.cells.push(cell);
            match self.byte() {
                Some(byte) if byte == self.delimiter => self.at += 1,
                _ => break,
            }
        }
        self.end_line();
        Ok(true)
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn slice(&self, from: usize, to: usize) -> &'t str {
        self.text.get(from..to).unwrap_or_default()
    }

    /// CR, LF or both.
    fn end_line(&mut self) {
        if self.byte() == Some(b'\r') {
            self.at += 1;
            if self.byte() != Some(b'\n') {
                self.line += 1;
            }
        }
        if self.byte() == Some(b'\n') {
            self.at += 1;
            self.line += 1;
        }
    }

    fn read_cell(&mut self) -> Result<Cell<'t>, BadCell> {
        if self.quotes && self.byte() == Some(b'"') {
            return self.read_quoted();
        }
        let from = self.at;
        self.skip_bare();
        Ok(Cell::text(self.slice(from, self.at)))
    }

    /// To the next delimiter, line end or the end of the text.
    fn skip_bare(&mut self) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        self.at += find_any(rest, [self.delimiter, b'\n', b'\r']);
    }

    fn read_quoted(&mut self) -> Result<Cell<'t>, BadCell> {
        let opened_on = self.line;
        self.at += 1;
        let from = self.at;
        let mut doubled = false;
        loop {
            match self.byte() {
                None => return Err(BadCell::row(opened_on, Refusal::new("quote_unclosed").with("line", opened_on))),
                Some(b'"') if self.text.as_bytes().get(self.at + 1) == Some(&b'"') => {
                    doubled = true;
                    self.at += 2;
                }
                Some(b'"') => break,
                Some(byte) => {
                    self.line += u64::from(byte == b'\n');
                    self.at += 1;
                }
            }
        }
        let inside = self.slice(from, self.at);
        self.at += 1;
        let behind = self.at;
        self.skip_bare();
        if behind < self.at {
            return Ok(Cell::of(Kind::StrayQuote, self.slice(from - 1, self.at)));
        }
        Ok(Cell::text(if doubled { Cow::Owned(inside.replace("\"\"", "\"")) } else { Cow::Borrowed(inside) }))
    }
}

/// Where the first of the bytes stands, or the end; eight bytes at a time, since most of a file is walked through here.
fn find_any(bytes: &[u8], wanted: [u8; 3]) -> usize {
    const LOW: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    let (blocks, _) = bytes.as_chunks::<8>();
    let skipped = blocks
        .iter()
        .take_while(|block| {
            let block = u64::from_ne_bytes(**block);
            // a byte becomes zero where it is the wanted one, and a zero byte is told by the borrow that it causes
            wanted.iter().all(|byte| {
                let zeroed = block ^ (LOW * u64::from(*byte));
                zeroed.wrapping_sub(LOW) & !zeroed & HIGH == 0
            })
        })
        .count()
        * 8;
    let rest = bytes.get(skipped..).unwrap_or_default();
    skipped + rest.iter().position(|byte| wanted.contains(byte)).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(text: &str, delimiter: Delimiter) -> Result<Vec<(u64, Vec<String>)>, BadCell> {
        let mut rows = Vec::new();
        Delimited::new(text, delimiter).each(&mut |row| {
            rows.push((row.line, row.cells.iter().map(|cell| cell.text.to_string()).collect()));
            ControlFlow::Continue(())
        })?;
        Ok(rows)
    }

    #[test]
    fn lines_are_those_of_the_file() {
        let text = "a,b\r\n\r\n\"1\r\n2\",\"say \"\"x\"\"\"\r\n,\r\nc,d\ne,f\rg,h";
        let found = rows(text, Delimiter::Comma).unwrap();
        let lines: Vec<u64> = found.iter().map(|row| row.0).collect();
        assert_eq!(lines, [1, 3, 6, 7, 8]);
        assert_eq!(found[1].1, ["1\r\n2", "say \"x\""]);
        assert_eq!(found[4].1, ["g", "h"]);
    }

    #[test]
    fn an_open_quote_is_named_where_it_opens() {
        let bad = rows("a,b\n1,2\n3,\"4\n5,6\n", Delimiter::Comma).unwrap_err();
        assert_eq!((bad.line, bad.refusal.code), (3, "quote_unclosed"));
    }

    #[test]
    fn text_behind_a_closing_quote_is_marked() {
        let mut kinds = Vec::new();
        Delimited::new("\"a\"b;c\"d\n", Delimiter::Semicolon)
            .each(&mut |row| {
                kinds.extend(row.cells.iter().map(|cell| (cell.kind, cell.text.to_string())));
                ControlFlow::Continue(())
            })
            .unwrap();
        assert_eq!(kinds, [(Kind::StrayQuote, "\"a\"b".to_owned()), (Kind::Text, "c\"d".to_owned())]);
    }

    #[test]
    fn where_nothing_is_quoted_a_quote_is_a_letter() {
        let mut cells = Vec::new();
        Delimited::unquoted("\"a|b\"\r\n\"c|d\n", Delimiter::Pipe)
            .each(&mut |row| {
                cells.extend(row.cells.iter().map(|cell| (row.line, cell.kind, cell.text.to_string())));
                ControlFlow::Continue(())
            })
            .unwrap();
        let texts: Vec<_> = cells.iter().map(|(line, _, text)| (*line, text.as_str())).collect();
        assert_eq!(texts, [(1, "\"a"), (1, "b\""), (2, "\"c"), (2, "d")]);
        assert!(cells.iter().all(|cell| cell.1 == Kind::Text));
    }

    proptest! {
        /// What the `csv` crate writes, both read alike.
        #[test]
        fn both_readers_agree(table in prop::collection::vec(prop::collection::vec("[a-c中,;\"\r\n\t ]{0,5}", 1..5), 0..8)) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &table {
                writer.write_record(row).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let blank = |row: &Vec<String>| row.iter().all(|cell| cell.trim().is_empty());
            let expected: Vec<_> = table.into_iter().filter(|row| !blank(row)).collect();
            let found: Vec<_> = rows(&text, Delimiter::Comma).unwrap().into_iter().map(|row| row.1).collect();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn no_text_panics(text in "\\PC*|[\",\r\n;\t中]{0,40}") {
            for delimiter in Delimiter::TRIED {
                let _ = rows(&text, delimiter);
            }
        }
    }
}
