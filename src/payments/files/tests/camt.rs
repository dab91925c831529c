//! Messages of accounts as banks really write them: public samples, and small ones with what such samples have
//! (`tests/fixtures/camt/SOURCES.md`).

use super::*;
use crate::payments::files::Statement;

fn sample(name: &str) -> Vec<u8> {
    fixture(&format!("../camt/{name}"))
}

/// A sample with its currency changed.
fn in_yuan(name: &str, currencies: &[&str]) -> Vec<u8> {
    let mut text = String::from_utf8(sample(name)).unwrap();
    for currency in currencies {
        text = text
            .replace(&format!("Ccy=\"{currency}\""), "Ccy=\"CNY\"")
            .replace(&format!("Ccy>{currency}<"), "Ccy>CNY<");
    }
    text.into_bytes()
}

fn read_as(profile: &str, bytes: &[u8]) -> BankFile {
    read(incoming(profile), bytes).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

/// Kind, side, amount and day of every line.
fn shown(file: &BankFile) -> Vec<String> {
    let one = |line: &BankLine| {
        let day = line.completed_on.map(|day| day.to_string()).unwrap_or_default();
        format!("{} {} {} {day}", line.kind.word(), line.side.word(), line.amount_fen.unwrap().plain())
    };
    file.lines.iter().map(one).collect()
}

/// Opening and closing balance with the days of a statement.
fn balances(file: &BankFile) -> Option<String> {
    let said = |one: &Statement| {
        format!("{} {} {} {}", one.from_on, one.opening_fen.plain(), one.to_on, one.closing_fen.plain())
    };
    file.statement.as_ref().map(said)
}

fn codes_of(profile: &str, bytes: &[u8]) -> Vec<&'static str> {
    read(incoming(profile), bytes).unwrap_err().cells.iter().map(|bad| bad.refusal.code).collect()
}

#[test]
fn a_sample_in_another_currency_is_refused_for_that_alone() {
    for (profile, name) in [("camt053", "query-farm-053-v08.xml"), ("camt054", "query-farm-054-v08.xml")] {
        let refusal = read_as(profile, &sample(name)).in_yuan().unwrap_err();
        assert_eq!(
            (refusal.code, refusal.facts),
            ("bank_currency_foreign", vec![("found", "EUR".to_owned())]),
            "{name}"
        );
    }
    // whatever else does not hold in them
    for (profile, name) in [("camt053", "apiome-053-v08.xml"), ("camt054", "apiome-054-v08-prefixed.xml")] {
        assert_eq!(codes_of(profile, &sample(name)), ["bank_currency_foreign"], "{name}");
    }
}

#[test]
fn public_samples_are_read_once_they_are_in_yuan() {
    let statement = read_as("camt053", &in_yuan("query-farm-053-v08.xml", &["EUR"]));
    assert_eq!(shown(&statement), ["receipt credit 500.00 2026-01-02"]);
    assert_eq!(balances(&statement).unwrap(), "2026-01-01 1000.00 2026-01-02 1500.00");
    assert_eq!(statement.lines[0].payment_id.as_deref(), Some("E2E-REF-001"));
    assert_eq!(statement.lines[0].account_name, "ACME CORP");
    assert!(statement.control.said);
    let notified = read_as("camt054", &in_yuan("apiome-054-v08-prefixed.xml", &["EUR", "USD"]));
    assert_eq!(shown(&notified), ["receipt credit 1500.00 2026-01-16", "payment debit 42.50 2026-01-16"]);
    assert_eq!(notified.lines[0].reason.as_deref(), Some("Invoice 2026-0042"));
    // an entry without a day has that of its message
    let undated = read_as("camt054", &in_yuan("query-farm-054-v08.xml", &["EUR"]));
    assert_eq!(shown(&undated), ["payment debit 250.50 2026-01-03"]);
    assert_eq!(undated.lines[0].account_name, "UTILITY CO");
}

#[test]
fn samples_whose_own_figures_do_not_hold_are_refused_for_them() {
    // the sample leaves entries out that its closing balance counts
    assert_eq!(codes_of("camt053", &in_yuan("apiome-053-v08.xml", &["EUR"])), ["bank_balance_differs"]);
    // one entry in dollars on an account in yuan
    assert_eq!(codes_of("camt054", &in_yuan("apiome-054-v08-prefixed.xml", &["EUR"])), ["bank_currency"]);
}

