//! Answers of a bank in workbooks, made by the library that writes those for the bank.

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet, XlsxError};

use super::*;

const HEADER: [&str; 8] = ["支付编号", "户名", "账号", "金额", "状态", "原因", "银行流水号", "完成日期"];

/// A workbook of one sheet.
fn workbook(fill: impl FnOnce(&mut Worksheet) -> Result<(), XlsxError>) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(book.add_worksheet()).unwrap();
    book.save_to_buffer().unwrap()
}

fn text_row(sheet: &mut Worksheet, row: u32, cells: &[&str]) -> Result<(), XlsxError> {
    for (column, cell) in (0..).zip(cells) {
        sheet.write_string(row, column, *cell)?;
    }
    Ok(())
}

/// The header and two answers below a number of rows: a payment and a refusal, as banks write them.
fn answers(sheet: &mut Worksheet, above: u32) -> Result<(), XlsxError> {
    let date = Format::new().set_num_format("yyyy/m/d");
    text_row(sheet, above, &HEADER)?;
    text_row(sheet, above + 1, &["beilun-101", "北仑㛃商行", "6222000012345678901"])?;
    sheet.write_number(above + 1, 3, 1200.5)?;
    text_row(sheet, above + 2, &["beilun-102", "新碶机械厂", "", "￥300.00", "失败", "账户已销户", "", "2020.10.29"])?;
    sheet.write_string(above + 1, 4, "成功")?;
    sheet.write_number(above + 1, 6, 202_010_280_001.0)?;
    sheet.write_datetime_with_format(above + 1, 7, ExcelDateTime::from_ymd(2020, 10, 28)?, &date)?;
    // an account of eleven digits stands as a number
    sheet.write_number(above + 2, 2, 33_050_161_001.0)?;
    Ok(())
}

