//! What goes out, a bank answers, and the answer reads as what went out.

use proptest::prelude::*;

use super::*;

/// A bank that takes the generic file and pays, refuses or returns by the last digit of the id.
fn answered(bytes: &[u8]) -> Vec<u8> {
    let mut reader = csv::Reader::from_reader(bytes);
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let head =
        ["payment_id", "account_name", "account_number", "amount", "status", "reason", "bank_serial", "completed_on"];
    writer.write_record(head).unwrap();
    for record in reader.records() {
        let record = record.unwrap();
        let (status, reason) = match record[0].chars().last() {
            Some('1') => ("失败", "账号户名不符"),
            Some('2') => ("退汇", "账户已销户"),
            _ => ("成功", ""),
        };
        let serial = format!("S-{}", &record[0]);
        writer
            .write_record([&record[0], &record[1], &record[2], &record[5], status, reason, &serial, "2020-10-28"])
            .unwrap();
    }
    writer.into_inner().unwrap()
}

fn an_order() -> impl Strategy<Value = PaymentOrder> {
    let name = "[一-龥㛃䶮𬭎A-Z(（][一-龥㛃䶮𬭎a-z0-9,;\"'=+@（）() ·]{0,20}[一-龥㛃䶮𬭎)]";
    (name, "[0-9]{5,34}", 1_i64..10_000_000_000).prop_map(|(account_name, account_number, fen)| PaymentOrder {
        payment_id: String::new(),
        account_name,
        account_number,
        bank_code: "102332006123".to_owned(),
        bank_name: "中国工商银行".to_owned(),
        amount_fen: Fen::new(fen),
        purpose: "纾困资金".to_owned(),
    })
}

/// Orders with ids of their own.
fn numbered(mut orders: Vec<PaymentOrder>) -> Vec<PaymentOrder> {
    for (order, number) in orders.iter_mut().zip(1..) {
        order.payment_id = format!("beilun-{number}");
    }
    orders
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn an_answer_reads_as_what_went_out(orders in prop::collection::vec(an_order(), 1..30)) {
        let orders = numbered(orders);
        let file = read(incoming("generic-csv"), &answered(&written(outgoing("generic-csv"), &orders))).unwrap();
        prop_assert_eq!(file.lines.len(), orders.len());
        prop_assert_eq!(Some(file.control.sum_fen), Fen::sum(orders.iter().map(|order| order.amount_fen)));
        for (line, order) in file.lines.iter().zip(&orders) {
            prop_assert_eq!(line.payment_id.as_deref(), Some(order.payment_id.as_str()));
            prop_assert_eq!(&line.account_name, &order.account_name);
            prop_assert_eq!(&line.account_number, &order.account_number);
            prop_assert_eq!(line.amount_fen, Some(order.amount_fen));
            let expected = match order.payment_id.chars().last() {
                Some('1') => Status::Refused,
                Some('2') => Status::Returned,
                _ => Status::Paid,
            };
            prop_assert_eq!(&line.status, &expected);
        }
    }

    /// The text that goes out, with a status in place of the purpose, is the text that comes in.
    #[test]
    fn the_text_in_gb18030_reads_back(orders in prop::collection::vec(an_order(), 1..10)) {
        let plain = |order: &PaymentOrder| !order.account_name.contains('"');
        let orders = numbered(orders.into_iter().filter(plain).collect());
        prop_assume!(!orders.is_empty());
        let out = changed(outgoing("gb18030-text"), |draft| {
            draft.first_lines.clear();
            draft.columns.retain(|column| !column.field.starts_with("bank_"));
            draft.columns.iter_mut().filter(|column| column.field == "purpose").for_each(|column| {
                column.field = "constant".into();
                column.value = "成功".into();
            });
        });
        let back = changed(incoming("gb18030-text"), |draft| {
            draft.first_lines.clear();
            draft.columns.truncate(6);
        });
        let file = read(&back, &written(&out, &orders)).unwrap();
        prop_assert!(file.control.said);
        let found: Vec<_> = file.lines.iter().map(|line| (line.account_name.as_str(), line.amount_fen)).collect();
        let expected: Vec<_> = orders.iter().map(|order| (order.account_name.as_str(), Some(order.amount_fen))).collect();
        prop_assert_eq!(found, expected);
    }
}
