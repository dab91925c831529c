//! Totals, trial balance and files out tell what the bank did, to the fen; the figures are computed here from what the
//! bank was told and what it answered.

use std::collections::BTreeMap;

use relief_ledger::audit::{self, Figures};
use relief_ledger::exports::{self, FileFormat, Filter, Request, What};
use relief_ledger::kernel::money::Fen;
use relief_ledger::payments::How;
use relief_ledger::web::Lang;

use crate::support::bank::{FirstAnswer, Order, answer_file, first_answer, orders, sum};
use crate::support::book::{World, on_both_engines};
use crate::support::office::day;
use crate::support::treasury::{POLICY, Treasury};

const PAYMENTS: usize = 70;

/// What came back later.
const LATE: std::ops::Range<usize> = 0..3;

/// The rows of a CSV file, by the names of its columns.
pub(crate) async fn rows(world: &World, what: What, as_of: &str) -> Vec<BTreeMap<String, String>> {
    let request = Request {
        what,
        format: FileFormat::Csv,
        lang: Lang::En,
        as_of: day(as_of),
        at: None,
        by: Vec::new(),
        filter: Filter::default(),
    };
    let (spool, _) = exports::to_spool(&world.door.db, &world.head().await, &request).await.unwrap();
    let mut reader = csv::Reader::from_path(spool.path()).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

fn fen(text: &str) -> i64 {
    Fen::parse(text).unwrap().get()
}

async fn played(world: &World) -> (Treasury<'_>, Vec<Order>, FirstAnswer) {
    let treasury = Treasury::open(world).await;
    treasury.approved(0..PAYMENTS).await;
    let batch = treasury.released("2020-03-04").await;
    let orders = orders(&treasury.file(batch, "generic-csv").await);
    world.it_is("2020-03-06");
    let answer = first_answer(&orders, "2020-03-05");
    treasury.answered("first.csv", &answer_file(&answer.lines)).await;
    // A wrong file that was undone leaves no trace in any figure.
    let waiting: Vec<_> = answer.wrong.iter().map(|n| orders[*n].answer("refused", *n, "2020-03-06")).collect();
    let wrong = treasury.answered("wrong.csv", &answer_file(&waiting)).await;
    treasury.undone(wrong.file).await.unwrap();
    world.it_is("2020-04-02");
    let late: Vec<_> = answer.paid[LATE].iter().map(|n| orders[*n].answer("returned", *n, "2020-04-01")).collect();
    treasury.answered("late.csv", &answer_file(&late)).await;
    (treasury, orders, answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn totals_and_trial_balance_follow_the_banks_answers() {
    on_both_engines(async |world| {
        let (treasury, orders, answer) = played(world).await;
        let (paid, returned) = (sum(&orders, &answer.paid), sum(&orders, &answer.paid[LATE]));
        let net = Fen::new(paid.get() - returned.get());
        let count = |n: usize| i64::try_from(n).unwrap();
        let (all, left) = (count(answer.paid.len()), count(answer.paid.len() - LATE.len()));
        let head = world.head().await;
        for (as_of, grants, returned, net) in [
            ("2020-03-04", 0, Fen::ZERO, Fen::ZERO),
            ("2020-03-05", all, Fen::ZERO, paid),
            ("2020-03-31", all, Fen::ZERO, paid),
            ("2020-04-01", left, returned, net),
        ] {
            let paid = if as_of == "2020-03-04" { Fen::ZERO } else { paid };
            let totals = audit::totals(&world.door.db, &head, day(as_of), None, &[]).await.unwrap();
            let expected = Figures { grants, recipients: grants, paid, returned, net };
            assert_eq!(totals.figures(), expected, "{as_of}");
        }
        let balance = audit::trial_balance(&world.door.db, &head, day("2020-04-02"), None).await.unwrap();
        assert!(balance.balances);
        let stages = treasury.stages().await;
        for (stage, amount) in [
            ("payable", stages.payable),
            ("in_transit", stages.in_transit),
            ("disbursed", stages.disbursed),
            ("available", stages.available),
        ] {
            let lines = balance.lines.iter().filter(|line| line.stage == stage);
            let held: i64 = lines.map(|line| line.debit_balance.get() - line.credit_balance.get()).sum();
            assert_eq!(held, amount.get(), "{stage}");
        }
        assert_eq!(stages.disbursed, net);
        assert_eq!(stages.in_transit, sum(&orders, &answer.wrong).checked_add(orders[answer.swapped].amount).unwrap());
        assert_eq!(stages.payable, sum(&orders, &answer.refused).checked_add(returned).unwrap());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn exported_grants_and_transfers_follow_the_banks_answers() {
    on_both_engines(async |world| {
        let (_, orders, answer) = played(world).await;
        let grants = rows(world, What::Grants, "2020-04-02").await;
        let of = |state: &str| {
            let found = grants.iter().filter(|row| row["policy"] == POLICY && row["state"] == state);
            found.cloned().collect::<Vec<_>>()
        };
        let waiting = answer.wrong.len() + 1;
        let kept = answer.paid.len() - LATE.len();
        let counts = ["paid", "returned", "approved", "in_batch"].map(|state| of(state).len());
        assert_eq!(counts, [kept, LATE.len(), answer.refused.len(), waiting]);
        let total =
            |rows: &[BTreeMap<String, String>], column: &str| -> i64 { rows.iter().map(|row| fen(&row[column])).sum() };
        let (paid, returned) = (sum(&orders, &answer.paid).get(), sum(&orders, &answer.paid[LATE]).get());
        assert_eq!(total(&of("paid"), "net_paid"), paid - returned);
        assert_eq!((total(&of("returned"), "returned"), total(&of("returned"), "net_paid")), (returned, 0));
        assert!(of("paid").iter().all(|row| row["paid_on"] == "2020-03-05"));
        assert!(of("in_batch").iter().chain(&of("approved")).all(|row| fen(&row["net_paid"]) == 0));

        let mut ways: BTreeMap<(String, String), i64> = BTreeMap::new();
        for row in rows(world, What::Transfers, "2020-04-02").await {
            if !row["reference"].is_empty() {
                *ways.entry((row["from_stage"].clone(), row["to_stage"].clone())).or_default() += fen(&row["amount"]);
            }
        }
        let way = |from: &str, to: &str| ways.get(&(from.to_owned(), to.to_owned())).copied().unwrap_or_default();
        let all = sum(&orders, &(0..PAYMENTS).collect::<Vec<_>>()).get();
        let undone = sum(&orders, &answer.wrong).get();
        let refused = sum(&orders, &answer.refused).get();
        assert_eq!(way("available", "payable"), all);
        // What was undone went there and back.
        assert_eq!(way("payable", "in_transit"), all + undone);
        assert_eq!(way("in_transit", "payable"), refused + undone);
        assert_eq!(way("in_transit", "disbursed"), paid);
        assert_eq!(way("disbursed", "payable"), returned);
        assert_eq!(ways.len(), 5, "{ways:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn exported_differences_name_what_the_bank_said_nothing_of() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        treasury.approved(0..3).await;
        let batch = treasury.released("2020-03-04").await;
        let orders = orders(&treasury.file(batch, "generic-csv").await);
        world.it_is("2020-03-06");
        let missing = async || {
            let found = rows(world, What::Discrepancies, "2020-03-06").await;
            let found = found.into_iter().filter(|row| row["discrepancy"] == "missing_at_bank");
            found.map(|row| (row["payment_id"].clone(), row["book"].clone())).collect::<Vec<_>>()
        };
        let all: Vec<_> = orders.iter().map(|order| (order.id.clone(), order.amount.plain())).collect();
        assert_eq!(missing().await, all, "nobody answered yet");
        // One is answered, about one something differs, and of one nothing was said.
        let mut lines = [orders[0].answer("paid", 0, "2020-03-05"), orders[1].answer("paid", 1, "2020-03-05")];
        lines[1].amount = Fen::new(1);
        treasury.answered("a.csv", &answer_file(&lines)).await;
        assert_eq!(missing().await, all[2..]);
        let open = treasury.differences("open").await.remove(0);
        treasury.settle_as(&treasury.cashier, (open.line, open.name), How::BankCorrects, "").await.unwrap();
        assert_eq!(missing().await, all[1..], "what the bank corrects is still to come");
    })
    .await;
}
