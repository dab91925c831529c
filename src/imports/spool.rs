//! Rows that were checked beside the book's other work, kept in a nameless file until they go in.
//!
//! They were checked against the book as it was at one position, and as if they came right behind it. If the book has not
//! moved when its turn comes, what was checked holds, and the rows go in as they lie here; else all is checked anew.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use serde::Serialize;

use crate::journal::{Desk, Opening};
use crate::kernel::dates::Day;
use crate::kernel::{Error, Result};

/// Bytes read or written at once.
const AT_ONCE: usize = 1 << 18;

/// Rows that are being written.
pub struct Spool {
    opening: Opening,
    today: Day,
    out: BufWriter<File>,
    payload: Vec<u8>,
}

impl Spool {
    /// Begins with nothing, for a book that would open the import there.
    pub fn begin(opening: Opening, today: Day) -> Result<Self> {
        let file = tempfile::tempfile().map_err(Error::internal)?;
        Ok(Self { opening, today, out: BufWriter::with_capacity(AT_ONCE, file), payload: Vec::new() })
    }

    /// The position that the import's opening event would have.
    pub const fn import(&self) -> i64 {
        self.opening.position
    }

    /// Keeps the payload of the next row.
    pub fn push(&mut self, payload: &impl Serialize) -> Result<()> {
        self.payload.clear();
        serde_json::to_writer(&mut self.payload, payload).map_err(Error::internal)?;
        let length = u32::try_from(self.payload.len()).map_err(Error::internal)?;
        self.out.write_all(&length.to_le_bytes()).map_err(Error::internal)?;
        self.out.write_all(&self.payload).map_err(Error::internal)
    }

    /// Ends the file.
    pub fn end(self) -> Result<Spooled> {
        let file = self.out.into_inner().map_err(|failed| Error::internal(failed.error()))?;
        Ok(Spooled { opening: self.opening, today: self.today, file: Arc::new(file) })
    }
}

/// Rows that were written. Cheap to clone, read as often as needed.
#[derive(Debug, Clone)]
pub struct Spooled {
    opening: Opening,
    today: Day,
    file: Arc<File>,
}

impl Spooled {
    /// Whether the book stands where it stood when the rows were checked, on the same day.
    pub fn holds(&self, desk: &Desk) -> bool {
        desk.opening() == self.opening && desk.today() == self.today
    }

    /// The payloads of the rows, in order.
    pub fn rows(&self) -> impl Iterator<Item = Result<Vec<u8>>> + Send + use<> {
        let from_start = FromStart { file: Arc::clone(&self.file), at: 0 };
        let mut reader = BufReader::with_capacity(AT_ONCE, from_start);
        std::iter::from_fn(move || next(&mut reader).transpose())
    }
}

fn next(reader: &mut impl Read) -> Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match reader.read_exact(&mut length) {
        Ok(()) => {}
        Err(end) if end.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(failed) => return Err(Error::internal(failed)),
    }
    let mut payload = vec![0; usize::try_from(u32::from_le_bytes(length)).map_err(Error::internal)?];
    reader.read_exact(&mut payload).map_err(Error::internal)?;
    Ok(Some(payload))
}

/// A reading of the file that has a place of its own in it.
struct FromStart {
    file: Arc<File>,
    at: u64,
}

impl Read for FromStart {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.file.read_at(buffer, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}
