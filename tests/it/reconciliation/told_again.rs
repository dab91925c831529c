//! A statement and a return that tell of the same payments, in either order, with ids or without.

use relief_ledger::grants::Form;
use relief_ledger::journal;
use relief_ledger::payments::BankLineRead;

use super::{OPENING, Paying};
use crate::support::bank::{Order, answer_file};
use crate::support::book::{World, on_both_engines};
use crate::support::office::form;
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
