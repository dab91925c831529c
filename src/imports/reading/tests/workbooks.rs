//! Workbooks as departments send them, made here so that each trait stands beside its expectation.

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet, XlsxError};

use super::*;
use crate::kernel::money::{Fen, Unit};

type Made = Result<(), XlsxError>;

const TOP: [&str; 15] = [
    "序号",
    "编号",
    "统一社会信用代码",
    "企业名称",
    "主体类型",
    "街道",
    "行业",
    "规模",
    "政策编号",
    "金额",
    "收款账户信息",
    "",
    "",
    "",
    "支付日期",
];
const UNDER: [&str; 15] = ["", "", "", "", "", "", "", "", "", "核定", "户名", "银行账号", "开户银行", "联行号", ""];

/// Title, 单位：万元, a header of two rows merged both ways, then the three rows with numbers as numbers and days as days.
fn department_sheet(sheet: &mut Worksheet) -> Made {
    let day = Format::new().set_num_format("yyyy/m/d");
    sheet.merge_range(0, 0, 0, 14, "北仑区纾困资金发放表", &Format::new())?;
    sheet.write(1, 13, "单位：万元")?;
    for (column, (top, under)) in (0_u16..).zip(TOP.iter().zip(UNDER)) {
        if under.is_empty() && *top != "收款账户信息" {
            sheet.merge_range(2, column, 3, column, top, &Format::new())?;
        } else {
            sheet.write(3, column, under)?;
        }
    }
    sheet.write(2, 9, "金额")?;
    sheet.merge_range(2, 10, 2, 13, "收款账户信息", &Format::new())?;
    for (at, row) in (0_u32..).zip(three_rows()) {
        let line = at + 4;
        sheet.write(line, 0, at + 1)?;
        let texts = [
            (1, row.reference),
            (2, row.identity.number().to_owned()),
            (3, row.name),
            (4, row.kind.zh().to_owned()),
            (6, row.industry.code().to_owned()),
            (7, row.size.zh().to_owned()),
            (8, row.policy),
            (10, row.account_name),
            (11, row.account_number),
            (12, row.bank_name),
            (13, row.bank_code.to_string()),
        ];
        for (column, text) in texts {
            sheet.write(line, column, text)?;
        }
        let wan = format!("{:.6}", rust_decimal::Decimal::new(row.amount_fen.get(), 6));
        sheet.write_number(line, 9, wan.parse::<f64>().unwrap())?;
        sheet.write_with_format(line, 14, ExcelDateTime::from_ymd(2020, 2, 24)?, &day)?;
    }
    sheet.merge_range(4, 5, 5, 5, "新碶街道", &Format::new())?;
    sheet.write(6, 5, "郭巨街道")?;
    sheet.merge_range(7, 0, 7, 8, "合    计", &Format::new())?;
    sheet.write(7, 9, Formula::new("SUM(J5:J7)").set_result("4.381202"))?;
    sheet.write(9, 1, "制表人：")?;
    sheet.write(9, 6, "审核人：")?;
    Ok(())
}

/// A workbook with the department's sheet and a second one, changed as told.
fn workbook(change: impl FnOnce(&mut Workbook) -> Made) -> Vec<u8> {
    let make = || -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        department_sheet(book.add_worksheet().set_name("发放表")?)?;
        book.add_worksheet().set_name("填表说明")?.write(0, 0, "请按要求填写")?;
        change(&mut book)?;
        book.save_to_buffer()
    };
    make().unwrap()
}

pub(super) fn department_workbook() -> Vec<u8> {
    workbook(|_| Ok(()))
}

#[test]
fn a_departments_workbook_is_read_as_it_shows() {
    let reading = history(&department_workbook());
    assert_eq!(reading.rows.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [5, 6, 7]);
    assert_eq!(reading.rows.iter().map(|(_, row)| row.clone()).collect::<Vec<_>>(), three_rows());
    let summary = &reading.summary;
    assert_eq!((summary.format, summary.sheet.as_deref(), summary.header_line), ("XLSX", Some("发放表"), 4));
    assert_eq!((summary.unit, summary.control_total), (Unit::Wan, Some(Fen::new(4_381_202))));
    assert_eq!(notices(&reading), [("sheet_ignored", 0), ("total_checked", 8), ("signature_skipped", 10)]);
}

