//! An uploaded file's bytes to typed rows, or to the complete list of its bad cells.
//!
//! Bytes are a grid of rows (`sheets`), in which the table is found (`source`), the header says which column stands where
//! (`header`), rows that carry no record are set apart (`totals`), and what remains becomes values (`values`, `rows`).
//! Nothing here knows of the book, the network or the time: the same bytes give the same answer.

mod columns;
mod header;
mod notice;
mod rows;
mod source;
mod table;
mod totals;
mod unit;
mod values;

#[cfg(test)]
mod tests;

pub use columns::{Column, find as column_of};
pub use notice::Notice;
pub use rows::{GrantRow, PolicyRow};
pub use table::Summary;
pub use unit::{UnitFrom, decide as decide_unit, in_titles as unit_in_titles, split_unit};

use rows::TypedRow;

use crate::kernel::money::Unit;
use crate::sheets::Faults;

/// Which file it is meant to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum What {
    /// Policies with their budget.
    Policies,
    /// New grants, to be reviewed.
    Grants,
    /// Grants paid before the book began.
    History,
}

/// A file that was read whole.
#[derive(Debug, Clone)]
pub struct Reading<T> {
    /// Every record with its line in the file.
    pub rows: Vec<(u64, T)>,
    /// How it was read.
    pub summary: Summary,
}

/// Reads a `policies` file.
pub fn read_policies(bytes: &[u8], confirmed_unit: Option<Unit>) -> Result<Reading<PolicyRow>, Faults> {
    collect(|sink| table::scan(bytes, What::Policies, confirmed_unit, sink))
}

/// Reads a `grants` or `history` file into memory.
///
/// `confirmed_unit` is what a person chose on the preview for amounts whose header names no unit.
#[cfg(test)]
pub fn read_grants(bytes: &[u8], what: What, confirmed_unit: Option<Unit>) -> Result<Reading<GrantRow>, Faults> {
    collect(|sink| table::scan(bytes, what, confirmed_unit, sink))
}

/// Reads a `grants` or `history` file and hands over each sound row with its line as it goes, so that a million rows need
/// no memory. Rows are handed over before the end is known: on a refusal whoever took them forgets them.
pub fn scan_grants(
    bytes: &[u8],
    what: What,
    confirmed_unit: Option<Unit>,
    sink: &mut dyn FnMut(u64, GrantRow),
) -> Result<Summary, Faults> {
    table::scan(bytes, what, confirmed_unit, sink)
}

fn collect<T: TypedRow>(
    scan: impl FnOnce(&mut dyn FnMut(u64, T)) -> Result<Summary, Faults>,
) -> Result<Reading<T>, Faults> {
    let mut rows = Vec::new();
    let summary = scan(&mut |line, row| rows.push((line, row)))?;
    Ok(Reading { rows, summary })
}
