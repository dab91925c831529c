//! A simulated bank answers with everything that is known to go wrong: what differs is named, exactly that, and every
//! fen is accounted for.

use std::collections::BTreeMap;

use relief_ledger::grants::State;
use relief_ledger::kernel::Error;
use relief_ledger::kernel::money::Fen;
use relief_ledger::payments::{self, Name, PaymentState};

use crate::support::bank::{DUPLICATES, UNKNOWN_IDS, WRONG_AMOUNTS, answer_file, first_answer, orders, sum};
use crate::support::book::{World, on_both_engines};
use crate::support::office::{forbidden, refused_with};
use crate::support::treasury::{Stages, Treasury};

/// What the first answer of the bank may differ in, and nothing else.
fn expected() -> BTreeMap<&'static str, i64> {
    let count = |n: usize| i64::try_from(n).unwrap();
    BTreeMap::from([
        ("account_differs", 1),
        ("amount_differs", count(WRONG_AMOUNTS)),
        ("duplicate", count(DUPLICATES)),
        ("missing_in_book", count(UNKNOWN_IDS)),
    ])
}

async fn answered(world: &World, payments: usize) {
    let treasury = Treasury::open(world).await;
    treasury.approved(0..payments).await;
    let batch = treasury.released("2020-03-04").await;
    let sent = treasury.batch(batch).await;
    let file = treasury.file(batch, "generic-csv").await;
    let orders = orders(&file);
    assert_eq!(orders.len(), payments);
    let all: Vec<usize> = (0..payments).collect();
    assert_eq!(sum(&orders, &all), sent.sum, "the bank is told of every fen");
    assert_eq!(treasury.stages().await, Stages::of(Fen::ZERO, sent.sum, Fen::ZERO));
    assert_eq!(treasury.file(batch, "generic-csv").await, file, "the same bytes again");

    world.it_is("2020-03-06");
    let answer = first_answer(&orders, "2020-03-05");
    let loaded = treasury.answered("first.csv", &answer_file(&answer.lines)).await;
    let count = |n: usize| i64::try_from(n).unwrap();
    assert_eq!(loaded.lines, count(payments + UNKNOWN_IDS + DUPLICATES));
    assert_eq!(loaded.applied, count(payments - WRONG_AMOUNTS - 1));
    assert_eq!(loaded.discrepancies, expected());
    let mut wrong: Vec<usize> = answer.wrong.clone();
    wrong.push(answer.swapped);
    let (paid, refused, waiting) = (sum(&orders, &answer.paid), sum(&orders, &answer.refused), sum(&orders, &wrong));
    assert_eq!(treasury.stages().await, Stages::of(refused, waiting, paid));
    let stands = payments::by_state(&world.door.db.read, world.book_id, batch).await.unwrap();
    assert_eq!(
        stands,
        [
            (PaymentState::InTransit, count(wrong.len()), waiting),
            (PaymentState::Paid, count(answer.paid.len()), paid),
            (PaymentState::Refused, count(answer.refused.len()), refused),
        ]
    );

    // Each difference is about the payment that the bank had wrong, and tells both sides.
    let differences = treasury.differences("open").await;
    let lines = treasury.payments(batch).await;
    for difference in &differences {
        let at = difference.payment.and_then(|id| lines.iter().position(|line| line.id == id));
        match difference.name {
            Name::AmountDiffers => {
                let n = at.unwrap();
                assert!(answer.wrong.contains(&n));
                assert_eq!(difference.book, orders[n].amount.plain());
                assert_eq!(difference.bank, answer.lines[n].amount.plain());
            }
            Name::AccountDiffers => {
                assert_eq!(at, Some(answer.swapped));
                assert_eq!(difference.book, orders[answer.swapped].number);
                assert_eq!(difference.bank, orders[answer.swapped + 1].number);
            }
            Name::Duplicate => assert!(answer.paid[..DUPLICATES].contains(&at.unwrap())),
            Name::MissingInBook => assert_eq!(at, None),
            other => panic!("{other:?}"),
        }
    }
    let one = &lines[answer.refused[0]];
    assert_eq!((one.reason.as_str(), one.completed_on.unwrap().to_string().as_str()), ("账户状态异常", "2020-03-05"));
    assert_eq!(treasury.grant_state(one.grant).await, State::Approved);
    assert_eq!(treasury.grant_state(lines[answer.paid[0]].grant).await, State::Paid);
    assert_eq!(treasury.grant_state(lines[answer.wrong[0]].grant).await, State::InBatch);

    // Later some of the money comes back.
    world.it_is("2020-03-12");
    let late: Vec<usize> = answer.paid.iter().copied().step_by(40).collect();
    let back: Vec<_> = late.iter().map(|n| orders[*n].answer("returned", *n, "2020-03-11")).collect();
    let loaded = treasury.answered("late.csv", &answer_file(&back)).await;
    assert_eq!((loaded.applied, loaded.discrepancies), (count(late.len()), BTreeMap::new()));
    let returned = sum(&orders, &late);
    let kept = Fen::new(paid.get() - returned.get());
    let payable = refused.checked_add(returned).unwrap();
    assert_eq!(treasury.stages().await, Stages::of(payable, waiting, kept));
    assert_eq!(treasury.grant_state(lines[late[0]].grant).await, State::Returned);
    // It came back once.
    let again = treasury.answered("late-again.csv", &answer_file(&[back[0].clone(), back[0].clone()])).await;
    assert_eq!((again.applied, again.discrepancies), (0, BTreeMap::from([("duplicate", 2)])));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_bank_answers_wrongly_is_named_and_nothing_else() {
    on_both_engines(async |world| answered(world, 300).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_district_is_answered() {
    let world = World::on_sqlite().await;
    answered(&world, 10_402).await;
    assert_eq!(world.verify().await.findings, vec![]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_counts_once_under_any_name_and_key() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        treasury.approved(0..3).await;
        let batch = treasury.released("2020-03-04").await;
        let orders = orders(&treasury.file(batch, "generic-csv").await);
        world.it_is("2020-03-05");
        let lines: Vec<_> = orders.iter().map(|order| order.answer("paid", 1, "2020-03-05")).collect();
        let bytes = answer_file(&lines);
        let head = world.head().await;
        let load = async |actor, key: &str, name: &str| {
            let ask = world.ask_with_key(actor, "load", key);
            payments::load_bank_file(&world.door, ask, &head, "generic-csv", name.into(), bytes.clone()).await
        };
        let cashier = &treasury.cashier;
        for actor in [&treasury.office.clerk, &treasury.office.reviewer, &treasury.office.manager] {
            forbidden(load(actor, "the-key-wrong-person", "a.csv").await);
        }
        let first = load(cashier, "the-key-one", "a.csv").await.unwrap().unwrap();
        let stages = treasury.stages().await;
        let position = world.head().await.position;
        assert_eq!(load(cashier, "the-key-one", "a.csv").await.unwrap().unwrap(), first, "the same request");
        assert!(matches!(load(cashier, "the-key-one", "b.csv").await, Err(Error::KeyConflict)), "another request");
        refused_with(load(cashier, "the-key-two", "a.csv").await, &["bank_file_same"]);
        refused_with(load(&treasury.second_cashier, "the-key-three", "b.csv").await, &["bank_file_same"]);
        assert_eq!(world.head().await.position, position);
        assert_eq!(treasury.stages().await, stages);
        // Control: the same lines in another file are judged; all three were answered before.
        let turned: Vec<_> = lines.iter().rev().cloned().collect();
        let again = treasury.answered("c.csv", &answer_file(&turned)).await;
        assert_eq!((again.applied, again.discrepancies), (0, BTreeMap::from([("duplicate", 3)])));
        assert_eq!(treasury.stages().await, stages);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_load_the_same_file_at_once_count_it_once() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        treasury.approved(0..3).await;
        let batch = treasury.released("2020-03-04").await;
        let orders = orders(&treasury.file(batch, "generic-csv").await);
        world.it_is("2020-03-05");
        let lines: Vec<_> = orders.iter().map(|order| order.answer("paid", 1, "2020-03-05")).collect();
        let bytes = answer_file(&lines);
        let loads = (0..4).map(|n| {
            let (treasury, bytes) = (&treasury, &bytes);
            async move { treasury.load("generic-csv", &format!("{n}.csv"), bytes).await }
        });
        let (won, lost): (Vec<_>, Vec<_>) = futures::future::join_all(loads).await.into_iter().partition(Result::is_ok);
        assert_eq!(won.len(), 1);
        for lost in lost {
            refused_with(lost, &["bank_file_same"]);
        }
        let all = sum(&orders, &[0, 1, 2]);
        assert_eq!(treasury.stages().await, Stages::of(Fen::ZERO, Fen::ZERO, all));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn money_is_not_paid_before_it_was_sent_nor_tomorrow_nor_twice_in_another_way() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        treasury.approved(0..6).await;
        let batch = treasury.released("2020-03-04").await;
        let orders = orders(&treasury.file(batch, "generic-csv").await);
        world.it_is("2020-03-06");
        let mut nobody = orders[3].answer("paid", 3, "2020-03-05");
        nobody.name = "别的商行".into();
        let lines = [
            orders[0].answer("paid", 0, "2020-03-03"),
            orders[1].answer("paid", 1, "2020-03-07"),
            orders[2].answer("returned", 2, "2020-03-05"),
            nobody,
            orders[4].answer("处理中", 4, "2020-03-05"),
            orders[5].answer("paid", 5, "2020-03-06"),
            // After it was paid the bank says otherwise, within one file.
            orders[5].answer("refused", 6, "2020-03-06"),
        ];
        let loaded = treasury.answered("a.csv", &answer_file(&lines)).await;
        assert_eq!((loaded.lines, loaded.applied), (7, 1));
        assert_eq!(loaded.discrepancies, BTreeMap::from([("name_differs", 1), ("status_differs", 5)]));
        let waiting = sum(&orders, &[0, 1, 2, 3, 4]);
        assert_eq!(treasury.stages().await, Stages::of(Fen::ZERO, waiting, orders[5].amount));
        // Paid and come back within one file is two answers that follow.
        let both = [orders[0].answer("paid", 7, "2020-03-05"), orders[0].answer("returned", 8, "2020-03-06")];
        let loaded = treasury.answered("b.csv", &answer_file(&both)).await;
        assert_eq!((loaded.applied, loaded.discrepancies), (2, BTreeMap::new()));
        let waiting = sum(&orders, &[1, 2, 3, 4]);
        assert_eq!(treasury.stages().await, Stages::of(orders[0].amount, waiting, orders[5].amount));
        let answered = treasury.differences("settled").await;
        assert_eq!(answered.len(), 1, "what differed about it is settled by the right answer");
        assert_eq!(answered[0].how, Some(payments::How::AnsweredLater));
    })
    .await;
}
