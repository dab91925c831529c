//! What the database itself holds, whoever goes around the rules; each with the statement that passes.

use relief_ledger::app::REGISTRY;
use relief_ledger::db::{Database, sql};
use relief_ledger::journal::Door;
use relief_ledger::kernel::Result;
use relief_ledger::kernel::money::Fen;
use relief_ledger::payments::{self, Gather, How, NewPayingAccount};

use crate::support::bank::{answer_file, orders};
use crate::support::book::{World, on_both_engines};
use crate::support::office::refused_with;
use crate::support::treasury::{Stages, Treasury, amount};

/// Runs a statement on the rows of the book; how many it changed.
async fn run(world: &World, statement: &str) -> Result<u64> {
    sql::run(&world.door.db.write, statement, vec![world.book_id.into()]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_cashiers_who_race_one_gets_a_grant() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let ids = treasury.approved(0..8).await;
        let other_db = Database::open(&world.door.db.location.url).await.unwrap();
        let doors = [world.door.clone(), Door::open(other_db, REGISTRY, world.door.surroundings.clone())];
        let race = (0..8).map(|n| {
            let who = if n % 2 == 0 { &treasury.cashier } else { &treasury.second_cashier };
            // Each wants one grant that a neighbour wants, too.
            let gather = Gather { grants: vec![ids[n], ids[(n + 1) % 8]], ..Gather::default() };
            payments::build(&doors[n % 2], world.ask(who, "build"), gather, None)
        });
        let (won, lost): (Vec<_>, Vec<_>) =
            futures::future::join_all(race).await.into_iter().partition(Result::is_ok);
        assert!(!won.is_empty() && lost.len() >= 4, "{won:?} {lost:?}");
        for answer in lost {
            let code = if matches!(&answer, Err(relief_ledger::kernel::Error::Refused(all)) if all[0].code == "not_payable")
            {
                "not_payable"
            } else {
                "nothing_to_pay"
            };
            refused_with(answer, &[code]);
        }
        let rows = treasury.rows("SELECT grant_id FROM payments", "grant_id").await;
        let mut grants: Vec<i64> = rows.iter().map(|row| row[0].int().unwrap()).collect();
        assert_eq!(grants.len(), won.len() * 2);
        grants.dedup();
        assert_eq!(grants.len(), won.len() * 2, "no grant is paid twice");
        let rest = treasury.build_as(&treasury.cashier, Gather::default()).await;
        assert_eq!(rest.map_or(0, |rest| rest.payments), i64::try_from(8 - grants.len()).unwrap());
        assert_eq!(treasury.stages().await, Stages::of(Fen::sum((0..8).map(amount)).unwrap(), Fen::ZERO, Fen::ZERO));
    })
    .await;
}

const SECOND_PAYMENT: &str = "INSERT INTO payments (book_id, id, batch, grant_id, attempt, previous, recipient, policy,
        reference, amount_fen, account_name, account_number, bank_code, bank_name, living, leaf_hash)
    SELECT book_id, id + 1000000, batch, grant_id, attempt + 1, id, recipient, policy, reference, amount_fen,
        account_name, account_number, bank_code, bank_name, 1, leaf_hash FROM payments WHERE book_id = ?";

#[tokio::test(flavor = "multi_thread")]
async fn a_second_living_payment_of_a_grant_is_refused_by_an_index() {
    for world in [World::on_sqlite().await, World::on_postgres().await] {
        let treasury = Treasury::open(&world).await;
        treasury.approved(0..1).await;
        treasury.built().await;
        refused_with(run(&world, SECOND_PAYMENT).await, &["grant_in_payment"]);
        // Control: without the index there would be two.
        sql::run(&world.door.db.write, "DROP INDEX ux_payments_grant_living", vec![]).await.unwrap();
        assert_eq!(run(&world, SECOND_PAYMENT).await.unwrap(), 1);
        assert!(!world.verify().await.findings.is_empty(), "the replay has no such payment");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_alone_is_refused_by_the_constraints() {
    for world in [World::on_sqlite().await, World::on_postgres().await] {
        let treasury = Treasury::open(&world).await;
        treasury.approved(0..40).await;
        let batch = treasury.released("2020-03-04").await;
        world.it_is("2020-03-05");
        let orders = orders(&treasury.file(batch, "generic-csv").await);
        let mut lines = vec![orders[0].answer("paid", 0, "2020-03-05"), orders[1].answer("paid", 1, "2020-03-05")];
        lines[1].amount = Fen::new(1);
        let file = treasury.answered("a.csv", &answer_file(&lines)).await.file;
        payments::prepare_undo(&world.door, world.ask(&treasury.cashier, "undo"), file, "发错".into()).await.unwrap();
        let new = NewPayingAccount {
            name: "区财政局".into(),
            kind: "special".into(),
            account_number: "330501".into(),
            bank_code: "104100000004".into(),
            bank_name: "中国银行宁波北仑支行".into(),
        };
        payments::record_paying_account(&world.door, world.ask(&treasury.cashier, "account"), new).await.unwrap();
        for (alone, by_another) in [
            (
                "UPDATE batches SET released_person = built_person WHERE book_id = ?",
                "UPDATE batches SET released_person = 'P-x' WHERE book_id = ?",
            ),
            (
                "UPDATE payment_lives SET released_person = built_person WHERE book_id = ?",
                "UPDATE payment_lives SET released_person = 'P-x' WHERE book_id = ?",
            ),
            (
                "UPDATE payment_lives SET released_person = grant_prepared_person WHERE book_id = ?",
                "UPDATE payment_lives SET released_person = 'P-y' WHERE book_id = ?",
            ),
            (
                "UPDATE payment_lives SET grant_reduced_person = 'P-z', released_person = 'P-z' WHERE book_id = ?",
                "UPDATE payment_lives SET grant_reduced_person = 'P-z', released_person = 'P-y' WHERE book_id = ?",
            ),
            (
                "UPDATE bank_files SET undo_reviewed_person = undo_person WHERE book_id = ?",
                "UPDATE bank_files SET undo_reviewed_person = 'P-x' WHERE book_id = ?",
            ),
            (
                "UPDATE discrepancies SET how = 'as_booked', settled_person = loaded_person WHERE book_id = ?",
                "UPDATE discrepancies SET how = 'as_booked', settled_person = 'P-x' WHERE book_id = ?",
            ),
            (
                "UPDATE paying_accounts SET reviewed_person = prepared_person WHERE book_id = ?",
                "UPDATE paying_accounts SET reviewed_person = 'P-x' WHERE book_id = ?",
            ),
        ] {
            refused_with(run(&world, alone).await, &["two_people"]);
            assert!(run(&world, by_another).await.unwrap() > 0, "control: {by_another}");
        }
        // Who settles without moving money may be the one who loaded.
        let other = format!(
            "UPDATE discrepancies SET how = '{}', settled_person = loaded_person WHERE book_id = ?",
            How::BankCorrects.code()
        );
        assert_eq!(run(&world, &other).await.unwrap(), 1);
    }
}
