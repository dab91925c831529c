//! Each file of `tests/fixtures/files` is named for what is wrong with it; here is what must be said of it.

mod catalogue;
mod delimited_files;
mod faulty_files;
mod no_input_panics;
mod workbooks;

use super::{GrantRow, Reading, What, read_grants};
use crate::sheets::{BadCell, Faults};

/// The bytes of a fixture.
fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/fixtures/files/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Reads a sound `history` file.
fn history(bytes: &[u8]) -> Reading<GrantRow> {
    read_grants(bytes, What::History, None).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

/// The faults of a `history` file.
fn faults(bytes: &[u8]) -> Faults {
    read_grants(bytes, What::History, None).unwrap_err()
}

/// Line, column and code of each bad cell.
fn places(cells: &[BadCell]) -> Vec<(u64, &str, &str)> {
    cells.iter().map(|bad| (bad.line, bad.column.as_str(), bad.refusal.code)).collect()
}

/// Codes of the notices with their lines.
fn notices(reading: &Reading<GrantRow>) -> Vec<(&'static str, u64)> {
    reading.summary.notices.iter().map(|notice| (notice.code, notice.line)).collect()
}

/// The three rows that the small fixtures hold, with their lines.
fn three_rows() -> Vec<GrantRow> {
    history(&fixture("good-bom.csv")).rows.into_iter().map(|(_, row)| row).collect()
}
