//! A workbook: codes, account numbers and names as text, amounts as numbers where a spreadsheet keeps them exactly.
//!
//! A number in a workbook is a binary double, of which spreadsheets keep 15 digits; an amount of at most 15 digits is
//! read and printed as exactly the decimals that were written. Longer ones stand as text.

use std::io::Write;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet};

use crate::kernel::{Error, Refusal, Result};

/// Rows of a sheet, the header among them, that spreadsheets can open.
const ROWS_MAX: u32 = 1_048_576;
/// Digits that a spreadsheet keeps of a number.
const DIGITS: usize = 15;
/// The number of A4 among the sizes of paper.
const A4: u8 = 9;

/// A table on its way into a workbook: one sheet, and further ones under the same header where one is full.
pub struct SheetWriter {
    workbook: Workbook,
    money: Format,
    strong: Format,
    heads: Vec<String>,
    rows_max: u32,
    /// The sheet that is written.
    index: usize,
    row: u32,
}

impl SheetWriter {
    /// A workbook with one sheet and its header; its times are fixed, so that its bytes are.
    pub fn new(heads: &[String]) -> Result<Self> {
        let mut sheet = Self::blank()?;
        heads.clone_into(&mut sheet.heads);
        sheet.header()?;
        Ok(sheet)
    }

    fn header(&mut self) -> Result<()> {
        for (index, head) in self.heads.clone().iter().enumerate() {
            self.cell(index, head)?;
        }
        self.sheet()?.set_freeze_panes(1, 0).map_err(Error::internal)?;
        self.end_row();
        Ok(())
    }

    /// A workbook with one empty sheet; its times are fixed as well.
    pub fn blank() -> Result<Self> {
        let mut workbook = Workbook::new();
        let never = ExcelDateTime::from_ymd(1980, 1, 1).map_err(Error::internal)?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&never));
        workbook.add_worksheet_with_constant_memory().map_err(Error::internal)?;
        Ok(Self {
            workbook,
            money: Format::new().set_num_format("#,##0.00"),
            strong: Format::new().set_bold().set_text_wrap().set_align(FormatAlign::VerticalCenter),
            heads: Vec::new(),
            rows_max: ROWS_MAX,
            index: 0,
            row: 0,
        })
    }

    fn sheet(&mut self) -> Result<&mut Worksheet> {
        self.workbook.worksheet_from_index(self.index).map_err(Error::internal)
    }

    /// Where the next cell goes: the current row, on a new sheet where this one is full. A form without a header cannot go on.
    fn place(&mut self, column: usize) -> Result<(u32, u16)> {
        if self.row >= self.rows_max && self.heads.is_empty() {
            return Err(Refusal::new("export_too_long").with("max", self.rows_max).into());
        }
        if self.row >= self.rows_max {
            self.workbook.add_worksheet_with_constant_memory().map_err(Error::internal)?;
            self.index += 1;
            self.row = 0;
            self.header()?;
        }
        Ok((self.row, u16::try_from(column).map_err(Error::internal)?))
    }

    /// Writes a cell of the current row.
    pub fn cell(&mut self, column: usize, text: &str) -> Result<()> {
        let (row, column) = self.place(column)?;
        self.sheet()?.write_string(row, column, text).map(|_| ()).map_err(Error::internal)
    }

    /// Sets widths of columns in characters, and prints on A4 across, as wide as the paper.
    pub fn on_paper(&mut self, widths: &[u16]) -> Result<()> {
        let sheet = self.sheet()?;
        sheet.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0);
        for (column, width) in (0..).zip(widths) {
            sheet.set_column_width(column, *width).map_err(Error::internal)?;
        }
        Ok(())
    }

    /// Writes a cell of the current row that stands out: a title, a head, a sum.
    pub fn strong(&mut self, column: usize, text: &str) -> Result<()> {
        let (row, column) = self.place(column)?;
        let strong = self.strong.clone();
        self.sheet()?.write_string_with_format(row, column, text, &strong).map(|_| ()).map_err(Error::internal)
    }

    /// Writes a number of things.
    pub fn count(&mut self, column: usize, number: i64) -> Result<()> {
        let Ok(number) = u32::try_from(number) else { return self.cell(column, &number.to_string()) };
        let (row, column) = self.place(column)?;
        self.sheet()?.write_number(row, column, number).map(|_| ()).map_err(Error::internal)
    }

    /// Writes an amount of the current row, printed with two decimals.
    pub fn amount(&mut self, column: usize, plain: &str) -> Result<()> {
        let digits = plain.bytes().filter(u8::is_ascii_digit).count();
        let number = plain.parse::<f64>().ok().filter(|_| digits <= DIGITS);
        let Some(number) = number else { return self.cell(column, plain) };
        let (row, column) = self.place(column)?;
        let money = self.money.clone();
        self.sheet()?.write_number_with_format(row, column, number, &money).map(|_| ()).map_err(Error::internal)
    }

    /// Goes on to the next row.
    pub const fn end_row(&mut self) {
        self.row += 1;
    }

    /// Writes the workbook's bytes.
    pub fn finish(mut self, out: &mut (impl Write + Send)) -> Result<()> {
        self.workbook.save_to_writer(out).map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::sheets::Grid as _;

    /// The first column of a sheet.
    fn first_cells(workbook: &mut crate::sheets::Workbook<'_>, name: &str) -> Vec<String> {
        let mut cells = Vec::new();
        let mut take = |row: &crate::sheets::Row<'_>| {
            cells.extend(row.cells.first().map(|cell| cell.text.to_string()));
            ControlFlow::Continue(())
        };
        workbook.sheet(name).each(&mut take).unwrap();
        cells
    }

    #[test]
    fn a_full_sheet_goes_on_under_its_header_on_another_one() {
        let mut sheet = SheetWriter::new(&["编号".to_owned(), "金额".to_owned()]).unwrap();
        sheet.rows_max = 3;
        for row in 1..=5 {
            sheet.cell(0, &format!("R{row}")).unwrap();
            sheet.amount(1, &format!("{row}.50")).unwrap();
            sheet.end_row();
        }
        let mut bytes = Vec::new();
        sheet.finish(&mut bytes).unwrap();
        let mut workbook = crate::sheets::Workbook::open(&bytes, crate::sheets::Format::Xlsx).unwrap();
        let names: Vec<String> = workbook.sheets().into_iter().map(|sheet| sheet.name).collect();
        let told = names.iter().map(|name| first_cells(&mut workbook, name)).collect::<Vec<_>>();
        assert_eq!(told, [["编号", "R1", "R2"].as_slice(), &["编号", "R3", "R4"], &["编号", "R5"]]);
    }
}
