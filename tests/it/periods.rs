//! Nothing takes effect in a closed month, by whichever verb; a late fact takes effect on the first open day.

use std::collections::BTreeSet;

use relief_ledger::audit;
use relief_ledger::funds;
use relief_ledger::grants::{self, ReasonForm};
use relief_ledger::imports::{self, Upload, What};
use relief_ledger::journal::Actor;
use relief_ledger::kernel::Result;
use relief_ledger::kernel::money::Fen;
use relief_ledger::payments::{Gather, How, Name};
use relief_ledger::policies::{self, BudgetForm, Direction, Verdict};

use crate::support::bank::{Answer, Order, answer_file, orders};
use crate::support::book::{World, on_both_engines};
use crate::support::months::{closed, form, reopened};
use crate::support::office::{USCCS, day, form as typed, policy, refused_with, yuan};
use crate::support::treasury::{Treasury, amount};

const HISTORY: &str = include_str!("../fixtures/files/history-200.csv");

/// What stands in March and waits for April.
struct March {
    orders: Vec<Order>,
    /// A file of the bank that was wrong.
    wrong: i64,
    /// The line of another one that differs.
    differing: i64,
    /// History that was approved, and some that waits.
    taken_over: i64,
    waiting: i64,
    /// A policy and a budget change that wait.
    policy: i64,
    budget: i64,
    /// A grant that waits for approval, and one that is approved.
    submitted: i64,
    approved: i64,
}

async fn brought(world: &World, actor: &Actor, what: What, text: &str) -> std::result::Result<i64, Vec<String>> {
    let upload = Upload { what, file_name: "file.csv".into(), bytes: text.as_bytes().to_vec(), unit: None };
    let answer = imports::submit(&world.door, world.ask(actor, "import"), upload).await.unwrap();
    answer.map(|submitted| submitted.import).map_err(|faults| {
        faults.errors.iter().map(|bad| format!("{} {} {}", bad.line, bad.column, bad.refusal.code)).collect()
    })
}

async fn approve_import(treasury: &Treasury<'_>, import: i64) -> Result<()> {
    let world = treasury.world;
    let digest = imports::by_id(&world.door.db.read, world.book_id, import).await?.digest;
    let ask = world.ask(&treasury.office.reviewer, "approve");
    imports::approve(&world.door, ask, import, digest).await.map(|_| ())
}

/// One row of the history, paid on a day.
fn history(row: usize, paid_on: &str) -> String {
    let header = HISTORY.lines().next().unwrap();
    let line = HISTORY
        .lines()
        .skip(1)
        .filter(|line| line.contains(",BL2020-01,") && !USCCS.iter().any(|number| line.contains(number)))
        .nth(row)
        .unwrap();
    format!("{header}\r\n{},{paid_on}\r\n", line.rsplit_once(',').unwrap().0)
}

async fn budget(treasury: &Treasury<'_>, on: &str) -> Result<i64> {
    let world = treasury.world;
    let of = policies::by_code(&world.door.db.read, world.book_id, "BL2020-01").await.unwrap().unwrap();
    let form = BudgetForm {
        allotment: of.allotments[0].id,
        direction: Direction::Increase,
        amount: yuan("500"),
        effective_on: day(on),
        document_number: "仑财〔2020〕20号".into(),
        reason: "追加".into(),
    };
    let ask = world.ask(&treasury.office.manager, "budget");
    Ok(policies::prepare_budget_change(&world.door, ask, form).await?.id)
}

async fn record_policy(treasury: &Treasury<'_>, code: &str, starts_on: &str) -> Result<i64> {
    let world = treasury.world;
    let mut new = policy(code);
    (new.starts_on, new.allotments[0].starts_on) = (day(starts_on), day(starts_on));
    let ask = world.ask(&treasury.office.manager, "policy");
    Ok(policies::record(&world.door, ask, new).await?.id)
}

