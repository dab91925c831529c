//! A wrong file of the bank is undone by two people: all is as it was before, or it is refused.

use std::collections::BTreeMap;

use relief_ledger::audit::{self, GroupBy};
use relief_ledger::grants::{self, ReasonForm};
use relief_ledger::journal::{Actor, Cell};
use relief_ledger::kernel::Result;
use relief_ledger::kernel::money::Fen;
use relief_ledger::payments::{self, FileAnswer, How, Name};
use relief_ledger::people::Role;

use crate::support::bank::{Order, answer_file, first_answer, orders, sum};
use crate::support::book::{World, on_both_engines};
use crate::support::office::{day, forbidden, refused_with};
use crate::support::treasury::{Snapshot, Stages, Treasury};

/// What stands somewhere; steps, transfers and what depends on positions only grow.
const STANDING: [&str; 5] = ["payments", "payment_lives", "grants", "grant_lives", "balances"];

async fn prepare(world: &World, actor: &Actor, file: i64, why: &str) -> Result<FileAnswer> {
    payments::prepare_undo(&world.door, world.ask(actor, "undo"), file, why.to_owned()).await
}

async fn approve(world: &World, actor: &Actor, file: i64) -> Result<FileAnswer> {
    payments::approve_undo(&world.door, world.ask(actor, "undo"), file).await
}

async fn refuse(world: &World, actor: &Actor, file: i64, why: &str) -> Result<FileAnswer> {
    payments::refuse_undo(&world.door, world.ask(actor, "undo"), file, why.to_owned()).await
}

/// Everything that an undoing must restore: the differences too, but for those of what was undone.
async fn standing(treasury: &Treasury<'_>) -> (Snapshot, Vec<Vec<Cell>>, audit::Figures, Vec<audit::Group>) {
    let world = treasury.world;
    let differing = treasury.rows("SELECT * FROM discrepancies", "line_id, name").await;
    let state = |row: &[Cell]| row.iter().any(|cell| matches!(cell, Cell::Text(text) if text == "undone"));
    let by = [GroupBy::parse("policy").unwrap(), GroupBy::parse("month").unwrap()];
    let totals = audit::totals(&world.door.db, &world.head().await, day("2020-03-31"), None, &by).await.unwrap();
    let left = differing.into_iter().filter(|row| !state(row)).collect();
    (treasury.snapshot(&STANDING).await, left, totals.figures(), totals.groups)
}

/// A treasury with a batch on its way, and what the bank was told.
async fn on_its_way(world: &World, payments: usize) -> (Treasury<'_>, i64, Vec<Order>) {
    let treasury = Treasury::open(world).await;
    treasury.approved(0..payments).await;
    let batch = treasury.released("2020-03-04").await;
    let orders = orders(&treasury.file(batch, "generic-csv").await);
    world.it_is("2020-03-06");
    (treasury, batch, orders)
}

