//! XLSX and XLS, sheet by sheet and row by row, as a person sees them on the screen.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Cursor;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{
    Data, DataRef, Dimensions, ExcelDateTime, Reader, SheetType, SheetVisible, Xls, XlsError, Xlsx, XlsxError,
};

use super::cell::{Cell, Grid, Kind, Row};
use super::fault::BadCell;
use super::number::{integer_cell, number_cell};
use super::package::Package;
use crate::kernel::Refusal;

/// A sheet wider than this is not a list; one stray cell at the far right must not cost memory in every row.
const COLUMNS_MAX: usize = 512;

/// Which of the two formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Office Open XML.
    Xlsx,
    /// The old binary format.
    Xls,
}

/// An opened workbook.
pub struct Workbook<'b> {
    book: Book<'b>,
    package: Package,
}

enum Book<'b> {
    Xlsx(Box<Xlsx<Cursor<&'b [u8]>>>),
    Xls(Box<Xls<Cursor<&'b [u8]>>>),
}

/// A sheet of cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetInfo {
    /// Its name.
    pub name: String,
    /// A person does not see it.
    pub hidden: bool,
}

impl<'b> Workbook<'b> {
    /// Opens the workbook.
    ///
    /// Refusals: `file_encrypted`, `file_damaged`, `file_type`, `file_too_large`.
    pub fn open(bytes: &'b [u8], format: Format) -> Result<Self, Refusal> {
        match format {
            Format::Xlsx => {
                let package = guarded(|| Package::inspect(bytes)).unwrap_or_else(|()| Err(damaged()))?;
                let book = guarded(|| Xlsx::new(Cursor::new(bytes))).map_err(|()| damaged())?.map_err(xlsx_refusal)?;
                Ok(Self { book: Book::Xlsx(Box::new(book)), package })
            }
            Format::Xls => {
                let book = guarded(|| Xls::new(Cursor::new(bytes))).map_err(|()| damaged())?;
                match book {
                    Ok(book) => Ok(Self { book: Book::Xls(Box::new(book)), package: Package::default() }),
                    Err(error) => Err(xls_refusal(&error, bytes)),
                }
            }
        }
    }

    /// Its sheets of cells, in order.
    pub fn sheets(&self) -> Vec<SheetInfo> {
        let all = match &self.book {
            Book::Xlsx(book) => book.sheets_metadata(),
            Book::Xls(book) => book.sheets_metadata(),
        };
        all.iter()
            .filter(|sheet| sheet.typ == SheetType::WorkSheet)
            .map(|sheet| SheetInfo { name: sheet.name.clone(), hidden: sheet.visible != SheetVisible::Visible })
            .collect()
    }

    /// True if the format tells which rows are hidden.
    pub fn tells_hidden_rows(&self) -> bool {
        matches!(self.book, Book::Xlsx(_))
    }

    /// One sheet, to read its rows.
    pub fn sheet<'w>(&'w mut self, name: &'w str) -> Sheet<'w, 'b> {
        Sheet { book: &mut self.book, hidden: self.package.hidden_rows(name), name }
    }
}

/// One sheet of an opened workbook.
pub struct Sheet<'w, 'b> {
    book: &'w mut Book<'b>,
    hidden: Option<&'w HashSet<u64>>,
    name: &'w str,
}

