//! Rows into bytes: CSV, workbook, JSON lines; hashed and summed on the way.

use std::io::{self, Write};

use sha2::{Digest as _, Sha256};

use super::columns::{Column, Kind, header};
use super::request::FileFormat;
use super::sheet::Sheet;
use crate::journal::Cell;
use crate::kernel::instant::Instant;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::web::Lang;

/// Hashes what goes through.
pub(super) struct Hashing<W> {
    inner: W,
    hash: Sha256,
}

impl<W: Write> Hashing<W> {
    pub(super) fn new(inner: W) -> Self {
        Self { inner, hash: Sha256::new() }
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl Hashing<io::BufWriter<std::fs::File>> {
    /// The file and the SHA-256 of what was written, hex.
    pub(super) fn finish(self) -> Result<(std::fs::File, String)> {
        let file = self.inner.into_inner().map_err(Error::internal)?;
        Ok((file, hex::encode(self.hash.finalize())))
    }
}

/// What was written.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) rows: u64,
    pub(super) sums: Vec<(String, Fen)>,
    pub(super) guarded: Vec<String>,
}

/// A table on its way into a file.
pub(super) struct Table<'w, W: Write> {
    out: &'w mut W,
    format: FileFormat,
    names: Vec<String>,
    kinds: Vec<Kind>,
    sums: Vec<i64>,
    rows: u64,
    line: Vec<u8>,
    text: String,
    sheet: Option<Sheet>,
}

impl<'w, W: Write> Table<'w, W> {
    /// Begins a table with columns of known kinds.
    pub(super) fn of(out: &'w mut W, format: FileFormat, lang: Lang, columns: &[Column]) -> Result<Self> {
        let names = columns.iter().map(|(name, _)| (*name).to_owned()).collect();
        let heads: Vec<String> = columns.iter().map(|(name, _)| header(lang, name).to_owned()).collect();
        Self::begin(out, format, lang, names, &heads, columns.iter().map(|(_, kind)| *kind).collect())
    }

    /// Begins a table whose header is given.
    pub(super) fn begin(
        out: &'w mut W,
        format: FileFormat,
        lang: Lang,
        names: Vec<String>,
        heads: &[String],
        kinds: Vec<Kind>,
    ) -> Result<Self> {
        let sums = vec![0; kinds.len()];
        let sheet = if format == FileFormat::Xlsx { Some(Sheet::new(heads)?) } else { None };
        let mut table = Self {
            out,
            format,
            names,
            kinds,
            sums,
            rows: 0,
            line: Vec::with_capacity(512),
            text: String::new(),
            sheet,
        };
        if format == FileFormat::Csv {
            if lang == Lang::Zh {
                table.line.extend_from_slice("\u{feff}".as_bytes());
            }
            for (index, head) in heads.iter().enumerate() {
                table.separate(index);
                quote(&mut table.line, head);
            }
            table.end_line()?;
        }
        Ok(table)
    }

    /// Writes a row of cells as the database gave them.
    pub(super) fn row(&mut self, cells: &[Cell], login: impl Fn(&str) -> String) -> Result<()> {
        for index in 0..self.kinds.len() {
            let kind = self.kinds.get(index).copied().unwrap_or(Kind::Words);
            let cell = cells.get(index).unwrap_or(&Cell::Null);
            self.text.clear();
            self.print(index, kind, cell, &login)?;
            self.put(index, kind)?;
        }
        self.end_row()
    }

    /// Writes a row of texts.
    pub(super) fn texts(&mut self, row: &[String]) -> Result<()> {
        for (index, text) in row.iter().enumerate() {
            let kind = self.kinds.get(index).copied().unwrap_or(Kind::Words);
            if kind == Kind::Amount {
                self.add(index, Fen::parse(text)?.get())?;
            }
            self.text.clear();
            self.text.push_str(text);
            self.put(index, kind)?;
        }
        self.end_row()
    }

    fn print(&mut self, index: usize, kind: Kind, cell: &Cell, login: impl Fn(&str) -> String) -> Result<()> {
        use std::fmt::Write as _;
        match (kind, cell) {
            (Kind::Amount, Cell::Null) => self.text.push_str("0.00"),
            (Kind::Amount, cell) => {
                let fen = cell.int()?;
                self.add(index, fen)?;
                let sign = if fen < 0 { "-" } else { "" };
                let fen = fen.unsigned_abs();
                let _ = write!(self.text, "{sign}{}.{:02}", fen / 100, fen % 100);
            }
            (_, Cell::Null) => {}
            (Kind::Instant, cell) => self.text.push_str(&Instant::new(cell.int()?).print()),
            (Kind::Actor, cell) => self.text.push_str(&login(cell.text())),
            (_, Cell::Int(number)) => {
                let _ = write!(self.text, "{number}");
            }
            (_, cell) => self.text.push_str(cell.text()),
        }
        Ok(())
    }

    fn add(&mut self, index: usize, fen: i64) -> Result<()> {
        if let Some(sum) = self.sums.get_mut(index) {
            *sum = sum.checked_add(fen).ok_or_else(|| Error::internal("a sum is too large"))?;
        }
        Ok(())
    }

    fn separate(&mut self, index: usize) {
        if index > 0 {
            self.line.push(b',');
        }
    }

