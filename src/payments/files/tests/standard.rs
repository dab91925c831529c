//! ISO 20022: what goes out is valid by the published schema, what comes in is read in every version.

use std::io::Write as _;
use std::process::{Command, Stdio};

use super::*;

/// Asks `xmllint` whether a message is valid by the published schema.
fn is_valid(schema: &str, message: &[u8]) -> bool {
    let schema = format!("{}/tests/fixtures/iso20022/{schema}.xsd", env!("CARGO_MANIFEST_DIR"));
    let mut child = Command::new("xmllint")
        .args(["--noout", "--nonet", "--schema", &schema, "-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("xmllint, of the package libxml2-utils");
    child.stdin.take().unwrap().write_all(message).unwrap();
    child.wait_with_output().unwrap().status.success()
}

#[test]
fn the_payment_order_is_valid_by_the_published_schema() {
    let mut odd = orders();
    odd[1].account_name = "北仑<港>&\"海'产\"商行".to_owned();
    odd[1].bank_name = String::new();
    odd[2].purpose = String::new();
    let bytes = written(outgoing("pain001"), &odd);
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(is_valid("pain.001.001.09", &bytes), "{text}");
    assert_eq!(text.matches("<NbOfTxs>3</NbOfTxs>").count(), 2);
    assert_eq!(text.matches("<CtrlSum>13200.51</CtrlSum>").count(), 2);
    assert_eq!(text.matches("<Cd>CNAPS</Cd>").count(), 4);
    assert!(text.contains("<EndToEndId>beilun-101</EndToEndId>") && text.contains("<Nm>宁波市北仑㛃䶮𬭎小吃店</Nm>"));
    assert!(text.contains("<CreDtTm>2020-10-27T16:11:25.160+08:00</CreDtTm>"));
    // the schema does bite
    assert!(!is_valid("pain.001.001.09", text.replace("<PmtMtd>TRF</PmtMtd>", "").as_bytes()));
    assert!(!is_valid("pain.001.001.09", text.replace("1200.00</InstdAmt>", "1200.123456</InstdAmt>").as_bytes()));
}

#[test]
fn the_samples_are_valid_by_the_published_schemas() {
    for (schema, name) in [
        ("pain.002.001.03", "good-pain002-v03.xml"),
        ("pain.002.001.12", "good-pain002-v12.xml"),
        ("pain.002.001.12", "good-pain002-whole-batch-refused.xml"),
        ("camt.053.001.08", "good-camt053.xml"),
        ("camt.054.001.08", "good-camt054.xml"),
    ] {
        assert!(is_valid(schema, &fixture(name)), "{name}");
    }
}

#[test]
fn a_status_report_says_what_became_of_each_payment() {
    let file = sound("pain002", "good-pain002-v03.xml");
    let shown: Vec<_> =
        file.lines.iter().map(|line| (line.payment_id.as_deref().unwrap(), line.status.clone())).collect();
    assert_eq!(
        shown,
        [
            ("beilun-101", Status::Paid),
            ("beilun-102", Status::Refused),
            ("beilun-103", Status::Unknown("PDNG".to_owned())),
        ]
    );
    let (paid, refused) = (&file.lines[0], &file.lines[1]);
    assert_eq!((paid.amount_fen, paid.completed_on), (Some(fen("1200.00")), Some(day("2020-10-27"))));
    assert_eq!((paid.account_number.as_str(), paid.bank_serial.as_deref()), ("6222000012345678901", Some("BK0001")));
    assert_eq!(
        (refused.account_name.as_str(), refused.reason.as_deref()),
        ("北仑港&海产品商行", Some("BE01 账号户名不符"))
    );
    assert_eq!(refused.completed_on, Some(day("2020-10-28")));
    assert_eq!((file.batch.as_deref(), file.control.said, file.whole), (Some("B7"), true, None));
}

#[test]
fn a_later_version_may_leave_amounts_out_and_name_only_some_payments() {
    let file = sound("pain002", "good-pain002-v12.xml");
    assert_eq!(
        (file.lines[0].account_name.as_str(), file.lines[0].amount_fen),
        ("北仑港海产品商行", Some(fen("200.00")))
    );
    assert_eq!((&file.lines[1].status, file.lines[1].amount_fen), (&Status::Paid, None));
    assert!(!file.control.said);
}

#[test]
fn a_whole_batch_may_be_answered_at_once() {
    let file = sound("pain002", "good-pain002-whole-batch-refused.xml");
    let whole = file.whole.unwrap();
    assert_eq!((whole.batch.as_str(), whole.status), ("B7", Status::Refused));
    assert_eq!(whole.reason.as_deref(), Some("AM18 笔数不符"));
    assert!(file.lines.is_empty());
}

#[test]
fn a_statement_splits_a_batch_into_its_payments() {
    let file = sound("camt053", "good-camt053.xml");
    let shown: Vec<_> = file
        .lines
        .iter()
        .map(|line| (line.kind, line.side, line.status.clone(), line.amount_fen.unwrap().plain()))
        .collect();
    let own = |kind, side, status, amount: &str| (kind, side, status, amount.to_owned());
    assert_eq!(
        shown,
        [
            own(LineKind::Payment, Side::Debit, Status::Paid, "1200.00"),
            own(LineKind::Payment, Side::Debit, Status::Paid, "300.00"),
            own(LineKind::Fee, Side::Debit, Status::Paid, "5.50"),
            own(LineKind::Return, Side::Credit, Status::Returned, "300.00"),
            own(LineKind::Interest, Side::Credit, Status::Paid, "12.34"),
            own(LineKind::Receipt, Side::Credit, Status::Paid, "2000.00"),
            own(LineKind::Payment, Side::Debit, Status::Unknown("PDNG".to_owned()), "70.00"),
        ]
    );
    let (paid, returned, receipt) = (&file.lines[0], &file.lines[3], &file.lines[5]);
    assert_eq!((paid.payment_id.as_deref(), paid.batch.as_deref()), (Some("beilun-101"), Some("B7")));
    assert_eq!(
        (paid.account_name.as_str(), paid.bank_serial.as_deref()),
        ("宁波市北仑㛃䶮𬭎小吃店", Some("TX-beilun-101"))
    );
    assert_eq!((returned.reason.as_deref(), returned.completed_on), (Some("AC04 账户已销户"), Some(day("2020-10-30"))));
    assert_eq!(returned.account_number, "3305012340002");
    assert_eq!((receipt.payment_id.as_deref(), receipt.account_name.as_str()), (None, "北仑区财政局"));
    let statement = file.statement.unwrap();
    assert_eq!((statement.opening_fen, statement.closing_fen), (fen("10000.00"), fen("10806.84")));
    assert_eq!((statement.from_on, statement.to_on), (day("2020-10-28"), day("2020-10-31")));
    assert_eq!((statement.account_number.as_deref(), file.control.said), (Some("33050161001"), true));
}

#[test]
fn a_notification_has_entries_without_balances() {
    let file = sound("camt054", "good-camt054.xml");
    assert_eq!(file.lines.len(), 3);
    assert_eq!((file.lines[2].kind, &file.lines[2].status), (LineKind::Return, &Status::Returned));
    assert_eq!((file.statement, file.account_number.as_deref()), (None, Some("33050161001")));
}

#[test]
fn an_older_version_under_a_prefix_reads_alike() {
    let text = String::from_utf8(fixture("good-camt053.xml")).unwrap();
    let older = text
        .replace("camt.053.001.08", "camt.053.001.02")
        .replace("<Sts>\n          <Cd>BOOK</Cd>\n        </Sts>", "<Sts>BOOK</Sts>");
    let prefixed = older
        .replace("</", "</n:")
        .replace('<', "<n:")
        .replace("<n:/n:", "</n:")
        .replace("<n:?xml", "<?xml")
        .replace("xmlns=", "xmlns:n=");
    let lines = |text: &str| {
        read(incoming("camt053"), text.as_bytes()).unwrap_or_else(|faults| panic!("{faults:#?}")).lines.len()
    };
    assert_eq!((lines(&older), lines(&prefixed)), (7, 7));
    let declared =
        encoding_rs::GB18030.encode(&text.replace("encoding=\"UTF-8\"", "encoding=\"GB18030\"")).0.into_owned();
    assert_eq!(read(incoming("camt053"), &declared).unwrap().lines, sound("camt053", "good-camt053.xml").lines);
}

#[test]
fn figures_that_do_not_hold_refuse_the_message() {
    for (profile, name, expected) in [
        ("camt053", "camt053-closing-wrong.xml", vec!["bank_balance_differs"]),
        ("camt053", "camt053-entry-sum-wrong.xml", vec!["bank_entry_sum"]),
        ("camt053", "camt053-summary-count-wrong.xml", vec!["bank_count_differs"]),
        ("camt053", "camt053-other-currency.xml", vec!["bank_currency"]),
        ("camt053", "camt053-cut.xml", vec!["bank_file_cut"]),
        ("pain002", "pain002-sum-differs.xml", vec!["bank_sum_differs"]),
    ] {
        let found = codes(profile, name);
        assert!(expected.iter().all(|code| found.contains(code)), "{name}: {found:?}");
    }
}

#[test]
fn xml_that_is_made_to_hurt_is_refused() {
    assert_eq!(codes("camt053", "xml-doctype.xml"), ["bank_xml_dtd"]);
    assert_eq!(codes("camt053", "xml-entity.xml"), ["bank_xml_entity"]);
    assert_eq!(codes("camt053", "xml-unclosed-tag.xml"), ["bank_xml_broken"]);
    assert_eq!(codes("camt053", "good-camt054.xml"), ["bank_xml_other"]);
    assert_eq!(codes("pain002", "good-camt053.xml"), ["bank_xml_other"]);
    let code = |text: &str| read(incoming("camt053"), text.as_bytes()).unwrap_err().cells[0].refusal.code;
    assert_eq!(code(&"<a>".repeat(100_000)), "bank_xml_deep");
    assert_eq!(code("<?xml version=\"1.0\"?>"), "bank_xml_broken");
    assert_eq!(code("<a></a></a>"), "bank_xml_broken");
    let text = String::from_utf8(fixture("good-camt053.xml")).unwrap();
    let twice = text.replace("    <Stmt>", "    <Stmt>\n    </Stmt>\n    <Stmt>");
    assert_eq!(code(&twice), "bank_accounts_several");
}
