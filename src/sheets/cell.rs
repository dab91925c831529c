//! The grid that every format is read into: rows of cells, row by row, so that no file stands in memory twice.

use std::borrow::Cow;
use std::ops::ControlFlow;

use super::fault::BadCell;

/// What the file says a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// Text, and everything in a delimited file.
    #[default]
    Text,
    /// A number cell, shown at 15 significant digits.
    Number,
    /// A number cell of more than 15 digits before the point: its last digits are lost for good.
    WideNumber,
    /// A day, shown as `YYYY-MM-DD`.
    Date,
    /// A truth value.
    Bool,
    /// What a spreadsheet shows where a formula failed: `#N/A`.
    Error,
    /// A delimited cell with text behind its closing quote.
    StrayQuote,
}

/// One cell.
#[derive(Debug, Clone, Default)]
pub struct Cell<'t> {
    /// What the cell shows.
    pub text: Cow<'t, str>,
    /// What the file says it is.
    pub kind: Kind,
    /// The formula behind it, without the equals sign.
    pub formula: Option<Box<str>>,
    /// Filled down from the first cell of a merged region.
    pub merged: bool,
}

impl<'t> Cell<'t> {
    /// A cell of plain text.
    pub fn text(text: impl Into<Cow<'t, str>>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// A cell of plain text with another kind.
    pub fn of(kind: Kind, text: impl Into<Cow<'t, str>>) -> Self {
        Self { text: text.into(), kind, ..Self::default() }
    }

    /// Nothing to be seen in it.
    pub fn is_blank(&self) -> bool {
        self.formula.is_none() && self.text.chars().all(char::is_whitespace)
    }

    /// The same cell, free of the file's bytes.
    pub fn into_owned(self) -> Cell<'static> {
        Cell { text: Cow::Owned(self.text.into_owned()), kind: self.kind, formula: self.formula, merged: self.merged }
    }
}

/// One row.
#[derive(Debug, Clone, Default)]
pub struct Row<'t> {
    /// The line of the file, or the row number of the sheet, where it begins; from 1.
    pub line: u64,
    /// A person does not see it on the screen.
    pub hidden: bool,
    /// Its cells from the first column on.
    pub cells: Vec<Cell<'t>>,
}

impl<'t> Row<'t> {
    /// The cell of a column, if the row reaches so far.
    pub fn cell(&self, column: usize) -> Option<&Cell<'t>> {
        self.cells.get(column)
    }

    /// Nothing to be seen in the row.
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(Cell::is_blank)
    }

    /// The same row, free of the file's bytes.
    pub fn into_owned(self) -> Row<'static> {
        Row { line: self.line, hidden: self.hidden, cells: self.cells.into_iter().map(Cell::into_owned).collect() }
    }
}

/// Something that rows can be read from, as often as needed.
pub trait Grid {
    /// Hands over the rows that are not blank, in order, until told to stop. What cannot be read at all ends it.
    fn each(&mut self, take: &mut dyn FnMut(&Row<'_>) -> ControlFlow<()>) -> Result<(), BadCell>;

    /// True if every row of the format must have as many cells as the header.
    fn has_fixed_width(&self) -> bool;

    /// The first rows, at most so many.
    fn head(&mut self, rows: usize) -> Result<Vec<Row<'static>>, BadCell> {
        let mut head = Vec::new();
        self.each(&mut |row| {
            if head.len() == rows {
                return ControlFlow::Break(());
            }
            head.push(row.clone().into_owned());
            ControlFlow::Continue(())
        })?;
        Ok(head)
    }
}
