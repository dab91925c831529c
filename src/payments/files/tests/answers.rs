//! What comes back from the bank, as rows.

use super::*;
use crate::payments::files::profile::ColumnDraft;

#[test]
fn an_answer_is_read_line_by_line() {
    for (profile, name) in [("generic-csv", "good-generic.csv"), ("generic-csv", "good-generic-gb18030.csv")] {
        let file = sound(profile, name);
        let shown: Vec<_> = file.lines.iter().map(|line| (line.line, line.status.clone(), line.kind)).collect();
        assert_eq!(
            shown,
            [
                (2, Status::Paid, LineKind::Payment),
                (3, Status::Refused, LineKind::Payment),
                (4, Status::Returned, LineKind::Return),
                (5, Status::Unknown("处理中".to_owned()), LineKind::Payment),
            ]
        );
        let expected = BankLine {
            line: 3,
            payment_id: Some("beilun-102".to_owned()),
            batch: None,
            account_name: "北仑港,海产品商行".to_owned(),
            account_number: "3305012340001".to_owned(),
            amount_fen: Some(fen("12000.50")),
            status: Status::Refused,
            kind: LineKind::Payment,
            side: Side::Debit,
            reason: Some("账号户名不符".to_owned()),
            bank_serial: Some("BS0002".to_owned()),
            voucher_number: None,
            completed_on: Some(day("2020-10-28")),
            balance_after_fen: None,
        };
        assert_eq!(file.lines[1], expected);
        assert_eq!(file.lines[0].account_name, "宁波市北仑㛃䶮𬭎小吃店");
        assert_eq!((file.control.count, file.control.sum_fen, file.control.said), (4, fen("13588.58"), false));
        assert_eq!((file.statement, file.currency.as_str()), (None, "CNY"));
    }
}

#[test]
fn every_bad_line_is_named_and_none_is_read() {
    let found = faults("generic-csv", "bad-lines-2-3-4.csv");
    let expected = [
        (2, "amount", "amount_decimals"),
        (3, "status", "cell_required"),
        (4, "account_number", "account_scientific"),
        (4, "completed_on", "date_no_such_day"),
    ];
    assert_eq!(found, expected.map(|(line, column, code)| (line, column.to_owned(), code)));
    let paid = faults("generic-csv", "paid-without-date-line-2.csv");
    assert_eq!(paid, [(2, "completed_on".to_owned(), "cell_required")]);
}

#[test]
fn a_file_that_was_cut_off_is_refused() {
    assert_eq!(codes("generic-csv", "cut-inside-line-5.csv"), ["row_length"]);
    assert_eq!(codes("generic-csv", "cut-inside-last-date.csv"), ["bank_file_cut"]);
    assert_eq!(codes("generic-csv", "cut-after-empty-date.csv"), ["bank_file_cut"]);
    assert_eq!(codes("gb18030-text", "trailer-missing.txt"), ["bank_last_line"]);
    // a whole day at the very end can lack nothing
    assert_eq!(sound("generic-csv", "good-generic-last-line-open.csv").lines.len(), 1);
}

#[test]
fn however_a_file_is_cut_it_is_never_taken_for_a_shorter_one() {
    for (profile, name) in [
        ("gb18030-text", "good-text.txt"),
        ("generic-statement", "good-statement.csv"),
        ("camt053", "good-camt053.xml"),
        ("pain002", "good-pain002-v03.xml"),
    ] {
        let bytes = fixture(name);
        let whole = sound(profile, name);
        for end in 0..bytes.len() {
            if let Ok(file) = read(incoming(profile), &bytes[..end]) {
                assert_eq!(file, whole, "{name} cut at {end}");
            }
        }
    }
    // without a trailer whole lines can be missing, but no line can be another one
    let (bytes, whole) = (fixture("good-generic.csv"), sound("generic-csv", "good-generic.csv"));
    for end in 0..bytes.len() {
        if let Ok(file) = read(incoming("generic-csv"), &bytes[..end]) {
            assert_eq!(file.lines[..], whole.lines[..file.lines.len()], "cut at {end}");
        }
    }
}

