//! Goes through the rows below the header once.

use std::ops::ControlFlow;

use super::What;
use super::columns::Column;
use super::header::Header;
use super::notice::Notice;
use super::rows::TypedRow;
use super::source::{Found, Written, with_table};
use super::totals::{Aside, Control, aside};
use super::unit::{UnitFrom, decide};
use super::values::{Seen, Units, Values};
use crate::kernel::Refusal;
use crate::kernel::money::{Fen, Unit};
use crate::sheets::{BadCell, Delimiter, Faults, Format, Row, shape_fault};

/// Lines of hidden rows that a notice names one by one.
const HIDDEN_NAMED: usize = 20;

/// How a file was read, for the preview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Rows of data.
    pub rows_in_file: u64,
    /// `CSV`, `XLSX` or `XLS`.
    pub format: &'static str,
    /// `UTF-8`, `UTF-8 BOM` or `GB18030`, of a delimited file.
    pub encoding: Option<&'static str>,
    /// `comma`, `semicolon` or `tab`, of a delimited file.
    pub delimiter: Option<&'static str>,
    /// The sheet that was read.
    pub sheet: Option<String>,
    /// The last line of the header.
    pub header_line: u64,
    /// The unit of the amounts.
    pub unit: Unit,
    /// Who said so.
    pub unit_from: UnitFrom,
    /// The sum of all amounts (of the budgets in a `policies` file).
    pub sum: Fen,
    /// The 合计 of the file, if it has one; it equals the sum.
    pub control_total: Option<Fen>,
    /// What a person should know.
    pub notices: Vec<Notice>,
}

/// Reads the table in the bytes, row by row.
pub fn scan<T: TypedRow>(
    bytes: &[u8],
    what: What,
    confirmed_unit: Option<Unit>,
    sink: &mut dyn FnMut(u64, T),
) -> Result<Summary, Faults> {
    with_table(bytes, what, |mut found| {
        let mut table = Table::new(what, &mut found, confirmed_unit);
        let end = found.grid.each(&mut |row| {
            if row.line > table.header.line {
                table.row(row, sink);
            }
            ControlFlow::Continue(())
        });
        table.bad.extend(end.err());
        table.finish(found.written, found.sheet)
    })
}

/// What is known while the rows go by.
struct Table {
    what: What,
    header: Header,
    fixed_width: bool,
    units: Units,
    unit: (Unit, UnitFrom),
    seen: Seen,
    control: Control,
    rows: u64,
    bad: Vec<BadCell>,
    notices: Vec<Notice>,
    hidden: Vec<u64>,
}

impl Table {
    fn new(what: What, found: &mut Found<'_>, confirmed: Option<Unit>) -> Self {
        let header = found.header.clone();
        let mut bad = header.faults.clone();
        let mut notices = std::mem::take(&mut found.notices);
        notices.extend(header.notices.iter().cloned());
        let (units, unit) = units_of(what, &header, confirmed, &mut bad);
        if unit.1 == UnitFrom::Assumed {
            notices.push(Notice::new("unit_assumed", 0));
        }
        Self {
            what,
            fixed_width: found.grid.has_fixed_width(),
            header,
            units,
            unit,
            seen: Seen::default(),
            control: Control::default(),
            rows: 0,
            bad,
            notices,
            hidden: Vec::new(),
        }
    }

    fn row<T: TypedRow>(&mut self, row: &Row<'_>, sink: &mut dyn FnMut(u64, T)) {
        if let Some(kind) = aside(self.what, &self.header, row) {
            self.pass_over(row, kind);
            return;
        }
        self.rows += 1;
        if row.hidden {
            self.hidden.push(row.line);
        }
        let before = self.bad.len();
        self.check_shape(row);
        if self.bad.len() > before {
            // its cells are not where they seem to be: what they say would only mislead
            self.control.count(None);
            return;
        }
        let mut values = Values::new(row, &self.header, &self.units, &mut self.bad);
        let (record, amount) = T::read(self.what, &mut values, &mut self.seen);
        self.control.count(amount);
        if let Some(record) = record
            && self.bad.len() == before
        {
            sink(row.line, record);
        }
    }