fn read_xlsx(bytes: &[u8]) -> BankFile {
    read(incoming("generic-xlsx"), bytes).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

/// Line, column and code of what is wrong.
fn bad(profile: &Profile, bytes: &[u8]) -> Vec<(u64, String, &'static str)> {
    places(&read(profile, bytes).unwrap_err().cells)
}

fn one(line: u64, column: &str, code: &'static str) -> Vec<(u64, String, &'static str)> {
    vec![(line, column.to_owned(), code)]
}

#[test]
fn cells_of_text_numbers_and_days_are_read_as_they_are_meant() {
    let file = read_xlsx(&workbook(|sheet| answers(sheet, 0)));
    let [paid, refused] = file.lines.as_slice() else { panic!("{:#?}", file.lines) };
    assert_eq!((paid.line, paid.payment_id.as_deref(), paid.amount_fen), (2, Some("beilun-101"), Some(fen("1200.50"))));
    assert_eq!(
        (paid.account_number.as_str(), paid.bank_serial.as_deref()),
        ("6222000012345678901", Some("202010280001"))
    );
    assert_eq!((&paid.status, paid.completed_on), (&Status::Paid, Some(day("2020-10-28"))));
    assert_eq!((refused.account_number.as_str(), refused.amount_fen), ("33050161001", Some(fen("300.00"))));
    assert_eq!((&refused.status, refused.reason.as_deref()), (&Status::Refused, Some("账户已销户")));
    assert_eq!((refused.completed_on, file.notices.len()), (Some(day("2020-10-29")), 0));
}

#[test]
fn titles_stand_above_the_names_of_the_columns() {
    let titled = workbook(|sheet| {
        sheet.merge_range(0, 0, 1, 7, "代发结果明细", &Format::new())?;
        // a label that is also the name of a column
        text_row(sheet, 2, &["账号", "33050161001", "打印日期", "2020-10-30"])?;
        answers(sheet, 4)
    });
    let file = read_xlsx(&titled);
    assert_eq!(file.lines.iter().map(|line| line.line).collect::<Vec<_>>(), [6, 7]);
    let without = workbook(|sheet| {
        text_row(sheet, 0, &["代发结果明细"])?;
        text_row(sheet, 1, &["支付编号", "户名", "账号", "状态", "完成日期"])
    });
    let profile = incoming("generic-xlsx");
    assert_eq!(
        bad(profile, &without),
        [(2, "amount".to_owned(), "bank_column_missing"), (2, String::new(), "bank_header")]
    );
}

#[test]
fn totals_above_and_below_are_held_against_the_rows() {
    let profile = changed(incoming("generic-xlsx"), |draft| {
        draft.name = "bank-xlsx".to_owned();
        draft.first_lines = vec!["批次|{batch}|付款账户|{payer_account}".to_owned()];
        draft.last_lines = vec!["合计|{count}笔||{sum}".to_owned()];
    });
    let made = |sum: Formula, account: f64| {
        workbook(|sheet| {
            text_row(sheet, 0, &["批次", "B7", "付款账户"])?;
            sheet.write_number(0, 3, account)?;
            answers(sheet, 1)?;
            text_row(sheet, 4, &["合计", "2笔"])?;
            sheet.write_formula(4, 3, sum).map(|_| ())
        })
    };
    let sum = |shown: &str| Formula::new("=SUM(D3:D4)").set_result(shown);
    let file = read(&profile, &made(sum("1500.5"), 33_050_161_001.0)).unwrap();
    assert_eq!((file.batch.as_deref(), file.account_number.as_deref()), (Some("B7"), Some("33050161001")));
    assert_eq!((file.lines.len(), file.control.said, file.control.sum_fen), (2, true, fen("1500.50")));
    assert_eq!(bad(&profile, &made(sum("1500.51"), 33_050_161_001.0)), one(5, "sum", "bank_sum_differs"));
    // sixteen digits and more: the last ones are lost
    let long = made(sum("1500.5"), 6_222_000_012_345_678_901.0);
    assert_eq!(bad(&profile, &long), one(1, "payer_account", "number_precision"));
}

#[test]
fn a_formula_or_a_spoilt_number_is_named_with_its_cell() {
    let profile = incoming("generic-xlsx");
    let with = |change: fn(&mut Worksheet) -> Result<(), XlsxError>| {
        workbook(|sheet| {
            answers(sheet, 0)?;
            change(sheet)
        })
    };
    let formula = with(|sheet| sheet.write_formula(1, 3, Formula::new("=600+600.5").set_result("1200.5")).map(|_| ()));
    assert_eq!(bad(profile, &formula), one(2, "amount", "cell_formula"));
    let account = with(|sheet| sheet.write_number(1, 2, 6_222_000_012_345_678_901.0).map(|_| ()));
    assert_eq!(bad(profile, &account), one(2, "account_number", "number_precision"));
    let printed = with(|sheet| sheet.write_string(1, 2, "6.222E+18").map(|_| ()));
    assert_eq!(bad(profile, &printed), one(2, "account_number", "account_scientific"));
    let serial = with(|sheet| sheet.write_string(1, 6, "2.0201E+17").map(|_| ()));
    assert_eq!(bad(profile, &serial), one(2, "bank_serial", "code_scientific"));
    let own_code = with(|sheet| sheet.write_string(1, 6, "20201028E0001").map(|_| ()));
    assert_eq!(read_xlsx(&own_code).lines[0].bank_serial.as_deref(), Some("20201028E0001"));
    let failed = with(|sheet| sheet.write_string(2, 3, "#N/A").map(|_| ()));
    assert_eq!(bad(profile, &failed), one(3, "amount", "cell_error"));
    let finer = with(|sheet| sheet.write_number(2, 3, 300.005).map(|_| ()));
    assert_eq!(bad(profile, &finer), one(3, "amount", "amount_decimals"));
    let days = with(|sheet| sheet.write_number(2, 7, 44_133.0).map(|_| ()));
    assert_eq!(bad(profile, &days), one(3, "completed_on", "date_format"));
}

#[test]
fn what_a_person_does_not_see_is_told() {
    let hidden = workbook(|sheet| {
        answers(sheet, 0)?;
        sheet.set_row_hidden(2).map(|_| ())
    });
    let file = read_xlsx(&hidden);
    assert_eq!(file.lines.len(), 2);
    let told: Vec<_> = file.notices.iter().map(|notice| (notice.code, notice.facts.clone())).collect();
    assert_eq!(told, [("bank_hidden_rows", vec![("n", "1".to_owned()), ("lines", "3".to_owned())])]);
}

#[test]
fn the_sheet_with_the_columns_is_read_and_two_of_them_are_one_too_many() {
    let mut book = Workbook::new();
    text_row(book.add_worksheet(), 0, &["说明", "代发结果见下一张"]).unwrap();
    answers(book.add_worksheet(), 0).unwrap();
    answers(book.add_worksheet().set_hidden(true), 0).unwrap();
    let file = read_xlsx(&book.save_to_buffer().unwrap());
    assert_eq!(file.lines.len(), 2);
    let told: Vec<_> = file.notices.iter().map(|notice| (notice.code, notice.facts[0].1.as_str())).collect();
    assert_eq!(told, [("bank_sheet_ignored", "Sheet1"), ("bank_sheet_hidden", "Sheet3")]);
    answers(book.add_worksheet(), 0).unwrap();
    assert_eq!(bad(incoming("generic-xlsx"), &book.save_to_buffer().unwrap()), one(0, "", "sheets_several"));
}

#[test]
fn a_broken_workbook_is_refused_whole() {
    let profile = incoming("generic-xlsx");
    assert_eq!(bad(profile, &workbook(|_| Ok(()))), one(0, "", "bank_file_cut"));
    assert_eq!(bad(profile, &workbook(|sheet| text_row(sheet, 0, &HEADER))), one(0, "", "bank_rows_none"));
    let whole = workbook(|sheet| answers(sheet, 0));
    let cut = whole.get(..whole.len() / 2).unwrap();
    assert_eq!(bad(profile, cut), one(0, "", "file_damaged"));
    let total = workbook(|sheet| {
        answers(sheet, 0)?;
        text_row(sheet, 3, &["合计", "", "", "1500.50"])
    });
    let codes: Vec<_> = bad(profile, &total).into_iter().map(|(line, _, code)| (line, code)).collect();
    assert!(codes.iter().all(|(line, code)| (*line, *code) == (4, "cell_required")), "{codes:?}");
}
