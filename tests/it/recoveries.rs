//! Money that was paid wrongly is demanded, comes back or is settled against another grant; two people for each.

use relief_ledger::audit::{self, GroupBy};
use relief_ledger::db::sql;
use relief_ledger::exports::{self, FileFormat, Filter, Request, What};
use relief_ledger::grants::{self, Form, ReasonForm, State};
use relief_ledger::holds::{self, HoldForm};
use relief_ledger::kernel::Error;
use relief_ledger::kernel::money::Fen;
use relief_ledger::payments::{self, Gather};
use relief_ledger::people::Role;
use relief_ledger::recoveries::{self, Age, Claim, Undelivered, Verdict};
use relief_ledger::web::Lang;

use crate::support::bank::{answer_file, orders};
use crate::support::book::{World, on_both_engines};
use crate::support::office::{day, forbidden, form, refused_with, yuan};
use crate::support::recovering::{Recovering, paid};
use crate::support::treasury::{Stages, Treasury, amount};
use crate::support::visitor::{Visitor, user};

/// A treasury with people who recover.
async fn begun(world: &World) -> (Treasury<'_>, Recovering<'_>) {
    let treasury = Treasury::open(world).await;
    let (clerk, reviewer) = (treasury.office.clerk.clone(), treasury.office.reviewer.clone());
    let people = Recovering { world, clerk, cashier: treasury.cashier.clone(), reviewer };
    (treasury, people)
}

fn less(one: Fen, other: Fen) -> Fen {
    one.checked_sub(other).unwrap()
}

/// Paid, returned and net, of the whole book on a day.
async fn totals(world: &World, on: &str) -> (Fen, Fen, i64) {
    let by = [GroupBy::parse("policy").unwrap()];
    let totals = audit::totals(&world.door.db, &world.head().await, day(on), None, &by).await.unwrap();
    (totals.paid, totals.returned, totals.recipients)
}

