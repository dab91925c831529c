//! Many differences of one file are settled at once: each by its own event and under the rules for one, all or none.

use std::collections::BTreeMap;

use relief_ledger::journal::Actor;
use relief_ledger::kernel::Result;
use relief_ledger::kernel::money::Fen;
use relief_ledger::payments::{self, How, Name, OpenTogether, SettledMany, SettlingMany};
use relief_ledger::people::Role;
use rocket::http::Status;

use crate::support::bank::{Answer, Order, answer_file, orders};
use crate::support::book::{World, on_both_engines};
use crate::support::office::{forbidden, refused_with};
use crate::support::program::{refused, run, told, words};
use crate::support::treasury::{Stages, Treasury};
use crate::support::visitor::{Visitor, user};

/// A batch of these many payments on its way; it is the sixth of March.
async fn sent(world: &World, payments: usize) -> (Treasury<'_>, Vec<Order>) {
    let treasury = Treasury::open(world).await;
    treasury.approved(0..payments).await;
    let batch = treasury.released("2020-03-04").await;
    let orders = orders(&treasury.file(batch, "generic-csv").await);
    world.it_is("2020-03-06");
    (treasury, orders)
}

/// A file that tells once more of payments that were paid: its number.
async fn told_twice(treasury: &Treasury<'_>, orders: &[Order]) -> i64 {
    let lines: Vec<_> = orders.iter().enumerate().map(|(n, order)| order.answer("paid", n, "2020-03-05")).collect();
    treasury.answered("first.csv", &answer_file(&lines)).await;
    let turned: Vec<_> = lines.iter().rev().cloned().collect();
    treasury.answered("again.csv", &answer_file(&turned)).await.file
}

/// A file with a fen too much in each line: its number.
async fn one_too_much(treasury: &Treasury<'_>, orders: &[Order]) -> i64 {
    let lines = orders.iter().enumerate().map(|(n, order)| {
        let amount = Fen::new(order.amount.get() + 1);
        Answer { amount, ..order.answer("paid", n, "2020-03-05") }
    });
    treasury.answered("wrong.csv", &answer_file(&lines.collect::<Vec<_>>())).await.file
}

async fn open(world: &World, file: i64, name: Name) -> OpenTogether {
    payments::open_together(&world.door.db.read, world.book_id, file, name).await.unwrap()
}

async fn settle(
    world: &World,
    actor: &Actor,
    (file, name, digest): (i64, Name, &str),
    (how, document): (How, &str),
) -> Result<SettledMany> {
    let (document, digest) = (document.to_owned(), digest.to_owned());
    let form = SettlingMany { file, name, how, document, note: "同一来函".into(), digest };
    payments::settle_many(&world.door, world.ask(actor, "settle_many"), form).await
}