#[test]
fn version_2_with_all_that_banks_put_into_it() {
    let file = read_as("camt053", &sample("own-053-v02-everything.xml"));
    assert_eq!(
        shown(&file),
        [
            "payment debit 1200.00 2020-10-28",
            "payment debit 300.00 2020-10-28",
            "return credit 300.00 2020-10-30",
            "receipt credit 200.00 2020-10-30",
            "fee debit 10.00 2020-10-31",
            // the bank takes back what came in by mistake: no payment
            "receipt debit 200.00 2020-10-31",
        ]
    );
    assert_eq!(balances(&file).unwrap(), "2020-10-28 10000.00 2020-10-31 8790.00");
    let [paid, _, returned, receipt, fee, reversed] = file.lines.as_slice() else { panic!("{:#?}", file.lines) };
    assert_eq!((paid.payment_id.as_deref(), paid.batch.as_deref()), (Some("beilun-101"), Some("B7")));
    assert_eq!(
        (paid.account_name.as_str(), paid.account_number.as_str()),
        ("北仑<港>&海产品商行", "6222000012345678901")
    );
    assert_eq!((paid.reason.as_deref(), paid.bank_serial.as_deref()), (Some("纾困资金 第一批"), Some("AS-1")));
    assert_eq!((returned.payment_id.as_deref(), &returned.status), (Some("beilun-102"), &Status::Returned));
    assert_eq!(returned.reason.as_deref(), Some("AC04 账户已销户"));
    assert_eq!((receipt.payment_id.as_deref(), receipt.account_name.as_str()), (None, "北仑区财政局"));
    assert_eq!(receipt.reason.as_deref(), Some("RF18539007547034"));
    assert_eq!((fee.reason.as_deref(), reversed.reason.as_deref()), (Some("10月"), Some("冲正")));
    assert!(file.control.said);
}

#[test]
fn a_notification_of_batches_counts_what_moved_on_the_account() {
    let file = read_as("camt054", &sample("own-054-v04-batches.xml"));
    assert_eq!(
        shown(&file),
        [
            "payment debit 650.00 2020-10-29",
            "payment debit 700.00 2020-10-29",
            "payment debit 4000.00 2020-10-29",
            "receipt credit 20.00 2020-10-30",
        ]
    );
    let [first, second, batch, told] = file.lines.as_slice() else { panic!("{:#?}", file.lines) };
    assert_eq!((first.payment_id.as_deref(), first.batch.as_deref()), (Some("beilun-201"), Some("B8")));
    assert_eq!(second.payment_id.as_deref(), Some("beilun-202"));
    assert_eq!((batch.payment_id.as_deref(), batch.batch.as_deref()), (None, Some("B9")));
    assert_eq!(told.status, Status::Unknown("INFO".to_owned()));
    // a payment of a batch whose amount is missing, or in dollars only, is told
    let text = String::from_utf8(sample("own-054-v04-batches.xml")).unwrap();
    let foreign = text.replace("<TxAmt><Amt Ccy=\"CNY\">700.000</Amt></TxAmt>", "");
    assert_eq!(codes_of("camt054", foreign.as_bytes()), ["bank_currency"]);
    let missing = foreign.replace("<Amt Ccy=\"USD\">107.69</Amt>", "");
    assert_eq!(codes_of("camt054", missing.as_bytes()), ["cell_required"]);
}

#[test]
fn pages_of_one_document_continue_each_other() {
    let file = read_as("camt053", &sample("own-053-v08-pages.xml"));
    assert_eq!(
        shown(&file),
        ["payment debit 30.00 2020-10-28", "payment debit 90.00 2020-10-29", "receipt credit 25.00 2020-10-29"]
    );
    // the last day is that of the closing balance
    assert_eq!(balances(&file).unwrap(), "2020-10-28 100.00 2020-10-31 5.00");
    let text = String::from_utf8(sample("own-053-v08-pages.xml")).unwrap();
    let broken = text.replacen("<Amt Ccy=\"CNY\">70.00</Amt>", "<Amt Ccy=\"CNY\">71.00</Amt>", 1);
    assert_eq!(codes_of("camt053", broken.as_bytes()), ["bank_balance_differs", "bank_balance_differs"]);
}

#[test]
fn the_encoding_is_the_one_that_the_message_declares() {
    let file = read_as("camt053", &sample("own-053-v06-latin1.xml"));
    assert_eq!((shown(&file), balances(&file)), (vec!["receipt credit 5.00 2020-10-31".to_owned()], None));
    assert_eq!(file.lines[0].account_name, "Müller & Söhne");
    assert_eq!(file.account_number.as_deref(), Some("DE89370400440532013000"));
    let quiet = read_as("camt053", &sample("own-053-v10-no-entries-utf16.xml"));
    assert_eq!((shown(&quiet), balances(&quiet).unwrap()), (vec![], "2020-10-31 42.00 2020-10-31 42.00".to_owned()));
    // half a character at the end
    let mut cut = sample("own-053-v10-no-entries-utf16.xml");
    cut.pop();
    assert_eq!(codes_of("camt053", &cut), ["file_encoding"]);
}

#[test]
fn counts_are_not_held_against_entries_that_could_not_be_read() {
    let text = String::from_utf8(sample("own-053-v02-everything.xml")).unwrap();
    let wrong = text.replace("<Amt Ccy=\"CNY\">10.00</Amt>", "<Amt Ccy=\"CNY\">1O.00</Amt>");
    assert_eq!(codes_of("camt053", wrong.as_bytes()), ["amount_not_a_number"]);
    let fewer = text.replace("<NbOfNtries>5<", "<NbOfNtries>6<").replace("-1710.00", "-1711.00");
    assert_eq!(codes_of("camt053", fewer.as_bytes()), ["bank_count_differs", "bank_sum_differs"]);
}
