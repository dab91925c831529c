//! Files of policies, grants and history: whole or not at all, signed by a second person, undone by two.

mod pages;

use std::collections::{BTreeMap, HashMap};

use relief_ledger::imports::{self, Faults, ImportState, Submitted, Upload, What};
use relief_ledger::journal::Actor;
use relief_ledger::kernel::money::Fen;
use relief_ledger::kernel::{Error, Result};
use relief_ledger::people::Role;
use relief_ledger::web::Lang;
use relief_ledger::{db, grants, policies};
use sea_orm::FromQueryResult;

use crate::support::book::{World, on_both_engines};

const POLICIES: &str = include_str!("../fixtures/files/policies.csv");
const HISTORY: &str = include_str!("../fixtures/files/history-200.csv");

/// A day when all of the fixture is paid.
const AFTERWARDS: &str = "2021-01-01";

/// Who works in these stories.
struct Staff {
    clerk: Actor,
    manager: Actor,
    reviewer: Actor,
    second: Actor,
}

async fn staff(world: &World, day: &str) -> Staff {
    world.it_is(day);
    Staff {
        clerk: world.actor("chen", "P1", &[Role::Clerk]).await,
        manager: world.actor("zhou", "P2", &[Role::Manager]).await,
        reviewer: world.actor("wang", "P3", &[Role::Reviewer]).await,
        second: world.actor("li", "P4", &[Role::Reviewer, Role::Clerk]).await,
    }
}

fn upload(what: What, text: &str) -> Upload {
    Upload { what, file_name: format!("{}.csv", what.code()), bytes: text.as_bytes().to_vec(), unit: None }
}

async fn brought(world: &World, actor: &Actor, what: What, text: &str) -> Submitted {
    let answer = imports::submit(&world.door, world.ask(actor, "import"), upload(what, text)).await.unwrap();
    answer.unwrap_or_else(|faults| panic!("{:#?}", faults.in_language(Lang::En)))
}

async fn faulty(world: &World, actor: &Actor, what: What, text: &str) -> Faults {
    let before = world.head().await.position;
    let checked = imports::check(&world.door, &world.head().await, actor, upload(what, text)).await.unwrap();
    let faults = imports::submit(&world.door, world.ask(actor, "import"), upload(what, text)).await.unwrap();
    let faults = faults.expect_err("the file has faults");
    assert_eq!(checked, Err(faults.clone()), "a mere check says the same");
    assert_eq!(world.head().await.position, before, "nothing is stored");
    assert_eq!(number(world, "SELECT COUNT(*) AS n FROM files WHERE book_id = ?").await, files_of_imports(world).await);
    faults
}

async fn files_of_imports(world: &World) -> i64 {
    number(world, "SELECT COUNT(DISTINCT file_sha256) AS n FROM imports WHERE book_id = ?").await
}

#[derive(FromQueryResult)]
struct Number {
    n: i64,
}

async fn number(world: &World, query: &str) -> i64 {
    let query = query.replace("COUNT(", "CAST(COUNT(").replace(" AS n", " AS BIGINT) AS n");
    let query = if query.contains("CAST(COUNT(") { query } else { query.replace("SELECT SUM", "SELECT CAST(SUM") };
    let row: Option<Number> = db::sql::one(&world.door.db.read, &query, vec![world.book_id.into()]).await.unwrap();
    row.unwrap().n
}

async fn approved(world: &World, actor: &Actor, import: i64) {
    let view = imports::by_id(&world.door.db.read, world.book_id, import).await.unwrap();
    imports::approve(&world.door, world.ask(actor, "approve"), import, view.digest).await.unwrap();
}

fn refused_with<T: std::fmt::Debug>(result: Result<T>, code: &str) {
    match &result {
        Err(Error::Refused(refusals)) if refusals[0].code == code => {}
        other => panic!("{code} was expected, not {other:?}"),
    }
}

/// The policies of the fixture, in force.
async fn with_policies(world: &World, day: &str) -> Staff {
    let staff = staff(world, day).await;
    let policies = brought(world, &staff.manager, What::Policies, POLICIES).await;
    approved(world, &staff.reviewer, policies.import).await;
    staff
}

/// What the file itself says: by policy in fen, and how many recipients.
fn expected() -> (BTreeMap<String, i64>, usize) {
    let mut by_policy = BTreeMap::new();
    let mut recipients = HashMap::new();
    for row in csv::Reader::from_reader(HISTORY.as_bytes()).into_records() {
        let row = row.unwrap();
        let (yuan, fen) = row[8].split_once('.').unwrap();
        *by_policy.entry(row[7].to_owned()).or_default() +=
            yuan.parse::<i64>().unwrap() * 100 + fen.parse::<i64>().unwrap();
        recipients.insert(row[1].to_owned(), ());
    }
    (by_policy, recipients.len())
}