#[test]
fn a_file_of_another_kind_is_told_as_what_it_is() {
    assert_eq!(codes("generic-csv", "empty.csv"), ["file_empty"]);
    assert_eq!(codes("generic-csv", "binary.csv"), ["file_binary"]);
    assert_eq!(codes("generic-csv", "web-page.csv"), ["file_html"]);
    assert_eq!(codes("generic-csv", "rows-none.csv"), ["bank_rows_none"]);
    assert_eq!(codes("generic-csv", "good-camt053.xml"), ["file_html"]);
    assert_eq!(codes("camt053", "good-generic.csv"), ["bank_not_xml"]);
    assert_eq!(codes("camt053", "empty.csv"), ["file_empty"]);
    assert_eq!(codes("gb18030-text", "good-treasury.txt"), ["bank_first_line"]);
    assert_eq!(codes("gb18030-text", "good-generic.csv"), ["file_encoding"]);
    assert_eq!(codes("gb18030-text", "header-of-another-bank.txt"), ["bank_first_line"]);
    assert_eq!(faults("gb18030-text", "broken-bytes-line-3.txt"), [(3, String::new(), "file_encoding")]);
    let workbook = written(outgoing("generic-xlsx"), &orders());
    let code = |profile: &str, bytes: &[u8]| read(incoming(profile), bytes).unwrap_err().cells[0].refusal.code;
    assert_eq!(code("generic-csv", &workbook), "bank_not_text");
    assert_eq!(code("generic-csv", b"%PDF-1.7"), "file_type");
    let profile = changed(incoming("generic-csv"), |draft| {
        draft.format = "xlsx".into();
        draft.quoting = false;
    });
    assert_eq!(read(&profile, b"a,b\r\n").unwrap_err().cells[0].refusal.code, "bank_not_workbook");
    assert_eq!(read(outgoing("generic-csv"), b"a").unwrap_err().cells[0].refusal.code, "bank_direction");
}

#[test]
fn a_header_that_does_not_fit_is_refused() {
    let missing = faults("generic-csv", "column-amount-missing.csv");
    assert_eq!(missing, [(1, "amount".to_owned(), "bank_column_missing"), (1, String::new(), "bank_header")]);
    let twice = faults("generic-csv", "column-status-twice.csv");
    assert_eq!(twice[0], (1, "status".to_owned(), "column_duplicate"));
    assert_eq!(codes("generic-csv", "header-only-half.csv").last(), Some(&"bank_header"));
}

#[test]
fn counts_and_sums_of_the_file_must_be_those_of_its_lines() {
    let file = sound("gb18030-text", "good-text.txt");
    assert_eq!((file.control.count, file.control.sum_fen, file.control.said), (3, fen("13500.50"), true));
    assert_eq!((file.batch.as_deref(), file.account_number.as_deref()), (Some("B7"), Some("33050161001")));
    assert_eq!(file.lines[0].account_name, "宁波市北仑㛃䶮𬭎小吃店");
    assert_eq!((file.lines[2].line, &file.lines[2].status), (4, &Status::Refused));
    for (name, line, place, code) in [
        ("trailer-count-wrong.txt", 5, "count", "bank_count_differs"),
        ("trailer-sum-wrong.txt", 5, "sum", "bank_sum_differs"),
        ("header-paid-sum-wrong.txt", 1, "paid_sum", "bank_sum_differs"),
        ("line-3-has-too-few-cells.txt", 3, "", "row_length"),
    ] {
        assert_eq!(faults("gb18030-text", name), [(line, place.to_owned(), code)], "{name}");
    }
}

#[test]
fn the_treasury_brings_voucher_numbers_under_names_of_its_own() {
    let file = sound("treasury-detail", "good-treasury.txt");
    assert_eq!(file.lines[0].voucher_number.as_deref(), Some("2020-支-0031"));
    assert_eq!((file.lines[0].amount_fen, file.lines[0].completed_on), (Some(fen("1200")), Some(day("2020-10-28"))));
    assert_eq!((&file.lines[1].status, file.lines[1].completed_on), (&Status::Refused, Some(day("2020-10-28"))));
    assert_eq!((file.batch.as_deref(), file.control.said), (Some("B7"), true));
}

