//! Sound delimited files, in all the ways in which they are written.

use super::super::{UnitFrom, read_policies, scan_grants};
use super::*;
use crate::kernel::codes::{PayeeRelation, Size};
use crate::kernel::dates::Day;
use crate::kernel::money::{Fen, Unit};

#[test]
fn two_hundred_rows_of_a_history_are_read_whole() {
    let reading = history(&fixture("good-200-rows.csv"));
    assert_eq!(reading.rows.len(), 200);
    assert_eq!(reading.summary.rows_in_file, 200);
    let (line, first) = &reading.rows[0];
    assert_eq!(*line, 2);
    assert_eq!(first.reference, "BL-00000001");
    assert_eq!(first.identity.number(), "91330206RFLPDLB94G");
    assert_eq!(first.size, Size::Micro);
    assert_eq!(first.industry.code(), "F");
    assert_eq!(first.amount_fen, Fen::new(92_389));
    assert_eq!(first.bank_code.as_str(), "104332006334");
    assert_eq!(first.account_number, "9757093301300454029");
    assert_eq!(first.paid_on, Day::new(2020, 2, 24));
    assert_eq!(first.applied_amount_fen, None);
    assert_eq!(reading.rows[199].0, 201);
    assert_eq!(reading.summary.sum, Fen::sum(reading.rows.iter().map(|(_, row)| row.amount_fen)).unwrap());
    assert_eq!(notices(&reading), [("unit_assumed", 0)]);
}

#[test]
fn streaming_gives_the_same_rows() {
    let bytes = fixture("good-200-rows.csv");
    let mut rows = Vec::new();
    let summary = scan_grants(&bytes, What::History, None, &mut |line, row| rows.push((line, row))).unwrap();
    let whole = history(&bytes);
    assert_eq!((rows, summary), (whole.rows, whole.summary));
}

#[test]
fn every_encoding_and_delimiter_gives_the_same_rows() {
    let expected = three_rows();
    for (name, encoding, delimiter) in [
        ("good-bom.csv", "UTF-8 BOM", "comma"),
        ("good-semicolon.csv", "UTF-8", "semicolon"),
        ("good-tab.txt", "UTF-8", "tab"),
        ("good-chinese-header-gb18030.csv", "GB18030", "comma"),
    ] {
        let reading = history(&fixture(name));
        assert_eq!(reading.summary.encoding, Some(encoding), "{name}");
        assert_eq!(reading.summary.delimiter, Some(delimiter), "{name}");
        assert_eq!(reading.rows.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3, 4], "{name}");
        assert_eq!(reading.rows.into_iter().map(|(_, row)| row).collect::<Vec<_>>(), expected, "{name}");
    }
}

#[test]
fn a_departments_table_is_read_with_its_unit_and_totals() {
    let reading = history(&fixture("good-department-table-wan.csv"));
    assert_eq!(reading.rows.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [4, 5, 7]);
    assert_eq!(reading.rows.iter().map(|(_, row)| row.clone()).collect::<Vec<_>>(), three_rows());
    assert_eq!((reading.summary.unit, reading.summary.unit_from), (Unit::Wan, UnitFrom::Title));
    assert_eq!(reading.summary.control_total, Some(Fen::new(4_381_202)));
    assert_eq!(
        notices(&reading),
        [
            ("total_checked", 6),
            ("total_checked", 8),
            ("total_checked", 9),
            ("signature_skipped", 10),
            ("signature_skipped", 11)
        ]
    );
}

#[test]
fn the_preview_decides_a_unit_that_no_header_names() {
    let reading = read_grants(&fixture("good-bom.csv"), What::Grants, Some(Unit::Wan));
    // 923.89 as 万元 is 9,238,900.00 yuan
    let reading = reading.unwrap();
    assert_eq!(reading.rows[0].1.amount_fen, Fen::new(923_890_000));
    assert_eq!(reading.summary.unit_from, UnitFrom::Confirmed);
    let said = read_grants(&fixture("unit-conflict.csv"), What::History, Some(Unit::Yuan)).unwrap();
    assert_eq!(said.rows[0].1.amount_fen, Fen::new(92_389));
}

#[test]
fn optional_columns_are_read() {
    let reading = scan_first_of("optional-columns-line-3-bad.csv");
    assert_eq!(reading.payee_relation, Some(PayeeRelation::Owner));
    assert_eq!(reading.applied_amount_fen, Some(Fen::new(100_000)));
    assert_eq!(reading.applied_on, Day::new(2020, 2, 1));
    assert_eq!(reading.allotment.as_deref(), Some("甬财〔2020〕1号"));
    assert_eq!((reading.period_from, reading.period_to), (Day::new(2020, 1, 1), Day::new(2020, 3, 31)));
    assert_eq!(reading.attachments, Some(3));
    assert_eq!(reading.voucher_number.as_deref(), Some("记-12"));
}

/// The first sound row, whatever else is wrong.
fn scan_first_of(name: &str) -> GrantRow {
    let mut first = None;
    let _ = scan_grants(&fixture(name), What::History, None, &mut |_, row| {
        first.get_or_insert(row);
    });
    first.unwrap()
}

#[test]
fn grants_need_no_day_of_payment_and_history_does() {
    let text = String::from_utf8(fixture("good-bom.csv")).unwrap().replace(",paid_on", ",x").replace("2020-02-24", "");
    assert!(read_grants(text.as_bytes(), What::Grants, None).is_ok());
    assert_eq!(places(&faults(text.as_bytes()).cells), [(1, "paid_on", "column_missing")]);
}

#[test]
fn policies_are_read() {
    let reading = read_policies(&fixture("good-policies.csv"), None).unwrap();
    assert_eq!(reading.rows.len(), 5);
    assert_eq!(reading.rows[0].1.title, "小微企业房租补助");
    assert_eq!(reading.rows[0].1.per_recipient_cap_fen, None);
    assert_eq!(reading.rows[4].1.instrument.code(), "interest_subsidy");
}

#[test]
fn an_unknown_column_is_named_and_not_read() {
    let reading = history(&fixture("column-unknown.csv"));
    assert_eq!(notices(&reading), [("column_unknown", 1), ("unit_assumed", 0)]);
    assert_eq!(reading.rows[0].1, three_rows()[0]);
}

#[test]
fn a_page_with_its_header_again_and_text_marks_are_read() {
    let text = String::from_utf8(fixture("good-tab.txt")).unwrap();
    let header = text.lines().next().unwrap();
    let marked = text.replace("9757093301300454029", "=\"9757093301300454029\"");
    let twice = format!("{marked}{header}\n");
    let reading = history(twice.as_bytes());
    assert_eq!(reading.rows[0].1, three_rows()[0]);
    assert_eq!(notices(&reading).last(), Some(&("header_repeated", 5)));
}
