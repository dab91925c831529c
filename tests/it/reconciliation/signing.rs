//! Who signs, against what, and what is frozen from then on; with what is not.

use relief_ledger::db::sql;
use relief_ledger::journal::Actor;
use relief_ledger::kernel::Result;
use relief_ledger::payments::{self, How, Name};
use relief_ledger::reconciliation::{self, RecordState, Subject};

use super::{march, march_ends, on};
use crate::support::bank::answer_file;
use crate::support::book::{World, on_both_engines};
use crate::support::office::{forbidden, refused_with};
use crate::support::statement::StatementLine;

async fn reopen(world: &World, (asks, decides): (&Actor, &Actor), id: i64) -> Result<()> {
    let ask = world.ask(asks, "reopen");
    reconciliation::prepare_reopening(&world.door, ask, id, "银行补发回单".into()).await?;
    reconciliation::approve_reopening(&world.door, world.ask(decides, "reopen"), id).await.map(|_| ())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_is_signed_by_somebody_without_a_hand_in_it() {
    on_both_engines(async |world| {
        let (paying, _) = march(world).await;
        let (treasury, subject) = (&paying.treasury, paying.subject("2020-03-01"));
        forbidden(paying.prepare_as(&treasury.office.clerk, subject).await);
        let april = paying.subject("2020-04-01");
        refused_with(paying.prepare_as(&treasury.second_cashier, april).await, &["month_not_over"]);
        let id = paying.prepare_as(&treasury.second_cashier, subject).await.unwrap().reconciliation;
        refused_with(paying.prepare_as(&treasury.second_cashier, subject).await, &["reconciliation_known"]);
        forbidden(paying.sign_as(&treasury.second_cashier, id).await);
        // The cashier's other login reviews, but that same person loaded the files and built the batch.
        refused_with(paying.sign_as(&treasury.cashier_again, id).await, &["reconciliation_hand"]);
        let head = world.head().await;
        let ask = world.ask(&treasury.office.reviewer, "sign");
        let other = reconciliation::sign(&world.door, ask, &head, id, "0".repeat(64)).await;
        refused_with(other, &["digest_changed"]);
        paying.sign_as(&treasury.office.reviewer, id).await.unwrap();
        refused_with(paying.sign_as(&treasury.office.manager, id).await, &["reconciliation_state"]);
        let record = reconciliation::record(&world.door.db.read, world.book_id, id).await.unwrap();
        assert_eq!(record.state, RecordState::Signed);
        assert_eq!(record.adjusted, paying.month("2020-03-01").await.unwrap().adjusted_book);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_prepared_does_not_sign_and_what_changed_since_is_not_signed() {
    on_both_engines(async |world| {
        let (paying, _) = march(world).await;
        let (reviewer, manager) = (&paying.treasury.office.reviewer, &paying.treasury.office.manager);
        let subject = paying.subject("2020-03-01");
        let id = paying.prepare_as(reviewer, subject).await.unwrap().reconciliation;
        refused_with(paying.sign_as(reviewer, id).await, &["two_people"]);
        // One cell changes: a fee is booked in the month that was shown.
        paying.book("2020-03-01", 500, "2020-03-31").await.unwrap();
        refused_with(paying.sign_as(manager, id).await, &["digest_changed"]);
        let ask = world.ask(manager, "refuse");
        reconciliation::refuse(&world.door, ask, id, "内容有变".into()).await.unwrap();
        let again = paying.prepare_as(reviewer, subject).await.unwrap().reconciliation;
        // Control: what happens in another month changes nothing of this one.
        paying.book("2020-03-01", 5_000_000, "2020-04-01").await.unwrap();
        paying.sign_as(manager, again).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_signed_is_frozen_until_two_people_reopen_it() {
    on_both_engines(async |world| {
        let (paying, orders) = march(world).await;
        let (treasury, subject) = (&paying.treasury, paying.subject("2020-03-01"));
        let (reviewer, manager) = (&treasury.office.reviewer, &treasury.office.manager);
        let files = payments::bank_files(&world.door.db.read, world.book_id, i64::MAX, 9).await.unwrap();
        let (statement, answer) = (files[0].id, files[1].id);
        let id = paying.prepare_as(&treasury.second_cashier, subject).await.unwrap().reconciliation;
        paying.sign_as(reviewer, id).await.unwrap();

        let signed = &["reconciliation_signed"];
        let ends = march_ends(&orders);
        refused_with(paying.stated(("2020-03-31", "2020-04-01"), ends, &[]).await.0, signed);
        let within = answer_file(&[orders[3].answer("paid", 3, "2020-03-31")]);
        refused_with(treasury.load("generic-csv", "late.csv", &within).await.map(|_| ()), signed);
        refused_with(treasury.undone(statement).await, signed);
        refused_with(treasury.undone(answer).await, signed);
        refused_with(paying.book("2020-03-01", 500, "2020-03-31").await, signed);
        // Controls: the day after is free, and so is booking on it.
        paying.book("2020-03-01", 500, "2020-04-01").await.unwrap();
        paying.stated(("2020-04-01", "2020-04-01"), ends, &[]).await.0.unwrap();
        let after = answer_file(&[orders[3].answer("paid", 3, "2020-04-01")]);
        let after = treasury.answered("after.csv", &after).await;
        assert_eq!(after.applied, 1);
        treasury.undone(after.file).await.unwrap();

        refused_with(reopen(world, (manager, manager), id).await, &["two_people"]);
        let ask = world.ask(reviewer, "stand");
        reconciliation::refuse_reopening(&world.door, ask, id, "不必重开".into()).await.unwrap();
        refused_with(treasury.undone(answer).await, signed);
        reopen(world, (&treasury.cashier, manager), id).await.unwrap();
        treasury.answered("late.csv", &within).await;
        assert_eq!(
            treasury.payments(treasury.payment_of(orders_grant(&paying, &orders[3].id).await).await.batch).await[3]
                .completed_on,
            on("2020-03-31")
        );
        let id = paying.prepare_as(&treasury.second_cashier, subject).await.unwrap().reconciliation;
        paying.sign_as(manager, id).await.unwrap();
    })
    .await;
}

/// The grant of a payment by its name at the bank.
async fn orders_grant(paying: &super::Paying<'_>, name: &str) -> i64 {
    let id: i64 = name.rsplit_once('-').unwrap().1.parse().unwrap();
    payments::payment(&paying.world.door.db.read, paying.world.book_id, id).await.unwrap().unwrap().grant
}

#[tokio::test(flavor = "multi_thread")]
async fn a_difference_on_signed_days_is_not_settled() {
    on_both_engines(async |world| {
        let (paying, orders) = march(world).await;
        let (treasury, subject) = (&paying.treasury, paying.subject("2020-03-01"));
        world.it_is("2020-04-02");
        let mut wrong = orders[3].answer("paid", 3, "2020-03-31");
        wrong.name = "别的公司".into();
        let loaded = treasury.answered("wrong.csv", &answer_file(&[wrong])).await;
        assert_eq!(loaded.discrepancies["name_differs"], 1);
        refused_with(paying.prepare_as(&treasury.second_cashier, subject).await, &["reconciliation_open"]);
        let line = treasury.differences("open").await[0].line;
        let settle = async || {
            let how = How::BankCorrects;
            treasury.settle_as(&treasury.office.reviewer, (line, Name::NameDiffers), how, "").await
        };
        // Somebody went around the rules: the days are frozen while the difference is open.
        let query = "INSERT INTO freezes (book_id, id, batch, paying_account, from_on, to_on, lifted_position)
            SELECT book_id, 1, NULL, id, '2020-03-01', '2020-03-31', NULL FROM paying_accounts WHERE book_id = ?";
        sql::run(&world.door.db.write, query, vec![world.book_id.into()]).await.unwrap();
        refused_with(settle().await, &["reconciliation_signed"]);
        sql::run(&world.door.db.write, "DELETE FROM freezes WHERE book_id = ?", vec![world.book_id.into()])
            .await
            .unwrap();
        settle().await.unwrap();
        let id = paying.prepare_as(&treasury.second_cashier, subject).await.unwrap().reconciliation;
        paying.sign_as(&treasury.office.manager, id).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_signed_when_it_closes_and_its_answers_stand() {
    on_both_engines(async |world| {
        let (paying, orders) = march(world).await;
        let treasury = &paying.treasury;
        let grant = orders_grant(&paying, &orders[0].id).await;
        let batch = treasury.payment_of(grant).await.batch;
        let subject = Subject::Batch(batch);
        refused_with(paying.prepare_as(&treasury.second_cashier, subject).await, &["reconciliation_open"]);
        world.it_is("2020-04-03");
        let gone = StatementLine::new("2020-04-02", -orders[3].amount.get(), "代发").of(&orders[3].id);
        let (loaded, ends) = paying.stated(("2020-04-01", "2020-04-02"), march_ends(&orders), &[gone]).await;
        assert_eq!(loaded.unwrap().applied, 1, "the statement is the first to tell of it");
        let id = paying.prepare_as(&treasury.second_cashier, subject).await.unwrap().reconciliation;
        refused_with(paying.sign_as(&treasury.cashier_again, id).await, &["reconciliation_hand"]);
        paying.sign_as(&treasury.office.reviewer, id).await.unwrap();
        let files = payments::bank_files(&world.door.db.read, world.book_id, i64::MAX, 9).await.unwrap();
        refused_with(treasury.undone(files[2].id).await, &["reconciliation_signed"]);
        // A late return is no change of what was signed: it is loaded, and may itself be undone.
        let back = answer_file(&[orders[0].answer("returned", 0, "2020-04-03")]);
        let late = treasury.answered("late.csv", &back).await;
        treasury.undone(late.file).await.unwrap();
        assert!(ends < march_ends(&orders));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_alone_is_refused_by_the_constraints() {
    for world in [World::on_sqlite().await, World::on_postgres().await] {
        let (paying, _) = march(&world).await;
        paying.prepare_as(&paying.treasury.second_cashier, paying.subject("2020-03-01")).await.unwrap();
        let run = async |statement: &str| sql::run(&world.door.db.write, statement, vec![world.book_id.into()]).await;
        for alone in [
            "UPDATE reconciliations SET signed_person = prepared_person WHERE book_id = ?",
            "UPDATE reconciliations SET reopen_person = 'P-x', reopen_reviewed_person = 'P-x' WHERE book_id = ?",
            "UPDATE reconciliation_hands SET signed_person = person WHERE book_id = ?",
        ] {
            refused_with(run(alone).await, &["two_people"]);
        }
        let other = "UPDATE reconciliations SET signed_person = 'P-other' WHERE book_id = ?";
        assert_eq!(run(other).await.unwrap(), 1, "control: another person passes");
    }
}
