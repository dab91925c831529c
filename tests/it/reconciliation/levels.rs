//! What a batch, and the payments of some days, are held against: lines, sums, and the balances of the accounts.

use std::collections::BTreeSet;

use relief_ledger::payments::{How, Name};
use relief_ledger::reconciliation::{self, Compared, Scope};

use super::{OPENING, Paying};
use crate::support::bank::{Order, answer_file};
use crate::support::book::{World, on_both_engines};
use crate::support::office::day;
use crate::support::statement::StatementLine;

const MARCH: (&str, &str) = ("2020-03-01", "2020-03-31");

async fn compared(world: &World, scope: Scope) -> Compared {
    reconciliation::reconcile(&world.door.db, &world.head().await, scope).await.unwrap()
}

fn month(first: &str) -> Scope {
    Scope::Period(day(first), day(first).month_end())
}

fn names(compared: &Compared) -> BTreeSet<&str> {
    compared.discrepancies.iter().map(|open| open.name).collect()
}

/// A batch of two, both paid on the fifth of March; it is the first of April.
async fn paid(world: &World) -> (Paying<'_>, i64, Vec<Order>) {
    let paying = Paying::open(world, "special").await;
    let grants = paying.treasury.approved(0..2).await;
    let (batch, orders) = paying.released(&grants, "2020-03-04").await;
    world.it_is("2020-04-01");
    let answers: Vec<_> = (0..2).map(|n| orders[n].answer("paid", n, "2020-03-05")).collect();
    paying.treasury.answered("answer.csv", &answer_file(&answers)).await;
    (paying, batch, orders)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_of_a_statement_that_nobody_knows_keeps_its_days_open() {
    on_both_engines(async |world| {
        let (paying, batch, _) = paid(world).await;
        for scope in [Scope::Batch(batch), month("2020-03-01")] {
            assert!(compared(world, scope).await.closes, "nothing differs yet");
        }
        // The statement names no payment of the book at all.
        let unknown = StatementLine::new("2020-03-05", -12_345, "代付");
        paying.stated(MARCH, OPENING, &[unknown]).await.0.unwrap();
        let line = paying.treasury.differences("open").await[0].line;
        for scope in [Scope::Batch(batch), month("2020-03-01")] {
            let open = compared(world, scope).await;
            assert!(!open.closes && open.lines.missing_in_book == 1, "{open:#?}");
            assert!(names(&open).contains("missing_in_book"));
        }
        assert!(compared(world, month("2020-04-01")).await.closes, "other days are not concerned");
        let treasury = &paying.treasury;
        treasury.settle_as(&treasury.cashier, (line, Name::MissingInBook), How::NotOurs, "").await.unwrap();
        assert!(!names(&compared(world, month("2020-03-01")).await).contains("missing_in_book"));
    })
    .await;
}