impl March {
    /// The book works through March.
    async fn of(treasury: &Treasury<'_>) -> Self {
        let (world, office) = (treasury.world, &treasury.office);
        treasury.approved(0..12).await;
        let taken_over = brought(world, &office.clerk, What::History, &history(0, "2020-03-01")).await.unwrap();
        approve_import(treasury, taken_over).await.unwrap();
        let batch = treasury.released("2020-03-04").await;
        let orders = orders(&treasury.file(batch, "generic-csv").await);
        world.it_is("2020-03-20");
        let paid: Vec<Answer> = (0..3).map(|n| orders[n].answer("paid", n, "2020-03-05")).collect();
        let wrong = treasury.answered("wrong.csv", &answer_file(&paid)).await.file;
        let other = Answer { amount: Fen::new(1), ..orders[4].answer("paid", 4, "2020-03-06") };
        treasury.answered("differing.csv", &answer_file(&[other])).await;
        let differing = treasury.differences("open").await[0].line;
        let submitted = office.submitted(typed("M-1", 0)).await;
        let approved = office.submitted(typed("M-2", 1)).await;
        office.approve_as(&office.reviewer, &[approved]).await.unwrap();
        Self {
            orders,
            wrong,
            differing,
            taken_over,
            waiting: brought(world, &office.clerk, What::History, &history(1, "2020-03-02")).await.unwrap(),
            policy: record_policy(treasury, "BL2020-77", "2020-03-01").await.unwrap(),
            budget: budget(treasury, "2020-03-10").await.unwrap(),
            submitted,
            approved,
        }
    }
}

/// What each verb answered whose day is typed or stands in a file.
async fn typed_days(treasury: &Treasury<'_>, march: &March) -> Vec<(&'static str, Result<()>)> {
    let (world, office) = (treasury.world, &treasury.office);
    let (door, c, book_id) = (&world.door, &world.door.db.read, world.book_id);
    let reviewer = |verb| world.ask(&office.reviewer, verb);
    let change = policies::budget_change_by_id(c, book_id, march.budget).await.unwrap().unwrap();
    let signed = Verdict::Approved { digest: policies::digest_of_change(change.leaf) };
    let waiting = policies::by_id(c, book_id, march.policy).await.unwrap().unwrap();
    let digest = policies::digest(&[waiting]);
    vec![
        (
            "decide a budget change",
            policies::decide_budget_change(door, reviewer("decide"), march.budget, signed).await.map(|_| ()),
        ),
        (
            "put a policy in force",
            policies::approve(door, reviewer("approve"), vec![march.policy], digest).await.map(|_| ()),
        ),
        ("approve history", approve_import(treasury, march.waiting).await),
        ("prepare a budget change", budget(treasury, "2020-03-31").await.map(|_| ())),
        ("record a policy", record_policy(treasury, "BL2020-78", "2020-03-31").await.map(|_| ())),
    ]
}

/// Files whose rows would take effect in March.
async fn files(treasury: &Treasury<'_>) -> Vec<std::result::Result<i64, Vec<String>>> {
    let (world, office) = (treasury.world, &treasury.office);
    let policies = "code,title,document_number,instrument,starts_on,ends_on,per_recipient_cap,budget\r\n\
        BL2020-79,补助,仑政办〔2020〕12号,grant,2020-03-31,2020-12-31,,100.00\r\n";
    vec![
        brought(world, &office.clerk, What::History, &history(2, "2020-03-31")).await,
        brought(world, &office.manager, What::Policies, policies).await,
    ]
}

/// Every verb that takes its day from the bank or the clock.
async fn other_verbs(treasury: &Treasury<'_>, march: &March) {
    let (world, office) = (treasury.world, &treasury.office);
    let door = &world.door;
    let late = [march.orders[5].answer("paid", 5, "2020-03-31"), march.orders[6].answer("refused", 6, "2020-03-30")];
    assert_eq!(treasury.answered("late.csv", &answer_file(&late)).await.applied, 2);
    let settle =
        treasury.settle_as(&office.reviewer, (march.differing, Name::AmountDiffers), How::AsBooked, "函〔2020〕1号");
    settle.await.unwrap();
    treasury.undone(march.wrong).await.unwrap();
    imports::prepare_undo(door, world.ask(&office.clerk, "undo"), march.taken_over, "重复".into()).await.unwrap();
    imports::approve_undo(door, world.ask(&office.reviewer, "undo"), march.taken_over).await.unwrap();
    office.approve_as(&office.reviewer, &[march.submitted]).await.unwrap();
    let why = ReasonForm { grant: march.submitted, reason: "放弃".into() };
    grants::cancel(door, world.ask(&office.manager, "cancel"), why).await.unwrap();
    let gather = Gather { grants: vec![march.approved], ..Gather::default() };
    let batch = treasury.build_as(&treasury.cashier, gather).await.unwrap().batch;
    treasury.release_as(&office.second_reviewer, batch).await.unwrap();
    treasury.approved(100..102).await;
}

