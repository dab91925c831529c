//! What a batch, and the payments of some days, are held against: lines, sums, and the balances of the accounts.

use std::collections::BTreeSet;

use relief_ledger::kernel::money::Fen;
use relief_ledger::payments::{How, Name};
use relief_ledger::reconciliation::{self, Compared, EntryForm, Scope, Subject};

use super::{OPENING, Paying};
use crate::support::bank::{Order, answer_file};
use crate::support::book::{World, on_both_engines};
use crate::support::office::{day, refused_with};
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
        for scope in [Scope::Batch(batch), month("2020-03-01")] {
            let settled = compared(world, scope).await;
            assert!(settled.closes && settled.account.compared, "it is an open item: {settled:#?}");
            assert_eq!(settled.account.statements[0].bank_paid, Fen::new(12_345));
        }
    })
    .await;
}

fn total(orders: &[Order]) -> i64 {
    orders.iter().map(|order| order.amount.get()).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_closes_whose_account_was_debited_on_another_day_than_the_bank_answered() {
    on_both_engines(async |world| {
        let (paying, batch, orders) = paid(world).await;
        let before = compared(world, Scope::Batch(batch)).await;
        assert!(before.closes && !before.account.compared, "no statement was loaded, and that is said");
        // The whole sum was debited on the day of release, and a fee with it; the bank answered a day later.
        let day_of_release = ("2020-03-04", "2020-03-04");
        let lines = [
            StatementLine::new("2020-03-04", -total(&orders), &format!("代发 beilun-{batch}")),
            StatementLine::new("2020-03-04", -500, "手续费"),
        ];
        paying.stated(day_of_release, OPENING, &lines).await.0.unwrap();
        let found = compared(world, Scope::Batch(batch)).await;
        assert!(found.closes && found.account.compared, "{found:#?}");
        let stated = &found.account.statements[0];
        assert_eq!((stated.paid, stated.bank_paid), (Fen::new(total(&orders)), Fen::new(500)));
        assert_eq!(stated.adjusted_bank, stated.adjusted_book);
        let subject = Subject::Batch(batch);
        let id = paying.prepare_as(&paying.treasury.second_cashier, subject).await.unwrap().reconciliation;
        paying.sign_as(&paying.treasury.office.manager, id).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_said_which_sum_keeps_a_batch_open() {
    on_both_engines(async |world| {
        let (paying, batch, orders) = paid(world).await;
        paying.stated(("2020-03-01", "2020-03-02"), OPENING + 7, &[]).await.0.unwrap();
        // A day is missing, over which seven fen went.
        let line = StatementLine::new("2020-03-04", -total(&orders), &format!("代发 beilun-{batch}"));
        paying.stated(("2020-03-04", "2020-03-06"), OPENING, &[line]).await.0.unwrap();
        let found = compared(world, Scope::Batch(batch)).await;
        assert_eq!((found.closes, found.differs.as_slice()), (false, ["account"].as_slice()), "{found:#?}");
        assert_eq!(found.account.difference, Fen::new(7));
        let json = serde_json::to_value(&found).unwrap();
        for part in ["lines", "batch", "account", "stages", "discrepancies", "differs", "closes"] {
            assert!(json.get(part).is_some(), "{part}");
        }
        let stated = &found.account.statements[0];
        let open = &json["discrepancies"][0];
        let told = (open["name"].as_str(), open["book"].as_str(), open["bank"].as_str());
        let (book, bank) = (stated.adjusted_book.plain(), stated.adjusted_bank.plain());
        assert_eq!(told, (Some("balance_differs"), Some(book.as_str()), Some(bank.as_str())));
        let refused = paying.prepare_as(&paying.treasury.second_cashier, Subject::Batch(batch)).await;
        refused_with(refused.map(|_| ()), &["reconciliation_open"]);
    })
    .await;
}

async fn entry(paying: &Paying<'_>, kind: &str, on: &str, amount: Fen) {
    let form = EntryForm {
        account: paying.account,
        kind: kind.into(),
        on: on.into(),
        amount: amount.plain(),
        document: format!("甬库额〔2020〕{on}号"),
        note: String::new(),
    };
    let ask = paying.world.ask(&paying.treasury.office.manager, "entry");
    reconciliation::record_entry(&paying.world.door, ask, form).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_of_the_treasury_is_held_against_its_quota() {
    on_both_engines(async |world| {
        let paying = Paying::open(world, "treasury_direct").await;
        let grants = paying.treasury.approved(0..2).await;
        let (batch, orders) = paying.released(&grants, "2020-03-04").await;
        world.it_is("2020-04-01");
        let issued = Fen::new(total(&orders) - 1);
        entry(&paying, "issued", "2020-03-02", issued).await;
        let mut answers: Vec<_> = (0..2).map(|n| orders[n].answer("paid", n, "2020-03-05")).collect();
        paying.treasury.answered("answer.csv", &answer_file(&answers)).await;
        let over = compared(world, Scope::Batch(batch)).await;
        assert_eq!((over.differs.as_slice(), over.account.difference), (["account"].as_slice(), Fen::new(1)));
        answers[0] = orders[0].answer("returned", 2, "2020-03-09");
        paying.treasury.answered("back.csv", &answer_file(&answers[..1])).await;
        let found = compared(world, Scope::Batch(batch)).await;
        let quota = &found.account.quotas[0];
        let left = Fen::new(orders[0].amount.get() - 1);
        assert_eq!((quota.issued, quota.returned, quota.balance), (issued, orders[0].amount, left));
        assert!(found.closes && !found.account.compared, "the treasury stated nothing: {found:#?}");
        entry(&paying, "stated", "2020-03-31", left).await;
        let march = compared(world, month("2020-03-01")).await;
        assert!(march.closes && march.account.compared, "{march:#?}");
        assert_eq!(march.account.quotas[0].stated, Some(left));
    })
    .await;
}