#[tokio::test(flavor = "multi_thread")]
async fn undoing_restores_exactly_what_was_before() {
    on_both_engines(async |world| {
        let (treasury, _, orders) = on_its_way(world, 300).await;
        // An older file left a difference; another payment of it was paid and will come back with the next file.
        let mut older = [orders[0].answer("paid", 1, "2020-03-04"), orders[2].answer("paid", 2, "2020-03-04")];
        older[0].amount = Fen::new(1);
        treasury.answered("older.csv", &answer_file(&older)).await;
        let before = standing(&treasury).await;
        let stages = treasury.stages().await;

        world.it_is("2020-03-08");
        let mut answer = first_answer(&orders, "2020-03-05").lines;
        answer[2] = orders[2].answer("returned", 2, "2020-03-07");
        let bytes = answer_file(&answer);
        let loaded = treasury.answered("first.csv", &bytes).await;
        let after = treasury.stages().await;
        assert_ne!(after, stages);
        assert_eq!(treasury.differences("settled").await.len(), 1, "the older difference was answered");
        let told = standing(&treasury).await;
        assert_ne!(told.2, before.2, "control: the totals moved");

        world.it_is("2020-03-09");
        treasury.undone(loaded.file).await.unwrap();
        let restored = standing(&treasury).await;
        for table in STANDING {
            assert_eq!(restored.0[table], before.0[table], "{table}");
        }
        assert_eq!(restored.1, before.1, "the older difference is open again");
        assert_eq!((restored.2, &restored.3), (before.2, &before.3), "totals");
        assert_eq!(treasury.stages().await, stages);
        let undone = treasury.differences("undone").await.len();
        assert_eq!(i64::try_from(undone).unwrap(), loaded.discrepancies.values().sum::<i64>());
        refused_with(treasury.undone(loaded.file).await, &["bank_file_state"]);

        // The same content may be loaded again, and does the same.
        let again = treasury.answered("first again.csv", &bytes).await;
        assert_eq!((again.applied, &again.discrepancies), (loaded.applied, &loaded.discrepancies));
        assert_eq!(treasury.stages().await, after);
        let stands = standing(&treasury).await;
        for table in ["payments", "grants", "grant_lives", "balances", "payment_lives"] {
            assert_eq!(stands.0[table], told.0[table], "{table}");
        }
        assert_eq!((stands.2, &stands.3), (told.2, &told.3));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn undoing_needs_a_reason_and_two_people() {
    on_both_engines(async |world| {
        let (treasury, _, orders) = on_its_way(world, 3).await;
        let bytes = answer_file(&[orders[0].answer("paid", 1, "2020-03-05")]);
        let file = treasury.answered("a.csv", &bytes).await.file;
        let (cashier, reviewer) = (&treasury.cashier, &treasury.office.reviewer);
        let stages = treasury.stages().await;
        refused_with(prepare(world, cashier, file, "").await, &["field_empty"]);
        forbidden(prepare(world, &treasury.office.clerk, file, "发错").await);
        refused_with(approve(world, reviewer, file).await, &["bank_file_state"]);
        prepare(world, cashier, file, "发错").await.unwrap();
        refused_with(prepare(world, reviewer, file, "发错").await, &["bank_file_state"]);
        forbidden(approve(world, cashier, file).await);
        refused_with(approve(world, &treasury.cashier_again, file).await, &["two_people"]);
        refused_with(refuse(world, &treasury.cashier_again, file, "不必").await, &["two_people"]);
        assert_eq!(treasury.stages().await, stages, "prepared is not undone");
        refused_with(refuse(world, reviewer, file, " ").await, &["field_empty"]);
        refuse(world, reviewer, file, "文件无误").await.unwrap();
        assert_eq!(treasury.stages().await, stages);
        refused_with(treasury.load("generic-csv", "b.csv", &bytes).await, &["bank_file_same"]);
        // A reviewer may prepare it as well; then another one decides.
        prepare(world, reviewer, file, "发错").await.unwrap();
        refused_with(approve(world, reviewer, file).await, &["two_people"]);
        approve(world, &treasury.office.second_reviewer, file).await.unwrap();
        let all = sum(&orders, &[0, 1, 2]);
        assert_eq!(treasury.stages().await, Stages::of(Fen::ZERO, all, Fen::ZERO));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn undoing_is_refused_once_money_moved_on() {
    on_both_engines(async |world| {
        let (treasury, batch, orders) = on_its_way(world, 8).await;
        let lines = [
            orders[0].answer("paid", 0, "2020-03-05"),
            orders[1].answer("refused", 1, "2020-03-05"),
            orders[2].answer("refused", 2, "2020-03-05"),
            orders[3].answer("refused", 3, "2020-03-05"),
            orders[4].answer("refused", 4, "2020-03-05"),
        ];
        // Each line in a file of its own.
        let mut files = Vec::new();
        for (n, line) in lines.iter().enumerate() {
            files.push(treasury.answered(&format!("{n}.csv"), &answer_file(std::slice::from_ref(line))).await.file);
        }
        let wrong = crate::support::bank::Answer { amount: Fen::new(1), ..orders[5].answer("paid", 5, "2020-03-05") };
        let differing = treasury.answered("5.csv", &answer_file(&[wrong])).await.file;
        let payments = treasury.payments(batch).await;
        world.it_is("2020-03-07");

        // Paid, and come back since.
        let back = orders[0].answer("returned", 0, "2020-03-06");
        let back = treasury.answered("back.csv", &answer_file(&[back])).await.file;
        refused_with(treasury.undone(files[0]).await, &["bank_file_moved_on"]);
        // Refused, and to be made again.
        let again = |n: usize| treasury.reissued(payments[n].id);
        again(1).await;
        refused_with(treasury.undone(files[1]).await, &["bank_file_moved_on"]);
        // … and made again.
        again(2).await;
        treasury.released("2020-03-08").await;
        refused_with(treasury.undone(files[2]).await, &["bank_file_moved_on"]);
        // Refused, and given up since: the money is available and may be another's by now.
        let why = ReasonForm { grant: payments[3].grant, reason: "放弃".into() };
        grants::cancel(&world.door, world.ask(&treasury.office.manager, "cancel"), why).await.unwrap();
        let stages = treasury.stages().await;
        refused_with(treasury.undone(files[3]).await, &["bank_file_moved_on"]);
        refused_with(treasury.reissue(payments[3].id, "账户无误").await, &["illegal_step"]);
        // A difference of the file was settled by an answer that counts.
        let difference = treasury.differences("open").await.remove(0);
        let settle = treasury.settle_as(
            &treasury.office.reviewer,
            (difference.line, Name::AmountDiffers),
            How::AsBooked,
            "函〔2020〕1号",
        );
        settle.await.unwrap();
        refused_with(treasury.undone(differing).await, &["bank_file_moved_on"]);
        assert_eq!(treasury.stages().await.available, stages.available);

        // Control: what did not move on is undone, the later file before the earlier one.
        treasury.undone(files[4]).await.unwrap();
        treasury.undone(back).await.unwrap();
        treasury.undone(files[0]).await.unwrap();
        assert_eq!(treasury.payment_of(payments[0].grant).await.state, payments::PaymentState::InTransit);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_moved_on_after_an_undoing_was_prepared_stops_it() {
    on_both_engines(async |world| {
        let (treasury, _, orders) = on_its_way(world, 2).await;
        let file = treasury.answered("a.csv", &answer_file(&[orders[0].answer("paid", 1, "2020-03-05")])).await.file;
        prepare(world, &treasury.cashier, file, "发错").await.unwrap();
        let back = answer_file(&[orders[0].answer("returned", 2, "2020-03-06")]);
        let back = treasury.answered("b.csv", &back).await.file;
        refused_with(approve(world, &treasury.office.reviewer, file).await, &["bank_file_moved_on"]);
        treasury.undone(back).await.unwrap();
        // The later file is undone: nothing has moved on any more.
        approve(world, &treasury.office.reviewer, file).await.unwrap();
        assert_eq!(treasury.stages().await, Stages::of(Fen::ZERO, sum(&orders, &[0, 1]), Fen::ZERO));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_answer_each_other_are_undone_in_any_order() {
    on_both_engines(async |world| {
        let (treasury, _, orders) = on_its_way(world, 2).await;
        let auditor = world.actor("wu", "P-wu", &[Role::Auditor]).await;
        let wrong = crate::support::bank::Answer { amount: Fen::new(1), ..orders[0].answer("paid", 5, "2020-03-05") };
        let one = treasury.answered("one.csv", &answer_file(&[wrong])).await.file;
        let right = answer_file(&[orders[0].answer("paid", 6, "2020-03-05")]);
        let two = treasury.answered("two.csv", &right).await.file;
        forbidden(prepare(world, &auditor, one, "发错").await);
        // The wrong file goes first: its difference, answered by then, goes with it and does not come back.
        treasury.undone(one).await.unwrap();
        treasury.undone(two).await.unwrap();
        assert_eq!(treasury.open_names().await, BTreeMap::new());
        assert_eq!(treasury.stages().await, Stages::of(Fen::ZERO, sum(&orders, &[0, 1]), Fen::ZERO));
    })
    .await;
}