#[test]
fn formulas_are_named_where_a_value_must_stand() {
    let bytes = workbook(|book| {
        let sheet = book.worksheet_from_index(0)?;
        sheet.write(5, 9, Formula::new("J5*2").set_result("1"))?;
        sheet.write(4, 0, Formula::new("ROW()-4"))?;
        Ok(())
    });
    let found = faults(&bytes);
    assert_eq!(places(&found.cells), [(6, "amount", "cell_formula")]);
    assert_eq!(found.cells[0].value, "=J5*2");
}

#[test]
fn what_a_spreadsheet_spoils_is_named_for_what_it_is() {
    let bytes = workbook(|book| {
        let sheet = book.worksheet_from_index(0)?;
        sheet.write_number(4, 11, 9_757_093_301_300_454_029.0)?;
        sheet.write_number(5, 13, 2_332_006_123.0)?;
        sheet.write_number(6, 13, 1_332_006_123.0 + 4e10)?;
        let day = Format::new().set_num_format("yyyy-mm-dd");
        sheet.write_with_format(6, 1, ExcelDateTime::from_ymd(2020, 3, 5)?, &day)?;
        sheet.write(5, 3, "#REF!")?;
        Ok(())
    });
    assert_eq!(
        places(&faults(&bytes).cells),
        [
            (5, "account_number", "number_precision"),
            (6, "name", "cell_error"),
            (6, "bank_code", "bank_code_length"),
            (7, "reference", "cell_is_date"),
            (7, "bank_code", "bank_code_lost_zero"),
        ]
    );
}

#[test]
fn a_merged_amount_is_not_counted_twice() {
    let bytes = workbook(|book| {
        book.worksheet_from_index(0)?.merge_range(4, 9, 5, 9, "1.5", &Format::new())?;
        Ok(())
    });
    assert_eq!(places(&faults(&bytes).cells), [(6, "amount", "amount_merged")]);
}

#[test]
fn hidden_rows_and_sheets_are_named() {
    let bytes = workbook(|book| {
        book.worksheet_from_index(0)?.set_row_hidden(5)?;
        book.worksheet_from_index(1)?.set_hidden(true);
        Ok(())
    });
    let reading = history(&bytes);
    assert_eq!(reading.rows.len(), 3);
    assert!(notices(&reading).contains(&("sheet_hidden", 0)));
    let hidden = reading.summary.notices.iter().find(|notice| notice.code == "rows_hidden").unwrap();
    assert_eq!(hidden.facts, [("count", "1".to_owned()), ("lines", "6".to_owned())]);
}

#[test]
fn two_tables_of_the_same_kind_are_one_too_many() {
    let bytes = workbook(|book| department_sheet(book.add_worksheet().set_name("第二批")?));
    let found = faults(&bytes);
    assert_eq!(places(&found.cells), [(0, "", "sheets_several")]);
    assert_eq!(found.cells[0].refusal.facts, [("sheets", "发放表、第二批".to_owned())]);
}

#[test]
fn a_cell_far_to_the_right_or_below_costs_nothing() {
    let right = workbook(|book| book.worksheet_from_index(0)?.write(5, 16_383, "x").map(|_| ()));
    assert_eq!(places(&faults(&right).cells), [(0, "", "columns_too_many")]);
    let below = workbook(|book| book.worksheet_from_index(0)?.write(1_048_575, 0, "备注：无").map(|_| ()));
    assert_eq!(history(&below).rows.len(), 3);
}

#[test]
fn an_encrypted_workbook_is_named() {
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let bytes = [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(), vec![0; 600], name, vec![0; 600]].concat();
    assert_eq!(places(&faults(&bytes).cells), [(0, "", "file_encrypted")]);
}

#[test]
fn a_sheet_without_a_table_is_named() {
    let make = || -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        book.add_worksheet().write(0, 0, "无")?;
        book.save_to_buffer()
    };
    assert_eq!(places(&faults(&make().unwrap()).cells), [(0, "", "header_missing")]);
}

#[test]
fn the_old_format_is_read() {
    let reading = history(&fixture("good.xls"));
    assert_eq!(reading.rows.iter().map(|(_, row)| row.clone()).collect::<Vec<_>>(), three_rows());
    assert_eq!(reading.summary.control_total, Some(Fen::new(4_381_202)));
    assert!(notices(&reading).contains(&("hidden_rows_untold", 0)));
    assert_eq!(places(&faults(&fixture("formula-line-4.xls")).cells), [(4, "account_name", "cell_formula")]);
}
