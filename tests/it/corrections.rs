//! A wrong booking is reversed exactly and booked as it should have been, by two people; a corrected grant counts once.

use relief_ledger::audit::{self, GroupBy, Totals};
use relief_ledger::corrections::{self, CorrectionForm};
use relief_ledger::funds::{self, Move};
use relief_ledger::grants::{Form, State};
use relief_ledger::imports::{self, Upload, What};
use relief_ledger::kernel::money::Fen;
use relief_ledger::recoveries;

use crate::support::book::{World, on_both_engines};
use crate::support::office::{day, forbidden, form, policy, refused_with, yuan};
use crate::support::recovering::{Recovering, paid, to_policy};
use crate::support::treasury::Treasury;

const RIGHT: &str = "BL2020-05";

/// A treasury with a second policy, and people who correct.
async fn begun(world: &World) -> (Treasury<'_>, Recovering<'_>) {
    let treasury = Treasury::open(world).await;
    let mut right = policy(RIGHT);
    let mut province = right.allotments[0].clone();
    (province.document_number, province.share) = ("甬财〔2020〕55号".into(), 2);
    right.allotments.push(province);
    treasury.office.in_force(right).await;
    let (clerk, reviewer) = (treasury.office.clerk.clone(), treasury.office.reviewer.clone());
    let people = Recovering { world, clerk, cashier: treasury.cashier.clone(), reviewer };
    (treasury, people)
}

async fn a_paid_grant(treasury: &Treasury<'_>, reference: &str, amount: &str, on: &'static str) -> i64 {
    let office = &treasury.office;
    let grant = office.submitted(Form { amount: amount.into(), ..form(reference, 0) }).await;
    office.approve_as(&office.reviewer, &[grant]).await.unwrap();
    paid(office, &treasury.cashier, &[grant], on).await;
    grant
}

async fn totals(world: &World, on: &str, by: &str) -> Totals {
    let by = [GroupBy::parse(by).unwrap()];
    audit::totals(&world.door.db, &world.head().await, day(on), None, &by).await.unwrap()
}

