//! Lines of a statement that stand for a batch, or for payments that came back together.

use relief_ledger::journal::{self, Actor};
use relief_ledger::kernel::Result;
use relief_ledger::payments::{self, BankLineRead, Choosing, How};
use relief_ledger::people::Role;
use relief_ledger::reconciliation;
use rocket::http::Status;

use super::{OPENING, Paying, items};
use crate::support::bank::{Order, answer_file};
use crate::support::book::{World, on_both_engines};
use crate::support::office::{forbidden, refused_with};
use crate::support::statement::StatementLine;
use crate::support::visitor::{Visitor, user};

fn total(orders: &[Order]) -> i64 {
    orders.iter().map(|order| order.amount.get()).sum()
}

/// A batch of three, of which the bank refused the last; the day after.
async fn answered(world: &World) -> (Paying<'_>, i64, Vec<Order>) {
    let paying = Paying::open(world, "special").await;
    let grants = paying.treasury.approved(0..3).await;
    let (batch, orders) = paying.released(&grants, "2020-03-04").await;
    world.it_is("2020-04-01");
    let mut answers: Vec<_> = (0..3).map(|n| orders[n].answer("paid", n, "2020-03-05")).collect();
    answers[2] = orders[2].answer("refused", 2, "2020-03-05");
    paying.treasury.answered("answer.csv", &answer_file(&answers)).await;
    (paying, batch, orders)
}

const MARCH: (&str, &str) = ("2020-03-01", "2020-03-31");

