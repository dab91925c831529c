//! What the database itself holds of schedules, their conditions, other attempts and holds, whoever goes around the rules;
//! each with the statement that passes.

use relief_ledger::db::sql;
use relief_ledger::holds::{self, HoldForm, LiftForm};
use relief_ledger::kernel::Result;
use relief_ledger::payments::Gather;

use crate::support::bank::{answer_file, orders};
use crate::support::book::World;
use crate::support::office::refused_with;
use crate::support::parts::Typed;
use crate::support::treasury::Treasury;

/// 100.00 yuan in two parts.
const PARTS: [Typed<'static>; 2] = [("33.33", "", "2020-03-02"), ("66.67", "项目验收", "2020-03-02")];

/// Runs a statement on the rows of the book; how many it changed.
async fn run(world: &World, statement: &str) -> Result<u64> {
    sql::run(&world.door.db.write, statement, vec![world.book_id.into()]).await
}

/// A statement that the database refuses, with what it says, and beside it the one that passes.
async fn holds_that(world: &World, (refused, says): (&str, &str), passes: &str) {
    refused_with(run(world, refused).await, &[says]);
    assert!(run(world, passes).await.unwrap() > 0, "control: {passes}");
}

/// A statement that the database refuses without a sentence for it, for no rule comes near it; and the one that passes.
async fn bars(world: &World, refused: &str, passes: &str) {
    assert!(run(world, refused).await.is_err(), "{refused}");
    assert!(run(world, passes).await.unwrap() > 0, "control: {passes}");
}

async fn a_schedule_stands(world: &World) -> Treasury<'_> {
    let treasury = Treasury::open(world).await;
    let grants = treasury.approved(0..2).await;
    let schedule = treasury.scheduled(grants[0], &PARTS).await;
    treasury.record_condition_as(&treasury.office.clerk, (schedule, 2), "2020-03-02").await.unwrap();
    treasury.confirm_condition_as(&treasury.office.reviewer, (schedule, 2)).await.unwrap();
    treasury
}