#[derive(FromQueryResult)]
struct Total {
    code: String,
    fen: i64,
}

async fn disbursed(world: &World) -> BTreeMap<String, i64> {
    let rows: Vec<Total> = db::sql::all(
        &world.door.db.read,
        "SELECT p.code, CAST(SUM(CASE WHEN t.to_stage = 'disbursed' THEN t.amount_fen ELSE -t.amount_fen END) AS BIGINT)
            AS fen
         FROM transfers t JOIN policies p ON p.book_id = t.book_id AND p.id = t.policy
         WHERE t.book_id = ? AND (t.to_stage = 'disbursed' OR t.from_stage = 'disbursed') GROUP BY p.code",
        vec![world.book_id.into()],
    )
    .await
    .unwrap();
    rows.into_iter().map(|row| (row.code, row.fen)).collect()
}

async fn balances(world: &World) -> Vec<(i64, String, i64)> {
    #[derive(FromQueryResult)]
    struct Balance {
        allotment: i64,
        stage: String,
        amount_fen: i64,
    }
    let rows: Vec<Balance> = db::sql::all(
        &world.door.db.read,
        "SELECT allotment, stage, amount_fen FROM balances WHERE book_id = ? ORDER BY allotment, stage",
        vec![world.book_id.into()],
    )
    .await
    .unwrap();
    rows.into_iter().map(|row| (row.allotment, row.stage, row.amount_fen)).collect()
}

