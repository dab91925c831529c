//! Files of rows: delimited text, text of fixed width, workbooks.

use std::collections::VecDeque;
use std::ops::ControlFlow;

use super::balance::{Balance, followed};
use super::line::{Cells, Places};
use super::said::Said;
use super::totals::Totals;
use super::{BankFile, BankLine, Statement, workbook};
use crate::kernel::Refusal;
use crate::kernel::dates::Day;
use crate::kernel::text::fold;
use crate::payments::files::profile::{Field, FileFormat, Profile};
use crate::payments::files::template::Place;
use crate::sheets::{BadCell, Cell, Delimited, Faults, Grid, Row, decode_as, workbook_format};

/// Reads the file.
pub(super) fn read(profile: &Profile, bytes: &[u8]) -> Result<BankFile, Faults> {
    if bytes.is_empty() {
        return Err(Refusal::new("file_empty").into());
    }
    match (profile.format, workbook_format(bytes)?) {
        (FileFormat::Xlsx, Some(format)) => workbook::read(profile, bytes, format),
        (FileFormat::Xlsx, None) => Err(Refusal::new("bank_not_workbook").into()),
        (_, Some(_)) => Err(Refusal::new("bank_not_text").into()),
        (FileFormat::Fixed, None) => {
            let text = decode_as(bytes, profile.encoding)?;
            Table::new(profile).read(&mut Lines(&text), Some(&text), &mut Vec::new())
        }
        (_, None) => {
            let text = decode_as(bytes, profile.encoding)?;
            let mut grid = if profile.quoting() {
                Delimited::new(&text, profile.delimiter)
            } else {
                Delimited::unquoted(&text, profile.delimiter)
            };
            Table::new(profile).read(&mut grid, Some(&text), &mut Vec::new())
        }
    }
}

/// Text whose lines are one cell each.
struct Lines<'t>(&'t str);

