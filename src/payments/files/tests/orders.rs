//! What goes to the bank.

use super::*;
use crate::payments::files::profile::ColumnDraft;

#[test]
fn the_generic_file_is_exactly_what_the_contract_says() {
    let bytes = written(outgoing("generic-csv"), &orders());
    let expected = "payment_id,account_name,account_number,bank_code,bank_name,amount,purpose\r\n\
        beilun-101,宁波市北仑㛃䶮𬭎小吃店,6222000012345600101,102332006123,中国工商银行宁波北仑支行,1200.00,BL2020-01 R-1\r\n\
        beilun-102,北仑港海产品商行,6222000012345600102,102332006123,中国工商银行宁波北仑支行,12000.50,BL2020-01 R-1\r\n\
        beilun-103,=新碶机械厂,6222000012345600103,102332006123,中国工商银行宁波北仑支行,0.01,BL2020-01 R-1\r\n";
    assert_eq!(String::from_utf8(bytes).unwrap(), expected);
}

#[test]
fn a_cell_that_needs_it_is_quoted_and_a_leading_sign_is_left_alone() {
    let mut one = order(1, "北仑\"港\",商行", "5.00");
    one.purpose = "@SUM(A1)".to_owned();
    let text = String::from_utf8(written(outgoing("generic-csv"), &[one])).unwrap();
    assert!(text.contains(",\"北仑\"\"港\"\",商行\","), "{text}");
    assert!(text.ends_with(",@SUM(A1)\r\n"), "{text}");
}

#[test]
fn the_text_has_count_and_sum_above_and_below_and_keeps_rare_characters() {
    let bytes = written(outgoing("gb18030-text"), &orders());
    let (text, _, lossy) = encoding_rs::GB18030.decode(&bytes);
    assert!(!lossy);
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!(lines[0], "B7|20201028|33050161001|宁波市北仑区财政局|3|13200.51");
    assert_eq!(
        lines[1],
        "1|beilun-101|6222000012345600101|宁波市北仑㛃䶮𬭎小吃店|102332006123|中国工商银行宁波北仑支行|1200.00|BL2020-01 R-1"
    );
    assert_eq!(lines[4..], ["END|3|13200.51", ""]);
}

#[test]
fn a_character_that_cannot_be_written_is_a_fault_of_its_row() {
    let gbk = changed(outgoing("gb18030-text"), |draft| draft.encoding = "gbk".into());
    assert_eq!(unwritten(&gbk, &orders()), [(1, "account_name".to_owned(), "bank_character")]);
    // the one character that GB18030 has no place for
    let private = [order(1, "甲", "1.00"), order(2, "乙\u{E5E5}", "1.00")];
    assert_eq!(unwritten(outgoing("gb18030-text"), &private), [(2, "account_name".to_owned(), "bank_character")]);
    assert_eq!(written(&gbk, &orders()[1..2]), written(outgoing("gb18030-text"), &orders()[1..2]));
}

#[test]
fn what_the_format_cannot_hold_is_a_fault_of_its_row() {
    let with = |name: &str| [order(1, "甲", "1.00"), order(2, name, "1.00")];
    let name = || "account_name".to_owned();
    for (mark, text) in [("|", "甲|乙"), ("\"", "甲\"乙")] {
        assert_eq!(unwritten(outgoing("gb18030-text"), &with(text)), [(2, name(), "bank_mark")], "{mark}");
    }
    for profile in ["generic-csv", "gb18030-text", "treasury-detail", "generic-xlsx", "pain001"] {
        for text in ["甲\n乙", "甲\u{0}乙", "甲\u{FFFE}乙"] {
            assert_eq!(unwritten(outgoing(profile), &with(text)), [(2, name(), "bank_control")], "{profile}");
        }
        assert_eq!(unwritten(outgoing(profile), &with(" ")), [(2, name(), "bank_blank")], "{profile}");
    }
    assert_eq!(unwritten(outgoing("pain001"), &with(&"长".repeat(141))), [(2, name(), "bank_long")]);
    assert_eq!(unwritten(outgoing("treasury-detail"), &with("甲\t乙")), [(2, name(), "bank_control")]);
}

