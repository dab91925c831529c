//! A grant is paid in parts: as they fall due and their conditions are met, each with its own attempts, to the fen out of
//! the allotments of its grant.

use std::collections::BTreeMap;

use relief_ledger::audit::{self, Figures};
use relief_ledger::db::sql;
use relief_ledger::exports::What;
use relief_ledger::grants::{self, ReasonForm, State};
use relief_ledger::kernel::money::Fen;
use relief_ledger::payments::{self, Gather, PaymentLine, PaymentState, Verdict};
use relief_ledger::reconciliation::{self, Scope};
use sea_orm::FromQueryResult;

use super::reports;
use crate::support::bank::{answer_file, orders};
use crate::support::book::{World, on_both_engines};
use crate::support::office::{day, forbidden, refused_with};
use crate::support::parts::{Typed, schedule_form};
use crate::support::treasury::{Stages, Treasury, amount};

/// 100.00 yuan in three parts.
const PARTS: [Typed<'static>; 3] =
    [("33.33", "", "2020-03-02"), ("33.33", "项目验收", "2020-03-10"), ("33.34", "", "2020-04-01")];

async fn figures(world: &World, as_of: &str) -> Figures {
    audit::totals(&world.door.db, &world.head().await, day(as_of), None, &[]).await.unwrap().figures()
}

fn fen(fen: i64) -> Fen {
    Fen::new(fen)
}

#[derive(FromQueryResult)]
struct Moved {
    allotment: i64,
    fen: i64,
}

/// What of a grant stands disbursed, by allotment.
async fn disbursed(world: &World, grant: i64) -> BTreeMap<i64, Fen> {
    let query = "SELECT allotment, CAST(SUM(CASE WHEN to_stage = 'disbursed' THEN amount_fen
            WHEN from_stage = 'disbursed' THEN -amount_fen ELSE 0 END) AS BIGINT) AS fen
        FROM transfers WHERE book_id = ? AND grant_id = ? GROUP BY allotment";
    let rows: Vec<Moved> =
        sql::all(&world.door.db.read, query, vec![world.book_id.into(), grant.into()]).await.unwrap();
    rows.into_iter().map(|row| (row.allotment, Fen::new(row.fen))).collect()
}

/// What waits is sent on a day, and the bank says the same of all of it a day later.
async fn sent(treasury: &Treasury<'_>, (on, answered): (&'static str, &'static str), status: &'static str) -> i64 {
    treasury.world.it_is(on);
    let batch = treasury.released(on).await;
    treasury.world.it_is(answered);
    let told = orders(&treasury.file(batch, "generic-csv").await);
    let lines: Vec<_> = told.iter().zip(0..).map(|(order, n)| order.answer(status, n, answered)).collect();
    treasury.answered(&format!("{batch}.csv"), &answer_file(&lines)).await;
    batch
}

