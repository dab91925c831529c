//! A second form of each table for programs that read GB18030.

use std::io::{self, Write};

use crate::kernel::Refusal;
use crate::sheets::Encoding;

/// Takes UTF-8 as [`crate::exports::writer::Table`] writes it, a row at once and the header first, and passes on GB18030
/// without a byte order mark. A character that cannot be held is an error that names the row; nothing takes its place.
pub(super) struct Gb18030<W> {
    inner: W,
    /// Rows taken, the header counted.
    rows: u64,
    refusal: Option<Refusal>,
}

impl<W> Gb18030<W> {
    pub(super) const fn new(inner: W) -> Self {
        Self { inner, rows: 0, refusal: None }
    }

    /// What was written into, or why nothing more could be.
    pub(super) fn end(self) -> Result<W, Refusal> {
        self.refusal.map_or(Ok(self.inner), Err)
    }
}

impl<W: Write> Write for Gb18030<W> {
    fn write(&mut self, row: &[u8]) -> io::Result<usize> {
        self.rows += 1;
        let text = std::str::from_utf8(row).map_err(io::Error::other)?;
        match Encoding::Gb18030.encode(text.trim_start_matches('\u{feff}')) {
            Ok(bytes) => self.inner.write_all(&bytes)?,
            Err(character) => {
                let refusal = Refusal::new("export_character");
                let refusal = refusal.with("row", self.rows).with("character", character).with("encoding", "GB18030");
                self.refusal.get_or_insert(refusal);
                return Err(io::Error::other("a character that GB18030 does not hold"));
            }
        }
        Ok(row.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_encoded_whole_and_a_lost_character_names_its_row() {
        let mut out = Gb18030::new(Vec::new());
        out.write_all("\u{feff}编号,名称\r\n".as_bytes()).unwrap();
        out.write_all("1,𠮷野家\r\n".as_bytes()).unwrap();
        let bytes = out.end().unwrap();
        assert!(bytes.starts_with(&[0xB1, 0xE0, 0xBA, 0xC5]));
        assert_eq!(crate::sheets::decode(&bytes).unwrap().0, "编号,名称\r\n1,𠮷野家\r\n");

        let mut out = Gb18030::new(Vec::new());
        out.write_all("名称\r\n".as_bytes()).unwrap();
        assert!(out.write_all("\u{e5e5}\r\n".as_bytes()).is_err());
        let refusal = out.end().unwrap_err();
        assert_eq!((refusal.code, refusal.facts[0].clone()), ("export_character", ("row", "2".to_owned())));
    }
}
