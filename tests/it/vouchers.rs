//! Vouchers: what the transfers of an act come to, numbered without a gap, red where money goes back.

mod reports;
mod rules;

use std::collections::{BTreeMap, BTreeSet};

use relief_ledger::app::REGISTRY;
use relief_ledger::db::{Database, sql};
use relief_ledger::funds::{self, Stage};
use relief_ledger::journal::{Actor, Door};
use relief_ledger::kernel::Result;
use relief_ledger::kernel::money::Fen;
use relief_ledger::payments::{self, Gather, How, Name};
use relief_ledger::people::Role;
use relief_ledger::vouchers::{self, Act, Entry, Side, Voucher, VoucherKind, VoucherMade};

use crate::support::bank::{answer_file, first_answer, orders};
use crate::support::book::{World, on_both_engines};
use crate::support::office::{day, refused_with};
use crate::support::recovering::{Recovering, to_policy};
use crate::support::treasury::Treasury;
use crate::support::visitor::{Visitor, user};

const ALL: (i64, u64) = (0, 10_000);

/// All vouchers of a month, each with its entries.
async fn of_month(world: &World, month: &str) -> Vec<(Voucher, Vec<Entry>)> {
    let (c, book_id) = (&world.door.db.read, world.book_id);
    let mut found = Vec::new();
    for voucher in vouchers::vouchers_of_month(c, book_id, (month, None), ALL).await.unwrap() {
        let entries = vouchers::entries_of(c, book_id, voucher.id).await.unwrap();
        found.push((voucher, entries));
    }
    found
}

async fn names(world: &World, month: &str) -> Vec<String> {
    of_month(world, month).await.iter().map(|(voucher, _)| voucher.name()).collect()
}

/// Debits less credits by account, as vouchers have them; red ones take off.
fn posted(vouchers: &[(Voucher, Vec<Entry>)]) -> BTreeMap<(String, i64), i64> {
    let mut sums = BTreeMap::new();
    for (voucher, entries) in vouchers {
        for entry in entries {
            let sign = if voucher.is_red { -1 } else { 1 };
            let net = sign * (entry.debit.get() - entry.credit.get());
            *sums.entry((entry.account.clone(), entry.allotment_id)).or_default() += net;
        }
    }
    sums.retain(|_, net| *net != 0);
    sums
}

/// The financial account that stands for each stage when money is paid from a quota, and the budget account beside it.
fn accounts(stage: Stage, from_budget: bool) -> (&'static str, Option<&'static str>) {
    match stage {
        // The quota goes up by income.
        Stage::Source => ("4001", Some("6001")),
        Stage::Available if from_budget => ("1011", Some("800101")),
        Stage::Available => ("5001", None),
        Stage::Payable => ("230301", None),
        Stage::InTransit => ("230302", None),
        Stage::Disbursed => ("1011", None),
    }
}

/// The same sums, from the transfers of a month themselves: every move of money debits what stands for the stage that it
/// leaves and credits what stands for the stage that it enters, cost and quota apart.
async fn expected(world: &World, month: &str) -> BTreeMap<(String, i64), i64> {
    let head = world.head().await.position;
    let c = &world.door.db.read;
    let mut sums: BTreeMap<(String, i64), i64> = BTreeMap::new();
    for moved in funds::moves_after(c, world.book_id, (0, 0), head, 1_000_000).await.unwrap() {
        if moved.effective_on.month() != month {
            continue;
        }
        let amount = moved.amount.get();
        let mut add = |account: &str, net: i64| {
            *sums.entry((account.to_owned(), moved.allotment)).or_default() += net;
        };
        let budget = [moved.from, moved.to].contains(&Stage::Source);
        let (left, entered) = (accounts(moved.from, budget), accounts(moved.to, budget));
        if budget {
            // Appropriated: the quota is debited, income credited.
            add(entered.0, amount);
            add(left.0, -amount);
            add(entered.1.unwrap(), amount);
            add(left.1.unwrap(), -amount);
            continue;
        }
        add(left.0, amount);
        add(entered.0, -amount);
        if moved.to == Stage::Disbursed {
            add("7101", amount);
            add("800101", -amount);
        }
        if moved.from == Stage::Disbursed {
            add("7101", -amount);
            add("800101", amount);
        }
    }
    sums.retain(|_, net| *net != 0);
    sums
}

fn balances(vouchers: &[(Voucher, Vec<Entry>)]) {
    for (voucher, entries) in vouchers {
        for side in Side::ALL {
            let of_side = || entries.iter().filter(|entry| entry.side == side);
            let debits = Fen::sum(of_side().map(|entry| entry.debit)).unwrap();
            assert_eq!(debits, Fen::sum(of_side().map(|entry| entry.credit)).unwrap(), "{}", voucher.name());
        }
    }
}

