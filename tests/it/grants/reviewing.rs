//! A second person reviews: digests, warnings, two people, money.

use relief_ledger::db::sql;
use relief_ledger::funds::{self, Stage};
use relief_ledger::grants::{self, ApproveForm, Form, ReasonForm, ReduceForm, State};
use relief_ledger::kernel::money::Fen;
use relief_ledger::policies;

use crate::support::book::{World, on_both_engines};
use crate::support::office::{Office, day, forbidden, form, refused_with, yuan};

async fn standing(world: &World, stage: Stage) -> Fen {
    let c = &world.door.db.read;
    let policy = policies::by_code(c, world.book_id, "BL2020-01").await.unwrap().unwrap();
    let balances = funds::balances_of(c, world.book_id, &[policy.allotments[0].id]).await.unwrap();
    balances.iter().find(|balance| balance.stage == stage).unwrap().amount
}

fn why(grant: i64) -> ReasonForm {
    ReasonForm { grant, reason: "材料不全".into() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clerk_records_a_grant_and_another_person_approves_it() {
    on_both_engines(async |world| {
        let office = Office::open(world).await;
        let id = office.submitted(form("A-1", 0)).await;
        forbidden(office.approve_as(&office.clerk, &[id]).await);
        // Another login of the same person is the same person.
        refused_with(office.approve_as(&office.clerk_again, &[id]).await, &["two_people"]);
        world.it_is("2020-03-05");
        office.approve_as(&office.reviewer, &[id]).await.unwrap();
        assert_eq!(office.state(id).await, State::Approved);
        assert_eq!(standing(world, Stage::Payable).await, yuan("1000"));
        assert_eq!(standing(world, Stage::Available).await, yuan("99000"));
        let detail = grants::detail(&world.door.db.read, world.book_id, id).await.unwrap().unwrap();
        assert_eq!(detail.transfers[0].moved.effective_on, day("2020-03-05"));
        let steps: Vec<_> = detail.steps.iter().map(|step| (step.state, step.name.as_str())).collect();
        assert_eq!(steps, [(State::Submitted, "chen"), (State::Approved, "wang")]);
        assert_eq!(detail.grant.reviewed.unwrap().person, "P-wang");
        refused_with(office.approve_as(&office.second_reviewer, &[id]).await, &["illegal_step"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_grants_are_approved_with_one_signature_or_none_is() {
    on_both_engines(async |world| {
        let office = Office::open(world).await;
        let mut ids = Vec::new();
        for (reference, recipient) in [("A-1", 0), ("A-2", 1), ("A-3", 2)] {
            ids.push(office.submitted(form(reference, recipient)).await);
        }
        let draft = office.drafted(Form { amount: "5".into(), ..form("A-4", 0) }).await;
        let with_draft = [ids.clone(), vec![draft]].concat();
        refused_with(office.approve_as(&office.reviewer, &with_draft).await, &["illegal_step"]);
        assert_eq!(office.state(ids[0]).await, State::Submitted);
        refused_with(office.approve_as(&office.reviewer, &[]).await, &["nothing_chosen"]);
        let approval = office.approve_as(&office.reviewer, &ids).await.unwrap().approval;
        let lines: Vec<_> = {
            let mut lines = Vec::new();
            for id in &ids {
                let detail = grants::detail(&world.door.db.read, world.book_id, *id).await.unwrap().unwrap();
                lines.push((detail.transfers[0].moved.position, detail.transfers[0].moved.line));
            }
            lines
        };
        assert_eq!(lines, [(approval, 1), (approval, 2), (approval, 3)]);
        assert_eq!(standing(world, Stage::Payable).await, yuan("3000"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_row_voids_the_digest() {
    on_both_engines(async |world| {
        let office = Office::open(world).await;
        let ids = [office.submitted(form("A-1", 0)).await, office.submitted(form("A-2", 1)).await];
        let signed = office.shown(&ids).await;
        let smaller = ReduceForm { grant: ids[0], amount: "900".into(), reason: "面积核减".into() };
        grants::reduce(&world.door, world.ask(&office.second_reviewer, "reduce"), smaller).await.unwrap();
        let stale = grants::approve(&world.door, world.ask(&office.reviewer, "approve"), signed).await;
        refused_with(stale, &["digest_changed"]);
        // Who reduced has prepared the row.
        refused_with(office.approve_as(&office.second_reviewer, &ids).await, &["two_people"]);
        office.approve_as(&office.reviewer, &ids).await.unwrap();
        assert_eq!(standing(world, Stage::Payable).await, yuan("1900"));
        let grant = office.grant(ids[0]).await;
        assert_eq!((grant.content.amount, grant.content.applied_amount), (yuan("900"), yuan("1000")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_warning_is_confirmed_by_the_second_person() {
    on_both_engines(async |world| {
        let office = Office::open(world).await;
        office.submitted(form("A-1", 0)).await;
        let again = office.submitted(form("A-3", 0)).await;
        let warnings = office.grant(again).await.content.warnings;
        assert_eq!(warnings.iter().map(grants::Warning::key).collect::<Vec<_>>(), ["warning.same_amount"]);
        let mut form = office.shown(&[again]).await;
        let confirmed = std::mem::take(&mut form.confirmed);
        let blind = grants::approve(&world.door, world.ask(&office.reviewer, "approve"), form.clone()).await;
        refused_with(blind, &["warning_unconfirmed"]);
        let seen = ApproveForm { confirmed, ..form };
        grants::approve(&world.door, world.ask(&office.reviewer, "approve"), seen).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_is_approved_than_the_budget_holds() {
    on_both_engines(async |world| {
        let office = Office::open(world).await;
        let big = |reference: &str, recipient| Form { amount: "40000".into(), ..form(reference, recipient) };
        let mut ids = Vec::new();
        for (reference, recipient) in [("A-1", 0), ("A-2", 1), ("A-3", 2)] {
            ids.push(office.submitted(big(reference, recipient)).await);
        }
        refused_with(office.approve_as(&office.reviewer, &ids).await, &["budget_short"]);
        office.approve_as(&office.reviewer, &ids[..2]).await.unwrap();
        refused_with(office.approve_as(&office.reviewer, &ids[2..]).await, &["budget_short"]);
        let give_up = grants::cancel(&world.door, world.ask(&office.manager, "cancel"), why(ids[0])).await;
        give_up.unwrap();
        assert_eq!(office.state(ids[0]).await, State::Cancelled);
        office.approve_as(&office.reviewer, &ids[2..]).await.unwrap();
        assert_eq!(standing(world, Stage::Payable).await, yuan("80000"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_is_given_back_corrected_and_approved_or_refused() {
    on_both_engines(async |world| {
        let office = Office::open(world).await;
        let (one, other) = (office.submitted(form("A-1", 0)).await, office.submitted(form("A-2", 1)).await);
        let blank = ReasonForm { grant: one, reason: " ".into() };
        refused_with(
            grants::give_back(&world.door, world.ask(&office.reviewer, "back"), blank).await,
            &["field_empty"],
        );
        grants::give_back(&world.door, world.ask(&office.reviewer, "back"), why(one)).await.unwrap();
        let better = Form { amount: "800".into(), ..form("A-1", 0) };
        grants::edit(&world.door, world.ask(&office.clerk, "edit"), one, better, true).await.unwrap();
        office.approve_as(&office.reviewer, &[one]).await.unwrap();

        let own = grants::refuse(&world.door, world.ask(&office.clerk_again, "refuse"), why(other)).await;
        refused_with(own, &["two_people"]);
        grants::refuse(&world.door, world.ask(&office.reviewer, "refuse"), why(other)).await.unwrap();
        assert_eq!(office.state(other).await, State::Refused);
        // A refused grant frees its reference.
        let again = office.submitted(form("A-2", 1)).await;
        assert_eq!(office.grant(again).await.recipient, other);
        let detail = grants::detail(&world.door.db.read, world.book_id, one).await.unwrap().unwrap();
        let states: Vec<_> = detail.steps.iter().map(|step| step.state).collect();
        let expected = [State::Submitted, State::Draft, State::Draft, State::Submitted, State::Approved];
        assert_eq!(states, expected);
        assert_eq!(detail.steps[1].reason, "材料不全");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_itself_refuses_a_review_by_the_preparer() {
    for world in [World::on_sqlite().await, World::on_postgres().await] {
        let office = Office::open(&world).await;
        let id = office.submitted(form("A-1", 0)).await;
        let alone = "UPDATE grant_lives SET state = 'approved', reviewed_person = prepared_person WHERE book_id = ? AND grant_id = ?";
        let values = vec![world.book_id.into(), id.into()];
        refused_with(sql::run(&world.door.db.write, alone, values.clone()).await, &["two_people"]);
        let reducer =
            "UPDATE grant_lives SET reduced_person = 'P-x', reviewed_person = 'P-x' WHERE book_id = ? AND grant_id = ?";
        refused_with(sql::run(&world.door.db.write, reducer, values.clone()).await, &["two_people"]);
        // The same statement with another person passes: it is the rule that refuses, not a slip in the statement.
        let other =
            "UPDATE grant_lives SET reduced_person = 'P-x', reviewed_person = 'P-y' WHERE book_id = ? AND grant_id = ?";
        assert_eq!(sql::run(&world.door.db.write, other, values).await.unwrap(), 1);
    }
}
