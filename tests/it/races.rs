//! Many at once: a repeated request pays once, and the last yuan is given once. Two doors stand before the same
//! books, as two processes would.

use relief_ledger::app::REGISTRY;
use relief_ledger::db::Database;
use relief_ledger::funds::{self, Stage};
use relief_ledger::grants::{self, Form};
use relief_ledger::journal::Door;
use relief_ledger::kernel::money::Fen;
use relief_ledger::kernel::{Error, Result};
use relief_ledger::policies::{self, NewPolicy};

use crate::support::book::{World, on_both_engines};
use crate::support::office::{Office, form, policy, refused_with, yuan};

/// Clients that press the button at the same time.
const CLIENTS: usize = 64;
/// Different requests among them.
const KEYS: usize = 16;

/// Another door to the same books.
async fn second_door(world: &World) -> Door {
    let db = Database::open(&world.door.db.location.url).await.unwrap();
    Door::open(db, REGISTRY, world.door.surroundings.clone())
}

async fn balance(world: &World, policy: &str, stage: Stage) -> Fen {
    let c = &world.door.db.read;
    let policy = policies::by_code(c, world.book_id, policy).await.unwrap().unwrap();
    let ids: Vec<i64> = policy.allotments.iter().map(|allotment| allotment.id).collect();
    let balances = funds::balances_of(c, world.book_id, &ids).await.unwrap();
    Fen::sum(balances.iter().filter(|balance| balance.stage == stage).map(|balance| balance.amount)).unwrap()
}

/// A policy without a cap, in force, with this budget.
async fn budget_of(office: &Office<'_>, code: &str, yuan: &str) {
    let mut new: NewPolicy = policy(code);
    new.cap = None;
    new.allotments[0].amount = crate::support::office::yuan(yuan);
    office.in_force(new).await;
}

fn small(number: usize, amount: &str) -> Form {
    Form { policy: "BL2020-02".into(), amount: amount.into(), ..form(&format!("R-{number}"), number % 3) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_comes_many_times_pays_once() {
    on_both_engines(async |world| {
        let office = Office::open(world).await;
        budget_of(&office, "BL2020-02", "1000").await;
        let doors = [world.door.clone(), second_door(world).await];
        let recorded = (0..CLIENTS).map(|client| {
            let (door, number) = (&doors[client % 2], client % KEYS);
            let ask = world.ask_with_key(&office.clerk, "record_grant", &format!("shared-key-{number:03}"));
            grants::record(door, ask, small(number, &format!("{}", number + 1)), true)
        });
        let answers: Vec<i64> =
            futures::future::join_all(recorded).await.into_iter().map(|answer| answer.unwrap().grant).collect();
        let mut ids = answers.clone();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), KEYS, "{answers:?}");
        for (client, answer) in answers.iter().enumerate() {
            assert_eq!(*answer, answers[client % KEYS], "a repeated request gets the first answer");
        }

        let signed = office.shown(&ids).await;
        let approved = (0..CLIENTS).map(|client| {
            let ask = world.ask_with_key(&office.reviewer, "approve_grants", "one-approval");
            grants::approve(&doors[client % 2], ask, signed.clone())
        });
        let answers: Vec<_> = futures::future::join_all(approved).await.into_iter().map(Result::unwrap).collect();
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
        let sum = KEYS * (KEYS + 1) / 2;
        assert_eq!(balance(world, "BL2020-02", Stage::Payable).await, yuan(&sum.to_string()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn control_different_requests_each_count() {
    on_both_engines(async |world| {
        let office = Office::open(world).await;
        budget_of(&office, "BL2020-02", "1000").await;
        let doors = [world.door.clone(), second_door(world).await];
        let recorded = (0..CLIENTS).map(|number| {
            let ask = world.ask_with_key(&office.clerk, "record_grant", &format!("own-key-{number:03}"));
            grants::record(&doors[number % 2], ask, small(number, "1"), true)
        });
        let mut ids: Vec<i64> =
            futures::future::join_all(recorded).await.into_iter().map(|answer| answer.unwrap().grant).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), CLIENTS);
        office.approve_as(&office.reviewer, &ids).await.unwrap();
        assert_eq!(balance(world, "BL2020-02", Stage::Payable).await, yuan(&CLIENTS.to_string()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_who_race_for_the_last_yuan_do_not_overspend() {
    on_both_engines(async |world| {
        let office = Office::open(world).await;
        budget_of(&office, "BL2020-02", "10").await;
        let doors = [world.door.clone(), second_door(world).await];
        let mut signed = Vec::new();
        for number in 0..16 {
            let id = office.submitted(small(number, "1")).await;
            signed.push(office.shown(&[id]).await);
        }
        let race = signed.iter().enumerate().map(|(number, form)| {
            let who = if number % 3 == 0 { &office.second_reviewer } else { &office.reviewer };
            grants::approve(&doors[number % 2], world.ask(who, "approve_grants"), form.clone())
        });
        let answers = futures::future::join_all(race).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert_eq!((won.len(), lost.len()), (10, 6));
        for answer in lost {
            assert!(matches!(answer, Err(Error::Refused(_))), "{answer:?}");
            refused_with(answer, &["budget_short"]);
        }
        let left = [Stage::Available, Stage::Payable].map(|stage| balance(world, "BL2020-02", stage));
        assert_eq!(futures::future::join_all(left).await, [Fen::ZERO, yuan("10")]);
    })
    .await;
}