/// Numbers of each type begin at one and none is missing.
fn gap_free(vouchers: &[(Voucher, Vec<Entry>)]) {
    let mut numbers: BTreeMap<VoucherKind, Vec<i64>> = BTreeMap::new();
    for (voucher, _) in vouchers {
        numbers.entry(voucher.kind).or_default().push(voucher.number);
    }
    for (kind, numbers) in numbers {
        let wanted: Vec<i64> = (1..=i64::try_from(numbers.len()).unwrap()).collect();
        assert_eq!(numbers, wanted, "{kind:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn vouchers_say_what_the_transfers_say_month_by_month() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        treasury.approved(0..70).await;
        let batch = treasury.released("2020-03-04").await;
        let orders = orders(&treasury.file(batch, "generic-csv").await);
        world.it_is("2020-03-06");
        let answer = first_answer(&orders, "2020-03-05");
        let first = treasury.answered("first.csv", &answer_file(&answer.lines)).await;
        let open = treasury.differences("open").await;
        let wrong = open.iter().find(|difference| difference.name == Name::AmountDiffers).unwrap();
        let key = (wrong.line, wrong.name);
        treasury.settle_as(&treasury.office.reviewer, key, How::AsBooked, "甬银函1号").await.unwrap();
        world.it_is("2020-04-02");
        // A file may speak of two months.
        let mut late = vec![orders[answer.paid[0]].answer("returned", 1, "2020-03-31")];
        late.push(orders[answer.paid[1]].answer("returned", 2, "2020-04-01"));
        let late = treasury.answered("late.csv", &answer_file(&late)).await;
        vouchers::gather(&world.door, world.ask(&treasury.office.clerk, "gather")).await.unwrap();
        refused_with(
            vouchers::gather(&world.door, world.ask(&treasury.office.clerk, "gather")).await,
            &["nothing_to_gather"],
        );

        let march = of_month(world, "2020-03").await;
        let told: Vec<_> = march.iter().map(|(voucher, _)| (voucher.name(), voucher.act)).collect();
        let named = |name: &str, act| (name.to_owned(), act);
        assert_eq!(
            told,
            [
                named("转-2020-03-0001", Act::Release),
                named("付-2020-03-0001", Act::BankFile),
                named("转-2020-03-0002", Act::BankFile),
                named("付-2020-03-0002", Act::Settlement),
                named("收-2020-03-0001", Act::BankFile),
                named("转-2020-03-0003", Act::Gathering),
            ]
        );
        let gathered = &march.last().unwrap().0;
        let [prepared, reviewed, approved] =
            [&gathered.prepared_by, &gathered.reviewed_by, &gathered.approved_by].map(Vec::as_slice);
        assert_eq!(prepared, std::slice::from_ref(&treasury.office.clerk.uid), "who gathered it");
        assert!(gathered.attachments > 0, "documents of the awards");
        assert!(!reviewed.is_empty() && reviewed == approved, "whoever let the money move: {reviewed:?}");
        assert!(!reviewed.contains(&treasury.office.clerk.uid), "{reviewed:?}");
        assert_eq!(names(world, "2020-04").await, ["收-2020-04-0001"]);
        for month in ["2020-01", "2020-03", "2020-04"] {
            let vouchers = of_month(world, month).await;
            assert_eq!(posted(&vouchers), expected(world, month).await, "{month}");
            balances(&vouchers);
            gap_free(&vouchers);
        }

        let release = &march[0].0;
        assert_eq!(release.summary, format!("支付批次 {batch}：送交支付 70 笔"));
        assert_eq!(release.sum, Fen::sum(orders.iter().map(|order| order.amount)).unwrap());
        assert_eq!(release.prepared_by, std::slice::from_ref(&treasury.typist.uid));
        assert_eq!(release.reviewed_by, std::slice::from_ref(&treasury.office.reviewer.uid));
        assert_eq!(release.approved_by, std::slice::from_ref(&treasury.office.second_reviewer.uid));
        assert_eq!(release.cashiers, std::slice::from_ref(&treasury.cashier.uid));
        assert_eq!(march[1].0.summary, format!("银行回单 {}：支付成功 {} 笔", first.file, answer.paid.len()));
        let (c, book_id) = (&world.door.db.read, world.book_id);
        let of_late = vouchers::of_subject(c, book_id, &[Act::BankFile], late.file).await.unwrap();
        assert_eq!(
            of_late.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(),
            ["收-2020-03-0001", "收-2020-04-0001"]
        );
        assert_eq!(vouchers::uncovered(c, book_id, world.head().await.position).await.unwrap(), []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undone_file_is_taken_back_in_red_and_loaded_again_in_blue() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        treasury.approved(0..12).await;
        let batch = treasury.released("2020-03-04").await;
        let orders = orders(&treasury.file(batch, "generic-csv").await);
        world.it_is("2020-03-06");
        let lines: Vec<_> =
            (0..12).map(|n| orders[n].answer(if n < 9 { "paid" } else { "refused" }, n, "2020-03-05")).collect();
        let bytes = answer_file(&lines);
        let loaded = treasury.answered("a.csv", &bytes).await;
        let before = of_month(world, "2020-03").await;
        world.it_is("2020-04-06");
        treasury.undone(loaded.file).await.unwrap();
        let after = of_month(world, "2020-03").await;
        let red: Vec<_> = after[before.len()..].iter().map(|(voucher, _)| voucher).collect();
        // A reversal keeps the day of what it reverses, and so the month.
        assert_eq!(
            red.iter().map(|voucher| voucher.name()).collect::<Vec<_>>(),
            ["付-2020-03-0002", "转-2020-03-0003"]
        );
        assert!(red.iter().all(|voucher| voucher.is_red && voucher.act == Act::BankUndo));
        let file = loaded.file;
        assert_eq!(
            red[0].summary,
            format!("注销2020年3月5日付-2020-03-0001号凭证。撤销银行回单 {file}（银行发错文件）：支付成功 9 笔")
        );
        assert_eq!(red[0].sum, after[1].0.sum);
        assert_eq!(red[0].prepared_by, std::slice::from_ref(&treasury.cashier.uid));
        assert_eq!(red[0].approved_by, std::slice::from_ref(&treasury.office.reviewer.uid));
        // What is left is the release alone.
        assert_eq!(posted(&after), posted(&before[..1]));
        assert_ne!(posted(&before), posted(&before[..1]), "control: the file was posted");
        treasury.answered("again.csv", &bytes).await;
        let again = of_month(world, "2020-03").await;
        assert_eq!(posted(&again), posted(&before));
        gap_free(&again);
        balances(&again);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_red_voucher_names_only_what_it_takes_back_and_how_much() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let grants = treasury.approved(0..12).await;
        let batch = treasury.released("2020-03-04").await;
        let orders = orders(&treasury.file(batch, "generic-csv").await);
        world.it_is("2020-03-06");
        let answer = |n: usize| orders[n].answer(if n < 9 { "paid" } else { "refused" }, n, "2020-03-05");
        treasury.answered("a.csv", &answer_file(&(0..12).map(answer).collect::<Vec<_>>())).await;
        vouchers::gather(&world.door, world.ask(&treasury.office.clerk, "gather")).await.unwrap();
        let before = of_month(world, "2020-03").await;

        let (clerk, reviewer) = (treasury.office.clerk.clone(), treasury.office.reviewer.clone());
        let people = Recovering { world, clerk, cashier: treasury.cashier.clone(), reviewer };
        let amount = treasury.office.grant(grants[0]).await.content.amount;
        let wrong = to_policy(grants[0], "BL2020-01", &(amount.get() / 100 - 1).to_string(), "2020-03-05");
        people.corrected(wrong).await;
        let after = of_month(world, "2020-03").await;
        let red: Vec<&str> = after[before.len()..]
            .iter()
            .filter(|(voucher, _)| voucher.is_red)
            .map(|(voucher, _)| voucher.summary.split_once('。').unwrap().0)
            .collect();
        // Of approvals, of the release and of what was paid one of many; nothing of what the bank refused, which has a
        // voucher as well.
        let part = |of: &str| format!("{of}号凭证中的 {amount} 元");
        let (paid, released) = (part("2020年3月5日付-2020-03-0001"), part("2020年3月4日转-2020-03-0001"));
        assert_eq!(red, [format!("注销{paid}"), format!("注销{released}、{}", part("2020年3月2日转-2020-03-0003"))]);
        assert!(before.iter().any(|(voucher, _)| voucher.summary.contains("支付失败")), "control: refusals have one");
        user(world, "wu", &[Role::Auditor]).await;
        let reader = Visitor::signed_in(world, "wu").await;
        let released = before.iter().find(|(voucher, _)| voucher.name() == "转-2020-03-0001").unwrap();
        let page = reader.page(&format!("/vouchers/{}", released.0.id)).await;
        assert!(page.contains(&format!("已被红字凭证冲销其中的 {amount} 元")), "{page}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_release_at_once_get_numbers_without_a_gap() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let grants = treasury.approved(0..16).await;
        let mut batches = Vec::new();
        for grant in grants {
            let gather = Gather { grants: vec![grant], ..Gather::default() };
            batches.push(treasury.build_as(&treasury.cashier, gather).await.unwrap());
        }
        let other_db = Database::open(&world.door.db.location.url).await.unwrap();
        let doors = [world.door.clone(), Door::open(other_db, REGISTRY, world.door.surroundings.clone())];
        let reviewers: [&Actor; 2] = [&treasury.office.reviewer, &treasury.office.second_reviewer];
        let race = batches.iter().enumerate().map(|(n, made)| {
            let ask = world.ask(reviewers[n / 2 % 2], "release");
            payments::release(&doors[n % 2], ask, made.batch, made.digest.clone())
        });
        for answer in futures::future::join_all(race).await {
            answer.unwrap();
        }
        let vouchers = of_month(world, "2020-03").await;
        assert_eq!(vouchers.len(), 16);
        gap_free(&vouchers);
        let subjects: BTreeSet<i64> = vouchers.iter().map(|(voucher, _)| voucher.subject).collect();
        assert_eq!(subjects.len(), 16, "each batch has its own");
    })
    .await;
}

const SECOND_NUMBER: &str = "INSERT INTO vouchers (book_id, id, kind, month, number, made_on, is_red, act, subject,
        first_position, last_position, rules, summary, attachments, payment_voucher, sum_fen, prepared_by, reviewed_by,
        approved_by, cashiers)
    SELECT book_id, id + 1000000, kind, month, number, made_on, is_red, act, subject, first_position, last_position,
        rules, summary, attachments, payment_voucher, sum_fen, prepared_by, reviewed_by, approved_by, cashiers
    FROM vouchers WHERE book_id = ?";

#[tokio::test(flavor = "multi_thread")]
async fn control_without_lock_and_index_a_number_is_given_twice() {
    for world in [World::on_sqlite().await, World::on_postgres().await] {
        let treasury = Treasury::open(&world).await;
        treasury.approved(0..1).await;
        treasury.released("2020-03-04").await;
        let run = async |statement: &str| sql::run(&world.door.db.write, statement, vec![world.book_id.into()]).await;
        // Two who read the last number at the same time, without the door.
        refused_with(run(SECOND_NUMBER).await, &["voucher_number_used"]);
        sql::run(&world.door.db.write, "DROP INDEX ux_vouchers_number", vec![]).await.unwrap();
        assert_eq!(run(SECOND_NUMBER).await.unwrap(), 1);
        let report = world.verify().await;
        assert!(report.findings.iter().any(|finding| finding.table == "vouchers"), "{:?}", report.findings);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voucher_that_skips_a_number_or_does_not_balance_is_refused_by_the_book() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        treasury.approved(0..2).await;
        treasury.released("2020-03-04").await;
        let entries = world.door.db.read.clone();
        let last = vouchers::vouchers_of_month(&entries, world.book_id, ("2020-03", None), ALL).await.unwrap();
        let model = last[0].clone();
        let lines = vouchers::entries_of(&entries, world.book_id, model.id).await.unwrap();
        let forged = async |number: i64, more: i64| -> Result<i64> {
            let line = |entry: &Entry, debit: i64, credit: i64| vouchers::VoucherLine {
                side: entry.side,
                account: entry.account.clone(),
                account_name: entry.account_name.clone(),
                words: entry.words.clone(),
                policy: treasury.policy,
                allotment: entry.allotment_id,
                debit: Fen::new(debit),
                credit: Fen::new(credit),
            };
            let made = VoucherMade {
                taken: Vec::new(),
                kind: VoucherKind::Transfer,
                month: "2020-03".into(),
                number,
                made_on: day("2020-03-04"),
                is_red: false,
                reverses: vec![],
                act: Act::Correction,
                subject: 0,
                first: model.first,
                last: model.last,
                rules: 0,
                summary: "更正".into(),
                attachments: 1,
                payment_voucher: String::new(),
                prepared_by: vec![],
                reviewed_by: vec![],
                approved_by: vec![],
                cashiers: vec![],
                sum: Fen::new(100),
                lines: vec![line(&lines[0], 100, 0), line(&lines[0], 0, 100 + more)],
            };
            let ask = world.ask(&treasury.cashier, "forge");
            world
                .door
                .command(ask, &(number, more), move |desk| {
                    let made = made.clone();
                    Box::pin(async move { desk.emit("voucher_made", 1, &made) })
                })
                .await
        };
        assert!(forged(3, 0).await.unwrap_err().to_string().contains("does not follow number 1"));
        assert!(forged(1, 0).await.is_err());
        assert!(forged(2, 1).await.unwrap_err().to_string().contains("does not balance"));
        forged(2, 0).await.unwrap();
    })
    .await;
}