impl Grid for Sheet<'_, '_> {
    fn each(&mut self, take: &mut dyn FnMut(&Row<'_>) -> ControlFlow<()>) -> Result<(), BadCell> {
        let (name, hidden) = (self.name, self.hidden);
        let read = match self.book {
            Book::Xlsx(book) => guarded(|| each_of_xlsx(book, name, hidden, take)),
            Book::Xls(book) => guarded(|| each_of_xls(book, name, take)),
        };
        read.unwrap_or_else(|()| Err(damaged())).map_err(BadCell::file)
    }

    fn has_fixed_width(&self) -> bool {
        false
    }
}

fn each_of_xlsx(
    book: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    hidden: Option<&HashSet<u64>>,
    take: &mut dyn FnMut(&Row<'_>) -> ControlFlow<()>,
) -> Result<(), Refusal> {
    let regions = book.merge_cells_by_sheet_name(name).map_err(xlsx_refusal)?;
    let mut cells = book.worksheet_cells_reader(name).map_err(xlsx_refusal)?;
    let mut rows = Rows::new(&regions, hidden);
    while let Some(record) = cells.next_cell_with_formula().map_err(xlsx_refusal)? {
        let (row, column) = record.pos;
        let mut cell = shown_ref(record.value);
        cell.formula = record.formula.map(String::into_boxed_str);
        if rows.put(row, column, cell, take)?.is_break() {
            return Ok(());
        }
    }
    let _ = rows.finish(take);
    Ok(())
}

fn each_of_xls(
    book: &mut Xls<Cursor<&[u8]>>,
    name: &str,
    take: &mut dyn FnMut(&Row<'_>) -> ControlFlow<()>,
) -> Result<(), Refusal> {
    let regions = book.merge_cells_by_sheet_name(name).unwrap_or_default();
    let values = book.worksheet_range(name).map_err(|_| damaged())?;
    let formulas = book.worksheet_formula(name).map_err(|_| damaged())?;
    let (first_row, first_column) = values.start().unwrap_or_default();
    let mut rows = Rows::new(&regions, None);
    for (at, cells) in values.rows().enumerate() {
        let row = first_row.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
        for (along, value) in cells.iter().enumerate() {
            let column = first_column.saturating_add(u32::try_from(along).unwrap_or(u32::MAX));
            let formula = formulas.get_value((row, column)).filter(|formula| !formula.is_empty());
            if *value == Data::Empty && formula.is_none() {
                continue;
            }
            let mut cell = shown(value);
            cell.formula = formula.map(|formula| formula.as_str().into());
            if rows.put(row, column, cell, take)?.is_break() {
                return Ok(());
            }
        }
    }
    let _ = rows.finish(take);
    Ok(())
}

/// Cells gathered into rows, merged regions filled down.
struct Rows<'t, 'h> {
    row: Row<'t>,
    merges: Merges,
    hidden: Option<&'h HashSet<u64>>,
}

impl<'t, 'h> Rows<'t, 'h> {
    fn new(regions: &[Dimensions], hidden: Option<&'h HashSet<u64>>) -> Self {
        Self { row: Row::default(), merges: Merges::new(regions), hidden }
    }

    /// Puts a cell in its place; hands over the row before if this one begins a new one.
    fn put(
        &mut self,
        row: u32,
        column: u32,
        cell: Cell<'t>,
        take: &mut dyn FnMut(&Row<'_>) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, Refusal> {
        let line = u64::from(row) + 1;
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if line < self.row.line {
            return Err(damaged());
        }
        if line > self.row.line {
            if self.finish(take).is_break() {
                return Ok(ControlFlow::Break(()));
            }
            self.row.line = line;
            self.row.hidden = self.hidden.is_some_and(|hidden| hidden.contains(&line));
        }
        if cell.is_blank() {
            return Ok(ControlFlow::Continue(()));
        }
        if column >= COLUMNS_MAX {
            return Err(Refusal::new("columns_too_many").with("max", COLUMNS_MAX).with("line", line));
        }
        if self.row.cells.len() <= column {
            self.row.cells.resize(column + 1, Cell::default());
        }
        if let Some(place) = self.row.cells.get_mut(column) {
            *place = cell;
        }
        Ok(ControlFlow::Continue(()))
    }

    fn finish(&mut self, take: &mut dyn FnMut(&Row<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        if self.row.line == 0 {
            return ControlFlow::Continue(());
        }
        let written = !self.row.is_blank();
        self.merges.fill(&mut self.row);
        let flow = if written { take(&self.row) } else { ControlFlow::Continue(()) };
        self.row.cells.clear();
        flow
    }
}

/// Merged regions of more than one row. Their first cell stands for all cells below it in its column.
struct Merges {
    /// By first line: column and last line.
    starting: HashMap<u64, Vec<(usize, u64)>>,
    /// By column: the last line and what to fill in.
    open: BTreeMap<usize, (u64, Cell<'static>)>,
}

impl Merges {
    fn new(regions: &[Dimensions]) -> Self {
        let mut starting: HashMap<u64, Vec<_>> = HashMap::new();
        for region in regions.iter().filter(|region| region.end.0 > region.start.0) {
            let column = usize::try_from(region.start.1).unwrap_or(usize::MAX);
            if column < COLUMNS_MAX {
                let line = u64::from(region.start.0) + 1;
                starting.entry(line).or_default().push((column, u64::from(region.end.0) + 1));
            }
        }
        Self { starting, open: BTreeMap::new() }
    }

    fn fill(&mut self, row: &mut Row<'_>) {
        if self.starting.is_empty() && self.open.is_empty() {
            return;
        }
        self.open.retain(|_, (last, _)| row.line <= *last);
        for (column, (_, cell)) in &self.open {
            if row.cells.len() <= *column {
                row.cells.resize(*column + 1, Cell::default());
            }
            if let Some(place) = row.cells.get_mut(*column).filter(|place| place.is_blank()) {
                *place = cell.clone();
            }
        }
        for (column, last) in self.starting.remove(&row.line).unwrap_or_default() {
            if let Some(first) = row.cell(column).filter(|cell| !cell.is_blank()) {
                let below = Cell { merged: true, ..first.clone().into_owned() };
                self.open.insert(column, (last, below));
            }
        }
    }
}

fn shown(value: &Data) -> Cell<'static> {
    match value {
        Data::Int(value) => integer_cell(*value),
        Data::Float(value) => number_cell(*value),
        Data::String(text) | Data::DurationIso(text) => Cell::text(text.clone()),
        Data::Bool(value) => bool_cell(*value),
        Data::DateTime(value) => day_cell(*value),
        Data::DateTimeIso(text) => Cell::of(Kind::Date, without_midnight(text).to_owned()),
        Data::Error(error) => Cell::of(Kind::Error, error.to_string()),
        Data::Empty => Cell::default(),
    }
}

/// As [`shown`], without copying the shared strings.
fn shown_ref(value: DataRef<'_>) -> Cell<'_> {
    match value {
        DataRef::SharedString(text) => Cell::text(text),
        DataRef::String(text) => Cell::text(text),
        other => shown(&other.into()),
    }
}

fn bool_cell(value: bool) -> Cell<'static> {
    Cell::of(Kind::Bool, if value { "TRUE" } else { "FALSE" })
}

/// A day as `YYYY-MM-DD`, with the time behind it unless it is midnight.
fn day_cell(value: ExcelDateTime) -> Cell<'static> {
    if value.is_duration() {
        return number_cell(value.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = value.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) == (0, 0, 0) {
        return Cell::of(Kind::Date, date);
    }
    Cell::of(Kind::Date, format!("{date} {hour:02}:{minute:02}:{second:02}"))
}

fn without_midnight(text: &str) -> &str {
    text.split_once('T').filter(|(_, time)| time.starts_with("00:00:00")).map_or(text, |(date, _)| date)
}

/// The readers of foreign formats are not ours: should one stop short on a file made to hurt, that file is damaged and
/// the program lives on.
fn guarded<T>(read: impl FnOnce() -> T) -> Result<T, ()> {
    catch_unwind(AssertUnwindSafe(read)).map_err(drop)
}

fn damaged() -> Refusal {
    Refusal::new("file_damaged")
}

#[expect(clippy::needless_pass_by_value, reason = "stands in map_err")]
fn xlsx_refusal(error: XlsxError) -> Refusal {
    match error {
        XlsxError::Password => Refusal::new("file_encrypted"),
        _ => damaged(),
    }
}

/// An encrypted XLSX is wrapped in the container of the old format, under this name in UTF-16.
fn xls_refusal(error: &XlsError, bytes: &[u8]) -> Refusal {
    let wrapped: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    match error {
        XlsError::Password => Refusal::new("file_encrypted"),
        _ if bytes.windows(wrapped.len()).any(|window| window == wrapped) => Refusal::new("file_encrypted"),
        _ => damaged(),
    }
}