fn numbers(payments: &[PaymentLine]) -> Vec<(i64, i64, i64)> {
    payments.iter().map(|one| (one.instalment, one.attempt, one.amount.get())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_are_paid_as_they_fall_due_and_their_conditions_are_met() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let grant = treasury.approved(0..1).await[0];
        let schedule = treasury.scheduled(grant, &PARTS).await;
        sent(&treasury, ("2020-03-03", "2020-03-04"), "paid").await;
        assert_eq!(treasury.grant_state(grant).await, State::PartPaid);
        assert_eq!(treasury.stages().await, Stages::of(fen(6_667), Fen::ZERO, fen(3_333)));
        let part = Figures { grants: 1, recipients: 1, paid: fen(3_333), returned: Fen::ZERO, net: fen(3_333) };
        assert_eq!(figures(world, "2020-03-04").await, part);
        let cancel = ReasonForm { grant, reason: "不付了".into() };
        let cancelled = grants::cancel(&world.door, world.ask(&treasury.office.manager, "cancel"), cancel).await;
        refused_with(cancelled, &["illegal_step"]);

        // The second part is due, but its condition is not met.
        world.it_is("2020-03-10");
        refused_with(treasury.build_as(&treasury.cashier, Gather::default()).await, &["nothing_to_pay"]);
        refused_with(
            treasury.record_condition_as(&treasury.office.clerk, (schedule, 2), "2020-03-11").await,
            &["condition_tomorrow"],
        );
        refused_with(
            treasury.record_condition_as(&treasury.office.clerk, (schedule, 1), "2020-03-09").await,
            &["condition_state"],
        );
        forbidden(treasury.record_condition_as(&treasury.cashier, (schedule, 2), "2020-03-09").await);
        treasury.record_condition_as(&treasury.office.clerk, (schedule, 2), "2020-03-09").await.unwrap();
        refused_with(treasury.build_as(&treasury.cashier, Gather::default()).await, &["nothing_to_pay"]);
        refused_with(treasury.confirm_condition_as(&treasury.office.clerk_again, (schedule, 2)).await, &["two_people"]);
        treasury.confirm_condition_as(&treasury.office.reviewer, (schedule, 2)).await.unwrap();
        // The third is not due yet.
        sent(&treasury, ("2020-03-10", "2020-03-11"), "refused").await;
        assert_eq!(treasury.grant_state(grant).await, State::PartPaid, "what came before stays paid");
        let second = treasury.payment_of(grant).await;
        assert_eq!((second.instalment, second.parts, second.state), (2, 3, PaymentState::Refused));

        // Until somebody looked at what was refused, no other part goes there either.
        world.it_is("2020-04-01");
        refused_with(treasury.build_as(&treasury.cashier, Gather::default()).await, &["nothing_to_pay"]);
        treasury.reissued(second.id).await;
        let batch = sent(&treasury, ("2020-04-01", "2020-04-02"), "paid").await;
        assert_eq!(numbers(&treasury.payments(batch).await), [(2, 2, 3_333), (3, 1, 3_334)]);
        let rows = treasury.rows("SELECT previous, instalment FROM payments", "id").await;
        let previous: Vec<_> = rows.iter().map(|row| row[0].opt_int()).collect();
        assert_eq!(previous, [None, None, Some(second.id), None], "the new attempt refers to the old one of its part");
        assert_eq!(treasury.grant_state(grant).await, State::Paid);
        assert_eq!(treasury.stages().await, Stages::of(Fen::ZERO, Fen::ZERO, amount(0)));
        let all = Figures { grants: 1, recipients: 1, paid: amount(0), returned: Fen::ZERO, net: amount(0) };
        assert_eq!(figures(world, "2020-04-02").await, all, "one recipient, one grant");
        let split: BTreeMap<i64, Fen> = treasury.office.grant(grant).await.content.split.into_iter().collect();
        assert_eq!(split.len(), 2, "two allotments share it");
        assert_eq!(disbursed(world, grant).await, split, "and paid exactly their shares");

        // The first part comes back after all.
        let c = &world.door.db.read;
        let first = payments::payments_of_grant(c, world.book_id, grant).await.unwrap().remove(0);
        let told = orders(&treasury.file(first.batch, "generic-csv").await);
        let back = answer_file(&[told[0].answer("returned", 7, "2020-04-02")]);
        let file = treasury.answered("back.csv", &back).await.file;
        assert_eq!(treasury.grant_state(grant).await, State::PartPaid);
        let less = Figures { returned: fen(3_333), net: fen(6_667), ..all };
        assert_eq!(figures(world, "2020-04-02").await, less, "its recipient still counts");
        treasury.undone(file).await.unwrap();
        assert_eq!(treasury.grant_state(grant).await, State::Paid);
        assert_eq!(figures(world, "2020-04-02").await, all);
        assert_eq!(disbursed(world, grant).await, split);
        let told = reports::rows(world, What::Payments, "2020-04-02").await;
        let told: Vec<_> = told.iter().map(|row| (row["part"].as_str(), row["net_amount"].as_str())).collect();
        assert_eq!(told, [("1", "33.33"), ("2", "33.33"), ("2", "33.33"), ("3", "33.34")]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_is_set_by_one_person_and_approved_by_another() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let ids = treasury.approved(0..2).await;
        let (clerk, reviewer) = (&treasury.office.clerk, &treasury.office.reviewer);
        forbidden(treasury.set_schedule_as(reviewer, schedule_form(ids[0], &PARTS)).await);
        let wrong = schedule_form(ids[0], &[("50", "", "2020-03-02"), ("49.99", "", "2020-03-02")]);
        refused_with(treasury.set_schedule_as(clerk, wrong).await, &["instalment_sum"]);
        let set = treasury.set_schedule_as(clerk, schedule_form(ids[0], &PARTS)).await.unwrap().schedule;
        refused_with(treasury.set_schedule_as(clerk, schedule_form(ids[0], &PARTS)).await, &["schedule_waits"]);
        // While it waits nothing of the grant is gathered; the other grant is.
        let only = Gather { grants: vec![ids[0]], ..Gather::default() };
        refused_with(treasury.build_as(&treasury.cashier, only.clone()).await, &["nothing_to_pay"]);
        assert_eq!(treasury.built().await.payments, 1);
        refused_with(treasury.approve_schedule_as(&treasury.office.clerk_again, set).await, &["two_people"]);
        forbidden(treasury.approve_schedule_as(&treasury.office.manager, set).await);
        let other = Verdict::Approved { digest: "0".repeat(64) };
        let changed = payments::decide_schedule(&world.door, world.ask(reviewer, "approve"), set, other).await;
        refused_with(changed, &["digest_changed"]);
        let no = Verdict::Refused { reason: "材料不全".into() };
        payments::decide_schedule(&world.door, world.ask(reviewer, "refuse"), set, no).await.unwrap();
        refused_with(treasury.approve_schedule_as(reviewer, set).await, &["not_pending"]);
        // Refused, the grant is paid whole; that cannot be cut into parts any more.
        assert_eq!(treasury.build_as(&treasury.cashier, only).await.unwrap().sum, amount(0));
        refused_with(treasury.set_schedule_as(clerk, schedule_form(ids[0], &PARTS)).await, &["grant_in_payment"]);
        let draft = treasury.office.submitted(crate::support::office::form("S-1", 0)).await;
        refused_with(treasury.set_schedule_as(clerk, schedule_form(draft, &PARTS)).await, &["illegal_step"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_is_changed_but_for_what_is_being_paid() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let grant = treasury.approved(0..1).await[0];
        let schedule = treasury.scheduled(grant, &PARTS).await;
        sent(&treasury, ("2020-03-03", "2020-03-04"), "paid").await;
        treasury.record_condition_as(&treasury.office.clerk, (schedule, 2), "2020-03-04").await.unwrap();
        treasury.confirm_condition_as(&treasury.office.reviewer, (schedule, 2)).await.unwrap();
        let clerk = &treasury.office.clerk;
        let moved = [("33.34", "", "2020-03-02"), ("66.66", "项目验收", "2020-03-10")];
        refused_with(treasury.set_schedule_as(clerk, schedule_form(grant, &moved)).await, &["instalment_engaged"]);
        let two = [PARTS[0], ("10", "项目验收", "2020-03-05"), ("56.67", "审计", "2020-03-05")];
        let no_reason = payments::ScheduleForm { reason: String::new(), ..schedule_form(grant, &two) };
        refused_with(treasury.set_schedule_as(clerk, no_reason).await, &["field_empty"]);
        let changed = treasury.scheduled(grant, &two).await;
        assert_eq!(treasury.schedule(schedule).await.state, "replaced");
        let met: Vec<String> =
            treasury.schedule(changed).await.instalments.into_iter().map(|part| part.met.state).collect();
        assert_eq!(met, ["none", "met", "open"], "what was met stays met, what is new is open");
        world.it_is("2020-03-05");
        let batch = treasury.built().await;
        assert_eq!((batch.payments, batch.sum), (1, fen(1_000)));
        // In payment it stays what it is, too.
        let fewer = [PARTS[0], ("66.67", "项目验收", "2020-03-05")];
        refused_with(treasury.set_schedule_as(clerk, schedule_form(grant, &fewer)).await, &["instalment_engaged"]);
        // A change is overtaken by a batch: what was set does not stand when it is approved.
        let ask = world.ask(&treasury.cashier, "withdraw");
        payments::withdraw(&world.door, ask, batch.batch, "重做".into()).await.unwrap();
        let free = treasury.set_schedule_as(clerk, schedule_form(grant, &fewer)).await.unwrap().schedule;
        treasury.approve_schedule_as(&treasury.office.reviewer, free).await.unwrap();
        assert_eq!(treasury.built().await.sum, fen(6_667), "the condition reads as before");
    })
    .await;
}

/// Two parts of each of two grants are due at once.
async fn two_parts_each(treasury: &Treasury<'_>) -> Vec<i64> {
    let ids = treasury.approved(0..2).await;
    treasury.scheduled(ids[0], &[("40", "", "2020-03-02"), ("60", "", "2020-03-02")]).await;
    treasury.scheduled(ids[1], &[("50", "", "2020-03-02"), ("50.07", "", "2020-03-02")]).await;
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_of_one_grant_leave_their_batch_together_or_alone() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let ids = two_parts_each(&treasury).await;
        let batch = treasury.built().await;
        assert_eq!(batch.payments, 4);
        let rows = treasury.payments(batch.batch).await;
        let dropped = |ids: Vec<i64>| {
            let ask = world.ask(&treasury.cashier, "drop");
            payments::drop_payments(&world.door, ask, batch.batch, ids, "待核".into())
        };
        dropped(vec![rows[0].id]).await.unwrap();
        assert_eq!(treasury.grant_state(ids[0]).await, State::InBatch, "its other part is in payment");
        dropped(vec![rows[2].id, rows[3].id]).await.unwrap();
        assert_eq!(treasury.grant_state(ids[1]).await, State::Approved);
        world.it_is("2020-03-03");
        treasury.release_as(&treasury.office.second_reviewer, batch.batch).await.unwrap();
        assert_eq!(treasury.stages().await.in_transit, fen(6_000));
        let other = treasury.built().await;
        assert_eq!(numbers(&treasury.payments(other.batch).await), [(1, 2, 4_000), (1, 2, 5_000), (2, 2, 5_007)]);
        let ask = world.ask(&treasury.cashier, "withdraw");
        payments::withdraw(&world.door, ask, other.batch, "重做".into()).await.unwrap();
        assert_eq!(treasury.grant_state(ids[0]).await, State::InBatch);
        assert_eq!(treasury.grant_state(ids[1]).await, State::Approved);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn undoing_an_answer_to_one_part_leaves_the_others_alone() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let grant = treasury.approved(0..1).await[0];
        treasury.scheduled(grant, &[("40", "", "2020-03-02"), ("60", "", "2020-03-05")]).await;
        let first = treasury.released("2020-03-03").await;
        let told = orders(&treasury.file(first, "generic-csv").await);
        world.it_is("2020-03-04");
        let file = treasury.answered("a.csv", &answer_file(&[told[0].answer("paid", 0, "2020-03-04")])).await.file;
        // The other part goes out and is paid meanwhile.
        sent(&treasury, ("2020-03-05", "2020-03-06"), "paid").await;
        assert_eq!(treasury.grant_state(grant).await, State::Paid);
        treasury.undone(file).await.unwrap();
        assert_eq!(treasury.grant_state(grant).await, State::PartPaid);
        assert_eq!(treasury.stages().await, Stages::of(Fen::ZERO, fen(4_000), fen(6_000)));
        // Answered once more, refused and made again, the part itself has moved on.
        let no = answer_file(&[told[0].answer("refused", 1, "2020-03-06")]);
        let file = treasury.answered("b.csv", &no).await.file;
        let payments = payments::payments_of_grant(&world.door.db.read, world.book_id, grant).await.unwrap();
        treasury.reissued(payments[0].id).await;
        refused_with(treasury.undone(file).await, &["bank_file_moved_on"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_closes_while_another_part_of_its_grant_is_on_its_way() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let grant = treasury.approved(0..1).await[0];
        treasury.scheduled(grant, &[("40", "", "2020-03-02"), ("60", "", "2020-03-05")]).await;
        let first = sent(&treasury, ("2020-03-03", "2020-03-04"), "paid").await;
        world.it_is("2020-03-05");
        let second = treasury.released("2020-03-05").await;
        let compared =
            async |scope| reconciliation::reconcile(&world.door.db, &world.head().await, scope).await.unwrap();
        let closed = compared(Scope::Batch(first)).await;
        assert!(closed.closes, "{closed:?}");
        assert_eq!(closed.stages.in_transit, Fen::ZERO);
        let open = compared(Scope::Batch(second)).await;
        assert!(!open.closes);
        assert_eq!((open.stages.in_transit, open.stages.in_transit_payments), (fen(6_000), fen(6_000)));
        let month = compared(Scope::Period(day("2020-03-01"), day("2020-03-31"))).await;
        assert_eq!((month.stages.in_transit, month.batch.sent.sum), (fen(6_000), amount(0)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_falls_due_is_listed_by_policy() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let grant = treasury.approved(0..1).await[0];
        treasury.scheduled(grant, &PARTS).await;
        let (c, book_id) = (&world.door.db.read, world.book_id);
        let due = async |until: &str| {
            let today = day("2020-03-02");
            payments::due_parts(c, book_id, (day(until), None), today, 100).await.unwrap()
        };
        assert_eq!(due("2020-03-02").await.iter().map(|part| part.number).collect::<Vec<_>>(), [1]);
        assert_eq!(due("2020-04-01").await.len(), 3);
        assert_eq!(due("2020-04-01").await[1].met, "open");
        let sums = payments::due_sums(c, book_id, day("2020-03-31")).await.unwrap();
        let sums: Vec<_> = sums.into_iter().map(|sum| (sum.policy, sum.parts, sum.sum)).collect();
        assert_eq!(sums, [(treasury.policy, 2, fen(6_666))]);
        sent(&treasury, ("2020-03-03", "2020-03-04"), "paid").await;
        assert_eq!(due("2020-03-09").await.len(), 0, "paid, it is due no more");
        let remaining = payments::remaining(c, book_id, &[grant]).await.unwrap();
        assert_eq!(Fen::sum(remaining[&grant].iter().map(|(_, left)| *left)), Some(fen(6_667)));
    })
    .await;
}