#[tokio::test(flavor = "multi_thread")]
async fn money_is_demanded_received_in_part_and_then_whole() {
    on_both_engines(async |world| {
        let (treasury, people) = begun(world).await;
        let grant = treasury.approved(0..1).await[0];
        let whole = amount(0);
        paid(&treasury.office, &treasury.cashier, &[grant], "2020-03-02").await;
        world.it_is("2020-04-01");
        let demand = people.demanded(grant, "60.01").await;
        assert_eq!(treasury.stages().await, Stages::of(Fen::ZERO, Fen::ZERO, whole), "a demand moves nothing");
        refused_with(people.demand_as(&people.clerk, grant, "40.00").await, &["demand_above_paid"]);
        let rest = people.demanded(grant, "39.99").await;

        world.it_is("2020-04-03");
        refused_with(people.receive_as(&people.cashier, demand, "60.02", "2020-04-03").await, &["receipt_above_open"]);
        refused_with(people.receive_as(&people.cashier, demand, "1", "2020-03-01").await, &["received_before_paid"]);
        refused_with(people.receive_as(&people.cashier, demand, "1", "2020-04-04").await, &["received_ahead"]);
        people.received(demand, "10.01", "2020-04-02").await;
        assert_eq!(treasury.stages().await, Stages::of(Fen::ZERO, Fen::ZERO, less(whole, yuan("10.01"))));
        assert_eq!(treasury.grant_state(grant).await, State::Paid, "most of it is still paid");
        assert_eq!(totals(world, "2020-04-03").await, (whole, yuan("10.01"), 1));
        assert_eq!(totals(world, "2020-04-01").await, (whole, Fen::ZERO, 1), "it counts from its own day on");

        people.received(demand, "50", "2020-04-03").await;
        let to_treasury = people.receive_to(&people.cashier, rest, "39.99", ("2020-04-03", "source")).await.unwrap();
        people.sign_as(&people.reviewer, Claim::Receipt(to_treasury.id)).await.unwrap();
        assert_eq!(treasury.grant_state(grant).await, State::Recovered);
        assert_eq!(totals(world, "2020-04-03").await, (whole, whole, 0));
        // What was paid to the treasury is no budget any more.
        let held = treasury.stages().await;
        assert_eq!((held.disbursed, held.available), (Fen::ZERO, less(yuan("60100000"), yuan("39.99"))));
        let found = recoveries::demand_by_id(&world.door.db.read, world.book_id, demand).await.unwrap();
        assert_eq!((found.received, found.open()), (yuan("60.01"), Fen::ZERO));

        // A receipt that was booked in error goes back whole; the grant is paid again.
        people.undone(Claim::Receipt(to_treasury.id)).await.unwrap();
        assert_eq!(treasury.grant_state(grant).await, State::Paid);
        assert_eq!(totals(world, "2020-04-03").await, (whole, yuan("60.01"), 1));
        refused_with(people.undone(Claim::Receipt(to_treasury.id)).await, &["recovery_step"]);
        people.received(rest, "39.99", "2020-04-03").await;
        assert_eq!(treasury.grant_state(grant).await, State::Recovered);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fen_goes_back_to_the_allotment_that_paid_it() {
    on_both_engines(async |world| {
        let (treasury, people) = begun(world).await;
        let grant = treasury.approved(1..2).await[0];
        paid(&treasury.office, &treasury.cashier, &[grant], "2020-03-02").await;
        let demand = people.demanded(grant, &amount(1).plain()).await;
        for part in ["0.01", "0.01", "33.33"] {
            people.received(demand, part, "2020-03-02").await;
        }
        let rest = less(amount(1), yuan("33.35")).plain();
        people.received(demand, &rest, "2020-03-02").await;
        let standings = relief_ledger::funds::standing_of(&world.door.db.read, world.book_id, treasury.policy).await;
        for standing in standings.unwrap() {
            assert_eq!(standing.disbursed, Fen::ZERO);
            assert_eq!(standing.available, standing.budget, "nothing is left over at either");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_signs_what_that_same_person_prepared_and_nobody_without_the_role_does_anything() {
    on_both_engines(async |world| {
        let (treasury, people) = begun(world).await;
        let office = &treasury.office;
        let grants = treasury.approved(0..2).await;
        paid(office, &treasury.cashier, &grants, "2020-03-02").await;
        let clerk = &people.clerk;
        for actor in [&people.cashier, &people.reviewer] {
            forbidden(people.demand_as(actor, grants[0], "1").await);
        }
        let demand = people.demand_as(clerk, grants[0], "50").await.unwrap().id;
        let claim = Claim::Demand(demand);
        for actor in [clerk, &people.cashier, &office.manager] {
            forbidden(people.sign_as(actor, claim).await);
        }
        refused_with(people.sign_as(&office.clerk_again, claim).await, &["two_people"]);
        let stale = Verdict::Approved { digest: "0".repeat(64) };
        refused_with(people.say_as(&people.reviewer, claim, stale).await, &["digest_changed"]);
        let silent = Verdict::Refused { reason: " ".into() };
        refused_with(people.say_as(&people.reviewer, claim, silent).await, &["field_empty"]);
        refused_with(people.receive_as(&people.cashier, demand, "1", "2020-03-02").await, &["demand_not_standing"]);
        people.sign_as(&people.reviewer, claim).await.unwrap();
        refused_with(people.sign_as(&people.reviewer, claim).await, &["recovery_step"]);

        for actor in [clerk, &people.reviewer] {
            forbidden(people.receive_as(actor, demand, "1", "2020-03-02").await);
        }
        let receipt = people.receive_as(&people.cashier, demand, "20", "2020-03-02").await.unwrap().id;
        refused_with(people.ask_undo_as(clerk, claim).await, &["demand_waits"]);
        refused_with(people.sign_as(&treasury.cashier_again, Claim::Receipt(receipt)).await, &["two_people"]);
        people.sign_as(&people.reviewer, Claim::Receipt(receipt)).await.unwrap();
        people.ask_undo_as(&people.cashier, Claim::Receipt(receipt)).await.unwrap();
        refused_with(people.undo_as(&treasury.cashier_again, Claim::Receipt(receipt)).await, &["two_people"]);
        forbidden(people.undo_as(clerk, Claim::Receipt(receipt)).await);
        people.undo_as(&people.reviewer, Claim::Receipt(receipt)).await.unwrap();

        // The database refuses as well, whoever goes around the rules.
        let alone = "UPDATE demands SET reviewed_person = prepared_person WHERE book_id = ? AND id = ?";
        let refused = sql::run(&world.door.db.read, alone, vec![world.book_id.into(), demand.into()]).await;
        assert!(matches!(refused, Err(Error::Refused(_) | Error::Internal(_))), "{refused:?}");
    })
    .await;
}

/// The page on which a demand is settled, as a clerk sees it.
async fn offset_page(world: &World, demand: i64) -> String {
    Visitor::signed_in(world, "sun8").await.page(&format!("/offsets/new?demand={demand}")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demand_is_settled_against_another_grant_and_the_rest_is_paid() {
    on_both_engines(async |world| {
        let (treasury, people) = begun(world).await;
        let office = &treasury.office;
        let overpaid = office.submitted(Form { amount: "500".into(), ..form("A-1", 0) }).await;
        office.approve_as(&office.reviewer, &[overpaid]).await.unwrap();
        paid(office, &treasury.cashier, &[overpaid], "2020-03-02").await;
        let settled = office.submitted(Form { amount: "800".into(), ..form("A-2", 0) }).await;
        let other = office.submitted(Form { amount: "900".into(), ..form("A-3", 1) }).await;
        let waits = office.submitted(Form { amount: "910".into(), ..form("A-4", 0) }).await;
        office.approve_as(&office.reviewer, &[settled, other]).await.unwrap();
        let demand = people.demanded(overpaid, "300").await;

        refused_with(people.offset_as(&people.clerk, demand, other, "1").await, &["offset_recipient"]);
        refused_with(people.offset_as(&people.clerk, demand, overpaid, "1").await, &["offset_recipient"]);
        refused_with(people.offset_as(&people.clerk, demand, waits, "1").await, &["offset_not_payable"]);
        refused_with(people.offset_as(&people.clerk, demand, settled, "300.01").await, &["receipt_above_open"]);
        forbidden(people.offset_as(&people.reviewer, demand, settled, "1").await);
        // Held money is not settled either; a hold that a second person refused stops nothing.
        let held = HoldForm {
            grant: Some(settled),
            recipient: None,
            kind: "court".into(),
            document: "（2020）浙0206执保12号".into(),
            reason: "法院冻结".into(),
            from_on: String::new(),
            until_on: "2020-12-31".into(),
        };
        let hold = async || holds::set(&world.door, world.ask(&people.clerk, "hold"), held.clone()).await.unwrap().hold;
        let refuse = async |hold| {
            let no = holds::Verdict::Refused { reason: "查无此文".into() };
            holds::decide(&world.door, world.ask(&people.reviewer, "refuse"), hold, no).await.unwrap();
        };
        let first = hold().await;
        user(world, "sun8", &[Role::Clerk]).await;
        assert!(offset_page(world, demand).await.contains("现在不能抵扣"));
        refused_with(people.offset_as(&people.cashier, demand, settled, "300").await, &["offset_held"]);
        refuse(first).await;
        assert!(offset_page(world, demand).await.contains("A-2，待支付 800.00 元"));
        let offset = people.offset_as(&people.cashier, demand, settled, "300").await.unwrap().id;
        // An offset is a payment: who prepared the grant does not sign it.
        refused_with(people.sign_as(&office.clerk_again, Claim::Offset(offset)).await, &["two_people"]);
        refused_with(people.sign_as(&treasury.cashier_again, Claim::Offset(offset)).await, &["two_people"]);
        // Held after it was prepared, it waits as well.
        let second = hold().await;
        refused_with(people.sign_as(&people.reviewer, Claim::Offset(offset)).await, &["offset_held"]);
        refuse(second).await;
        people.sign_as(&people.reviewer, Claim::Offset(offset)).await.unwrap();

        // 500 paid, 300 of it settled; 800 granted, 300 of it settled: 500 + 900 wait.
        assert_eq!(treasury.stages().await, Stages::of(yuan("1400"), Fen::ZERO, yuan("500")));
        let why = ReasonForm { grant: settled, reason: "放弃".into() };
        let cancel = grants::cancel(&world.door, world.ask(&office.manager, "cancel"), why.clone()).await;
        refused_with(cancel, &["grant_offset_stands"]);
        let named = Gather { grants: vec![settled], ..Gather::default() };
        let batch = treasury.build_as(&treasury.cashier, named).await.unwrap();
        assert_eq!((batch.payments, batch.sum), (1, yuan("500")), "the rest is paid");
        let line = &treasury.payments(batch.batch).await[0];
        assert_eq!(line.gross_and_offset(), Some((yuan("800"), yuan("300"))));
        refused_with(people.undone(Claim::Offset(offset)).await, &["offset_moved_on"]);
        treasury.release_as(&office.second_reviewer, batch.batch).await.unwrap();
        assert_eq!(treasury.stages().await, Stages::of(yuan("900"), yuan("500"), yuan("500")));
        let lines: Vec<_> = orders(&treasury.file(batch.batch, "generic-csv").await)
            .iter()
            .map(|order| order.answer("paid", 1, "2020-03-02"))
            .collect();
        assert_eq!(lines[0].amount, yuan("500"));
        treasury.answered("a.csv", &answer_file(&lines)).await;
        assert_eq!(treasury.stages().await, Stages::of(yuan("900"), Fen::ZERO, yuan("1000")));
        assert_eq!(treasury.grant_state(settled).await, State::Paid);
        assert_eq!(treasury.grant_state(overpaid).await, State::Paid, "200 of it are right");
        assert_eq!(totals(world, "2020-03-02").await, (yuan("1300"), yuan("300"), 1));
        refused_with(people.undone(Claim::Offset(offset)).await, &["offset_moved_on"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_is_settled_whole_needs_no_payment_until_that_is_undone() {
    on_both_engines(async |world| {
        let (treasury, people) = begun(world).await;
        let office = &treasury.office;
        let overpaid = office.submitted(Form { amount: "500".into(), ..form("A-1", 0) }).await;
        office.approve_as(&office.reviewer, &[overpaid]).await.unwrap();
        paid(office, &treasury.cashier, &[overpaid], "2020-03-02").await;
        let settled = office.submitted(Form { amount: "120".into(), ..form("A-2", 0) }).await;
        office.approve_as(&office.reviewer, &[settled]).await.unwrap();
        let before = treasury.stages().await;
        let demand = people.demanded(overpaid, "500").await;
        let offset = people.offset(demand, settled, "120").await;
        assert_eq!(treasury.grant_state(settled).await, State::Paid);
        let gathered = treasury.build_as(&treasury.cashier, Gather::default()).await;
        refused_with(gathered, &["nothing_to_pay"]);
        assert_eq!(treasury.stages().await, Stages::of(Fen::ZERO, Fen::ZERO, yuan("500")));
        people.undone(Claim::Offset(offset)).await.unwrap();
        assert_eq!(treasury.grant_state(settled).await, State::Approved);
        assert_eq!(treasury.stages().await, before);
        let whole = people.demand_as(&people.clerk, overpaid, "1").await;
        refused_with(whole, &["demand_above_paid"]);
        // Settled once more, the overpaid rest received: nothing of it is left.
        people.offset(demand, settled, "120").await;
        people.received(demand, "380", "2020-03-02").await;
        assert_eq!(treasury.grant_state(overpaid).await, State::Recovered);
        let built = treasury.build_as(&treasury.cashier, Gather::default()).await;
        refused_with(built, &["nothing_to_pay"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_recovered_does_not_come_back_from_the_bank_nor_is_it_undone_with_its_file() {
    on_both_engines(async |world| {
        let (treasury, people) = begun(world).await;
        let grants = treasury.approved(0..2).await;
        let batch = treasury.released("2020-03-04").await;
        let sent = orders(&treasury.file(batch, "generic-csv").await);
        let lines: Vec<_> = sent.iter().zip(1..).map(|(one, n)| one.answer("paid", n, "2020-03-04")).collect();
        let file = treasury.answered("paid.csv", &answer_file(&lines)).await.file;
        let demand = people.demanded(grants[0], "30").await;
        people.received(demand, "30", "2020-03-04").await;
        let stages = treasury.stages().await;
        let back: Vec<_> = sent.iter().zip(7..).map(|(one, n)| one.answer("returned", n, "2020-03-04")).collect();
        let loaded = treasury.answered("back.csv", &answer_file(&back)).await;
        assert_eq!(loaded.applied, 1, "control: what nobody recovered comes back");
        assert_eq!(treasury.open_names().await.into_iter().collect::<Vec<_>>(), [("status_differs", 1)]);
        let moved = treasury.stages().await;
        assert_eq!(moved.disbursed, less(stages.disbursed, amount(1)));
        refused_with(treasury.undone(file).await, &["bank_file_moved_on"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_and_money_on_its_way_are_counted_by_their_age() {
    on_both_engines(async |world| {
        let (treasury, people) = begun(world).await;
        let grants = treasury.approved(0..6).await;
        paid(&treasury.office, &treasury.cashier, &grants[..2], "2020-03-02").await;
        // Demanded until the last day of the year.
        let demand = people.demanded(grants[0], "50").await;
        people.demanded(grants[1], "7").await;
        people.received(demand, "20", "2020-03-02").await;
        let c = &world.door.db.read;
        for (on, age) in [
            ("2020-12-30", Age::Ahead),
            ("2020-12-31", Age::To30),
            ("2021-01-30", Age::To30),
            ("2021-01-31", Age::To90),
            ("2021-07-01", Age::Beyond),
        ] {
            let ages = recoveries::ageing(c, world.book_id, day(on)).await.unwrap();
            assert_eq!(ages[&age], (2, yuan("37")), "{on}");
            assert_eq!(ages.values().map(|(n, _)| n).sum::<i64>(), 2, "{on}");
            for asked in Age::ALL {
                let rows = recoveries::demands(c, world.book_id, (Some(asked), day(on)), false, (0, 9)).await.unwrap();
                assert_eq!(rows.len(), if asked == age { 2 } else { 0 }, "{on} {asked:?}");
            }
        }

        // One on its way, one refused, one returned, one that waits.
        let batch = treasury.build_as(&treasury.cashier, Gather { grants: grants[2..5].to_vec(), ..Gather::default() });
        let batch = batch.await.unwrap().batch;
        world.it_is("2020-03-10");
        treasury.release_as(&treasury.office.second_reviewer, batch).await.unwrap();
        let sent = orders(&treasury.file(batch, "generic-csv").await);
        world.it_is("2020-03-20");
        let lines = [
            sent[0].answer("refused", 11, "2020-03-11"),
            sent[1].answer("paid", 12, "2020-03-12"),
            sent[1].answer("returned", 13, "2020-03-15"),
        ];
        treasury.answered("b.csv", &answer_file(&lines)).await;
        let on = day("2020-06-10");
        let found = recoveries::undelivered(c, world.book_id, on).await.unwrap();
        let expected = [
            (Undelivered::Approved, Age::To180, grants[5], amount(5), "2020-03-02"),
            (Undelivered::InTransit, Age::To180, grants[4], amount(4), "2020-03-10"),
            (Undelivered::Refused, Age::To180, grants[2], amount(2), "2020-03-11"),
            (Undelivered::Returned, Age::To90, grants[3], amount(3), "2020-03-15"),
        ];
        assert_eq!(found.len(), expected.len());
        for (why, age, grant, sum, since) in expected {
            let aged = &found[&(treasury.policy, why)];
            assert_eq!(aged.iter().collect::<Vec<_>>(), [(&age, &(1, sum))], "{why:?}");
            for asked in Age::ALL {
                let key = (treasury.policy, why, Some(asked));
                let rows = recoveries::undelivered_rows(c, world.book_id, key, on, (0, 9)).await.unwrap();
                if asked == age {
                    assert_eq!((rows[0].grant, rows[0].amount, rows[0].since), (grant, sum, day(since)));
                }
                assert_eq!(rows.len(), usize::from(asked == age), "{why:?} {asked:?}");
            }
        }
        assert_eq!(payments::open_count(c, world.book_id).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_second_person_must_decide_stands_above_the_list_until_it_is_decided() {
    on_both_engines(async |world| {
        let (treasury, people) = begun(world).await;
        let grant = treasury.approved(0..1).await[0];
        paid(&treasury.office, &treasury.cashier, &[grant], "2020-03-02").await;
        user(world, "rev", &[Role::Reviewer]).await;
        let visitor = Visitor::signed_in(world, "rev").await;
        let shown = async || visitor.page("/recoveries").await;
        assert!(!shown().await.contains("等待第二人办理"), "control: nothing waits");
        let demand = people.demand_as(&people.clerk, grant, "60").await.unwrap().id;
        let html = shown().await;
        assert!(html.contains("等待第二人办理：1 项") && html.contains(&format!("/recoveries/{demand}\"")), "{html}");
        people.sign_as(&people.reviewer, Claim::Demand(demand)).await.unwrap();
        assert!(!shown().await.contains("等待第二人办理"));
        let receipt = people.receive_as(&people.cashier, demand, "5", "2020-03-02").await.unwrap().id;
        assert!(shown().await.contains(&format!("/receipts/{receipt}\"")));
        people.sign_as(&people.reviewer, Claim::Receipt(receipt)).await.unwrap();
        people.ask_undo_as(&people.cashier, Claim::Receipt(receipt)).await.unwrap();
        let html = shown().await;
        assert!(html.contains("撤销收回") && html.contains(&format!("/receipts/{receipt}\"")), "{html}");
    })
    .await;
}

/// Rows of `payments.csv`: reference, part, gross, offset, net.
async fn told_of_payments(world: &World, at: Option<i64>) -> Vec<[String; 5]> {
    let request = Request {
        what: What::Payments,
        format: FileFormat::Csv,
        lang: Lang::En,
        as_of: day("2020-04-01"),
        at,
        by: Vec::new(),
        filter: Filter::default(),
    };
    let (spool, _) = exports::to_spool(&world.door.db, &world.head().await, &request).await.unwrap();
    let mut reader = csv::Reader::from_path(spool.path()).unwrap();
    let rows = reader.deserialize::<std::collections::BTreeMap<String, String>>().map(Result::unwrap);
    let columns = ["reference", "part", "gross_amount", "offset_amount", "net_amount"];
    rows.map(|row| columns.map(|column| row[column].clone())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_of_payments_tells_gross_offset_and_net_as_they_were_when_it_was_built() {
    on_both_engines(async |world| {
        let (treasury, people) = begun(world).await;
        let office = &treasury.office;
        let mut grants = Vec::new();
        for (reference, amount) in [("A-1", "600"), ("A-2", "500")] {
            grants.push(office.submitted(Form { amount: amount.into(), ..form(reference, 0) }).await);
        }
        office.approve_as(&office.reviewer, &grants).await.unwrap();
        paid(office, &treasury.cashier, &grants[..1], "2020-03-02").await;
        let demand = people.demanded(grants[0], "600").await;
        people.offset(demand, grants[1], "120").await;
        let gone = people.offset(demand, grants[1], "30").await;
        people.undone(Claim::Offset(gone)).await.unwrap();
        paid(office, &treasury.cashier, &grants[1..], "2020-03-02").await;
        let expected = [
            ["A-1", "", "600.00", "0.00", "600.00"].map(str::to_owned),
            ["A-2", "", "500.00", "120.00", "380.00"].map(str::to_owned),
        ];
        assert_eq!(told_of_payments(world, None).await, expected, "what was undone before is not among it");
        let position = world.head().await.position;
        // Control: another grant of the recipient is settled later; that changes nothing of these.
        let third = office.submitted(Form { amount: "70".into(), ..form("A-3", 0) }).await;
        office.approve_as(&office.reviewer, &[third]).await.unwrap();
        people.offset(demand, third, "20").await;
        assert_eq!(told_of_payments(world, None).await, expected);
        assert_eq!(told_of_payments(world, Some(position)).await, expected);
    })
    .await;
}