    /// Too many or too few cells, text behind a quote, a cell beyond all measure.
    fn check_shape(&mut self, row: &Row<'_>) {
        let width = self.header.texts.len();
        let surplus = row.cells.iter().skip(width).any(|cell| !cell.is_blank());
        if self.fixed_width && (row.cells.len() < width || surplus) {
            let refusal = Refusal::new("row_length").with("found", row.cells.len()).with("expected", width);
            self.bad.push(BadCell::row(row.line, refusal));
            return;
        }
        for (place, cell) in row.cells.iter().enumerate() {
            if let Some(refusal) = shape_fault(cell) {
                self.bad.push(BadCell::cell(row.line, self.header.name_at(place), &cell.text, refusal));
            }
        }
    }

    fn pass_over(&mut self, row: &Row<'_>, kind: Aside) {
        let code = match kind {
            Aside::Signature => "signature_skipped",
            Aside::Header => "header_repeated",
            Aside::Total | Aside::Subtotal => {
                match self.control.claim(self.what, &self.header, row, kind, self.unit.0) {
                    Ok(true) => "total_checked",
                    Ok(false) => "total_without_amount",
                    Err(bad) => return self.bad.push(bad),
                }
            }
        };
        self.notices.push(Notice::new(code, row.line));
    }

    fn finish(mut self, written: Written, sheet: Option<String>) -> Result<Summary, Faults> {
        let (control_total, disagreements) = self.control.judge(self.what);
        self.bad.extend(disagreements);
        if self.rows == 0 && self.bad.is_empty() {
            self.bad.push(BadCell::row(self.header.line, Refusal::new("rows_none")));
        }
        let sum = self.control.sum();
        if sum.is_none() && self.bad.is_empty() {
            self.bad.push(BadCell::file(Refusal::new("sum_too_large")));
        }
        let (true, Some(sum)) = (self.bad.is_empty(), sum) else {
            self.bad.sort_by_key(|bad| bad.line);
            return Err(Faults { cells: self.bad, rows_in_file: self.rows });
        };
        if !self.hidden.is_empty() {
            self.notices.push(rows_hidden(&self.hidden));
        }
        let (format, encoding, delimiter) = names_of(written);
        Ok(Summary {
            rows_in_file: self.rows,
            format,
            encoding,
            delimiter,
            sheet,
            header_line: self.header.line,
            unit: self.unit.0,
            unit_from: self.unit.1,
            sum,
            control_total,
            notices: self.notices,
        })
    }
}

/// The unit of every money column, and that of the amounts. A conflict is kept as a fault of its header.
fn units_of(what: What, header: &Header, confirmed: Option<Unit>, bad: &mut Vec<BadCell>) -> (Units, (Unit, UnitFrom)) {
    let main = if what == What::Policies { Column::Budget } else { Column::Amount };
    let mut units = [Unit::Yuan; Column::COUNT];
    let mut of_main = (Unit::Yuan, UnitFrom::Assumed);
    for column in super::columns::of(what).filter(|column| column.is_money() && header.place(*column).is_some()) {
        // what a person said is said of the amounts; another column may name its own unit
        let said = confirmed.filter(|_| column == main || header.unit(column).is_none());
        let decided = decide(header.unit(column), header.title_unit, said).unwrap_or_else(|refusal| {
            let place = header.place(column).and_then(|place| header.texts.get(place)).cloned().unwrap_or_default();
            bad.push(BadCell::cell(header.line, column.name(), &place, refusal));
            (header.unit(column).unwrap_or_default(), UnitFrom::Header)
        });
        if let Some(slot) = units.get_mut(column as usize) {
            *slot = decided.0;
        }
        if column == main {
            of_main = decided;
        }
    }
    (units, of_main)
}

fn rows_hidden(lines: &[u64]) -> Notice {
    let mut named: Vec<String> = lines.iter().take(HIDDEN_NAMED).map(u64::to_string).collect();
    if lines.len() > HIDDEN_NAMED {
        named.push("…".to_owned());
    }
    Notice::new("rows_hidden", lines.first().copied().unwrap_or(0))
        .with("count", lines.len())
        .with("lines", named.join(", "))
}

fn names_of(written: Written) -> (&'static str, Option<&'static str>, Option<&'static str>) {
    match written {
        Written::Delimited(encoding, delimiter) => ("CSV", Some(encoding.name()), Some(Delimiter::name(delimiter))),
        Written::Workbook(Format::Xlsx) => ("XLSX", None, None),
        Written::Workbook(Format::Xls) => ("XLS", None, None),
    }
}
