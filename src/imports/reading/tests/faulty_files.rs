//! Faulty files: the exact line, column and code.

use super::super::read_policies;
use super::*;
use crate::kernel::money::Unit;

/// The faults of a fixture as line, column and code.
fn check(name: &str, expected: &[(u64, &str, &str)]) {
    let found = faults(&fixture(name));
    assert_eq!(places(&found.cells), expected, "{name}");
}

#[test]
fn files_that_are_no_tables_are_named_for_what_they_are() {
    for (name, line, code) in [
        ("empty.csv", 0, "file_empty"),
        ("blank.csv", 0, "file_empty"),
        ("binary.csv", 2, "file_binary"),
        ("utf16.txt", 0, "file_utf16"),
        ("broken-utf8-line-3.csv", 3, "file_encoding"),
        ("broken-gb18030-line-3.csv", 3, "file_encoding"),
        ("html-table.xls", 0, "file_html"),
        ("not-a-table.pdf", 0, "file_type"),
        ("damaged.xlsx", 0, "file_damaged"),
        ("header-missing.csv", 0, "header_missing"),
        ("rows-none.csv", 1, "rows_none"),
    ] {
        check(name, &[(line, "", code)]);
    }
}

#[test]
fn quotes_and_widths_are_named_with_their_line() {
    check("quote-unclosed-line-3.csv", &[(3, "", "quote_unclosed")]);
    check("quote-stray-line-3.csv", &[(3, "name", "quote_stray")]);
    check("row-length-lines-2-4.csv", &[(2, "", "row_length"), (4, "", "row_length")]);
    assert_eq!(faults(&fixture("row-length-lines-2-4.csv")).rows_in_file, 3);
}

#[test]
fn columns_missing_and_twice_are_named() {
    check("columns-missing-uscc-bank-code.csv", &[(1, "uscc", "column_missing"), (1, "bank_code", "column_missing")]);
    check("column-twice-amount.csv", &[(1, "amount", "column_duplicate")]);
}

#[test]
fn every_bad_cell_is_reported() {
    check(
        "bad-cells.csv",
        &[
            (2, "uscc", "uscc_check"),
            (2, "kind", "kind_unknown"),
            (2, "industry", "industry_unknown"),
            (2, "size", "size_unknown"),
            (2, "amount", "amount_decimals"),
            (3, "name", "cell_required"),
            (3, "industry", "industry_zero_lost"),
            (3, "bank_code", "bank_code_lost_zero"),
            (3, "account_number", "account_scientific"),
            (3, "paid_on", "date_no_such_day"),
            (4, "subdistrict", "cell_formula"),
            (4, "amount", "amount_zero"),
            (4, "bank_name", "cell_error"),
            (4, "account_name", "cell_formula"),
        ],
    );
    let found = faults(&fixture("bad-cells.csv"));
    assert_eq!(found.rows_in_file, 3);
    assert_eq!(found.cells[4].value, "12.345");
}

#[test]
fn optional_cells_are_checked() {
    check(
        "optional-columns-line-3-bad.csv",
        &[
            (3, "id_type", "id_type_unknown"),
            (3, "payee_relation", "payee_relation_unknown"),
            (3, "applied_amount", "applied_below_amount"),
            (3, "applied_on", "date_no_such_day"),
            (3, "period_to", "period_reversed"),
            (3, "attachments", "count_form"),
        ],
    );
}

#[test]
fn a_reference_twice_names_the_first_line() {
    check("reference-twice-lines-2-4.csv", &[(4, "reference", "reference_repeated")]);
    let found = faults(&fixture("reference-twice-lines-2-4.csv"));
    assert_eq!(found.cells[0].refusal.facts, [("line", "2".to_owned())]);
}

#[test]
fn a_total_that_differs_is_named_with_both_figures() {
    check("control-total-differs.csv", &[(9, "amount", "control_total")]);
    let found = faults(&fixture("control-total-differs.csv"));
    assert_eq!(found.cells[0].value, "9.999999");
    assert_eq!(found.cells[0].refusal.facts, [("claimed", "99999.99".to_owned()), ("sum", "43812.02".to_owned())]);
}

#[test]
fn units_that_contradict_each_other_are_not_chosen_from() {
    check("unit-conflict.csv", &[(2, "amount", "unit_conflict")]);
    check("unit-thousand.csv", &[(1, "", "unit_unsupported")]);
    let confirmed = read_grants(&fixture("good-department-table-wan.csv"), What::History, Some(Unit::Yuan));
    assert!(confirmed.unwrap_err().cells.iter().all(|bad| bad.refusal.code == "amount_decimals"));
}

#[test]
fn bad_policies_are_named() {
    let found = read_policies(&fixture("policies-bad-lines-3-6.csv"), None).unwrap_err();
    assert_eq!(
        places(&found.cells),
        [
            (3, "code", "code_repeated"),
            (4, "ends_on", "window_reversed"),
            (5, "instrument", "instrument_unknown"),
            (6, "budget", "amount_decimals"),
        ]
    );
}

#[test]
fn a_cell_of_a_megabyte_is_named_where_it_stands() {
    let text = String::from_utf8(fixture("good-bom.csv")).unwrap();
    let long = text.replacen("北仑港信山建筑装饰工程有限公司", &"长".repeat(350_000), 1);
    let found = faults(long.as_bytes());
    assert_eq!(places(&found.cells), [(3, "name", "cell_too_long")]);
    assert_eq!(found.cells[0].value.chars().count(), 80);
    let unclosed = text.replacen("北仑港", &format!("\"{}", "x".repeat(1 << 20)), 1);
    assert_eq!(places(&faults(unclosed.as_bytes()).cells), [(3, "", "quote_unclosed")]);
}

#[test]
fn a_row_that_names_a_recipient_is_never_passed_over() {
    let text = String::from_utf8(fixture("good-bom.csv")).unwrap();
    let named = text.replace("BL-00000002", "合计").replace("BL-00000003", "备注:制表");
    assert_eq!(history(named.as_bytes()).rows.len(), 3);
    // without the number it is no total, for it has a name, but an incomplete row
    let nameless = text.replace("91330206YRJ5F7K2X8", "");
    assert_eq!(places(&faults(nameless.as_bytes()).cells), [(3, "uscc", "cell_required")]);
}

#[test]
fn a_credit_code_with_one_letter_e_is_no_scientific_notation() {
    let text = String::from_utf8(fixture("good-bom.csv")).unwrap();
    let reading = read_grants(text.replace("91330206RFLPDLB94G", "923302060578395E62").as_bytes(), What::History, None);
    assert!(reading.is_ok(), "{reading:?}");
}
