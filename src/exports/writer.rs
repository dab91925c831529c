//! Rows into bytes: CSV, workbook, JSON lines; hashed and summed on the way.

use std::collections::HashMap;
use std::fmt;
use std::io::{self, Write};

use sha2::{Digest as _, Sha256};

use super::columns::{Column, Kind, header};
use super::request::FileFormat;
use crate::journal::Cell;
use crate::kernel::csv::{is_formula, quote};
use crate::kernel::instant::Instant;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::sheets::SheetWriter;
use crate::web::{Lang, i18n};

/// Hashes what goes through.
pub(super) struct Hashing<W> {
    inner: W,
    hash: Sha256,
    bytes: u64,
}

impl<W: Write> Hashing<W> {
    pub(super) fn new(inner: W) -> Self {
        Self { inner, hash: Sha256::new(), bytes: 0 }
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or_default());
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<W> Hashing<W> {
    /// How many bytes went through, and their SHA-256, hex.
    pub(super) fn seal(self) -> (u64, String) {
        (self.bytes, hex::encode(self.hash.finalize()))
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

/// Logins by actor.
pub(super) type Logins = HashMap<String, String>;

/// A table on its way into a file: cells are put one after another, each as its column's kind says.
pub(super) struct Table<'w, W: Write> {
    out: &'w mut W,
    format: FileFormat,
    lang: Lang,
    names: Vec<String>,
    kinds: Vec<Kind>,
    logins: Logins,
    /// The column that the next cell is of.
    next: usize,
    sums: Vec<i64>,
    rows: u64,
    line: Vec<u8>,
    text: String,
    /// The instant printed last in each column: those of a file's rows are mostly one and the same.
    instants: Vec<(i64, String)>,
    /// The words of the codes met so far, by column.
    words: Vec<HashMap<String, &'static str>>,
    sheet: Option<SheetWriter>,
}

impl<'w, W: Write + Send> Table<'w, W> {
    /// Begins a table with columns of known kinds.
    pub(super) fn of(
        out: &'w mut W,
        format: FileFormat,
        lang: Lang,
        columns: &[Column],
        logins: Logins,
    ) -> Result<Self> {
        let names = columns.iter().map(|(name, _)| (*name).to_owned()).collect();
        let heads: Vec<String> = columns.iter().map(|(name, _)| header(lang, name).to_owned()).collect();
        let kinds: Vec<Kind> = columns.iter().map(|(_, kind)| *kind).collect();
        let sheet = if format == FileFormat::Xlsx { Some(SheetWriter::new(&heads)?) } else { None };
        let mut table = Self {
            out,
            format,
            lang,
            names,
            logins,
            next: 0,
            sums: vec![0; kinds.len()],
            rows: 0,
            line: Vec::with_capacity(512),
            text: String::new(),
            instants: vec![(i64::MIN, String::new()); kinds.len()],
            words: vec![HashMap::new(); kinds.len()],
            kinds,
            sheet,
        };
        if format == FileFormat::Csv {
            if lang == Lang::Zh {
                table.line.extend_from_slice("\u{feff}".as_bytes());
            }
            for (index, head) in heads.iter().enumerate() {
                if index > 0 {
                    table.line.push(b',');
                }
                quote(&mut table.line, head);
            }
            table.line.extend_from_slice(b"\r\n");
            table.write_line()?;
        }
        Ok(table)
    }

    /// Writes a row of cells as the database gave them.
    pub(super) fn row(&mut self, cells: &[Cell]) -> Result<()> {
        for cell in cells {
            self.cell(cell)?;
        }
        self.end_row()
    }

    /// Writes a row of texts, amounts printed already.
    pub(super) fn texts(&mut self, row: &[String]) -> Result<()> {
        for text in row {
            if self.kind() == Kind::Amount {
                self.amount(Fen::parse(text)?.get())?;
            } else {
                self.text(text)?;
            }
        }
        self.end_row()
    }

    fn kind(&self) -> Kind {
        self.kinds.get(self.next).copied().unwrap_or(Kind::Words)
    }

    /// Puts the next cell as the database gave it.
    pub(super) fn cell(&mut self, cell: &Cell) -> Result<()> {
        match (self.kind(), cell) {
            (Kind::Amount, Cell::Null) => self.amount(0),
            (_, Cell::Null) => self.text(""),
            (Kind::Amount | Kind::AmountIfAny, cell) => self.amount(cell.int()?),
            (Kind::Hash, Cell::Bytes(bytes)) => self.text(&hex::encode(bytes)),
            (Kind::Instant, cell) => self.instant(cell.int()?),
            (_, Cell::Int(number)) => self.number(*number),
            (_, cell) => self.text(cell.text()),
        }
    }

    /// Puts an amount, in fen.
    pub(super) fn amount(&mut self, fen: i64) -> Result<()> {
        if let Some(sum) = self.sums.get_mut(self.next) {
            *sum = sum.checked_add(fen).ok_or_else(|| Error::internal("a sum is too large"))?;
        }
        self.text.clear();
        let sign = if fen < 0 { "-" } else { "" };
        let fen = fen.unsigned_abs();
        let _ = fmt::Write::write_fmt(&mut self.text, format_args!("{sign}{}.{:02}", fen / 100, fen % 100));
        self.put()
    }

    /// Puts a whole number.
    pub(super) fn number(&mut self, number: i64) -> Result<()> {
        self.text.clear();
        let _ = fmt::Write::write_fmt(&mut self.text, format_args!("{number}"));
        self.put()
    }

    fn instant(&mut self, unix_ms: i64) -> Result<()> {
        self.text.clear();
        if let Some((last, printed)) = self.instants.get_mut(self.next) {
            if *last != unix_ms {
                *last = unix_ms;
                *printed = Instant::new(unix_ms).print();
            }
            self.text.push_str(printed);
        }
        self.put()
    }

    /// Puts a text; of an actor the login, of a code its word where the file has words.
    pub(super) fn text(&mut self, text: &str) -> Result<()> {
        self.text.clear();
        let kind = self.kind();
        let is_for_people = self.lang == Lang::Zh && self.format != FileFormat::Jsonl;
        match kind {
            Kind::Actor => self.text.push_str(self.logins.get(text).map_or(text, String::as_str)),
            Kind::Actors => {
                for (uid, number) in text.split(',').filter(|uid| !uid.is_empty()).zip(0..) {
                    self.text.push_str(if number > 0 { "、" } else { "" });
                    self.text.push_str(self.logins.get(uid).map_or(uid, String::as_str));
                }
            }
            _ if is_for_people && !text.is_empty() && kind.has_words() => self.word(kind, text),
            _ => self.text.push_str(text),
        }
        self.put()
    }

    fn word(&mut self, kind: Kind, code: &str) {
        let lang = self.lang;
        let Some(known) = self.words.get_mut(self.next) else { return self.text.push_str(code) };
        if !known.contains_key(code) {
            let key = kind.word(code).filter(|key| i18n::has(key));
            let word = key.map_or("", |key| i18n::text(lang, &key));
            known.insert(code.to_owned(), word);
        }
        // A code without a word stands for itself.
        let word = known.get(code).copied().filter(|word| !word.is_empty());
        self.text.push_str(word.unwrap_or(code));
    }

    /// Puts what stands in `text` into the next column.
    fn put(&mut self) -> Result<()> {
        let (index, kind) = (self.next, self.kind());
        self.next += 1;
        match self.format {
            FileFormat::Csv => {
                if index > 0 {
                    self.line.push(b',');
                }
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
                    match kind {
                        Kind::Amount | Kind::AmountIfAny if !self.text.is_empty() => sheet.amount(index, &self.text)?,
                        _ => sheet.cell(index, &self.text)?,
                    }
                }
            }
            FileFormat::Json | FileFormat::Journal => {}
        }
        Ok(())
    }

    /// Ends the row.
    pub(super) fn end_row(&mut self) -> Result<()> {
        self.rows += 1;
        self.next = 0;
        match self.format {
            FileFormat::Csv => self.line.extend_from_slice(b"\r\n"),
            FileFormat::Jsonl => self.line.extend_from_slice(b"}\n"),
            FileFormat::Xlsx => {
                if let Some(sheet) = &mut self.sheet {
                    sheet.end_row();
                }
            }
            // No tables: these are written by their own modules.
            FileFormat::Json | FileFormat::Journal => {}
        }
        self.write_line()
    }

    fn write_line(&mut self) -> Result<()> {
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
            sheet.finish(&mut *self.out)?;
        }
        let of = |wanted: Kind| {
            let names = self.names.iter().zip(&self.kinds);
            names.filter(move |(_, kind)| **kind == wanted).map(|(name, _)| name.clone()).collect::<Vec<_>>()
        };
        let sums = of(Kind::Amount);
        let kept = self.kinds.iter().zip(&self.sums).filter(|(kind, _)| **kind == Kind::Amount);
        let sums = sums.into_iter().zip(kept.map(|(_, sum)| Fen::new(*sum))).collect();
        let guarded = if self.format == FileFormat::Csv { of(Kind::Words) } else { Vec::new() };
        Ok(Tally { rows: self.rows, sums, guarded })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(format: FileFormat, lang: Lang) -> String {
        let mut out = Vec::new();
        let columns = [("name", Kind::Words), ("amount", Kind::Amount), ("position", Kind::Number)];
        let mut table = Table::of(&mut out, format, lang, &columns, Logins::new()).unwrap();
        for (name, fen) in [("=1+1", 100), ("甲, \"乙\"", 5), ("普通", -250)] {
            table.row(&[Cell::Text(name.into()), Cell::Int(fen), Cell::Int(7)]).unwrap();
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
            let columns = [("uscc", Kind::Code), ("amount", Kind::Amount)];
            let mut table = Table::of(&mut out, FileFormat::Xlsx, Lang::En, &columns, Logins::new()).unwrap();
            table.row(&[Cell::Text("911000001000000000".into()), Cell::Int(12_703_456_285)]).unwrap();
            table.end().unwrap();
            out
        };
        let first = book();
        std::thread::sleep(std::time::Duration::from_millis(1_100));
        assert_eq!(first, book());
    }
}
