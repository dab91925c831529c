//! A workbook: amounts as numbers where a spreadsheet keeps them exactly, all else as text.

use super::Part;
use super::cells::{must_be_filled, without_controls};
use crate::kernel::{Error, Refusal};
use crate::payments::files::profile::{AmountUnit, Field};
use crate::payments::files::template::Template;
use crate::sheets::{BadCell, SheetWriter};

/// Writes the workbook.
pub(super) fn write(part: &Part<'_>) -> Result<Vec<u8>, Vec<BadCell>> {
    let bad = faults(part);
    if !bad.is_empty() {
        return Err(bad);
    }
    filled(part).map_err(|error| match error.refusals() {
        [] => vec![BadCell::file(Refusal::new("bank_workbook"))],
        refusals => refusals.iter().cloned().map(BadCell::file).collect(),
    })
}

fn faults(part: &Part<'_>) -> Vec<BadCell> {
    let mut bad = Vec::new();
    for (order, row) in part.orders.iter().zip(part.before + 1..) {
        for column in &part.profile.columns {
            let text = part.cell(column, order, row);
            let blank = must_be_filled(column.field) && text.trim().is_empty();
            let refusal = if blank { Some(Refusal::new("bank_blank")) } else { without_controls(&text).err() };
            bad.extend(refusal.map(|refusal| BadCell::cell(row, column.field.word(), &text, refusal)));
        }
    }
    bad
}

fn filled(part: &Part<'_>) -> Result<Vec<u8>, Error> {
    let profile = part.profile;
    let mut sheet = SheetWriter::blank()?;
    for line in &profile.first_lines {
        write_line(&mut sheet, part, line)?;
    }
    if profile.header_line() {
        for (at, column) in profile.columns.iter().enumerate() {
            sheet.cell(at, &column.header)?;
        }
        sheet.end_row();
    }
    for (order, row) in part.orders.iter().zip(part.before + 1..) {
        for (at, column) in profile.columns.iter().enumerate() {
            let text = part.cell(column, order, row);
            if column.field == Field::Amount && profile.amount_unit == AmountUnit::Yuan {
                sheet.amount(at, &text)?;
            } else {
                sheet.cell(at, &text)?;
            }
        }
        sheet.end_row();
    }
    for line in &profile.last_lines {
        write_line(&mut sheet, part, line)?;
    }
    let mut bytes = std::io::Cursor::new(Vec::new());
    sheet.finish(&mut bytes)?;
    Ok(bytes.into_inner())
}

fn write_line(sheet: &mut SheetWriter, part: &Part<'_>, line: &[Template]) -> Result<(), Error> {
    for (at, cell) in line.iter().enumerate() {
        sheet.cell(at, &cell.fill(&|place| part.place(place)))?;
    }
    sheet.end_row();
    Ok(())
}