/// The days on which the moves behind a position take effect, and how many moves there are.
async fn days_behind(world: &World, position: i64) -> (BTreeSet<String>, usize) {
    let head = world.head().await.position;
    let moves = funds::moves_after(&world.door.db.read, world.book_id, (position, i64::MAX), head, 10_000).await;
    let moves = moves.unwrap();
    (moves.iter().map(|moved| moved.effective_on.to_string()).collect(), moves.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_moves_into_a_closed_month_by_any_verb() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let march = March::of(&treasury).await;
        world.it_is("2020-04-02");
        closed(&treasury.office, form("2020-03")).await;
        let position = world.head().await.position;
        let end = || funds::standings_on(&world.door.db.read, world.book_id, day("2020-03-31"));
        let before = end().await.unwrap();

        for (verb, answer) in typed_days(&treasury, &march).await {
            let refusals = answer.as_ref().err().map(relief_ledger::kernel::Error::refusals).unwrap_or_default();
            let [refusal] = refusals else { panic!("{verb}: {answer:?}") };
            assert_eq!(refusal.code, "period_closed", "{verb}");
            assert!(refusal.facts.contains(&("month", "2020-03".to_owned())), "{verb}: {refusal:?}");
            assert!(refusal.facts.contains(&("open", "2020-04-01".to_owned())), "{verb}: {refusal:?}");
        }
        let told: Vec<_> = files(&treasury).await.into_iter().map(|answer| answer.unwrap_err()).collect();
        assert_eq!(told, [vec!["2 paid_on period_closed"], vec!["2 starts_on period_closed"]]);
        other_verbs(&treasury, &march).await;

        let (days, moves) = days_behind(world, position).await;
        assert!(moves > 15, "{moves} moves");
        let expected = ["2020-04-01", "2020-04-02"].map(str::to_owned);
        assert_eq!(days, BTreeSet::from(expected), "late facts on the first open day, decisions today");
        assert_eq!(end().await.unwrap(), before, "what stood at the end of March stands");

        // The first open day takes what the last closed one does not.
        budget(&treasury, "2020-04-01").await.unwrap();
        record_policy(&treasury, "BL2020-78", "2020-04-01").await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn control_the_same_verbs_move_into_march_while_it_is_open() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let march = March::of(&treasury).await;
        world.it_is("2020-04-02");
        let position = world.head().await.position;
        for (verb, answer) in typed_days(&treasury, &march).await {
            assert!(answer.is_ok(), "{verb}: {answer:?}");
        }
        assert!(files(&treasury).await.iter().all(std::result::Result::is_ok));
        other_verbs(&treasury, &march).await;
        let (days, _) = days_behind(world, position).await;
        for on in ["2020-03-01", "2020-03-05", "2020-03-06", "2020-03-10", "2020-03-30", "2020-03-31", "2020-04-02"] {
            assert!(days.contains(on), "{on}: {days:?}");
        }
        assert!(!days.contains("2020-04-01"), "nothing is late");
    })
    .await;
}

