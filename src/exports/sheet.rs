//! A workbook whose cells are all text: spreadsheets keep 15 digits of a number, and codes have 18.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet};

use crate::kernel::{Error, Result};

/// Rows of a sheet, the header among them, that spreadsheets can open.
const ROWS_MAX: u32 = 1_048_576;

/// A sheet on its way into a workbook.
pub(super) struct Sheet {
    workbook: Workbook,
    row: u32,
}

impl Sheet {
    /// A workbook with one sheet and its header; its times are fixed, so that its bytes are.
    pub(super) fn new(heads: &[String]) -> Result<Self> {
        let mut workbook = Workbook::new();
        let never = ExcelDateTime::from_ymd(1980, 1, 1).map_err(Error::internal)?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&never));
        workbook.add_worksheet_with_constant_memory().map_err(Error::internal)?;
        let mut sheet = Self { workbook, row: 0 };
        for (index, head) in heads.iter().enumerate() {
            sheet.cell(index, head)?;
        }
        sheet.sheet()?.set_freeze_panes(1, 0).map_err(Error::internal)?;
        sheet.end_row();
        Ok(sheet)
    }

    fn sheet(&mut self) -> Result<&mut Worksheet> {
        self.workbook.worksheet_from_index(0).map_err(Error::internal)
    }

    /// Writes a cell of the current row.
    pub(super) fn cell(&mut self, column: usize, text: &str) -> Result<()> {
        if self.row >= ROWS_MAX {
            return Err(crate::kernel::Refusal::new("export_too_long").with("max", ROWS_MAX - 1).into());
        }
        let (row, column) = (self.row, u16::try_from(column).map_err(Error::internal)?);
        self.sheet()?.write_string(row, column, text).map(|_| ()).map_err(Error::internal)
    }

    /// Goes on to the next row.
    pub(super) const fn end_row(&mut self) {
        self.row += 1;
    }

    /// The workbook's bytes.
    pub(super) fn finish(mut self) -> Result<Vec<u8>> {
        self.workbook.save_to_buffer().map_err(Error::internal)
    }
}