async fn moves(world: &World, grant: i64) -> Vec<Move> {
    funds::moves_of_grant(&world.door.db.read, world.book_id, grant).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_grant_counts_once_under_the_right_policy() {
    on_both_engines(async |world| {
        let (treasury, people) = begun(world).await;
        let wrong = a_paid_grant(&treasury, "A-1", "500", "2020-03-02").await;
        let other = a_paid_grant(&treasury, "A-2", "70", "2020-03-02").await;
        world.it_is("2020-05-06");
        let before = totals(world, "2020-05-06", "month").await;
        let right = people.corrected(to_policy(wrong, RIGHT, "500", "2020-03-02")).await;
        assert_eq!(treasury.grant_state(wrong).await, State::Corrected);
        assert_eq!(treasury.grant_state(right).await, State::Paid);

        let after = totals(world, "2020-05-06", "month").await;
        assert_eq!((after.paid, after.returned, after.net), (before.paid, Fen::ZERO, before.net));
        assert_eq!((after.grants, after.recipients, &after.groups), (2, 1, &before.groups));
        let by_policy = totals(world, "2020-05-06", "policy").await;
        let nets: Vec<Fen> =
            by_policy.groups.iter().map(|group| group.figures.net).filter(|n| *n > Fen::ZERO).collect();
        assert_eq!(nets, [yuan("70"), yuan("500")]);
        // As of any day the wrong one is gone, at the position before it is still there.
        assert_eq!(totals(world, "2020-03-02", "policy").await.net, yuan("570"));
        let then = world.head().await;
        let by = [GroupBy::parse("policy").unwrap()];
        let known = audit::totals(&world.door.db, &then, day("2020-05-06"), Some(right - 1), &by).await.unwrap();
        assert_eq!((known.net, known.grants), (yuan("570"), 2));

        // Each transfer is reversed by name, on its own day.
        let wrong_moves = moves(world, wrong).await;
        assert_eq!(wrong_moves.len(), 6);
        for one in &wrong_moves[..3] {
            let back = wrong_moves.iter().find(|other| other.reverses == Some((one.position, one.line))).unwrap();
            assert_eq!((back.position, back.amount, back.effective_on), (right, one.amount, one.effective_on));
            assert_eq!((back.from, back.to), (one.to, one.from));
        }
        let right_moves = moves(world, right).await;
        assert_eq!(right_moves.len(), 6, "three ways, two allotments");
        assert!(right_moves.iter().all(|one| one.effective_on == day("2020-03-02") && one.reverses.is_none()));
        let kept = treasury.office.grant(right).await;
        assert_eq!((kept.content.amount, kept.prepared.person.as_str()), (yuan("500"), "P-chen"));
        assert_eq!(kept.reviewed.unwrap().person, "P-wang");
        assert_eq!(treasury.grant_state(other).await, State::Paid);

        // The right one may be corrected and recovered like any other; the wrong one not.
        refused_with(
            people.correct_as(&people.clerk, to_policy(wrong, RIGHT, "1", "2020-03-02")).await,
            &["illegal_step"],
        );
        let demand = people.demanded(right, "500").await;
        people.received(demand, "500", "2020-05-06").await;
        assert_eq!(treasury.grant_state(right).await, State::Recovered);
        assert_eq!(totals(world, "2020-05-06", "policy").await.net, yuan("70"));
        // The reference of the wrong one is free again.
        treasury.office.submitted(Form { amount: "3".into(), ..form("A-1", 1) }).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_bank_paid_above_the_right_amount_is_demanded() {
    on_both_engines(async |world| {
        let (treasury, people) = begun(world).await;
        let wrong = a_paid_grant(&treasury, "A-1", "500", "2020-03-02").await;
        let form = |amount: &str| to_policy(wrong, "BL2020-01", amount, "2020-03-02");
        refused_with(people.correct_as(&people.clerk, form("500.01")).await, &["correction_above_moved"]);
        refused_with(people.correct_as(&people.clerk, form("500")).await, &["correction_changes_nothing"]);
        let no_day = CorrectionForm { due_on: "2020-03-01".into(), ..form("350") };
        refused_with(people.correct_as(&people.clerk, no_day).await, &["demand_due_past"]);
        let right = people.corrected(form("350")).await;
        let (c, book_id) = (&world.door.db.read, world.book_id);
        let demands = recoveries::demands_of_grant(c, book_id, right).await.unwrap();
        assert_eq!(demands.len(), 1);
        assert_eq!((demands[0].amount, demands[0].open()), (yuan("150"), yuan("150")));
        assert_eq!(demands[0].signed.prepared_person, "P-chen");
        assert!(demands[0].correction.is_some());
        assert_eq!(treasury.stages().await.disbursed, yuan("500"), "all that really moved stays booked");
        people.received(demands[0].id, "150", "2020-03-02").await;
        assert_eq!(totals(world, "2020-03-02", "policy").await.net, yuan("350"));
        refused_with(
            people.correct_as(&people.clerk, to_policy(right, RIGHT, "300", "2020-03-02")).await,
            &["correction_not_paid"],
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_is_signed_by_another_person_as_long_as_nothing_moved() {
    on_both_engines(async |world| {
        let (treasury, people) = begun(world).await;
        let office = &treasury.office;
        let wrong = a_paid_grant(&treasury, "A-1", "500", "2020-03-02").await;
        let form = || to_policy(wrong, RIGHT, "500", "2020-03-02");
        for actor in [&people.cashier, &people.reviewer] {
            forbidden(people.correct_as(actor, form()).await);
        }
        let nowhere = CorrectionForm { policy: "BL2020-99".into(), ..form() };
        refused_with(people.correct_as(&people.clerk, nowhere).await, &["policy_unknown"]);
        let strange = CorrectionForm { allotment: "无此文".into(), ..form() };
        refused_with(people.correct_as(&people.clerk, strange).await, &["allotment_not_of_policy"]);
        let ahead = CorrectionForm { right_on: "2020-03-03".into(), ..form() };
        refused_with(people.correct_as(&people.clerk, ahead).await, &["right_day_ahead"]);
        let early = CorrectionForm { right_on: "2020-02-09".into(), ..form() };
        refused_with(people.correct_as(&people.clerk, early).await, &["budget_short"]);
        let id = people.correct_as(&office.clerk_again, form()).await.unwrap().correction;
        refused_with(people.correct_as(&people.clerk, form()).await, &["correction_waits"]);
        for actor in [&people.clerk, &people.cashier] {
            forbidden(people.sign_correction_as(actor, id).await);
        }
        refused_with(people.sign_correction_as(&office.clerk_again, id).await, &["two_people"]);
        let stale = corrections::Verdict::Approved { digest: "0".repeat(64) };
        let ask = world.ask(&people.reviewer, "decide");
        refused_with(corrections::decide_correction(&world.door, ask, id, stale).await, &["digest_changed"]);

        // Demanded back since: it is refused until that is settled.
        let demand = people.demanded(wrong, "1").await;
        refused_with(people.sign_correction_as(&people.reviewer, id).await, &["correction_claimed"]);
        let receipt = people.received(demand, "1", "2020-03-02").await;
        refused_with(people.sign_correction_as(&people.reviewer, id).await, &["correction_moved_on"]);
        people.undone(recoveries::Claim::Receipt(receipt)).await.unwrap();
        people.undone(recoveries::Claim::Demand(demand)).await.unwrap();
        // What moved and was exactly reversed has not moved.
        people.sign_correction_as(&people.reviewer, id).await.unwrap();
        refused_with(people.sign_correction_as(&people.reviewer, id).await, &["not_pending"]);
        assert_eq!(treasury.grant_state(wrong).await, State::Corrected);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_of_an_earlier_year_leaves_that_year_as_it_is() {
    on_both_engines(async |world| {
        let (treasury, people) = begun(world).await;
        let wrong = a_paid_grant(&treasury, "A-1", "500", "2020-03-02").await;
        world.it_is("2021-02-03");
        let id =
            people.correct_as(&people.clerk, to_policy(wrong, RIGHT, "500", "2020-03-02")).await.unwrap().correction;
        let before = totals(world, "2020-12-31", "policy").await;
        people.sign_correction_as(&people.reviewer, id).await.unwrap();
        let found = corrections::correction(&world.door.db.read, world.book_id, id).await.unwrap();
        assert!(found.is_of_earlier_year);
        assert_eq!(found.right_on, day("2021-02-03"), "on the day of recording");
        let after = totals(world, "2020-12-31", "policy").await;
        assert_eq!((after.net, &after.groups), (before.net, &before.groups), "last year's figures stand");
        let now = totals(world, "2021-02-03", "policy").await;
        assert_eq!((now.net, now.grants, now.recipients), (yuan("500"), 1, 1));
        let right = found.right_grant.unwrap();
        for one in moves(world, wrong).await.iter().filter(|one| one.reverses.is_some()) {
            assert_eq!(one.effective_on, day("2021-02-03"));
        }
        assert!(moves(world, right).await.iter().all(|one| one.effective_on == day("2021-02-03")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn history_is_corrected_as_it_was_taken_over() {
    on_both_engines(async |world| {
        let (treasury, people) = begun(world).await;
        let text = "reference,uscc,name,kind,subdistrict,industry,size,policy,amount,bank_code,bank_name,account_name,\
            account_number,paid_on\r\nH-1,91330206MANH5DXR88,宁波港信建筑有限公司,企业,新碶街道,C,微型,BL2020-01,900,\
            104100000004,中国银行,宁波港信建筑有限公司,9757093301300454020,2020-02-20\r\n";
        let bytes = text.replace("            ", "").into_bytes();
        let upload = Upload { what: What::History, file_name: "h.csv".into(), bytes, unit: None };
        let brought = imports::submit(&world.door, world.ask(&people.clerk, "import"), upload).await.unwrap();
        let import = brought.unwrap_or_else(|faults| panic!("{faults:?}")).import;
        let view = imports::by_id(&world.door.db.read, world.book_id, import).await.unwrap();
        imports::approve(&world.door, world.ask(&people.reviewer, "approve"), import, view.digest).await.unwrap();
        let row = relief_ledger::grants::import_rows(
            &world.door.db.read,
            world.book_id,
            import,
            relief_ledger::grants::Wanted::default(),
            0,
            9,
        );
        let wrong = row.await.unwrap()[0].id;
        // Written down as 900, really 800 and two days later.
        let right = people.corrected(to_policy(wrong, "BL2020-01", "800", "2020-02-22")).await;
        let right_moves = moves(world, right).await;
        assert_eq!(right_moves.len(), 1);
        assert_eq!((right_moves[0].amount, right_moves[0].effective_on), (yuan("800"), day("2020-02-22")));
        assert_eq!(totals(world, "2020-02-21", "policy").await.net, Fen::ZERO);
        assert_eq!(totals(world, "2020-02-22", "policy").await.net, yuan("800"));
        assert_eq!(recoveries::demands_of_grant(&world.door.db.read, world.book_id, right).await.unwrap(), vec![]);
        // A file of which a grant went further is not undone as a whole.
        let undo = imports::prepare_undo(&world.door, world.ask(&people.clerk, "undo"), import, "重复".into()).await;
        refused_with(undo, &["import_moved_on"]);
        // Written down right, paid too much: that is to be demanded.
        let overpaid = CorrectionForm { is_overpaid: true, ..to_policy(right, "BL2020-01", "750", "2020-02-22") };
        let again = people.corrected(overpaid).await;
        let demands = recoveries::demands_of_grant(&world.door.db.read, world.book_id, again).await.unwrap();
        assert_eq!(demands[0].amount, yuan("50"));
        assert_eq!(treasury.stages().await.disbursed, yuan("800"));
    })
    .await;
}