#[tokio::test(flavor = "multi_thread")]
async fn a_debit_stands_for_a_batch_and_a_credit_for_what_was_refused() {
    on_both_engines(async |world| {
        let (paying, batch, orders) = answered(world).await;
        let lines = [
            StatementLine::new("2020-03-05", -total(&orders), &format!("代发 beilun-{batch} 共3笔")),
            StatementLine::new("2020-03-06", orders[2].amount.get(), "代发失败退回"),
        ];
        let loaded = paying.stated(MARCH, OPENING, &lines).await.0.unwrap();
        assert!(loaded.discrepancies.is_empty(), "{loaded:?}");
        let march = paying.month("2020-03-01").await.unwrap();
        assert!(march.items.is_empty() && march.closes(), "{march:#?}");
        let rows = paying.treasury.rows("SELECT * FROM line_payments", "line_id, payment_id").await;
        assert_eq!(rows.len(), 4, "three went, one came back");
        // Told once more it is a duplicate, and nothing is counted twice.
        let again = StatementLine::new("2020-04-01", -total(&orders), &format!("beilun-{batch}"));
        let opening = OPENING - total(&orders) + orders[2].amount.get();
        let twice = paying.stated(("2020-04-01", "2020-04-01"), opening, &[again]).await.0.unwrap();
        assert_eq!(twice.discrepancies.get("duplicate"), Some(&1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bank_that_books_only_what_succeeded_is_understood_without_a_name() {
    on_both_engines(async |world| {
        let (paying, _, orders) = answered(world).await;
        let line = StatementLine::new("2020-03-05", -total(&orders[..2]), "批量代发");
        let loaded = paying.stated(MARCH, OPENING, &[line]).await.0.unwrap();
        assert!(loaded.discrepancies.is_empty(), "{loaded:?}");
        let march = paying.month("2020-03-01").await.unwrap();
        assert!(march.items.is_empty() && march.closes(), "{march:#?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_the_statement_has_otherwise_is_named_and_stands_open() {
    on_both_engines(async |world| {
        let (paying, batch, orders) = answered(world).await;
        let line = StatementLine::new("2020-03-05", 1 - total(&orders), &format!("beilun-{batch}"));
        let loaded = paying.stated(MARCH, OPENING, &[line]).await.0.unwrap();
        assert_eq!(loaded.discrepancies.get("amount_differs"), Some(&1), "{loaded:?}");
        let open = paying.treasury.differences("open").await;
        assert_eq!(open[0].bank, orders_sum_less_one(&orders));
        let march = paying.month("2020-03-01").await.unwrap();
        assert_eq!(items(&march).len(), 3, "the line, and both payments that were paid");
        assert!(march.closes(), "each is named");
    })
    .await;
}

fn orders_sum_less_one(orders: &[Order]) -> String {
    relief_ledger::kernel::money::Fen::new(total(orders) - 1).plain()
}

/// Two batches of the same sum, and a statement with a line of that sum that names none; its line.
async fn two_that_fit(paying: &Paying<'_>) -> (i64, i64, i64) {
    let grants = paying.treasury.approved(0..4).await;
    // The first and the last are worth as much as the two between.
    let (one, orders) = paying.released(&[grants[0], grants[3]], "2020-03-04").await;
    let (other, _) = paying.released(&[grants[1], grants[2]], "2020-03-04").await;
    paying.world.it_is("2020-04-01");
    let line = StatementLine::new("2020-03-05", -total(&orders), "批量代发");
    paying.stated(MARCH, OPENING, &[line]).await.0.unwrap();
    (one, other, paying.treasury.differences("open").await[0].line)
}

async fn chosen(world: &World, actor: &Actor, line: i64, batch: i64) -> Result<()> {
    let ask = world.ask(actor, "choose");
    payments::choose_batch(&world.door, ask, Choosing { line, batch }).await.map(|_| ())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_chooses_the_batch_for_which_a_line_stands() {
    on_both_engines(async |world| {
        let paying = Paying::open(world, "special").await;
        let (one, other, line) = two_that_fit(&paying).await;
        let (treasury, before) = (&paying.treasury, world.head().await.position);
        let third = paying.treasury.approved(10..11).await;
        let (unlike, _) = paying.released(&third, "2020-04-01").await;
        forbidden(chosen(world, &treasury.office.manager, line, other).await);
        refused_with(chosen(world, &treasury.cashier, line, unlike).await, &["batch_not_offered"]);
        assert_eq!(paying.month("2020-03-01").await.unwrap().items.len(), 5, "the line, and all four payments");
        chosen(world, &treasury.cashier, line, other).await.unwrap();
        let march = paying.month("2020-03-01").await.unwrap();
        assert!(march.closes() && items(&march).len() == 2, "one batch is on its way: {march:#?}");
        assert_eq!(treasury.differences("open").await.len(), 0);
        assert_eq!(treasury.differences("settled").await[0].how, Some(How::BatchChosen));
        refused_with(chosen(world, &treasury.cashier, line, one).await, &["not_open"]);
        let (c, days) = (&world.door.db.read, (march.from, march.until));
        let then = reconciliation::account_month(c, (world.book_id, before), paying.account, days).await.unwrap();
        assert_eq!(then.adjustment.unwrap().items.len(), 5, "nobody had chosen then");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_agrees_no_more_is_not_chosen() {
    on_both_engines(async |world| {
        let paying = Paying::open(world, "special").await;
        let (one, other, line) = two_that_fit(&paying).await;
        // Another line names one of them meanwhile.
        let sum = -paying.treasury.batch(one).await.sum.get();
        let named = StatementLine::new("2020-04-01", sum, &format!("代发 beilun-{one}"));
        paying.stated(("2020-04-01", "2020-04-01"), OPENING + sum, &[named]).await.0.unwrap();
        let cashier = &paying.treasury.cashier;
        refused_with(chosen(world, cashier, line, one).await, &["batch_does_not_fit"]);
        // Control: the other one still fits.
        chosen(world, cashier, line, other).await.unwrap();
        let rows = paying.treasury.rows("SELECT batch, chosen_at FROM line_wholes", "line_id").await;
        assert_eq!((rows[0][0].int().unwrap(), rows[1][0].int().unwrap()), (other, one));
        assert!(rows[0][1].opt_int().is_some() && rows[1][1].opt_int().is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_chosen_in_the_browser() {
    on_both_engines(async |world: &World| {
        let paying = Paying::open(world, "special").await;
        let (_, other, line) = two_that_fit(&paying).await;
        user(world, "sun9", &[Role::Cashier]).await;
        let cashier = Visitor::signed_in(world, "sun9").await;
        let html = cashier.page("/differences").await;
        assert!(html.contains(&format!("是批次 {other}（2 笔")), "{html}");
        let address = format!("/differences/{line}/batch");
        let silent = cashier.send("/differences", &address, &[]).await;
        assert_eq!(silent.status(), Status::UnprocessableEntity);
        drop(silent);
        let batch = other.to_string();
        let sent = cashier.send("/differences", &address, &[("batch", batch.as_str())]).await;
        assert_eq!(sent.status(), Status::SeeOther);
        drop(sent);
        assert!(cashier.page("/differences?state=settled").await.contains("归入所选批次"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_batches_that_fit_none_is_guessed() {
    on_both_engines(async |world| {
        let paying = Paying::open(world, "special").await;
        let grants = paying.treasury.approved(0..4).await;
        // The first and the last are worth as much as the two between.
        let (one, orders) = paying.released(&[grants[0], grants[3]], "2020-03-04").await;
        let (other, _) = paying.released(&[grants[1], grants[2]], "2020-03-04").await;
        world.it_is("2020-04-01");
        let line = StatementLine::new("2020-03-05", -total(&orders), "批量代发");
        let loaded = paying.stated(MARCH, OPENING, std::slice::from_ref(&line)).await.0.unwrap();
        assert_eq!(loaded.discrepancies.get("missing_in_book"), Some(&1), "{loaded:?}");
        let id = paying.treasury.differences("open").await[0].line;
        let event = journal::event(&world.door.db.read, world.book_id, id).await.unwrap();
        let read: BankLineRead = event.payload().unwrap();
        assert_eq!((read.batches, read.stands_for), (vec![one, other], None));
        // Control: once the bank names one of them, that one it is.
        paying.treasury.undone(loaded.file).await.unwrap();
        let named = StatementLine { summary: format!("代发 beilun-{other}"), ..line };
        let loaded = paying.stated(MARCH, OPENING, &[named]).await.0.unwrap();
        assert!(loaded.discrepancies.is_empty(), "{loaded:?}");
        let rows = paying.treasury.rows("SELECT batch FROM line_wholes", "line_id").await;
        assert_eq!(rows[0][0].int().unwrap(), other);
        let march = paying.month("2020-03-01").await.unwrap();
        assert!(march.closes() && items(&march).len() == 2, "the other batch is on its way: {march:#?}");
    })
    .await;
}