/// The schedule of the book once more, in a state and reviewed by somebody.
fn another_schedule(state: &str, reviewed_person: &str) -> String {
    format!(
        "INSERT INTO schedules (book_id, id, grant_id, state, document, reason, leaf_hash, prepared_by, prepared_person,
            prepared_at_ms, reviewed_by, reviewed_person, reviewed_at_ms)
        SELECT book_id, (SELECT MAX(id) FROM schedules) + 1000000, grant_id, '{state}', document, reason, leaf_hash,
            prepared_by, prepared_person, prepared_at_ms, reviewed_by, {reviewed_person}, reviewed_at_ms
        FROM schedules WHERE book_id = ? AND id = (SELECT MIN(id) FROM schedules)"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_and_what_meets_its_conditions_need_two_people() {
    for world in [World::on_sqlite().await, World::on_postgres().await] {
        a_schedule_stands(&world).await;
        let alone = "UPDATE schedules SET reviewed_person = prepared_person WHERE book_id = ?";
        holds_that(&world, (alone, "two_people"), "UPDATE schedules SET reviewed_person = 'P-x' WHERE book_id = ?")
            .await;
        let (alone, by_another) =
            (another_schedule("replaced", "prepared_person"), another_schedule("replaced", "'P-x'"));
        holds_that(&world, (&alone, "two_people"), &by_another).await;

        let met = |person: &str, reviewed: &str| {
            format!(
                "UPDATE instalments SET met_person = {person}, met_reviewed_person = {reviewed}
                WHERE book_id = ? AND met = 'met'"
            )
        };
        for (person, reviewed) in
            [("met_person", "met_person"), ("met_person", "NULL"), ("NULL", "met_reviewed_person"), ("NULL", "NULL")]
        {
            holds_that(&world, (&met(person, reviewed), "two_people"), &met("met_person", "met_reviewed_person")).await;
        }
        // A condition is not met by a stroke of the pen that names nobody.
        let nobody = "UPDATE instalments SET met = 'met' WHERE book_id = ? AND met = 'none'";
        let open = "UPDATE instalments SET met = 'open' WHERE book_id = ? AND met = 'none'";
        holds_that(&world, (nobody, "two_people"), open).await;
        bars(
            &world,
            "UPDATE instalments SET amount_fen = 0 WHERE book_id = ?",
            "UPDATE instalments SET amount_fen = 1 WHERE book_id = ?",
        )
        .await;
        assert!(!world.verify().await.findings.is_empty(), "the replay says otherwise");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_grant_one_schedule_stands_and_one_waits() {
    for world in [World::on_sqlite().await, World::on_postgres().await] {
        a_schedule_stands(&world).await;
        let standing = another_schedule("standing", "reviewed_person");
        refused_with(run(&world, &standing).await, &["schedule_waits"]);
        let pending = another_schedule("pending", "NULL");
        assert_eq!(run(&world, &pending).await.unwrap(), 1, "control: one may wait");
        refused_with(run(&world, &pending).await, &["schedule_waits"]);
        // Control: without the indexes there would be two.
        for (index, again) in [("ux_schedules_standing", standing), ("ux_schedules_pending", pending)] {
            sql::run(&world.door.db.write, &format!("DROP INDEX {index}"), vec![]).await.unwrap();
            assert_eq!(run(&world, &again).await.unwrap(), 1, "control: {index}");
        }
    }
}

/// The second request for another attempt, in a state and reviewed by somebody.
fn another_attempt(state: &str, reviewed_person: &str) -> String {
    format!(
        "INSERT INTO reissues (book_id, id, payment_id, state, reason, leaf_hash, prepared_by, prepared_person,
            prepared_at_ms, reviewed_by, reviewed_person)
        SELECT book_id, (SELECT MAX(id) FROM reissues) + 1000000, payment_id, '{state}', reason, leaf_hash, prepared_by,
            prepared_person, prepared_at_ms, reviewed_by, {reviewed_person}
        FROM reissues WHERE book_id = ? AND id = (SELECT MIN(id) FROM reissues)"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn another_attempt_needs_two_people_and_waits_once() {
    for world in [World::on_sqlite().await, World::on_postgres().await] {
        let treasury = Treasury::open(&world).await;
        let grant = treasury.approved(0..1).await[0];
        let batch = treasury.released("2020-03-04").await;
        world.it_is("2020-03-05");
        let told = orders(&treasury.file(batch, "generic-csv").await);
        let refused = answer_file(&[told[0].answer("refused", 0, "2020-03-05")]);
        treasury.answered("answer.csv", &refused).await;
        treasury.reissued(treasury.payment_of(grant).await.id).await;
        let alone = "UPDATE reissues SET reviewed_person = prepared_person WHERE book_id = ?";
        holds_that(&world, (alone, "two_people"), "UPDATE reissues SET reviewed_person = 'P-x' WHERE book_id = ?")
            .await;
        let (alone, by_another) =
            (another_attempt("approved", "prepared_person"), another_attempt("approved", "'P-x'"));
        holds_that(&world, (&alone, "two_people"), &by_another).await;
        let waits = another_attempt("pending", "NULL");
        assert_eq!(run(&world, &waits).await.unwrap(), 1, "control: one may wait");
        refused_with(run(&world, &waits).await, &["reissue_waits"]);
        sql::run(&world.door.db.write, "DROP INDEX ux_reissues_pending", vec![]).await.unwrap();
        assert_eq!(run(&world, &waits).await.unwrap(), 1, "control: without the index there would be two");
    }
}

/// A hold on a grant that two people set, and two lifted.
async fn lifted(world: &World) {
    let treasury = Treasury::open(world).await;
    let grant = treasury.approved(0..1).await[0];
    let (door, c, book_id) = (&world.door, &world.door.db.read, world.book_id);
    let (clerk, reviewer) = (&treasury.office.clerk, &treasury.office.reviewer);
    let form = HoldForm {
        grant: Some(grant),
        kind: "court".into(),
        document: "（2020）浙0206执保12号".into(),
        reason: "法院冻结".into(),
        until_on: "2020-03-31".into(),
        ..HoldForm::default()
    };
    let hold = holds::set(door, world.ask(clerk, "hold"), form).await.unwrap().hold;
    let digest = holds::by_id(c, book_id, hold).await.unwrap().leaf.to_string();
    holds::decide(door, world.ask(reviewer, "confirm"), hold, holds::Verdict::Approved { digest }).await.unwrap();
    let form = LiftForm { hold, document: "解除裁定".into(), reason: "已和解".into() };
    holds::lift(door, world.ask(clerk, "lift"), form).await.unwrap();
    let digest = holds::by_id(c, book_id, hold).await.unwrap().lift_leaf.unwrap().to_string();
    holds::decide_lift(door, world.ask(reviewer, "lift"), hold, holds::Verdict::Approved { digest }).await.unwrap();
    assert_eq!(treasury.build_as(&treasury.cashier, Gather::default()).await.unwrap().payments, 1);
}

/// The hold of the book once more, with other words in some of its columns.
fn another_hold(columns: &[(&str, &str)]) -> String {
    let all = "book_id, id, grant_id, recipient, kind, document, reason, from_on, until_on, state, leaf_hash, set_by, set_person,
        set_at_ms, confirmed_by, confirmed_person, confirmed_at_ms, lift_document, lift_reason, lift_leaf, lift_by,
        lift_person, lift_at_ms, lifted_by, lifted_person, lifted_at_ms";
    let value = |name: &str| match columns.iter().find(|(column, _)| *column == name) {
        Some((_, other)) => (*other).to_owned(),
        None if name == "id" => "(SELECT MAX(id) FROM holds) + 1000000".to_owned(),
        None => name.to_owned(),
    };
    let values: Vec<String> = all.split(',').map(|name| value(name.trim())).collect();
    let values = values.join(", ");
    format!(
        "INSERT INTO holds ({all}) SELECT {values} FROM holds WHERE book_id = ? AND id = (SELECT MIN(id) FROM holds)"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_is_set_by_two_people_and_lifted_by_two() {
    for world in [World::on_sqlite().await, World::on_postgres().await] {
        lifted(&world).await;
        for (decided, prepared) in [("confirmed_person", "set_person"), ("lifted_person", "lift_person")] {
            let update = |by: &str| format!("UPDATE holds SET {decided} = {by} WHERE book_id = ?");
            holds_that(&world, (&update(prepared), "two_people"), &update("'P-x'")).await;
            let (alone, by_another) = (another_hold(&[(decided, prepared)]), another_hold(&[(decided, "'P-x'")]));
            holds_that(&world, (&alone, "two_people"), &by_another).await;
        }
        // It is on one thing, a grant or a recipient, for days that have an end.
        let (both, neither) = (another_hold(&[("recipient", "1")]), another_hold(&[("grant_id", "NULL")]));
        let other = another_hold(&[("grant_id", "NULL"), ("recipient", "1")]);
        bars(&world, &both, &other).await;
        bars(&world, &neither, &other).await;
        let (backwards, one_day) =
            (another_hold(&[("until_on", "'2020-01-01'")]), another_hold(&[("until_on", "from_on")]));
        bars(&world, &backwards, &one_day).await;
        let (kind, state) = (another_hold(&[("kind", "'whim'")]), another_hold(&[("state", "'gone'")]));
        bars(&world, &kind, &another_hold(&[("kind", "'objection'")])).await;
        bars(&world, &state, &another_hold(&[("state", "'refused'")])).await;
        // What the grants know of it is on one thing, too.
        let on = |grant: &str, recipient: &str, id: i64| {
            format!(
                "INSERT INTO grant_holds (book_id, hold_id, kind, grant_id, recipient, from_on, until_on)
                SELECT book_id, id + {id}, kind, {grant}, {recipient}, from_on, until_on
                FROM holds WHERE book_id = ? AND id = (SELECT MIN(id) FROM holds)"
            )
        };
        bars(&world, &on("grant_id", "1", 1_000), &on("grant_id", "NULL", 1_000)).await;
        bars(&world, &on("NULL", "NULL", 2_000), &on("NULL", "1", 2_000)).await;
    }
}
