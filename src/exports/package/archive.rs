//! A zip whose bytes follow from its content: entries in the order given, times of 1980, one compression.

use std::fs::File;
use std::io::{BufWriter, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

use crate::exports::writer::Hashing;
use crate::kernel::{Error, Result};

/// Bytes written at once.
const BUFFER: usize = 256 * 1024;

/// How hard is compressed: the usual balance, written out because the bytes depend on it.
const LEVEL: i64 = 6;

/// A zip on its way into a file.
pub(super) struct Archive(ZipWriter<BufWriter<File>>);

/// What an entry holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sealed {
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

/// An entry on its way.
pub(super) type Entry<'a> = Hashing<&'a mut ZipWriter<BufWriter<File>>>;

impl Archive {
    pub(super) fn new(file: File) -> Self {
        Self(ZipWriter::new(BufWriter::with_capacity(BUFFER, file)))
    }

    /// Begins an entry; whoever has written it seals it.
    pub(super) fn begin(&mut self, path: &str) -> Result<Entry<'_>> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(LEVEL))
            .last_modified_time(DateTime::default())
            .system(System::Unix)
            .unix_permissions(0o644)
            .large_file(true);
        self.0.start_file(path, options).map_err(Error::internal)?;
        Ok(Hashing::new(&mut self.0))
    }

    /// Writes an entry whose bytes are there.
    pub(super) fn put(&mut self, path: &str, bytes: &[u8]) -> Result<Sealed> {
        let mut entry = self.begin(path)?;
        entry.write_all(bytes).map_err(Error::internal)?;
        Ok(sealed(entry))
    }

    /// Ends it; the file is on the disk.
    pub(super) fn end(self) -> Result<()> {
        let buffered = self.0.finish().map_err(Error::internal)?;
        let file = buffered.into_inner().map_err(Error::internal)?;
        file.sync_all().map_err(Error::internal)
    }
}

/// What was written into an entry.
pub(super) fn sealed(entry: Entry<'_>) -> Sealed {
    let (bytes, sha256) = entry.seal();
    Sealed { bytes, sha256 }
}