#[tokio::test(flavor = "multi_thread")]
async fn differences_of_one_name_are_settled_together_or_not_at_all() {
    on_both_engines(async |world| {
        let (treasury, orders) = sent(world, 6).await;
        let file = told_twice(&treasury, &orders).await;
        let cashier = &treasury.cashier;
        let shown = open(world, file, Name::Duplicate).await;
        assert_eq!((shown.lines.len(), shown.sum), (6, Fen::sum(orders.iter().map(|one| one.amount)).unwrap()));
        let once = (How::OnceOnly, "");
        let all = (file, Name::Duplicate, shown.digest.as_str());
        forbidden(settle(world, &treasury.office.clerk, all, once).await);
        refused_with(settle(world, cashier, all, (How::AsBooked, "函1")).await, &["no_remedy"]);
        let other = "0".repeat(64);
        for (name, digest) in [(Name::Duplicate, other.as_str()), (Name::MissingInBook, &shown.digest)] {
            refused_with(settle(world, cashier, (file, name, digest), once).await, &["differences_changed"]);
        }
        assert_eq!(treasury.differences("settled").await, []);
        // One of them was settled since they were shown: then none of the others is.
        treasury.settle_as(cashier, (shown.lines[3], Name::Duplicate), How::OnceOnly, "").await.unwrap();
        refused_with(settle(world, cashier, all, once).await, &["differences_changed"]);
        assert_eq!(treasury.differences("open").await.len(), 5);
        let stages = treasury.stages().await;
        let again = open(world, file, Name::Duplicate).await;
        let done = settle(world, cashier, (file, Name::Duplicate, &again.digest), once).await.unwrap();
        assert_eq!((done.file, done.settled), (file, 5));
        // Each one says who settled it and how.
        let settled = treasury.differences("settled").await;
        assert!(
            settled.iter().all(|one| one.how == Some(How::OnceOnly) && one.settled_by.as_ref() == Some(&cashier.uid))
        );
        assert_eq!(settled.iter().filter(|one| one.note == "同一来函").count(), 5);
        let positions = treasury.rows("SELECT DISTINCT settled_position FROM discrepancies", "settled_position").await;
        assert_eq!(positions.len(), 6, "an event each");
        assert_eq!((treasury.open_names().await, treasury.stages().await), (BTreeMap::new(), stages));
        assert_eq!(world.verify().await.findings, vec![]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_count_together_take_the_same_two_people_and_one_voucher() {
    on_both_engines(async |world| {
        let (treasury, orders) = sent(world, 4).await;
        let file = one_too_much(&treasury, &orders).await;
        let shown = open(world, file, Name::AmountDiffers).await;
        let all = (file, Name::AmountDiffers, shown.digest.as_str());
        let before = treasury.rows("SELECT id FROM vouchers", "id").await.len();
        let waiting = treasury.stages().await;
        let booked = |document| (How::AsBooked, document);
        forbidden(settle(world, &treasury.cashier, all, booked("函1")).await);
        refused_with(settle(world, &treasury.cashier_again, all, booked("函1")).await, &["two_people"]);
        refused_with(settle(world, &treasury.office.reviewer, all, booked(" ")).await, &["field_empty"]);
        assert_eq!(treasury.stages().await, waiting, "a refusal books nothing");
        settle(world, &treasury.office.reviewer, all, booked("函1")).await.unwrap();
        let paid = Fen::sum(orders.iter().map(|order| order.amount)).unwrap();
        assert_eq!(treasury.stages().await, Stages::of(Fen::ZERO, Fen::ZERO, paid));
        assert_eq!(treasury.rows("SELECT id FROM vouchers", "id").await.len(), before + 1);
        assert_eq!(world.verify().await.findings, vec![]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_cannot_count_keeps_all_from_counting() {
    on_both_engines(async |world| {
        let (treasury, orders) = sent(world, 3).await;
        // The bank speaks of the last one twice: it can be paid once.
        let lines = [0, 1, 2, 2].map(|n| orders[n].clone());
        let file = one_too_much(&treasury, &lines).await;
        let shown = open(world, file, Name::AmountDiffers).await;
        assert_eq!(shown.lines.len(), 4);
        let (stages, position) = (treasury.stages().await, world.head().await.position);
        let all = (file, Name::AmountDiffers, shown.digest.as_str());
        let result = settle(world, &treasury.office.reviewer, all, (How::AsBooked, "函1")).await;
        assert!(result.is_err_and(|error| !error.refusals().is_empty()));
        assert_eq!((treasury.stages().await, world.head().await.position), (stages, position));
        assert_eq!(treasury.differences("open").await.len(), 4);
        // Control: that the bank corrects them all can be said of all.
        settle(world, &treasury.cashier, all, (How::BankCorrects, "")).await.unwrap();
        assert_eq!((treasury.open_names().await, treasury.stages().await), (BTreeMap::new(), stages));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn they_are_settled_together_in_the_browser() {
    on_both_engines(async |world: &World| {
        let (treasury, orders) = sent(world, 3).await;
        let file = told_twice(&treasury, &orders).await;
        user(world, "ming", &[Role::Cashier]).await;
        user(world, "wen", &[Role::Clerk]).await;
        let (cashier, clerk) = (Visitor::signed_in(world, "ming").await, Visitor::signed_in(world, "wen").await);
        let here = format!("/differences?state=open&name=duplicate&file={file}");
        let link = format!("{}#together", here.replace('&', "&amp;"));
        assert!(cashier.page(&format!("/bank-files/{file}")).await.contains(&link));
        assert!(!clerk.page(&format!("/bank-files/{file}")).await.contains(&link));
        assert!(!clerk.page(&here).await.contains("id=\"together\""), "who may not settle is not asked");
        let everywhere = cashier.page("/differences?state=open&name=duplicate").await;
        assert!(!everywhere.contains("id=\"together\""), "of one file alone");
        let html = cashier.page(&here).await;
        assert!(html.contains("一并处理 3 项“重复回单”") && html.contains("处理 3 项，共"), "{html}");
        let (file, name) = (file.to_string(), ("name", "duplicate"));
        let unsaid = [("file", file.as_str()), name, ("how", ""), ("note", "已逐项核对")];
        let silent = cashier.send_from(&html, "/differences/together", &unsaid).await;
        assert_eq!(silent.status(), Status::UnprocessableEntity);
        let again = silent.into_string().await.unwrap();
        assert!(again.contains("请选择处理办法") && again.contains("已逐项核对"), "{again}");
        let fields = [("file", file.as_str()), name, ("how", "once_only"), ("note", "已逐项核对")];
        let sent = cashier.send_from(&html, "/differences/together", &fields).await;
        assert_eq!(sent.status(), Status::SeeOther);
        drop(sent);
        let settled = cashier.page(&format!("/differences?state=settled&name=duplicate&file={file}")).await;
        assert_eq!(settled.matches("已逐项核对").count(), 3, "{settled}");
        assert!(treasury.open_names().await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn they_are_settled_together_on_the_command_line() {
    let world = World::on_sqlite().await;
    let (treasury, orders) = sent(&world, 4).await;
    let file = told_twice(&treasury, &orders).await;
    user(&world, "ming", &[Role::Cashier]).await;
    let of_file = file.to_string();
    let say = |rest: &[&str]| run(&world, &words(&["bank", "settle", "--file", &of_file], rest, "ming"));
    refused(&say(&["--name", "duplicate", "--how", "not_ours"]), "");
    let other = "0".repeat(64);
    refused(&say(&["--name", "duplicate", "--how", "once_only", "--digest", &other]), "4");
    let digest = open(&world, file, Name::Duplicate).await.digest;
    let done = told(&say(&["--name", "duplicate", "--how", "once_only", "--digest", &digest, "--note", "已核对"]));
    assert_eq!((done["settled"].as_i64(), done["name"].as_str()), (Some(4), Some("duplicate")));
    refused(&say(&["--name", "duplicate", "--how", "once_only"]), "0");
    assert!(treasury.open_names().await.is_empty());
    // Without a file a line is asked for, and both at once are not understood.
    let both = run(&world, &words(&["bank", "settle", "7", "--file", &of_file], &["--name", "duplicate"], "ming"));
    assert_eq!(both.status.code(), Some(2));
}
