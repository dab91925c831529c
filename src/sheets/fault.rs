//! What is wrong with a file, cell by cell.

use crate::kernel::Refusal;

/// How much of a bad value is shown.
const SHOWN_CHARS: usize = 80;

/// One bad cell, row or file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadCell {
    /// The line of the file, or the row number of the sheet; 0 if the whole file is meant.
    pub line: u64,
    /// The English name of the column, the header as written if it is not a known one, empty for a whole row.
    pub column: String,
    /// The value found, shortened.
    pub value: String,
    /// Why it is bad.
    pub refusal: Refusal,
}

impl BadCell {
    /// The whole file is bad.
    pub fn file(refusal: Refusal) -> Self {
        Self::row(0, refusal)
    }

    /// A whole row is bad.
    pub fn row(line: u64, refusal: Refusal) -> Self {
        Self { line, column: String::new(), value: String::new(), refusal }
    }

    /// A cell is bad.
    pub fn cell(line: u64, column: &str, value: &str, refusal: Refusal) -> Self {
        Self { line, column: column.to_owned(), value: shortened(value), refusal }
    }
}

/// All that is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults {
    /// Every bad cell, by line. Never empty.
    pub cells: Vec<BadCell>,
    /// Rows of data that were found, good and bad; 0 if the file could not be read that far.
    pub rows_in_file: u64,
}

impl From<BadCell> for Faults {
    fn from(cell: BadCell) -> Self {
        Self { cells: vec![cell], rows_in_file: 0 }
    }
}

impl From<Refusal> for Faults {
    fn from(refusal: Refusal) -> Self {
        BadCell::file(refusal).into()
    }
}

/// The value on one line and no longer than a table of errors can show.
pub fn shortened(value: &str) -> String {
    let mut short: String = value.chars().take(SHOWN_CHARS).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if value.chars().nth(SHOWN_CHARS).is_some() {
        short.pop();
        short.push('…');
    }
    short
}
