//! Finds the header among the first rows and says which column stands where.

use super::What;
use super::columns::{self, Column};
use super::notice::Notice;
use super::unit::{self, split_unit};
use crate::kernel::Refusal;
use crate::kernel::money::Unit;
use crate::sheets::{BadCell, Row, shortened};

/// The header stands within so many rows that are not blank.
pub const HEADER_WITHIN: usize = 20;
/// Rows to look at: the last of them may be the second row of a header.
pub const HEAD_ROWS: usize = HEADER_WITHIN + 1;
/// Fewer known columns than this are a coincidence.
const KNOWN_MIN: usize = 2;

/// Where the columns stand.
#[derive(Debug, Clone)]
pub struct Header {
    /// The last line that belongs to the header.
    pub line: u64,
    /// Header texts by position, for messages; two rows joined.
    pub texts: Vec<String>,
    /// For each column its position.
    places: [Option<usize>; Column::COUNT],
    /// For each column the unit its own header names.
    units: [Option<Unit>; Column::COUNT],
    /// How many columns are known, counted once each.
    pub known: usize,
    /// The unit said above the table.
    pub title_unit: Option<Unit>,
    /// What is wrong with the header.
    pub faults: Vec<BadCell>,
    /// Unknown columns, which are not read.
    pub notices: Vec<Notice>,
}

impl Header {
    /// The position of a column.
    pub fn place(&self, column: Column) -> Option<usize> {
        self.places.get(column as usize).copied().flatten()
    }

    /// The unit that the header of a column names.
    pub fn unit(&self, column: Column) -> Option<Unit> {
        self.units.get(column as usize).copied().flatten()
    }

    /// The English name of the column at a position, else its header as written.
    pub fn name_at(&self, place: usize) -> &str {
        let known = self.places.iter().position(|at| *at == Some(place));
        known
            .and_then(|index| ALL.get(index))
            .map(|column| column.name())
            .or_else(|| self.texts.get(place).map(String::as_str))
            .unwrap_or("")
    }

    /// The columns that the file must have and has not.
    pub fn missing(&self, what: What) -> impl Iterator<Item = Column> {
        columns::of(what).filter(move |column| columns::is_required(what, *column) && self.place(*column).is_none())
    }
}

/// All columns in the order of the enum.
static ALL: std::sync::LazyLock<Vec<Column>> = std::sync::LazyLock::new(|| {
    let mut all: Vec<Column> = columns::of(What::Policies).chain(columns::of(What::Grants)).collect();
    all.sort_unstable();
    all
});

/// Finds the header: the row, or the two rows, with most known columns.
pub fn find(what: What, head: &[Row<'_>]) -> Option<Header> {
    let mut best: Option<(usize, Header)> = None;
    for (at, row) in head.iter().enumerate().take(HEADER_WITHIN) {
        let alone = read(what, row, None);
        // a second row is taken only if it tells more than one row alone
        let joined = head.get(at + 1).map(|below| read(what, row, Some(below)));
        let found = match joined {
            Some(joined) if joined.known > alone.known && known_alone(what, head.get(at + 1)) < joined.known => joined,
            _ => alone,
        };
        if found.known >= KNOWN_MIN && best.as_ref().is_none_or(|(_, best)| found.known > best.known) {
            best = Some((at, found));
        }
    }
    let (at, mut header) = best?;
    match unit::in_titles(head.get(..at).unwrap_or_default()) {
        Ok(found) => header.title_unit = found,
        Err((line, refusal)) => header.faults.push(BadCell::row(line, refusal)),
    }
    header.faults.extend(header.missing(what).map(|column| missing_column(header.line, column)).collect::<Vec<_>>());
    Some(header)
}

fn known_alone(what: What, row: Option<&Row<'_>>) -> usize {
    row.map_or(0, |row| read(what, row, None).known)
}

fn missing_column(line: u64, column: Column) -> BadCell {
    let refusal = Refusal::new("column_missing").with("column", column.name()).with("zh", column.zh());
    BadCell::cell(line, column.name(), "", refusal)
}

/// Reads one row, or two rows joined, as a header.
fn read(what: What, top: &Row<'_>, below: Option<&Row<'_>>) -> Header {
    let mut header = Header {
        line: below.map_or(top.line, |below| below.line),
        texts: Vec::new(),
        places: [None; Column::COUNT],
        units: [None; Column::COUNT],
        known: 0,
        title_unit: None,
        faults: Vec::new(),
        notices: Vec::new(),
    };
    let width = top.cells.len().max(below.map_or(0, |below| below.cells.len()));
    let mut spanning = "";
    for place in 0..width {
        let text_of = |row: &Row<'_>| row.cell(place).map(|cell| cell.text.trim().to_owned()).unwrap_or_default();
        let own = top.cell(place).map_or("", |cell| cell.text.trim());
        let under = below.map(text_of).unwrap_or_default();
        if !own.is_empty() || under.is_empty() {
            spanning = own;
        }
        // a merged heading stands in its first cell only; it counts for the cells to the right that have one below
        place_column(what, &mut header, place, spanning, &under);
    }
    header
}

fn place_column(what: What, header: &mut Header, place: usize, above: &str, under: &str) {
    let shown = if under.is_empty() || above == under { above.to_owned() } else { joined_text(above, under) };
    let shown = shortened(&shown);
    header.texts.push(shown.clone());
    if shown.is_empty() || columns::is_row_number(above) || columns::is_row_number(under) {
        return;
    }
    let Some((column, unit)) = recognised(what, above, under) else {
        header.notices.push(Notice::new("column_unknown", header.line).with("column", &shown));
        return;
    };
    if let Some(first) = header.place(column) {
        let first = header.texts.get(first).cloned().unwrap_or_default();
        let refusal = Refusal::new("column_duplicate").with("one", first).with("other", &shown);
        header.faults.push(BadCell::cell(header.line, column.name(), &shown, refusal));
        return;
    }
    header.known += 1;
    if let Some(slot) = header.places.get_mut(column as usize) {
        *slot = Some(place);
    }
    if let Some(slot) = header.units.get_mut(column as usize) {
        *slot = unit.filter(|_| column.is_money());
    }
}

fn joined_text(above: &str, under: &str) -> String {
    if above.is_empty() { under.to_owned() } else { format!("{above} {under}") }
}

/// The column that one of the texts, or both in either order, name: `金额` over `核定` is `核定金额`.
fn recognised(what: What, above: &str, under: &str) -> Option<(Column, Option<Unit>)> {
    if above.len() + under.len() > columns::HEADER_BYTES_MAX {
        return None;
    }
    let both = [under.to_owned(), format!("{under}{above}"), format!("{above}{under}"), above.to_owned()];
    let candidates = if under.is_empty() { both.get(3..) } else { both.get(..3) };
    let unit_above = split_unit(above).1;
    candidates?.iter().find_map(|text| {
        let (name, unit) = split_unit(text);
        let column = columns::find(what, text).or_else(|| columns::find(what, &name))?;
        Some((column, unit.or(unit_above)))
    })
}