/// The fixture with one cell of one line (the header is line 1) changed.
fn with_cell(line: usize, column: &str, value: &str) -> String {
    let mut lines: Vec<Vec<String>> =
        HISTORY.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect();
    let place = lines[0].iter().position(|name| name == column).unwrap();
    lines[line - 1][place] = value.to_owned();
    lines.into_iter().map(|cells| cells.join(",") + "\r\n").collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn history_goes_in_whole_and_adds_up_to_the_fen() {
    on_both_engines(async |world| {
        let staff = with_policies(world, AFTERWARDS).await;
        let (by_policy, recipients) = expected();
        let sum: i64 = by_policy.values().sum();
        let key = world.ask(&staff.clerk, "import");
        let first = imports::submit(&world.door, key.clone(), upload(What::History, HISTORY)).await.unwrap().unwrap();
        assert_eq!((first.state, first.rows, first.sum), ("submitted", 200, Fen::new(sum)));
        // The same request once more is answered, not refused as known.
        let again = imports::submit(&world.door, key, upload(What::History, HISTORY)).await.unwrap().unwrap();
        assert_eq!((again.import, again.digest.as_str()), (first.import, first.digest.as_str()));
        assert!(disbursed(world).await.is_empty(), "nothing moves before a second person signed");

        let own = imports::approve(&world.door, world.ask(&staff.clerk, "approve"), first.import, first.digest.clone());
        assert!(matches!(own.await, Err(Error::Forbidden)));
        approved(world, &staff.reviewer, first.import).await;
        assert_eq!(disbursed(world).await, by_policy);
        let found =
            number(world, "SELECT COUNT(DISTINCT recipient) AS n FROM transfers WHERE book_id = ? AND grant_id > 0");
        assert_eq!(found.await, i64::try_from(recipients).unwrap());
        let view = imports::by_id(&world.door.db.read, world.book_id, first.import).await.unwrap();
        assert_eq!((view.state, view.digest), (ImportState::Approved, first.digest));
        let (name, bytes) = imports::file_of(&world.door.db.read, world.book_id, first.import).await.unwrap();
        assert_eq!((name.as_str(), bytes.as_slice()), ("history.csv", HISTORY.as_bytes()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_is_named_by_its_line_and_nothing_is_stored() {
    on_both_engines(async |world| {
        let staff = with_policies(world, AFTERWARDS).await;
        let second = HISTORY.lines().nth(2).unwrap().split(',').next().unwrap().to_owned();
        let known_number = HISTORY.lines().nth(1).unwrap().split(',').nth(1).unwrap().to_owned();
        let cases = [
            (with_cell(7, "uscc", "91330206RFLPDLB94H"), 7, "uscc", "uscc_check"),
            (with_cell(8, "amount", "12.345"), 8, "amount", "amount_decimals"),
            (with_cell(9, "policy", "BL2099-01"), 9, "policy", "policy_unknown"),
            (with_cell(10, "paid_on", "2019-12-31"), 10, "paid_on", "paid_before_allotment"),
            (with_cell(11, "paid_on", "2021-01-02"), 11, "paid_on", "paid_on_future"),
            (with_cell(12, "reference", &second), 12, "reference", "reference_repeated"),
            (with_cell(13, "uscc", &known_number), 13, "name", "name_differs_in_file"),
            (with_cell(14, "kind", "国家"), 14, "kind", "kind_unknown"),
            (HISTORY.replace(",paid_on", ",paid"), 1, "", "column_missing"),
        ];
        for (text, line, column, code) in cases {
            let faults = faulty(world, &staff.clerk, What::History, &text).await;
            let found: Vec<_> = faults.errors.iter().map(|f| (f.line, f.column.as_str(), f.refusal.code)).collect();
            assert!(found.iter().any(|f| f.0 == line && f.2 == code), "{code}: {found:?}");
            assert!(column.is_empty() || found.iter().any(|f| f.1 == column), "{code}: {found:?}");
        }
        // Two bad cells are told at once, one of the file and one of the book.
        let both = with_cell(9, "policy", "BL2099-01").replacen("微型", "最大", 1);
        let faults = faulty(world, &staff.clerk, What::History, &both).await;
        let codes: Vec<_> = faults.errors.iter().map(|f| f.refusal.code).collect();
        assert!(codes.contains(&"policy_unknown") && codes.contains(&"size_unknown"), "{codes:?}");
        let told = serde_json::to_value(faults.in_language(Lang::Zh)).unwrap();
        assert_eq!(told["rows"], 200);
        let by_manager =
            imports::submit(&world.door, world.ask(&staff.manager, "import"), upload(What::History, HISTORY));
        assert!(matches!(by_manager.await, Err(Error::Forbidden)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_content_is_refused_until_it_was_refused_or_withdrawn() {
    on_both_engines(async |world| {
        let staff = with_policies(world, AFTERWARDS).await;
        let first = brought(world, &staff.clerk, What::History, HISTORY).await;
        let faults = faulty(world, &staff.second, What::History, HISTORY).await;
        assert_eq!((faults.errors[0].refusal.code, faults.errors[0].line, faults.rows), ("file_known", 0, 200));
        // Other content with the same references is refused row by row.
        let faults = faulty(world, &staff.clerk, What::History, &with_cell(2, "amount", "1.00")).await;
        assert_eq!(faults.errors.len(), 200);
        assert!(faults.errors.iter().all(|fault| fault.refusal.code == "reference_used"));

        let by_other = imports::withdraw(&world.door, world.ask(&staff.second, "withdraw"), first.import).await;
        refused_with(by_other, "not_preparer");
        imports::withdraw(&world.door, world.ask(&staff.clerk, "withdraw"), first.import).await.unwrap();
        let second = brought(world, &staff.clerk, What::History, HISTORY).await;
        let refuse = |reason: &str| {
            imports::refuse(&world.door, world.ask(&staff.reviewer, "refuse"), second.import, reason.to_owned())
        };
        refused_with(refuse(" ").await, "reason_needed");
        refuse("口径不符").await.unwrap();
        refused_with(refuse("口径不符").await, "import_step");
        let third = brought(world, &staff.clerk, What::History, HISTORY).await;
        approved(world, &staff.reviewer, third.import).await;
        assert_eq!(disbursed(world).await, expected().0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn policies_are_withdrawn_refused_and_approved_as_a_file() {
    on_both_engines(async |world| {
        let staff = staff(world, AFTERWARDS).await;
        let first = brought(world, &staff.manager, What::Policies, POLICIES).await;
        assert_eq!((first.rows, first.sum), (5, Fen::parse("1270345625").unwrap()));
        let own =
            imports::approve(&world.door, world.ask(&staff.manager, "a"), first.import, first.digest.clone()).await;
        refused_with(own, "two_people");
        imports::withdraw(&world.door, world.ask(&staff.manager, "withdraw"), first.import).await.unwrap();
        let second = brought(world, &staff.manager, What::Policies, POLICIES).await;
        imports::refuse(&world.door, world.ask(&staff.reviewer, "refuse"), second.import, "口径不符".into())
            .await
            .unwrap();
        let third = brought(world, &staff.manager, What::Policies, POLICIES).await;
        let faults = faulty(world, &staff.manager, What::Policies, &POLICIES.replace("254069125.00", "1.00")).await;
        assert!(faults.errors.iter().all(|fault| fault.refusal.code == "policy_code_used"), "{faults:?}");
        assert_eq!(faults.errors[4].line, 6);
        approved(world, &staff.reviewer, third.import).await;
        let all = policies::all(&world.door.db.read, world.book_id).await.unwrap();
        assert_eq!(all.iter().filter(|policy| policy.state == policies::State::Open).count(), 5);
        let available = balances(world).await.into_iter().filter(|b| b.1 == "available").map(|b| b.2).sum::<i64>();
        assert_eq!(available, 127_034_562_500);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn history_beyond_the_budget_or_before_its_policies_waits() {
    on_both_engines(async |world| {
        let staff = staff(world, AFTERWARDS).await;
        let small = POLICIES.replace("254069125.00", "1000.00");
        let policies = brought(world, &staff.manager, What::Policies, &small).await;
        let history = brought(world, &staff.clerk, What::History, HISTORY).await;
        let approve =
            || imports::approve(&world.door, world.ask(&staff.reviewer, "a"), history.import, history.digest.clone());
        refused_with(approve().await, "policy_takes_no_grants");
        approved(world, &staff.reviewer, policies.import).await;
        refused_with(approve().await, "budget_short");
        assert!(disbursed(world).await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undone_history_leaves_every_balance_as_it_was() {
    on_both_engines(async |world| {
        let staff = with_policies(world, AFTERWARDS).await;
        let before = balances(world).await;
        let history = brought(world, &staff.clerk, What::History, HISTORY).await;
        approved(world, &staff.reviewer, history.import).await;
        assert_ne!(balances(world).await, before);
        let prepare = |reason: &str| {
            imports::prepare_undo(&world.door, world.ask(&staff.second, "undo"), history.import, reason.to_owned())
        };
        refused_with(prepare("").await, "reason_needed");
        prepare("口径不符").await.unwrap();
        let undo = |actor: &Actor| imports::approve_undo(&world.door, world.ask(actor, "undo"), history.import);
        refused_with(undo(&staff.second).await, "two_people");
        let kept = imports::refuse_undo(&world.door, world.ask(&staff.reviewer, "keep"), history.import, "无误".into());
        kept.await.unwrap();
        prepare("确需撤销").await.unwrap();
        undo(&staff.reviewer).await.unwrap();
        assert_eq!(balances(world).await, before);
        assert!(disbursed(world).await.values().all(|fen| *fen == 0));
        let view = imports::by_id(&world.door.db.read, world.book_id, history.import).await.unwrap();
        assert_eq!(view.state, ImportState::Undone);
        // What was undone may come again.
        let again = brought(world, &staff.clerk, What::History, HISTORY).await;
        approved(world, &staff.reviewer, again.import).await;
        assert_eq!(disbursed(world).await, expected().0);
    })
    .await;
}

/// The grant of a reference of the import.
async fn grant_of(world: &World, import: i64, reference: &str) -> i64 {
    let rows = grants::import_rows(&world.door.db.read, world.book_id, import, grants::Wanted::default(), 0, 1_000);
    rows.await.unwrap().into_iter().find(|row| row.reference == reference).unwrap().id
}

/// The cell of a line (the header is line 1) of a file.
fn cell(text: &str, line: usize, column: &str) -> String {
    let place = text.lines().next().unwrap().split(',').position(|name| name == column).unwrap();
    text.lines().nth(line - 1).unwrap().split(',').nth(place).unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_struck_or_reduced_voids_the_digest_and_comes_back_with_its_reason() {
    on_both_engines(async |world| {
        let staff = with_policies(world, AFTERWARDS).await;
        let history = brought(world, &staff.clerk, What::History, HISTORY).await;
        let (first, second) = (cell(HISTORY, 2, "reference"), cell(HISTORY, 3, "reference"));
        let struck =
            grants::ReasonForm { grant: grant_of(world, history.import, &first).await, reason: "重复发放".into() };
        grants::strike(&world.door, world.ask(&staff.reviewer, "strike"), struck).await.unwrap();
        let approve = |actor: &Actor, digest: &str| {
            imports::approve(&world.door, world.ask(actor, "approve"), history.import, digest.to_owned())
        };
        refused_with(approve(&staff.reviewer, &history.digest).await, "digest_changed");
        let reduced = grants::ReduceForm {
            grant: grant_of(world, history.import, &second).await,
            amount: "0.01".into(),
            reason: "超标准".into(),
        };
        grants::reduce(&world.door, world.ask(&staff.second, "reduce"), reduced).await.unwrap();

        let view = imports::by_id(&world.door.db.read, world.book_id, history.import).await.unwrap();
        assert_eq!((view.rows, view.struck, view.reduced), (199, 1, 1));
        let gone = [2, 3].map(|line| Fen::parse(&cell(HISTORY, line, "amount")).unwrap().get()).iter().sum::<i64>();
        assert_eq!(view.sum.get(), history.sum.get() - gone + 1);
        // Who reduced a row is one of its preparers.
        refused_with(approve(&staff.second, &view.digest).await, "two_people");
        approve(&staff.reviewer, &view.digest).await.unwrap();
        assert_eq!(disbursed(world).await.values().sum::<i64>(), view.sum.get());
        let signed = imports::by_id(&world.door.db.read, world.book_id, history.import).await.unwrap();
        assert_eq!((signed.rows, signed.sum, signed.digest), (199, view.sum, view.digest));

        let c = &world.door.db.read;
        let back = imports::struck_rows_csv(
            c,
            world.book_id,
            &imports::by_id(c, world.book_id, history.import).await.unwrap(),
            Lang::Zh,
        )
        .await
        .unwrap();
        let back = String::from_utf8(back).unwrap();
        assert!(back.starts_with("\u{feff}原文件行次,剔除原因,编号,"), "{back}");
        assert!(back.contains(&format!("\r\n2,重复发放,{first},")), "{back}");
        // What was struck may come again, as it came back.
        let again = brought(world, &staff.clerk, What::History, &back).await;
        // Its bank code has the wrong check digit, as it had before: a warning, no refusal.
        assert_eq!((again.rows, again.warnings), (1, 1));
        // Undone, the struck row stays struck.
        let prepare = imports::prepare_undo(&world.door, world.ask(&staff.clerk, "u"), history.import, "撤销".into());
        prepare.await.unwrap();
        imports::approve_undo(&world.door, world.ask(&staff.reviewer, "u"), history.import).await.unwrap();
        assert!(disbursed(world).await.values().all(|fen| *fen == 0));
    })
    .await;
}

/// New grants out of the fixture: without a day of payment, applied for in the window.
fn new_grants(rows: std::ops::Range<usize>, prefix: &str) -> String {
    let mut text = "reference,uscc,name,kind,subdistrict,industry,size,policy,amount,bank_code,bank_name,account_name,\
                    account_number,applied_on\r\n"
        .to_owned();
    for line in HISTORY.lines().skip(1).take(rows.end).skip(rows.start) {
        let (rest, _) = line.rsplit_once(',').unwrap();
        text.push_str(&format!("{prefix}{rest},2020-07-01\r\n"));
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn new_grants_of_a_file_become_payable_and_a_strange_account_holds_them_up() {
    on_both_engines(async |world| {
        let staff = with_policies(world, "2020-07-02").await;
        let first = brought(world, &staff.clerk, What::Grants, &new_grants(0..20, "A-")).await;
        approved(world, &staff.reviewer, first.import).await;
        let payable =
            |balances: Vec<(i64, String, i64)>| balances.iter().filter(|b| b.1 == "payable").map(|b| b.2).sum::<i64>();
        assert_eq!(payable(balances(world).await), first.sum.get());
        // The same once more under other references: the same amounts within 30 days are warnings.
        let warned = brought(world, &staff.clerk, What::Grants, &new_grants(0..20, "B-")).await;
        assert_eq!(warned.warnings, 20);
        assert_eq!(imports::by_id(&world.door.db.read, world.book_id, warned.import).await.unwrap().warnings, 20);
        imports::refuse(&world.door, world.ask(&staff.reviewer, "r"), warned.import, "重复".into()).await.unwrap();

        let account = cell(HISTORY, 2, "account_number");
        let other = new_grants(0..1, "C-").replace(&account, "6222000011112222");
        let strange = brought(world, &staff.clerk, What::Grants, &other).await;
        let view = imports::by_id(&world.door.db.read, world.book_id, strange.import).await.unwrap();
        let held = imports::approve(&world.door, world.ask(&staff.reviewer, "a"), strange.import, view.digest).await;
        refused_with(held, "account_change_open");

        let late = new_grants(20..21, "D-").replace("2020-07-01", "2021-01-01");
        let faults = faulty(world, &staff.clerk, What::Grants, &late).await;
        assert_eq!((faults.errors[0].column.as_str(), faults.errors[0].refusal.code), ("applied_on", "outside_window"));
    })
    .await;
}
