//! A workbook of the bank: which sheet it means, the rows of titles above the names of the columns, and what a person who
//! looks at it does not see.

use super::BankFile;
use super::table::Table;
use crate::kernel::Refusal;
use crate::kernel::text::fold;
use crate::payments::files::profile::{Column, Field, Profile};
use crate::sheets::{Faults, Format, Grid as _, Row, Workbook};

/// Rows in which the names of the columns are looked for.
const HEAD_ROWS: usize = 20;
/// Lines that a notice names.
const LINES_NAMED: usize = 20;

/// A sheet that can be seen.
struct Seen {
    name: String,
    /// Rows above the names of the columns.
    titles: usize,
    /// The names of all columns are there, and rows below them.
    is_whole: bool,
    is_blank: bool,
}

/// Reads the sheet that has the columns of the profile; of several that have them none.
///
/// Refusals: `file_damaged`, `sheets_several` (`sheets`), those of the rows.
pub(super) fn read(profile: &Profile, bytes: &[u8], format: Format) -> Result<BankFile, Faults> {
    let mut workbook = Workbook::open(bytes, format)?;
    let sheets = workbook.sheets();
    let mut seen = Vec::new();
    for sheet in sheets.iter().filter(|sheet| !sheet.hidden) {
        let head = workbook.sheet(&sheet.name).head(HEAD_ROWS)?;
        seen.push(look_at(profile, &sheet.name, &head));
    }
    let whole: Vec<&str> = seen.iter().filter(|sheet| sheet.is_whole).map(|sheet| sheet.name.as_str()).collect();
    if whole.len() > 1 {
        return Err(Refusal::new("sheets_several").with("sheets", whole.join("、")).into());
    }
    let chosen = seen.iter().find(|sheet| sheet.is_whole).or_else(|| seen.iter().find(|sheet| !sheet.is_blank));
    let Some(chosen) = chosen.or_else(|| seen.first()) else {
        return Err(Refusal::new("file_damaged").into());
    };
    let mut hidden = Vec::new();
    let table = Table::new(profile).below(chosen.titles);
    let mut file = table.read(&mut workbook.sheet(&chosen.name), None, &mut hidden)?;
    let others = seen.iter().filter(|sheet| sheet.name != chosen.name && !sheet.is_blank).map(|sheet| &sheet.name);
    let unseen = sheets.iter().filter(|sheet| sheet.hidden).map(|sheet| &sheet.name);
    file.notices.extend(others.map(|name| Refusal::new("bank_sheet_ignored").with("sheet", name)));
    file.notices.extend(unseen.map(|name| Refusal::new("bank_sheet_hidden").with("sheet", name)));
    if !hidden.is_empty() {
        file.notices.push(hidden_rows(&hidden));
    }
    if !workbook.tells_hidden_rows() {
        file.notices.push(Refusal::new("bank_hidden_rows_untold"));
    }
    Ok(file)
}

fn hidden_rows(hidden: &[u64]) -> Refusal {
    let mut named: Vec<String> = hidden.iter().take(LINES_NAMED).map(u64::to_string).collect();
    if hidden.len() > LINES_NAMED {
        named.push("…".to_owned());
    }
    Refusal::new("bank_hidden_rows").with("n", hidden.len()).with("lines", named.join("、"))
}

/// Above the names of the columns a sheet may have titles, unless the profile says line by line what stands there.
fn look_at(profile: &Profile, name: &str, head: &[Row<'_>]) -> Seen {
    let is_blank = head.is_empty();
    if !profile.header_line() || !profile.first_lines.is_empty() {
        let above = profile.first_lines.len();
        let is_header = |row: &Row<'_>| named(profile, row) == needed(profile);
        let is_whole = profile.header_line() && head.get(above).is_some_and(is_header) && head.len() > above + 1;
        return Seen { name: name.to_owned(), titles: 0, is_whole, is_blank };
    }
    let found: Vec<usize> = head.iter().map(|row| named(profile, row)).collect();
    let most = found.iter().copied().max().unwrap_or_default();
    // the first of those that know most names: what is missing there is told of that row
    let titles = found.iter().position(|known| *known == most && most > 0).unwrap_or_default();
    let is_whole = most > 0 && most == needed(profile) && head.len() > titles + 1;
    Seen { name: name.to_owned(), titles, is_whole, is_blank }
}

/// The columns without which a header is none.
fn must_be_there(column: &&Column) -> bool {
    !column.optional && column.field != Field::Ignored
}

fn needed(profile: &Profile) -> usize {
    profile.columns.iter().filter(must_be_there).count()
}

/// How many of them a row names.
fn named(profile: &Profile, row: &Row<'_>) -> usize {
    let cells: Vec<String> = row.cells.iter().filter(|cell| !cell.is_blank()).map(|cell| fold(&cell.text)).collect();
    let is_there =
        |column: &&Column| std::iter::once(&column.header).chain(&column.also).any(|name| cells.contains(&fold(name)));
    profile.columns.iter().filter(must_be_there).filter(is_there).count()
}