#[test]
fn a_workbook_and_a_text_of_fixed_width_come_back_alike() {
    let column = |field: &str, width| ColumnDraft {
        field: field.into(),
        header: field.into(),
        width: Some(width),
        ..ColumnDraft::default()
    };
    let columns = vec![
        column("account_number", 20),
        column("account_name", 30),
        column("amount", 12),
        column("status", 6),
        column("completed_on", 10),
    ];
    let fixed = changed(incoming("gb18030-text"), |draft| {
        draft.format = "fixed".into();
        draft.columns = columns.clone();
        draft.first_lines = vec!["共{count}笔 {sum}元".into()];
        draft.last_lines = Vec::new();
    });
    let line = |number: &str, name: &str, amount: &str| {
        let blanks = " ".repeat(30 - encoding_rs::GB18030.encode(name).0.len());
        format!("{number:<20}{name}{blanks}{amount:>12}成功  20201028  \r\n")
    };
    let two = [line("3305012340001", "北仑㛃商行", "1.00"), line("3305012340002", "新碶厂", "2.00")].concat();
    let text = format!("共2笔 3.00元\r\n{two}");
    let (bytes, _, lossy) = encoding_rs::GB18030.encode(&text);
    assert!(!lossy);
    let file = read(&fixed, &bytes).unwrap_or_else(|faults| panic!("{faults:#?}"));
    assert_eq!((file.lines[0].account_name.as_str(), file.lines[1].amount_fen), ("北仑㛃商行", Some(fen("2.00"))));
    let short = encoding_rs::GB18030.encode(&text.replace("商行  ", "商行 ")).0.into_owned();
    assert_eq!(places(&read(&fixed, &short).unwrap_err().cells), [(2, String::new(), "bank_line_width")]);

    let workbook = changed(incoming("generic-csv"), |draft| {
        draft.format = "xlsx".into();
        draft.quoting = false;
        draft.columns = columns;
    });
    let mut sheet = crate::sheets::SheetWriter::new(
        &["account_number", "account_name", "amount", "status", "completed_on"].map(str::to_owned),
    )
    .unwrap();
    for (at, cell) in ["3305012340001", "北仑㛃商行", "1.00", "成功", "2020-10-28"].into_iter().enumerate() {
        if at == 2 { sheet.amount(at, cell).unwrap() } else { sheet.cell(at, cell).unwrap() }
    }
    sheet.end_row();
    let mut bytes = std::io::Cursor::new(Vec::new());
    sheet.finish(&mut bytes).unwrap();
    let from_sheet = read(&workbook, bytes.get_ref()).unwrap_or_else(|faults| panic!("{faults:#?}"));
    assert_eq!(from_sheet.lines[0], BankLine { line: 2, ..file.lines[0].clone() });
}

#[test]
fn a_day_may_have_a_time_behind_it() {
    let read_day = |shown: &str| {
        let text = format!(
            "payment_id,account_name,account_number,amount,status,reason,bank_serial,completed_on\r\nb-1,甲,12345,1.00,paid,,,{shown}\r\n"
        );
        read(incoming("generic-csv"), text.as_bytes()).map(|file| file.lines[0].completed_on)
    };
    for shown in [
        "2020-10-28 15:04:05",
        "2020/10/28 15:04",
        "20201028150405",
        "2020-10-28T15:04:05.160+08:00",
        "２０２０．１０．２８",
    ] {
        assert_eq!(read_day(shown), Ok(Some(day("2020-10-28"))), "{shown}");
    }
    for shown in ["2020-10-28 noon", "28/10/2020", "2020102815040", "2020-10-32 15:04:05"] {
        assert!(read_day(shown).is_err(), "{shown}");
    }
}

#[test]
fn amounts_in_whole_fen_have_no_point() {
    let profile = changed(incoming("generic-csv"), |draft| draft.amount_unit = "fen".into());
    let file = |amount: &str| {
        let text = format!(
            "payment_id,account_name,account_number,amount,status,reason,bank_serial,completed_on\r\nb-1,甲,12345,\"{amount}\",paid,,,2020-10-28\r\n"
        );
        read(&profile, text.as_bytes()).map(|file| file.lines[0].amount_fen)
    };
    assert_eq!(file("120050"), Ok(Some(fen("1200.50"))));
    assert_eq!(file("１２０,050"), Ok(Some(fen("1200.50"))));
    assert_eq!(file("1200.50").unwrap_err().cells[0].refusal.code, "bank_fen_decimals");
    assert_eq!(file("0").unwrap_err().cells[0].refusal.code, "amount_zero");
}