impl Grid for Lines<'_> {
    fn each(&mut self, take: &mut dyn FnMut(&Row<'_>) -> ControlFlow<()>) -> Result<(), BadCell> {
        for (text, line) in self.0.lines().zip(1_u64..) {
            let row = Row { line, hidden: false, cells: vec![Cell::text(text)] };
            if !row.is_blank() && take(&row).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn has_fixed_width(&self) -> bool {
        true
    }
}

/// What is known while the rows go by.
pub(super) struct Table<'p> {
    profile: &'p Profile,
    /// Rows above everything that the profile describes.
    titles: usize,
    said: Said,
    rows: usize,
    places: Option<Places>,
    width: usize,
    /// Rows that may turn out to be the lines below the table.
    held: VecDeque<Row<'static>>,
    lines: Vec<BankLine>,
    data_rows: u64,
    /// The text does not end its last line.
    is_cut: bool,
    /// The line of the last row and its last cell, of a text that may be cut off.
    last_cell: (u64, String),
    bad: Vec<BadCell>,
}

impl<'p> Table<'p> {
    pub(super) fn new(profile: &'p Profile) -> Self {
        Self {
            profile,
            titles: 0,
            said: Said::default(),
            rows: 0,
            places: None,
            width: 0,
            held: VecDeque::new(),
            lines: Vec::new(),
            data_rows: 0,
            is_cut: false,
            last_cell: (0, String::new()),
            bad: Vec::new(),
        }
    }

    /// The table begins below so many rows of titles.
    pub(super) fn below(self, titles: usize) -> Self {
        Self { titles, ..self }
    }

    /// Goes through the grid once; `text` is what a text file holds, to see whether it was cut off. Lines that a person
    /// does not see are read like the others and kept in `hidden`.
    pub(super) fn read(
        mut self,
        grid: &mut dyn Grid,
        text: Option<&str>,
        hidden: &mut Vec<u64>,
    ) -> Result<BankFile, Faults> {
        let fixed_width = grid.has_fixed_width();
        self.is_cut = text.is_some_and(|text| !text.ends_with(['\n', '\r']));
        let end = grid.each(&mut |row| {
            if row.hidden {
                hidden.push(row.line);
            }
            match self.row(row, fixed_width) {
                Ok(()) => ControlFlow::Continue(()),
                Err(bad) => {
                    self.bad.push(bad);
                    ControlFlow::Break(())
                }
            }
        });
        let stopped = end.is_err() || self.bad.iter().any(|bad| STOPPING.contains(&bad.refusal.code));
        self.bad.extend(end.err());
        if !stopped {
            self.end();
        }
        self.finish()
    }

    fn row(&mut self, row: &Row<'_>, fixed_width: bool) -> Result<(), BadCell> {
        self.rows += 1;
        let Some(at) = (self.rows - 1).checked_sub(self.titles) else { return Ok(()) };
        let first_lines = &self.profile.first_lines;
        if let Some(line) = first_lines.get(at) {
            let known = self.said.take(line, row);
            return if known { Ok(()) } else { Err(BadCell::row(row.line, Refusal::new("bank_first_line"))) };
        }
        if at == first_lines.len() && self.profile.header_line() {
            return self.header(row);
        }
        if self.places.is_none() {
            self.by_position();
        }
        let kept = self.profile.last_lines.len();
        if kept == 0 {
            self.data(row, fixed_width);
            return Ok(());
        }
        self.held.push_back(row.clone().into_owned());
        if self.held.len() > kept
            && let Some(row) = self.held.pop_front()
        {
            self.data(&row, fixed_width);
        }
        Ok(())
    }

    /// The names of the columns, in any order; what no column of the profile is called is not read.
    fn header(&mut self, row: &Row<'_>) -> Result<(), BadCell> {
        let mut places = Vec::new();
        for column in &self.profile.columns {
            let names: Vec<String> =
                std::iter::once(&column.header).chain(&column.also).map(|name| fold(name)).collect();
            let is_it = |cell: &&(usize, &Cell<'_>)| names.contains(&fold(&cell.1.text));
            let cells: Vec<_> = row.cells.iter().enumerate().filter(|(_, cell)| !cell.is_blank()).collect();
            let mut found = cells.iter().filter(is_it);
            match (found.next(), found.next()) {
                (Some((place, _)), None) => places.push((column.field, *place, column.required)),
                (Some((_, one)), Some((_, other))) => {
                    let refusal = Refusal::new("column_duplicate").with("one", &one.text).with("other", &other.text);
                    self.bad.push(BadCell::cell(row.line, column.field.word(), &other.text, refusal));
                }
                (None, _) if column.optional || column.field == Field::Ignored => {}
                (None, _) => {
                    let refusal = Refusal::new("bank_column_missing").with("column", &column.header);
                    self.bad.push(BadCell::cell(row.line, column.field.word(), "", refusal));
                }
            }
        }
        self.width = row.cells.len();
        self.places = Some(Places::new(places));
        if self.bad.is_empty() { Ok(()) } else { Err(BadCell::row(row.line, Refusal::new("bank_header"))) }
    }

    fn by_position(&mut self) {
        let columns = self.profile.columns.iter().enumerate();
        self.places = Some(Places::new(columns.map(|(at, column)| (column.field, at, column.required)).collect()));
        self.width = self.profile.columns.len();
    }

    fn data(&mut self, row: &Row<'_>, fixed_width: bool) {
        self.data_rows += 1;
        let cut;
        let row = if self.profile.format == FileFormat::Fixed {
            match cut_in_cells(self.profile, row) {
                Ok(cells) => {
                    cut = cells;
                    &cut
                }
                Err(bad) => return self.bad.push(bad),
            }
        } else {
            row
        };
        let surplus = row.cells.iter().skip(self.width).any(|cell| !cell.is_blank());
        if fixed_width && (row.cells.len() < self.width || surplus) {
            let refusal = Refusal::new("row_length").with("found", row.cells.len()).with("expected", self.width);
            self.bad.push(BadCell::row(row.line, refusal));
            return;
        }
        let Some(places) = &self.places else { return };
        let cells = Cells { profile: self.profile, places, row, bad: &mut self.bad };
        self.lines.extend(cells.line());
        if self.is_cut {
            self.last_cell = (row.line, row.cells.last().map(|cell| cell.text.trim().to_owned()).unwrap_or_default());
        }
    }

    /// The lines below the table, and whether the end is the end.
    fn end(&mut self) {
        let needed = self.titles + self.profile.first_lines.len() + usize::from(self.profile.header_line());
        if self.rows < needed {
            self.bad.push(BadCell::file(Refusal::new("bank_file_cut")));
            return;
        }
        let templates = &self.profile.last_lines;
        let held = std::mem::take(&mut self.held);
        let known = held.len() == templates.len()
            && templates.iter().zip(&held).all(|(template, row)| self.said.take(template, row));
        if !known {
            let line = held.back().map_or(0, |row| row.line);
            self.bad.push(BadCell::row(line, Refusal::new("bank_last_line")));
            return;
        }
        // a last line without its end is whole only if its last cell can lack nothing: a day in ten characters
        if self.is_cut && templates.is_empty() && Day::parse(&self.last_cell.1).is_err() {
            self.bad.push(BadCell::row(self.last_cell.0, Refusal::new("bank_file_cut")));
        }
        if self.data_rows == 0 && self.bad.is_empty() && !self.profile.is_statement() {
            self.bad.push(BadCell::file(Refusal::new("bank_rows_none")));
        }
    }

    fn finish(mut self) -> Result<BankFile, Faults> {
        self.bad.append(&mut self.said.spoilt);
        let totals = Totals::of(&self.lines);
        let mut file = None;
        if self.bad.is_empty() {
            let control = totals.checked(&self.said, self.profile.amount_unit, &mut self.bad);
            let statement = self.statement();
            file = Some(BankFile {
                control,
                batch: self.said.text(Place::Batch),
                account_number: self.account(),
                currency: self.currency(),
                whole: None,
                statement,
                notices: Vec::new(),
                lines: std::mem::take(&mut self.lines),
            });
        }
        match file {
            Some(file) if self.bad.is_empty() => Ok(file),
            _ => {
                self.bad.sort_by_key(|bad| bad.line);
                Err(Faults { cells: self.bad, rows_in_file: self.data_rows })
            }
        }
    }

    fn account(&self) -> Option<String> {
        self.said.text(Place::PayerAccount).map(|text| super::line::account(&text).unwrap_or(text))
    }

    fn currency(&self) -> String {
        match self.said.text(Place::Currency).as_deref() {
            None | Some("人民币" | "RMB" | "rmb" | "01") => "CNY".to_owned(),
            Some(currency) => currency.to_uppercase(),
        }
    }

    fn statement(&mut self) -> Option<Statement> {
        if !self.profile.is_statement() {
            return None;
        }
        let unit = self.profile.amount_unit;
        let bad = &mut self.bad;
        let mut balance =
            |place| self.said.amount(place, unit, bad).map(|(line, amount_fen)| Balance { line, amount_fen });
        let (opening, closing) = (balance(Place::Opening), balance(Place::Closing));
        let (from, to) = (self.said.day(Place::From, bad), self.said.day(Place::To, bad));
        let (opening_fen, closing_fen) = followed(&self.lines, opening, closing, bad)?;
        let days = || self.lines.iter().filter_map(|line| line.completed_on);
        let (Some(from_on), Some(to_on)) = (from.or_else(|| days().min()), to.or_else(|| days().max())) else {
            bad.push(BadCell::file(Refusal::new("bank_period_missing")));
            return None;
        };
        for line in self.lines.iter().filter(|line| line.completed_on.is_some_and(|day| day < from_on || day > to_on)) {
            let day = line.completed_on.map(|day| day.to_string()).unwrap_or_default();
            let refusal = Refusal::new("bank_outside_period").with("from", from_on).with("to", to_on);
            bad.push(BadCell::cell(line.line, Field::CompletedOn.word(), &day, refusal));
        }
        Some(Statement {
            account_number: self.account(),
            currency: self.currency(),
            from_on,
            to_on,
            opening_fen,
            closing_fen,
        })
    }
}

/// Faults behind which no row can be read.
const STOPPING: [&str; 2] = ["bank_first_line", "bank_header"];

/// A line of fixed width cut into its cells. Refusals: `bank_line_width` (`length`, `expected`).
fn cut_in_cells(profile: &Profile, row: &Row<'_>) -> Result<Row<'static>, BadCell> {
    let text = row.cell(0).map_or("", |cell| &cell.text);
    let mut chars = text.chars().peekable();
    let mut cells = Vec::with_capacity(profile.columns.len());
    let (mut found, mut expected) = (0, 0);
    for column in &profile.columns {
        expected += column.width;
        let mut cell = String::new();
        while found < expected
            && let Some(c) = chars.next()
        {
            found += profile.encoding.length(c);
            cell.push(c);
        }
        cells.push(Cell::text(cell));
    }
    found += chars.filter(|c| *c != ' ').map(|c| profile.encoding.length(c)).sum::<usize>();
    if found != expected {
        let refusal = Refusal::new("bank_line_width").with("length", found).with("expected", expected);
        return Err(BadCell::cell(row.line, "", text, refusal));
    }
    Ok(Row { line: row.line, hidden: false, cells })
}
