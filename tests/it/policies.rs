//! Policies and budgets: a manager prepares, another person confirms, money is there from the day it is allotted.

use relief_ledger::kernel::codes::Instrument;
use relief_ledger::kernel::dates::Day;
use relief_ledger::kernel::money::Fen;
use relief_ledger::kernel::{Error, Result};
use relief_ledger::people::Role;
use relief_ledger::policies::{self, BudgetForm, Direction, NewPolicy};
use relief_ledger::{db, funds};

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
        refused_with(
            policies::decide_budget_change(door, world.ask(&manager, "budget"), change, None).await,
            "two_people",
        );
        policies::decide_budget_change(door, world.ask(&reviewer, "budget"), change, None).await.unwrap();
        assert_eq!(available(world, id).await, Fen::parse("1500000").unwrap());
        let again = policies::decide_budget_change(door, world.ask(&reviewer, "budget"), change, None).await;
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
