//! A line may be about several payments, and a person says which one it is.

use relief_ledger::journal::Actor;
use relief_ledger::kernel::Result;
use relief_ledger::payments::{self, ChoosingPayment, How, PaymentState};
use relief_ledger::people::Role;
use rocket::http::Status;

use super::told_again::{gone, two_alike};
use super::{OPENING, Paying};
use crate::support::bank::{Answer, Order, answer_file};
use crate::support::book::{World, on_both_engines};
use crate::support::office::{day, forbidden, refused_with};
use crate::support::program::{refused, run, told, words};
use crate::support::visitor::{Visitor, user};

const MARCH: (&str, &str) = ("2020-03-01", "2020-03-31");

async fn chosen(world: &World, actor: &Actor, line: i64, payment: i64, document: &str) -> Result<()> {
    let form = ChoosingPayment { line, payment, document: document.into(), note: String::new() };
    payments::choose_payment(&world.door, world.ask(actor, "choose"), form).await.map(|_| ())
}

fn nameless(order: &Order) -> Answer {
    Answer { id: String::new(), ..order.answer("paid", 0, "2020-03-05") }
}

/// A return without an id that may be about either of two payments; both of them, and the line.
async fn unclear(world: &World) -> (Paying<'_>, i64, Vec<Order>, [i64; 2], i64) {
    let (paying, batch, orders) = two_alike(world).await;
    paying.treasury.answered("answer.csv", &answer_file(&[nameless(&orders[0])])).await;
    let payments = paying.treasury.payments(batch).await;
    let line = paying.treasury.differences("open").await[0].line;
    (paying, batch, orders, [payments[0].id, payments[1].id], line)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reviewer_who_did_not_load_the_file_says_which_payment_was_paid() {
    on_both_engines(async |world| {
        let (paying, batch, orders, [one, other], line) = unclear(world).await;
        let (treasury, reviewer) = (&paying.treasury, &paying.treasury.office.reviewer);
        forbidden(chosen(world, &treasury.office.clerk, line, other, "函1").await);
        forbidden(chosen(world, &treasury.cashier, line, other, "函1").await);
        refused_with(chosen(world, &treasury.cashier_again, line, other, "函1").await, &["two_people"]);
        refused_with(chosen(world, reviewer, line, batch, "函1").await, &["payment_not_offered"]);
        refused_with(chosen(world, reviewer, line, other, " ").await, &["field_empty"]);
        chosen(world, reviewer, line, other, "函1").await.unwrap();
        refused_with(chosen(world, reviewer, line, one, "函1").await, &["not_open"]);
        let states: Vec<_> = treasury.payments(batch).await.iter().map(|payment| payment.state).collect();
        assert_eq!(states, [PaymentState::InTransit, PaymentState::Paid]);
        assert_eq!(treasury.payments(batch).await[1].completed_on, Some(day("2020-03-05")));
        assert_eq!(treasury.differences("settled").await[0].how, Some(How::AsBooked));
        let vouchers = treasury.rows("SELECT summary FROM vouchers", "id").await;
        assert!(!vouchers.is_empty(), "what moves money has a voucher");
        // The other one is answered as ever, and nothing is open.
        treasury.answered("b.csv", &answer_file(&[orders[0].answer("paid", 1, "2020-03-06")])).await;
        assert!(treasury.differences("open").await.is_empty());
        assert_eq!(world.verify().await.findings, vec![]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_that_was_answered_meanwhile_is_not_chosen() {
    on_both_engines(async |world| {
        let (paying, _, orders, [one, other], line) = unclear(world).await;
        let (treasury, reviewer) = (&paying.treasury, &paying.treasury.office.reviewer);
        treasury.answered("b.csv", &answer_file(&[orders[0].answer("paid", 1, "2020-03-05")])).await;
        refused_with(chosen(world, reviewer, line, one, "函1").await, &["payment_does_not_fit"]);
        // Control: the other one still fits.
        chosen(world, reviewer, line, other, "函1").await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cashier_says_which_payment_a_statement_tells_once_more() {
    on_both_engines(async |world| {
        let (paying, batch, orders) = two_alike(world).await;
        let answers: Vec<_> = (0..2).map(|n| orders[n].answer("paid", n, "2020-03-05")).collect();
        let (treasury, cashier) = (&paying.treasury, &paying.treasury.cashier);
        treasury.answered("answer.csv", &answer_file(&answers)).await;
        let lines = [gone(&orders[0], "2020-03-05"), gone(&orders[1], "2020-03-06")];
        let loaded = paying.stated(MARCH, OPENING, &lines).await.0.unwrap();
        let open = treasury.differences("open").await;
        let sent: Vec<i64> = treasury.payments(batch).await.iter().map(|payment| payment.id).collect();
        let before = paying.month("2020-03-01").await.unwrap();
        assert_eq!(before.items.len(), 4, "neither side knows what the other means");
        let at = world.head().await.position;
        chosen(world, cashier, open[0].line, sent[1], "函1").await.unwrap();
        refused_with(chosen(world, cashier, open[1].line, sent[1], "函1").await, &["payment_does_not_fit"]);
        chosen(world, cashier, open[1].line, sent[0], "函1").await.unwrap();
        let march = paying.month("2020-03-01").await.unwrap();
        assert!(march.items.is_empty() && march.closes(), "{march:#?}");
        assert_eq!(treasury.differences("settled").await[0].how, Some(How::PaymentChosen));
        // As it was known before, it still is.
        let days = (day("2020-03-01"), day("2020-03-31"));
        let c = &world.door.db.read;
        let then = relief_ledger::reconciliation::account_month(c, (world.book_id, at), paying.account, days).await;
        assert_eq!(then.unwrap().adjustment.unwrap(), before);
        // Nothing moved, so the file can be undone.
        treasury.undone(loaded.file).await.unwrap();
        assert_eq!(world.verify().await.findings, vec![]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_is_chosen_in_the_browser() {
    on_both_engines(async |world: &World| {
        let (_paying, _, _, [_, other], line) = unclear(world).await;
        user(world, "fang", &[Role::Reviewer]).await;
        let reviewer = Visitor::signed_in(world, "fang").await;
        let html = reviewer.page("/differences").await;
        assert!(html.contains("就是 A-1") && html.contains("就是 A-2"), "{html}");
        let address = format!("/differences/{line}/payment");
        let silent = reviewer.send("/differences", &address, &[("document", "函1")]).await;
        assert_eq!(silent.status(), Status::UnprocessableEntity);
        drop(silent);
        let payment = other.to_string();
        let fields = [("payment", payment.as_str()), ("document", "函1")];
        let sent = reviewer.send("/differences", &address, &fields).await;
        assert_eq!(sent.status(), Status::SeeOther);
        drop(sent);
        assert!(reviewer.page("/differences?state=settled").await.contains("函1"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_is_chosen_on_the_command_line() {
    let world = World::on_sqlite().await;
    let (paying, batch, _, [_, other], line) = unclear(&world).await;
    user(&world, "fang", &[Role::Reviewer]).await;
    let (line, payment) = (line.to_string(), other.to_string());
    let say = |rest: &[&str]| run(&world, &words(&["bank", "settle", &line], rest, "fang"));
    refused(&say(&["--payment", "1", "--document", "函1"]), "支付 1");
    assert_eq!(told(&say(&["--payment", &payment, "--document", "函1"]))["state"], "settled");
    assert_eq!(paying.treasury.payments(batch).await[1].state, PaymentState::Paid);
}
