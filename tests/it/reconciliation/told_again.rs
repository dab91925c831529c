//! A statement and a return that tell of the same payments, in either order, with ids or without.

use relief_ledger::grants::Form;
use relief_ledger::journal;
use relief_ledger::payments::{self, BankLineRead, ChoosingPayment, How, PaymentState};

use super::{OPENING, Paying};
use crate::support::bank::{Answer, Order, answer_file};
use crate::support::book::{World, on_both_engines};
use crate::support::office::{form, refused_with};
use crate::support::statement::StatementLine;

const MARCH: (&str, &str) = ("2020-03-01", "2020-03-31");

/// What left the account for an order, as a bank says it that gives no id back.
pub(super) fn gone(order: &Order, on: &str) -> StatementLine {
    StatementLine::new(on, -order.amount.get(), "代发").with(order)
}

/// A batch of three, released on the fourth of March; it is the first of April.
async fn three(world: &World) -> (Paying<'_>, i64, Vec<Order>) {
    let paying = Paying::open(world, "special").await;
    let grants = paying.treasury.approved(0..3).await;
    let (batch, orders) = paying.released(&grants, "2020-03-04").await;
    world.it_is("2020-04-01");
    (paying, batch, orders)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_without_ids_tells_again_what_the_return_told() {
    on_both_engines(async |world| {
        let (paying, _, orders) = three(world).await;
        let mut answers: Vec<_> = (0..3).map(|n| orders[n].answer("paid", n, "2020-03-05")).collect();
        answers.push(orders[2].answer("returned", 3, "2020-03-09"));
        paying.treasury.answered("answer.csv", &answer_file(&answers)).await;
        let back = StatementLine::new("2020-03-09", orders[2].amount.get(), "退汇").with(&orders[2]);
        // The account was debited when the bank sent, a day before it answered.
        let mut lines: Vec<_> = orders.iter().map(|order| gone(order, "2020-03-04")).collect();
        lines.push(back);
        let (loaded, ends) = paying.stated(MARCH, OPENING, &lines).await;
        let loaded = loaded.unwrap();
        assert_eq!((loaded.applied, loaded.discrepancies.len()), (0, 0), "{loaded:?}");
        let march = paying.month("2020-03-01").await.unwrap();
        assert!(march.items.is_empty() && march.closes(), "{march:#?}");

        // Controls: what a statement told already is not told again, neither is another amount, nor what was never sent so early.
        let again = gone(&orders[0], "2020-04-01");
        let other = StatementLine { fen: again.fen - 1, ..gone(&orders[1], "2020-04-01") };
        let (loaded, _) = paying.stated(("2020-04-01", "2020-04-01"), ends, &[again, other]).await;
        let loaded = loaded.unwrap();
        assert_eq!(loaded.discrepancies.get("missing_in_book"), Some(&2), "{loaded:?}");
        paying.treasury.undone(loaded.file).await.unwrap();
    })
    .await;
}

/// Two payments of the same amount to the same account, both paid by the bank's return.
pub(super) async fn two_alike(world: &World) -> (Paying<'_>, i64, Vec<Order>) {
    let paying = Paying::open(world, "special").await;
    let office = &paying.treasury.office;
    let mut grants = Vec::new();
    for reference in ["A-1", "A-2"] {
        grants.push(office.submitted(Form { amount: "700".into(), ..form(reference, 0) }).await);
    }
    office.approve_as(&office.reviewer, &grants).await.unwrap();
    let (batch, orders) = paying.released(&grants, "2020-03-04").await;
    world.it_is("2020-04-01");
    (paying, batch, orders)
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_payments_that_a_return_told_alike_a_statement_without_ids_guesses_none() {
    on_both_engines(async |world| {
        let (paying, batch, orders) = two_alike(world).await;
        let answers: Vec<_> = (0..2).map(|n| orders[n].answer("paid", n, "2020-03-05")).collect();
        paying.treasury.answered("answer.csv", &answer_file(&answers)).await;
        let loaded = paying.stated(MARCH, OPENING, &[gone(&orders[0], "2020-03-05")]).await.0.unwrap();
        assert_eq!(loaded.discrepancies.get("missing_in_book"), Some(&1), "{loaded:?}");
        let line = paying.treasury.differences("open").await[0].line;
        let event = journal::event(&world.door.db.read, world.book_id, line).await.unwrap();
        let read: BankLineRead = event.payload().unwrap();
        let both: Vec<i64> = paying.treasury.payments(batch).await.iter().map(|payment| payment.id).collect();
        assert_eq!((read.payment, read.candidates), (None, both), "a person sees which two");
    })
    .await;
}

fn nameless(answer: Answer) -> Answer {
    Answer { id: String::new(), ..answer }
}

/// March as a statement with ids tells it before any return: three debits, and the last one came back.
async fn stated_first(paying: &Paying<'_>, orders: &[Order]) -> i64 {
    let mut lines: Vec<_> = orders.iter().map(|order| gone(order, "2020-03-05").of(&order.id)).collect();
    let last = &orders[2];
    lines.push(StatementLine::new("2020-03-09", last.amount.get(), "退汇").with(last).of(&last.id));
    let loaded = paying.stated(MARCH, OPENING, &lines).await.0.unwrap();
    assert_eq!((loaded.applied, loaded.discrepancies.len()), (4, 0), "{loaded:?}");
    loaded.file
}

#[tokio::test(flavor = "multi_thread")]
async fn a_return_agrees_with_what_a_statement_told_before_it() {
    on_both_engines(async |world| {
        let (paying, batch, orders) = three(world).await;
        let treasury = &paying.treasury;
        let statement = stated_first(&paying, &orders).await;
        let stages = treasury.stages().await;
        let mut answers: Vec<_> = (0..3).map(|n| orders[n].answer("paid", n, "2020-03-05")).collect();
        answers.push(orders[2].answer("returned", 3, "2020-03-09"));
        let loaded = treasury.answered("answer.csv", &answer_file(&answers)).await;
        assert_eq!((loaded.lines, loaded.applied, loaded.discrepancies.len()), (4, 0, 0), "{loaded:?}");
        assert_eq!(treasury.stages().await, stages, "nothing moves twice");
        let march = paying.month("2020-03-01").await.unwrap();
        assert!(march.items.is_empty() && march.closes(), "{march:#?}");

        // Control: a second return for a payment is a duplicate, with an id or without.
        let again = [answers[0].clone(), nameless(answers[1].clone())];
        let again = treasury.answered("again.csv", &answer_file(&again)).await;
        assert_eq!(again.discrepancies, [("duplicate", 1), ("missing_in_book", 1)].into());
        // So it is within one file, once the first one was undone.
        treasury.undone(again.file).await.unwrap();
        treasury.undone(loaded.file).await.unwrap();
        let twice = [answers[0].clone(), answers[0].clone()];
        let twice = treasury.answered("twice.csv", &answer_file(&twice)).await;
        assert_eq!(twice.discrepancies, [("duplicate", 1)].into());
        // Without the statement the same lines are the bank's first answer.
        treasury.undone(twice.file).await.unwrap();
        treasury.undone(statement).await.unwrap();
        let first = treasury.answered("first.csv", &answer_file(&answers[..1])).await;
        assert_eq!((first.applied, first.discrepancies.len()), (1, 0));
        assert_eq!(treasury.payments(batch).await[0].state, PaymentState::Paid);
        assert_eq!(world.verify().await.findings, vec![]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_return_that_says_otherwise_than_a_statement_before_it_still_differs() {
    on_both_engines(async |world| {
        let (paying, _, orders) = three(world).await;
        let treasury = &paying.treasury;
        stated_first(&paying, &orders).await;
        let paid = |n: usize| orders[n].answer("paid", n, "2020-03-05");
        let other = Answer { amount: orders[0].amount.checked_add(orders[1].amount).unwrap(), ..paid(0) };
        let elsewhere = Answer { number: orders[0].number.clone(), ..paid(1) };
        let refused = orders[1].answer("refused", 7, "2020-03-05");
        let loaded = treasury.answered("answer.csv", &answer_file(&[other, elsewhere, refused])).await;
        let expected = [("account_differs", 1), ("amount_differs", 1), ("status_differs", 1)];
        assert_eq!((loaded.applied, loaded.discrepancies), (0, expected.into()));
        // What differed did not count: the bank's corrected return is its first one, and agrees.
        let corrected = treasury.answered("corrected.csv", &answer_file(&[paid(0), paid(1)])).await;
        assert_eq!((corrected.applied, corrected.discrepancies.len()), (0, 0), "{corrected:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_return_without_ids_tells_again_what_the_statement_told() {
    on_both_engines(async |world| {
        let (paying, _, orders) = three(world).await;
        let treasury = &paying.treasury;
        stated_first(&paying, &orders).await;
        let paid = |n: usize| nameless(orders[n].answer("paid", n, "2020-03-05"));
        let loaded = treasury.answered("answer.csv", &answer_file(&[paid(0), paid(1)])).await;
        assert_eq!((loaded.applied, loaded.discrepancies.len()), (0, 0), "{loaded:?}");
        // Control: once more, and with another name.
        let wrong = Answer { name: "别人".into(), ..paid(2) };
        let again = treasury.answered("again.csv", &answer_file(&[paid(0), wrong])).await;
        assert_eq!(again.discrepancies, [("missing_in_book", 2)].into());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_payments_that_a_statement_told_alike_a_person_says_which_a_return_means() {
    on_both_engines(async |world| {
        let (paying, batch, orders) = two_alike(world).await;
        let treasury = &paying.treasury;
        let lines: Vec<_> = orders.iter().map(|order| gone(order, "2020-03-05").of(&order.id)).collect();
        assert_eq!(paying.stated(MARCH, OPENING, &lines).await.0.unwrap().applied, 2);
        let paid = |n: usize| nameless(orders[n].answer("paid", n, "2020-03-05"));
        let loaded = treasury.answered("answer.csv", &answer_file(&[paid(0), paid(1)])).await;
        assert_eq!((loaded.applied, loaded.discrepancies), (0, [("missing_in_book", 2)].into()));
        let stages = treasury.stages().await;
        let open: Vec<i64> = treasury.differences("open").await.iter().map(|one| one.line).collect();
        let sent: Vec<i64> = treasury.payments(batch).await.iter().map(|payment| payment.id).collect();
        let chosen = async |line, payment| {
            let form = ChoosingPayment { line, payment, document: "函1".into(), note: String::new() };
            payments::choose_payment(&world.door, world.ask(&treasury.cashier, "choose"), form).await
        };
        chosen(open[0], sent[0]).await.unwrap();
        refused_with(chosen(open[1], sent[0]).await, &["payment_does_not_fit"]);
        chosen(open[1], sent[1]).await.unwrap();
        let settled = treasury.differences("settled").await;
        assert!(settled.iter().all(|one| one.how == Some(How::PaymentChosen)));
        assert_eq!(treasury.stages().await, stages);
        assert_eq!(world.verify().await.findings, vec![]);
    })
    .await;
}
