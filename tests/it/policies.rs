//! Policies and budgets: a manager prepares, another person confirms, money is there from the day it is allotted.

mod pages;

use relief_ledger::kernel::codes::Instrument;
use relief_ledger::kernel::dates::Day;
use relief_ledger::kernel::money::Fen;
use relief_ledger::kernel::tree::root_of;
use relief_ledger::kernel::{Error, Result};
use relief_ledger::people::Role;
use relief_ledger::policies::{self, BudgetForm, Change, Direction, NewPolicy, Verdict};
use relief_ledger::{db, funds, journal};

use crate::support::book::{World, on_both_engines};

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn policy(code: &str) -> NewPolicy {
    NewPolicy::with_budget(
        code.into(),
        "房租补助".into(),
        "仑政办〔2020〕11号".into(),
        Instrument::Grant,
        (day("2020-02-10"), day("2020-12-31")),
        Some(Fen::parse("50000").unwrap()),
        Fen::parse("1000000").unwrap(),
    )
}

fn refused_with<T: std::fmt::Debug>(result: Result<T>, code: &str) {
    match &result {
        Err(Error::Refused(refusals)) if refusals[0].code == code => {}
        other => panic!("{code} was expected, not {other:?}"),
    }
}

async fn available(world: &World, id: i64) -> Fen {
    let policy = policies::by_id(&world.door.db.read, world.book_id, id).await.unwrap().unwrap();
    let allotments: Vec<i64> = policy.allotments.iter().map(|a| a.id).collect();
    let balances = funds::balances_of(&world.door.db.read, world.book_id, &allotments).await.unwrap();
    Fen::sum(balances.iter().filter(|b| b.stage == funds::Stage::Available).map(|b| b.amount)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_comes_into_force_by_a_second_person_and_its_budget_with_it() {
    on_both_engines(async |world| {
        let manager = world.actor("zhou", "P1", &[Role::Manager]).await;
        let other_login = world.actor("zhou2", "P1", &[Role::Manager, Role::Reviewer]).await;
        let reviewer = world.actor("wang", "P2", &[Role::Reviewer]).await;
        let clerk = world.actor("chen", "P3", &[Role::Clerk]).await;
        let door = &world.door;
        let by_clerk = policies::record(door, world.ask(&clerk, "policy"), policy("BL-1")).await;
        assert!(matches!(by_clerk, Err(Error::Forbidden)), "{by_clerk:?}");
        let id = policies::record(door, world.ask(&manager, "policy"), policy("BL-1")).await.unwrap().id;
        refused_with(policies::record(door, world.ask(&manager, "policy"), policy("BL-1")).await, "policy_code_used");
        assert_eq!(available(world, id).await, Fen::ZERO);

        let shown = policies::by_id(&door.db.read, world.book_id, id).await.unwrap().unwrap();
        let digest = policies::digest(&[shown]);
        // Two logins of one person are one person.
        let own = policies::approve(door, world.ask(&other_login, "approve"), vec![id], digest.clone()).await;
        refused_with(own, "two_people");
        let forged = policies::approve(door, world.ask(&reviewer, "approve"), vec![id], "00".repeat(32)).await;
        refused_with(forged, "digest_changed");
        policies::approve(door, world.ask(&reviewer, "approve"), vec![id], digest).await.unwrap();
        assert_eq!(available(world, id).await, Fen::parse("1000000").unwrap());
        let policy = policies::by_id(&door.db.read, world.book_id, id).await.unwrap().unwrap();
        assert_eq!(policy.state, policies::State::Open);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_budget_is_added_and_taken_back_by_two_people_and_never_below_zero() {
    on_both_engines(async |world| {
        let manager = world.actor("zhou", "P1", &[Role::Manager]).await;
        let reviewer = world.actor("wang", "P2", &[Role::Reviewer]).await;
        let door = &world.door;
        let id = policies::record(door, world.ask(&manager, "policy"), policy("BL-1")).await.unwrap().id;
        let shown = policies::by_id(&door.db.read, world.book_id, id).await.unwrap().unwrap();
        let allotment = shown.allotments[0].id;
        let digest = policies::digest(&[shown]);
        policies::approve(door, world.ask(&reviewer, "approve"), vec![id], digest).await.unwrap();
        let form = |direction, amount: &str, on: &str| BudgetForm {
            allotment,
            direction,
            amount: Fen::parse(amount).unwrap(),
            effective_on: day(on),
            document_number: "仑财〔2020〕5号".into(),
            reason: "追加".into(),
        };
        let too_much = form(Direction::Reduce, "1000000.01", "2020-03-02");
        let refused = policies::prepare_budget_change(door, world.ask(&manager, "budget"), too_much).await;
        refused_with(refused, "budget_short");
        // Before the money was there, none of it can be taken back.
        let too_early = form(Direction::Reduce, "1", "2020-02-09");
        refused_with(
            policies::prepare_budget_change(door, world.ask(&manager, "budget"), too_early).await,
            "budget_short",
        );
        let more = form(Direction::Increase, "500000", "2020-03-02");
        let change = policies::prepare_budget_change(door, world.ask(&manager, "budget"), more).await.unwrap().id;
        let shown = policies::budget_change_by_id(&door.db.read, world.book_id, change).await.unwrap().unwrap();
        let signed = Verdict::Approved { digest: policies::digest_of_change(shown.leaf) };
        refused_with(
            policies::decide_budget_change(door, world.ask(&manager, "budget"), change, signed.clone()).await,
            "two_people",
        );
        policies::decide_budget_change(door, world.ask(&reviewer, "budget"), change, signed.clone()).await.unwrap();
        assert_eq!(available(world, id).await, Fen::parse("1500000").unwrap());
        let again = policies::decide_budget_change(door, world.ask(&reviewer, "budget"), change, signed).await;
        refused_with(again, "not_pending");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_refuses_one_person_for_both_even_without_the_rules() {
    on_both_engines(async |world| {
        let manager = world.actor("zhou", "P1", &[Role::Manager]).await;
        let door = &world.door;
        policies::record(door, world.ask(&manager, "policy"), policy("BL-1")).await.unwrap();
        let around = db::sql::run(
            &door.db.write,
            "UPDATE policies SET reviewed_person = prepared_person WHERE book_id = ?",
            vec![world.book_id.into()],
        )
        .await;
        refused_with(around, "two_people");
    })
    .await;
}

/// The root over the leaves of these events as the book holds them.
async fn root_over(world: &World, positions: &[i64]) -> String {
    let mut leaves = Vec::new();
    for position in positions {
        leaves.push(journal::event(&world.door.db.read, world.book_id, *position).await.unwrap().leaf);
    }
    root_of(leaves).to_string()
}

/// The payload of the newest event.
async fn newest(world: &World) -> serde_json::Value {
    let position = world.head().await.position;
    let event = journal::event(&world.door.db.read, world.book_id, position).await.unwrap();
    serde_json::from_slice(&event.payload).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_is_signed_with_its_budgets() {
    on_both_engines(async |world| {
        let manager = world.actor("zhou", "P1", &[Role::Manager]).await;
        let reviewer = world.actor("wang", "P2", &[Role::Reviewer]).await;
        let (door, c) = (&world.door, &world.door.db.read);
        let mut ids = Vec::new();
        for code in ["BL-1", "BL-2"] {
            let mut shared = policy(code);
            shared.allotments.push(shared.allotments[0].clone());
            ids.push(policies::record(door, world.ask(&manager, "policy"), shared).await.unwrap().id);
        }
        let shown = async |id| policies::by_id(c, world.book_id, id).await.unwrap().unwrap();
        let (first, second) = (shown(ids[0]).await, shown(ids[1]).await);
        let positions = |policy: &policies::Policy| vec![policy.id, policy.allotments[0].id, policy.allotments[1].id];
        let signed = policies::digest(std::slice::from_ref(&first));
        assert_eq!(signed, root_over(world, &positions(&first)).await);
        assert_ne!(signed, root_over(world, &[first.id]).await, "a policy without its budgets is another content");
        let both = policies::digest(&[second.clone(), first.clone()]);
        assert_eq!(both, root_over(world, &[positions(&first), positions(&second)].concat()).await);

        // Another budget under the hand of the signer is not what was signed.
        let budget = first.allotments[1].id;
        let leaf = async |leaf: Vec<u8>| {
            let values = vec![leaf.into(), world.book_id.into(), budget.into()];
            let statement = "UPDATE allotments SET leaf_hash = ? WHERE book_id = ? AND id = ?";
            db::sql::run(&door.db.write, statement, values).await.unwrap();
        };
        leaf(second.allotments[1].leaf.0.to_vec()).await;
        let approve = async |digest: &str| {
            policies::approve(door, world.ask(&reviewer, "approve"), vec![ids[0]], digest.to_owned()).await
        };
        refused_with(approve(&signed).await, "digest_changed");
        leaf(first.allotments[1].leaf.0.to_vec()).await;
        approve(&signed).await.unwrap();
        assert_eq!(newest(world).await["digest"], signed);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prepared_change_is_signed_as_it_was_shown() {
    on_both_engines(async |world| {
        let manager = world.actor("zhou", "P1", &[Role::Manager]).await;
        let reviewer = world.actor("wang", "P2", &[Role::Reviewer]).await;
        let (door, c) = (&world.door, &world.door.db.read);
        let id = policies::record(door, world.ask(&manager, "policy"), policy("BL-1")).await.unwrap().id;
        let shown = policies::by_id(c, world.book_id, id).await.unwrap().unwrap();
        let digest = policies::digest(std::slice::from_ref(&shown));
        policies::approve(door, world.ask(&reviewer, "approve"), vec![id], digest).await.unwrap();

        let prepare = async |title: &str| {
            let change = Change {
                policy: id,
                title: title.into(),
                document_number: shown.document_number.clone(),
                starts_on: shown.starts_on,
                ends_on: shown.ends_on,
                cap: None,
                closes: false,
                reason: "延期".into(),
            };
            let id = policies::prepare_change(door, world.ask(&manager, "change"), change).await.unwrap().id;
            (id, policies::change_by_id(c, world.book_id, id).await.unwrap().unwrap().leaf)
        };
        let (one, other) = (prepare("一").await, prepare("二").await);
        let decide = async |change: i64, verdict: Verdict| {
            policies::decide_change(door, world.ask(&reviewer, "decide"), change, verdict).await
        };
        let signing = |digest: &str| Verdict::Approved { digest: digest.to_owned() };
        refused_with(decide(one.0, signing("")).await, "digest_changed");
        refused_with(decide(one.0, signing(&policies::digest_of_change(other.1))).await, "digest_changed");
        let digest = policies::digest_of_change(one.1);
        assert_eq!(digest, root_over(world, &[one.0]).await);
        decide(one.0, signing(&digest)).await.unwrap();
        assert_eq!(newest(world).await["digest"], digest);
        refused_with(decide(other.0, Verdict::Refused { reason: " ".into() }).await, "reason_needed");
        decide(other.0, Verdict::Refused { reason: "不延".into() }).await.unwrap();
        assert_eq!(policies::by_id(c, world.book_id, id).await.unwrap().unwrap().title, "一");

        let budget = BudgetForm {
            allotment: shown.allotments[0].id,
            direction: Direction::Increase,
            amount: Fen::parse("5").unwrap(),
            effective_on: day("2020-03-02"),
            document_number: "仑财〔2020〕5号".into(),
            reason: "追加".into(),
        };
        let change = policies::prepare_budget_change(door, world.ask(&manager, "budget"), budget).await.unwrap().id;
        let decide = async |verdict: Verdict| {
            policies::decide_budget_change(door, world.ask(&reviewer, "budget"), change, verdict).await
        };
        refused_with(decide(signing(&digest)).await, "digest_changed");
        let signed = root_over(world, &[change]).await;
        decide(signing(&signed)).await.unwrap();
        assert_eq!(newest(world).await["digest"], signed);
    })
    .await;
}
