//! What stands beside a file: a function of the same things as the file itself, and of nothing else.

use serde::Serialize;

use super::request::{FileFormat, Filter, Request};
use super::writer::Tally;
use crate::journal::Head;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::tree::Hash;
use crate::kernel::{Error, Result};

/// Grows when the bytes of any file change for the same book and question.
pub const FORMAT_VERSION: u32 = 2;

/// A file's manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Manifest {
    /// Which file.
    pub what: &'static str,
    /// Its format.
    pub format: FileFormat,
    /// Version of that format.
    pub format_version: u32,
    /// Language of the headers.
    pub lang: &'static str,
    /// Code of the book.
    pub book: String,
    /// The book's name for ever.
    pub book_uid: String,
    /// Effective date.
    pub as_of: Day,
    /// Position = size of the tree.
    pub at: i64,
    /// Root of the tree at that position, hex.
    pub root: String,
    /// Group columns.
    pub by: Vec<&'static str>,
    /// Filters, absent ones as null.
    pub filter: Filter,
    /// Rows without the header.
    pub rows: u64,
    /// Sums of the amount columns.
    pub sums: Vec<(String, Fen)>,
    /// Columns in which a cell may begin with an apostrophe that guards against formulas.
    pub guarded: Vec<String>,
    /// SHA-256 of the file, hex.
    pub sha256: String,
}

impl Manifest {
    pub(super) fn new(head: &Head, request: &Request, at: i64, root: Hash, tally: &Tally, sha256: String) -> Self {
        Self {
            what: request.what.code(),
            format: request.format,
            format_version: FORMAT_VERSION,
            lang: request.lang.code(),
            book: head.code.clone(),
            book_uid: head.book_uid.clone(),
            as_of: request.as_of,
            at,
            root: root.to_string(),
            by: request.by.iter().map(|by| by.code()).collect(),
            filter: request.filter.clone(),
            rows: tally.rows,
            sums: tally.sums.clone(),
            guarded: tally.guarded.clone(),
            sha256,
        }
    }

    /// JSON with a line end.
    pub fn to_json(&self) -> Result<Vec<u8>> {
        let mut json = serde_json::to_vec_pretty(self).map_err(Error::internal)?;
        json.push(b'\n');
        Ok(json)
    }
}