    fn put(&mut self, index: usize, kind: Kind) -> Result<()> {
        match self.format {
            FileFormat::Csv => {
                self.separate(index);
                if kind == Kind::Words && is_formula(&self.text) {
                    self.text.insert(0, '\'');
                }
                quote(&mut self.line, &self.text);
            }
            FileFormat::Jsonl => {
                self.line.extend_from_slice(if index == 0 { b"{" } else { b"," });
                let name = self.names.get(index).map_or("", String::as_str);
                serde_json::to_writer(&mut self.line, name).map_err(Error::internal)?;
                self.line.push(b':');
                if kind == Kind::Number {
                    self.line.extend_from_slice(if self.text.is_empty() { b"null" } else { self.text.as_bytes() });
                } else {
                    serde_json::to_writer(&mut self.line, &self.text).map_err(Error::internal)?;
                }
            }
            FileFormat::Xlsx => {
                if let Some(sheet) = &mut self.sheet {
                    sheet.cell(index, &self.text)?;
                }
            }
        }
        Ok(())
    }

    fn end_row(&mut self) -> Result<()> {
        self.rows += 1;
        match self.format {
            FileFormat::Csv => self.end_line(),
            FileFormat::Jsonl => {
                self.line.extend_from_slice(b"}\n");
                self.out.write_all(&self.line).map_err(Error::internal)?;
                self.line.clear();
                Ok(())
            }
            FileFormat::Xlsx => {
                if let Some(sheet) = &mut self.sheet {
                    sheet.end_row();
                }
                Ok(())
            }
        }
    }

    fn end_line(&mut self) -> Result<()> {
        self.line.extend_from_slice(b"\r\n");
        self.out.write_all(&self.line).map_err(Error::internal)?;
        self.line.clear();
        Ok(())
    }

    /// Rows written so far.
    pub(super) const fn rows(&self) -> u64 {
        self.rows
    }

    /// Ends the table.
    pub(super) fn end(self) -> Result<Tally> {
        if let Some(sheet) = self.sheet {
            self.out.write_all(&sheet.finish()?).map_err(Error::internal)?;
        }
        let of = |wanted: Kind| {
            let names = self.names.iter().zip(&self.kinds);
            names.filter(move |(_, kind)| **kind == wanted).map(|(name, _)| name.clone()).collect::<Vec<_>>()
        };
        let sums = self
            .names
            .iter()
            .zip(&self.kinds)
            .zip(&self.sums)
            .filter(|((_, kind), _)| **kind == Kind::Amount)
            .map(|((name, _), sum)| (name.clone(), Fen::new(*sum)))
            .collect();
        let guarded = if self.format == FileFormat::Csv { of(Kind::Words) } else { Vec::new() };
        Ok(Tally { rows: self.rows, sums, guarded })
    }
}

/// Whether a spreadsheet would run this cell (OWASP, CSV injection).
fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// A field of RFC 4180.
fn quote(line: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    if !bytes.iter().any(|b| matches!(b, b',' | b'"' | b'\r' | b'\n')) {
        line.extend_from_slice(bytes);
        return;
    }
    line.push(b'"');
    for byte in bytes {
        if *byte == b'"' {
            line.push(b'"');
        }
        line.push(*byte);
    }
    line.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(format: FileFormat, lang: Lang) -> String {
        let mut out = Vec::new();
        let columns = [("name", Kind::Words), ("amount", Kind::Amount), ("position", Kind::Number)];
        let mut table = Table::of(&mut out, format, lang, &columns).unwrap();
        for (name, fen) in [("=1+1", 100), ("甲, \"乙\"", 5), ("普通", -250)] {
            table.row(&[Cell::Text(name.into()), Cell::Int(fen), Cell::Int(7)], str::to_owned).unwrap();
        }
        let tally = table.end().unwrap();
        assert_eq!((tally.rows, tally.sums), (3, vec![("amount".into(), Fen::new(-145))]));
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn csv_is_quoted_by_rfc_4180_and_guarded_against_formulas() {
        assert_eq!(
            written(FileFormat::Csv, Lang::En),
            "name,amount,position\r\n'=1+1,1.00,7\r\n\"甲, \"\"乙\"\"\",0.05,7\r\n普通,-2.50,7\r\n"
        );
        assert!(written(FileFormat::Csv, Lang::Zh).starts_with('\u{feff}'));
    }

    #[test]
    fn json_lines_keep_cells_as_they_are() {
        let text = written(FileFormat::Jsonl, Lang::Zh);
        let first: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
        assert_eq!(first, serde_json::json!({"name": "=1+1", "amount": "1.00", "position": 7}));
    }

    #[test]
    fn a_workbook_is_the_same_bytes_each_time() {
        let book = || {
            let mut out = Vec::new();
            let mut table = Table::of(&mut out, FileFormat::Xlsx, Lang::En, &[("uscc", Kind::Code)]).unwrap();
            table.row(&[Cell::Text("911000001000000000".into())], str::to_owned).unwrap();
            table.end().unwrap();
            out
        };
        let first = book();
        std::thread::sleep(std::time::Duration::from_millis(1_100));
        assert_eq!(first, book());
    }
}
