//! Account statements: every balance holds, or the file is refused.

use super::*;
use crate::payments::files::Statement;

#[test]
fn a_statement_is_read_with_its_balances_and_kinds() {
    let file = sound("generic-statement", "good-statement.csv");
    let shown: Vec<_> = file
        .lines
        .iter()
        .map(|line| {
            (
                line.kind,
                line.side,
                line.status.clone(),
                line.amount_fen.unwrap().plain(),
                line.balance_after_fen.unwrap().plain(),
            )
        })
        .collect();
    let own = |kind, side, status, amount: &str, after: &str| (kind, side, status, amount.to_owned(), after.to_owned());
    assert_eq!(
        shown,
        [
            own(LineKind::Payment, Side::Debit, Status::Paid, "1200.00", "8505.00"),
            own(LineKind::Payment, Side::Debit, Status::Paid, "300.00", "8205.00"),
            own(LineKind::Fee, Side::Debit, Status::Paid, "5.50", "8199.50"),
            own(LineKind::Return, Side::Credit, Status::Returned, "300.00", "8499.50"),
            own(LineKind::Payment, Side::Debit, Status::Paid, "100.00", "8399.50"),
        ]
    );
    assert_eq!((file.lines[0].payment_id.as_deref(), file.lines[3].payment_id.as_deref()), (Some("beilun-101"), None));
    assert_eq!(file.lines[3].reason.as_deref(), Some("退汇 账户已销户"));
    let expected = Statement {
        account_number: Some("33050161001".to_owned()),
        currency: "CNY".to_owned(),
        from_on: day("2020-10-28"),
        to_on: day("2020-10-31"),
        opening_fen: fen("9705.00"),
        closing_fen: fen("8399.50"),
    };
    assert_eq!((file.statement, file.control.said), (Some(expected), true));
}

#[test]
fn a_statement_whose_figures_do_not_hold_is_refused() {
    for (name, expected) in [
        (
            "balance-wrong-line-4.csv",
            vec![(4, "balance", "bank_balance_differs"), (5, "balance", "bank_balance_differs")],
        ),
        ("closing-balance-wrong.csv", vec![(8, "closing", "bank_balance_differs")]),
        ("debits-wrong.csv", vec![(8, "debits", "bank_sum_differs")]),
        ("both-sides-line-3.csv", vec![(3, "debit", "bank_both_sides")]),
        ("day-outside-period-line-3.csv", vec![(3, "completed_on", "bank_outside_period")]),
    ] {
        let expected: Vec<_> =
            expected.into_iter().map(|(line, column, code)| (line, column.to_owned(), code)).collect();
        assert_eq!(faults("generic-statement", name), expected, "{name}");
    }
}

#[test]
fn a_statement_without_opening_and_closing_lines_lives_on_its_running_balances() {
    let bare = changed(incoming("generic-statement"), |draft| {
        draft.first_lines.clear();
        draft.last_lines.clear();
    });
    let text = String::from_utf8(fixture("good-statement.csv")).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let file = read(&bare, lines[1..7].concat().as_bytes()).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let statement = file.statement.unwrap();
    assert_eq!((statement.opening_fen, statement.closing_fen), (fen("9705.00"), fen("8399.50")));
    assert_eq!((statement.from_on, statement.to_on), (day("2020-10-28"), day("2020-10-31")));
    assert_eq!(read(&bare, lines[1].as_bytes()).unwrap_err().cells[0].refusal.code, "bank_balance_missing");
}

#[test]
fn one_column_of_amounts_beside_one_of_sides_is_a_statement_too() {
    let sided = changed(incoming("generic-statement"), |draft| {
        draft.first_lines.clear();
        draft.last_lines.clear();
        draft.columns.retain(|column| column.field != "credit");
        draft.columns.iter_mut().filter(|column| column.field == "debit").for_each(|column| {
            column.field = "amount".into();
            column.also = vec!["金额".into()];
        });
        let side =
            crate::payments::files::ColumnDraft { field: "side".into(), header: "借贷".into(), ..Default::default() };
        draft.columns.push(side);
    });
    let head = "日期,流水号,对方账号,对方户名,金额,余额,摘要,借贷\r\n";
    let file = |side: &str| read(&sided, format!("{head}2020-10-28,S1,12345,甲,5.00,95.00,纾困,{side}\r\n").as_bytes());
    assert_eq!(file("借").unwrap().statement.unwrap().opening_fen, fen("100.00"));
    assert_eq!(file("贷").unwrap().statement.unwrap().opening_fen, fen("90.00"));
    assert_eq!(file("?").unwrap_err().cells[0].refusal.code, "bank_side");
}