/// The days of the transfers of a grant, as they were made.
async fn days_of(treasury: &Treasury<'_>, grant: i64) -> Vec<String> {
    let world = treasury.world;
    let moves = funds::moves_of_grant(&world.door.db.read, world.book_id, grant).await.unwrap();
    // Two allotments pay each grant.
    moves.iter().step_by(2).map(|moved| moved.effective_on.to_string()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_answer_keeps_the_banks_date_and_undoing_it_restores() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let grants = treasury.approved(0..3).await;
        let batch = treasury.released("2020-03-04").await;
        let orders = orders(&treasury.file(batch, "generic-csv").await);
        world.it_is("2020-03-20");
        treasury.answered("paid.csv", &answer_file(&[orders[1].answer("paid", 1, "2020-03-05")])).await;
        world.it_is("2020-04-08");
        closed(&treasury.office, form("2020-03")).await;
        let standing = ["payments", "payment_lives", "grants", "grant_lives", "balances"];
        let (before, stages) = (treasury.snapshot(&standing).await, treasury.stages().await);
        let march = async || {
            let head = world.head().await;
            audit::totals(&world.door.db, &head, day("2020-03-31"), None, &[]).await.unwrap().figures()
        };
        let paid_in_march = march().await;

        // Paid in March, and what was paid in March came back in March; the bank says so in April.
        let late = [orders[0].answer("paid", 2, "2020-03-31"), orders[1].answer("returned", 3, "2020-03-30")];
        let file = treasury.answered("late.csv", &answer_file(&late)).await;
        assert_eq!(file.applied, 2);
        let payment = treasury.payment_of(grants[0]).await;
        assert_eq!(payment.completed_on, Some(day("2020-03-31")), "the bank's date stays");
        assert_eq!(treasury.payment_of(grants[1]).await.completed_on, Some(day("2020-03-30")));
        assert_eq!(days_of(&treasury, grants[0]).await, ["2020-03-02", "2020-03-04", "2020-04-01"]);
        assert_eq!(days_of(&treasury, grants[1]).await, ["2020-03-02", "2020-03-04", "2020-03-05", "2020-04-01"]);
        assert_eq!(march().await, paid_in_march, "March stands as it was closed");
        let now = audit::totals(&world.door.db, &world.head().await, day("2020-04-08"), None, &[]).await.unwrap();
        assert_eq!((now.paid, now.returned), (amount(0).checked_add(amount(1)).unwrap(), amount(1)));

        // April is closed too: undone in May, and all stands where it stood before.
        world.it_is("2020-05-06");
        closed(&treasury.office, form("2020-04")).await;
        treasury.undone(file.file).await.unwrap();
        let after = treasury.snapshot(&standing).await;
        for table in standing {
            assert_eq!(after[table], before[table], "{table}");
        }
        assert_eq!(treasury.stages().await, stages);
        assert_eq!(days_of(&treasury, grants[0]).await, ["2020-03-02", "2020-03-04", "2020-04-01", "2020-05-01"]);
        assert_eq!(march().await, paid_in_march);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_late_is_not_overtaken_when_its_month_is_opened_again() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let grants = treasury.approved(0..1).await;
        let batch = treasury.released("2020-03-04").await;
        let orders = orders(&treasury.file(batch, "generic-csv").await);
        world.it_is("2020-04-08");
        closed(&treasury.office, form("2020-03")).await;
        treasury.answered("paid.csv", &answer_file(&[orders[0].answer("paid", 1, "2020-03-30")])).await;
        reopened(&treasury.office, "2020-03").await.unwrap();
        // It cannot come back before it arrived.
        treasury.answered("back.csv", &answer_file(&[orders[0].answer("returned", 2, "2020-03-31")])).await;
        assert_eq!(
            days_of(&treasury, grants[0]).await,
            ["2020-03-02", "2020-03-04", "2020-04-01", "2020-04-01"],
            "in effect with the payment that it takes back"
        );
        assert_eq!(treasury.payment_of(grants[0]).await.completed_on, Some(day("2020-03-31")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_that_is_opened_again_takes_entries_and_is_closed_again() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        world.it_is("2020-04-02");
        closed(&treasury.office, form("2020-03")).await;
        refused_with(budget(&treasury, "2020-03-31").await, &["period_closed"]);
        refused_with(reopened(&treasury.office, "2020-02").await, &["period_not_last"]);
        reopened(&treasury.office, "2020-03").await.unwrap();
        refused_with(budget(&treasury, "2020-02-29").await, &["period_closed"]);
        budget(&treasury, "2020-03-31").await.unwrap();
        refused_with(reopened(&treasury.office, "2020-03").await, &["period_not_last"]);
        closed(&treasury.office, form("2020-03")).await;
        refused_with(budget(&treasury, "2020-03-31").await, &["period_closed"]);
        let steps = treasury.rows("SELECT month, state FROM period_steps", "position, month").await;
        assert_eq!(steps.len(), 4, "February and March closed, March opened and closed again");
    })
    .await;
}
