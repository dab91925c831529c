//! Bank files as they go out and come back. Each fixture of `tests/fixtures/bank` is named for what is wrong with it.

mod answers;
mod camt;
mod no_input_panics;
mod orders;
mod profiles;
mod round_trip;
mod standard;
mod statements;
mod workbooks;

use super::{
    BankFile, BankLine, BatchHead, Draft, FileDirection, LineKind, PaymentOrder, Profile, Side, Status, read, write,
};
use crate::kernel::dates::Day;
use crate::kernel::instant::Instant;
use crate::kernel::money::Fen;
use crate::sheets::BadCell;

/// The bytes of a fixture.
fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/fixtures/bank/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A shipped profile for files that come in.
fn incoming(name: &str) -> &'static Profile {
    Profile::find(name, FileDirection::In).unwrap()
}

/// A shipped profile for files that go out.
fn outgoing(name: &str) -> &'static Profile {
    Profile::find(name, FileDirection::Out).unwrap()
}

/// A sound file.
fn sound(profile: &str, name: &str) -> BankFile {
    read(incoming(profile), &fixture(name)).unwrap_or_else(|faults| panic!("{name}: {faults:#?}"))
}

/// Line, column and code of all that is wrong with a file.
fn faults(profile: &str, name: &str) -> Vec<(u64, String, &'static str)> {
    let faults = read(incoming(profile), &fixture(name)).expect_err(name);
    places(&faults.cells)
}

fn places(cells: &[BadCell]) -> Vec<(u64, String, &'static str)> {
    cells.iter().map(|bad| (bad.line, bad.column.clone(), bad.refusal.code)).collect()
}

/// The codes of all that is wrong with a file.
fn codes(profile: &str, name: &str) -> Vec<&'static str> {
    faults(profile, name).into_iter().map(|(.., code)| code).collect()
}

fn fen(text: &str) -> Fen {
    Fen::parse(text).unwrap()
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn head() -> BatchHead {
    BatchHead {
        batch: "B7".to_owned(),
        created_at: Instant::parse("2020-10-27T16:11:25.160+08:00").unwrap(),
        execute_on: day("2020-10-28"),
        payer_name: "宁波市北仑区财政局".to_owned(),
        payer_account: "33050161001".to_owned(),
        payer_bank_code: "105332000017".to_owned(),
        payer_bank_name: "中国建设银行宁波北仑支行".to_owned(),
    }
}

fn order(number: u32, name: &str, amount: &str) -> PaymentOrder {
    PaymentOrder {
        payment_id: format!("beilun-{number}"),
        account_name: name.to_owned(),
        account_number: format!("62220000123456{number:05}"),
        bank_code: "102332006123".to_owned(),
        bank_name: "中国工商银行宁波北仑支行".to_owned(),
        amount_fen: fen(amount),
        purpose: "BL2020-01 R-1".to_owned(),
    }
}

/// Three payments, two of them to people whose names few programs can write.
fn orders() -> Vec<PaymentOrder> {
    vec![
        order(101, "宁波市北仑㛃䶮𬭎小吃店", "1200.00"),
        order(102, "北仑港海产品商行", "12000.50"),
        order(103, "=新碶机械厂", "0.01"),
    ]
}

/// The only file of a batch.
fn written(profile: &Profile, orders: &[PaymentOrder]) -> Vec<u8> {
    let mut files = write(profile, &head(), orders).unwrap_or_else(|bad| panic!("{bad:#?}"));
    assert_eq!(files.len(), 1);
    files.remove(0).bytes
}

/// What is wrong with a batch.
fn unwritten(profile: &Profile, orders: &[PaymentOrder]) -> Vec<(u64, String, &'static str)> {
    places(&write(profile, &head(), orders).unwrap_err())
}

/// A shipped profile with something changed.
fn changed(profile: &Profile, change: impl FnOnce(&mut Draft)) -> Profile {
    let mut draft = profile.draft().clone();
    change(&mut draft);
    Profile::check(draft).unwrap_or_else(|bad| panic!("{bad:#?}"))
}