#[test]
fn a_batch_that_no_bank_could_pay_is_refused() {
    let generic = outgoing("generic-csv");
    assert_eq!(unwritten(generic, &[]), [(0, String::new(), "bank_orders_none")]);
    assert_eq!(unwritten(incoming("generic-csv"), &orders()), [(0, String::new(), "bank_direction")]);
    let mut odd = orders();
    odd[1].amount_fen = Fen::ZERO;
    odd[2].payment_id = odd[0].payment_id.clone();
    assert_eq!(
        unwritten(generic, &odd),
        [(2, "amount".to_owned(), "bank_amount_none"), (3, "payment_id".to_owned(), "bank_id_twice")]
    );
    let mut huge = orders();
    for order in &mut huge {
        order.amount_fen = Fen::new(i64::MAX);
    }
    assert_eq!(unwritten(generic, &huge), [(0, String::new(), "bank_sum")]);
}

#[test]
fn a_bank_that_takes_few_rows_gets_several_files() {
    let few = changed(outgoing("gb18030-text"), |draft| draft.rows_max = Some(2));
    let files = write(&few, &head(), &orders()).unwrap();
    let shown: Vec<_> =
        files.iter().map(|file| (file.number, file.name.as_str(), file.count, file.sum_fen.plain())).collect();
    assert_eq!(shown, [(1, "B7-1.txt", 2, "13200.50".to_owned()), (2, "B7-2.txt", 1, "0.01".to_owned())]);
    let (second, ..) = encoding_rs::GB18030.decode(&files[1].bytes);
    assert!(second.starts_with("B7-2|20201028|33050161001|宁波市北仑区财政局|1|0.01\r\n1|beilun-103|"), "{second}");
    // rows are counted over the batch
    let mut odd = orders();
    odd[2].account_name = "甲|乙".to_owned();
    assert_eq!(unwritten(&few, &odd), [(3, "account_name".to_owned(), "bank_mark")]);
}

#[test]
fn the_same_arguments_give_the_same_bytes_in_every_format() {
    for profile in Profile::shipped().iter().filter(|profile| profile.direction == FileDirection::Out) {
        assert_eq!(written(profile, &orders()), written(profile, &orders()), "{}", profile.name());
    }
}

#[test]
fn amounts_in_fen_days_with_slashes_and_a_byte_order_mark() {
    let other = changed(outgoing("generic-csv"), |draft| {
        draft.encoding = "utf-8-bom".into();
        draft.amount_unit = "fen".into();
        draft.date_format = "YYYY/MM/DD".into();
        draft.line_end = "lf".into();
        draft.header_line = false;
        draft.first_lines = vec!["{file_number}/{file_count},{date},{currency}".into()];
        draft.columns = ["account_number", "account_name", "amount", "execute_on", "payer_name"]
            .map(|field| ColumnDraft { field: field.into(), ..ColumnDraft::default() })
            .to_vec();
    });
    let text = String::from_utf8(written(&other, &orders()[..1])).unwrap();
    let expected =
        "\u{FEFF}1/1,2020/10/27,CNY\n6222000012345600101,宁波市北仑㛃䶮𬭎小吃店,120000,2020/10/28,宁波市北仑区财政局\n";
    assert_eq!(text, expected);
}

#[test]
fn cells_of_fixed_width_count_the_bytes_of_the_encoding() {
    let fixed = changed(outgoing("gb18030-text"), |draft| {
        draft.format = "fixed".into();
        draft.columns = [("account_number", 20), ("account_name", 24), ("amount", 10)]
            .map(|(field, width)| ColumnDraft { field: field.into(), width: Some(width), ..ColumnDraft::default() })
            .to_vec();
        draft.first_lines = vec!["{count} {sum}".into()];
        draft.last_lines = Vec::new();
    });
    let bytes = written(&fixed, &orders()[1..2]);
    let mut expected = b"1 12000.50\r\n6222000012345600102 ".to_vec();
    expected.extend_from_slice(&encoding_rs::GB18030.encode("北仑港海产品商行").0);
    expected.extend_from_slice(b"          12000.50\r\n");
    assert_eq!(bytes, expected);
    assert_eq!(unwritten(&fixed, &orders()[..1]), [(1, "account_name".to_owned(), "bank_bytes")]);
}
