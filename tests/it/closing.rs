//! Months and years are closed by two people, on the ground of a verification and a checklist; the monthly report adds up.

mod pages;

use std::collections::BTreeMap;

use relief_ledger::closing::{self, Figures, Flow, Item, Rest, Unpaid};
use relief_ledger::db::sql;
use relief_ledger::funds::{self, Stage};
use relief_ledger::grants::{self, State};
use relief_ledger::journal::Actor;
use relief_ledger::kernel::Result;
use relief_ledger::kernel::money::Fen;
use relief_ledger::people::Role;
use relief_ledger::policies::{self, BudgetForm, Direction, Verdict};

use crate::support::bank::{answer_file, orders};
use crate::support::book::{World, on_both_engines};
use crate::support::months::{approve_as, closed, form, month, prepare_as, reopened, verified, year_end};
use crate::support::office::{Office, day, forbidden, form as typed, policy, refused_with, yuan};
use crate::support::treasury::{Treasury, amount};

async fn refuse(world: &World, actor: &Actor, id: i64, why: &str) -> Result<()> {
    closing::refuse(&world.door, world.ask(actor, "refuse"), id, why.into()).await.map(|_| ())
}

async fn closed_until(world: &World) -> Option<String> {
    let (closed, _) = closing::next_month(&world.door.db.read, world.book_id).await.unwrap();
    closed.month().map(|month| month.to_string())
}

async fn state(world: &World, id: i64) -> String {
    closing::closing(&world.door.db.read, world.book_id, id).await.unwrap().state
}

/// Money moves with effect on a day.
async fn appropriated(office: &Office<'_>, on: &str) {
    let (world, c) = (office.world, &office.world.door.db.read);
    let of = policies::by_code(c, world.book_id, "BL2020-01").await.unwrap().unwrap();
    let form = BudgetForm {
        allotment: of.allotments[0].id,
        direction: Direction::Increase,
        amount: yuan("500"),
        effective_on: day(on),
        document_number: "仑财〔2020〕20号".into(),
        reason: "追加".into(),
    };
    let ask = world.ask(&office.manager, "budget");
    let id = policies::prepare_budget_change(&world.door, ask, form).await.unwrap().id;
    let change = policies::budget_change_by_id(c, world.book_id, id).await.unwrap().unwrap();
    let signed = Verdict::Approved { digest: policies::digest_of_change(change.leaf) };
    policies::decide_budget_change(&world.door, world.ask(&office.reviewer, "decide"), id, signed).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_is_closed_by_two_people_after_it_is_over() {
    on_both_engines(async |world| {
        let office = Office::open(world).await;
        let manager_again = world.actor("zhou2", "P-zhou", &[Role::Reviewer, Role::Manager]).await;
        let auditor = world.actor("wu", "P-wu", &[Role::Auditor]).await;
        world.it_is("2020-03-31");
        verified(world).await;
        refused_with(prepare_as(world, &office.manager, form("2020-03")).await, &["period_not_past"]);
        world.it_is("2020-04-01");
        for other in [&office.clerk, &office.reviewer, &auditor] {
            forbidden(prepare_as(world, other, form("2020-03")).await);
        }
        refused_with(prepare_as(world, &office.manager, form("2020-01")).await, &["period_closed_already"]);
        let id = prepare_as(world, &office.manager, form("2020-03")).await.unwrap();
        assert_eq!(closed_until(world).await, None, "prepared is not closed");
        refused_with(prepare_as(world, &manager_again, form("2020-03")).await, &["closing_waits"]);
        for same in [&office.manager, &manager_again] {
            refused_with(approve_as(world, same, id).await, &["two_people"]);
        }
        forbidden(approve_as(world, &office.clerk, id).await);
        forbidden(approve_as(world, &auditor, id).await);
        let wrong = closing::approve(&world.door, world.ask(&office.reviewer, "approve"), id, "00".repeat(32)).await;
        refused_with(wrong, &["digest_changed"]);
        // Around the rules the database says the same.
        let raw = "UPDATE closings SET state = 'closed', reviewed_person = 'P-zhou' WHERE book_id = ?";
        let around = sql::run(&world.door.db.write, raw, vec![world.book_id.into()]).await;
        refused_with(around, &["two_people"]);
        assert_eq!(closed_until(world).await, None);

        approve_as(world, &office.reviewer, id).await.unwrap();
        assert_eq!(
            closed_until(world).await.as_deref(),
            Some("2020-03"),
            "February, in which money moved first, with it"
        );
        refused_with(approve_as(world, &office.second_reviewer, id).await, &["already_decided"]);
        refused_with(refuse(world, &office.second_reviewer, id, "不").await, &["already_decided"]);
        refused_with(prepare_as(world, &office.manager, form("2020-03")).await, &["period_closed_already"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_rests_on_a_verification_since_money_last_moved() {
    on_both_engines(async |world| {
        let office = Office::open(world).await;
        world.it_is("2020-04-02");
        refused_with(prepare_as(world, &office.manager, form("2020-03")).await, &["closing_not_verified"]);
        verified(world).await;
        appropriated(&office, "2020-03-31").await;
        refused_with(prepare_as(world, &office.manager, form("2020-03")).await, &["closing_not_verified"]);
        verified(world).await;
        // What moves in April is no business of March.
        appropriated(&office, "2020-04-01").await;
        let id = prepare_as(world, &office.manager, form("2020-03")).await.unwrap();
        // Money moves in March once more: what was signed is no longer so.
        appropriated(&office, "2020-03-30").await;
        refused_with(approve_as(world, &office.reviewer, id).await, &["closing_changed"]);
        verified(world).await;
        refused_with(approve_as(world, &office.reviewer, id).await, &["closing_changed"]);
        refused_with(refuse(world, &office.manager, id, " ").await, &["field_empty"]);
        refuse(world, &office.manager, id, "有新业务").await.unwrap();
        assert_eq!((state(world, id).await.as_str(), closed_until(world).await), ("refused", None));
        let again = prepare_as(world, &office.manager, form("2020-03")).await.unwrap();
        approve_as(world, &office.reviewer, again).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_open_needs_a_reason_and_may_not_change_before_it_is_signed() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        treasury.approved(0..3).await;
        let batch = treasury.released("2020-03-04").await;
        let told = orders(&treasury.file(batch, "generic-csv").await);
        treasury.office.submitted(typed("A-1", 0)).await;
        world.it_is("2020-04-02");
        verified(world).await;
        let list = async || {
            let check = relief_ledger::audit::last_check(&world.door, world.book_id).await.unwrap();
            let head = world.head().await;
            closing::checklist(&world.door.db, &head, month("2020-03"), day("2020-04-02"), check.as_ref())
                .await
                .unwrap()
        };
        let found = list().await;
        assert_eq!(found.facts.open, BTreeMap::from([(Item::Unanswered, 3), (Item::GrantsWait, 1)]));
        assert!(found.verified.is_some());
        let manager = &treasury.office.manager;
        let mut silent = form("2020-03");
        silent.reasons.remove("unanswered");
        refused_with(prepare_as(world, manager, silent).await, &["reason_needed"]);
        let id = prepare_as(world, manager, form("2020-03")).await.unwrap();
        // Nothing of April changes what was found about March.
        treasury.approved(10..12).await;
        treasury.built().await;
        // The bank answers one in April: fewer are open than was signed.
        treasury.answered("a.csv", &answer_file(&[told[0].answer("paid", 1, "2020-04-01")])).await;
        refused_with(approve_as(world, &treasury.office.reviewer, id).await, &["closing_changed"]);
        refuse(world, &treasury.office.reviewer, id, "已有答复").await.unwrap();
        assert_eq!(list().await.facts.open[&Item::Unanswered], 2);
        closed(&treasury.office, form("2020-03")).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_is_opened_again_by_two_people() {
    on_both_engines(async |world| {
        let office = Office::open(world).await;
        let manager_again = world.actor("zhou2", "P-zhou", &[Role::Reviewer]).await;
        world.it_is("2020-05-02");
        closed(&office, form("2020-03")).await;
        closed(&office, form("2020-04")).await;
        let door = &world.door;
        let prepare = async |actor: &Actor, of: &str, why: &str| {
            let ask = world.ask(actor, "reopen");
            closing::prepare_reopening(door, ask, month(of), why.into()).await.map(|answer| answer.reopening)
        };
        forbidden(prepare(&office.reviewer, "2020-04", "更正").await);
        refused_with(prepare(&office.manager, "2020-03", "更正").await, &["period_not_last"]);
        refused_with(prepare(&office.manager, "2020-04", "").await, &["field_empty"]);
        let id = prepare(&office.manager, "2020-04", "更正").await.unwrap();
        refused_with(prepare(&office.manager, "2020-04", "更正").await, &["reopening_waits"]);
        let digest = closing::digest(closing::reopening(&door.db.read, world.book_id, id).await.unwrap().leaf);
        let approve = async |actor: &Actor, digest: &str| {
            closing::approve_reopening(door, world.ask(actor, "reopen"), id, digest.into()).await
        };
        refused_with(approve(&office.manager, &digest).await, &["two_people"]);
        refused_with(approve(&manager_again, &digest).await, &["two_people"]);
        refused_with(approve(&office.reviewer, &"0".repeat(64)).await, &["digest_changed"]);
        let raw = "UPDATE reopenings SET state = 'opened', reviewed_person = 'P-zhou' WHERE book_id = ?";
        refused_with(sql::run(&door.db.write, raw, vec![world.book_id.into()]).await, &["two_people"]);
        assert_eq!(closed_until(world).await.as_deref(), Some("2020-04"));
        approve(&office.reviewer, &digest).await.unwrap();
        assert_eq!(closed_until(world).await.as_deref(), Some("2020-03"));
        refused_with(approve(&office.second_reviewer, &digest).await, &["already_decided"]);
        let next = prepare(&office.manager, "2020-03", "再更正").await.unwrap();
        closing::refuse_reopening(door, world.ask(&office.reviewer, "refuse"), next, "不必".into()).await.unwrap();
        assert_eq!(closed_until(world).await.as_deref(), Some("2020-03"));
    })
    .await;
}

/// The allotments of a policy of one's own, with so much budget each.
async fn allotted(office: &Office<'_>, code: &str, amounts: &[&str]) -> Vec<i64> {
    let world = office.world;
    let mut new = policy(code);
    new.cap = None;
    let one = new.allotments[0].clone();
    new.allotments = amounts
        .iter()
        .enumerate()
        .map(|(n, amount)| {
            let mut one = one.clone();
            (one.document_number, one.amount) = (format!("{code}-{n}"), yuan(amount));
            one
        })
        .collect();
    let id = office.in_force(new).await;
    let found = policies::by_id(&world.door.db.read, world.book_id, id).await.unwrap().unwrap();
    found.allotments.iter().map(|allotment| allotment.id).collect()
}

/// A grant of 1,000 yuan under a policy, approved.
async fn granted(office: &Office<'_>, policy: &str, reference: &str) -> i64 {
    let mut form = typed(reference, 0);
    (form.policy, form.applied_on) = (policy.into(), "2020-03-02".into());
    let id = office.submitted(form).await;
    office.approve_as(&office.reviewer, &[id]).await.unwrap();
    id
}

/// (available, payable, source) of an allotment at the end of a day, in yuan.
async fn stands(world: &World, allotment: i64, on: &str) -> (String, String, String) {
    let all = funds::standings_on(&world.door.db.read, world.book_id, day(on)).await.unwrap();
    let one = all.iter().find(|one| one.allotment == allotment).unwrap();
    (one.available.plain(), one.payable.plain(), one.budget.plain())
}

fn stood(available: &str, payable: &str, budget: &str) -> (String, String, String) {
    (available.to_owned(), payable.to_owned(), budget.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_ends_with_a_decision_on_each_allotment() {
    on_both_engines(async |world| {
        let office = Office::open(world).await;
        let own = policies::by_code(&world.door.db.read, world.book_id, "BL2020-01").await.unwrap().unwrap();
        let own = own.allotments[0].id;
        let kept = allotted(&office, "BL2020-11", &["5000"]).await[0];
        let taken = allotted(&office, "BL2020-12", &["5000"]).await[0];
        let cancelled = allotted(&office, "BL2020-13", &["5000"]).await[0];
        let shared = allotted(&office, "BL2020-14", &["3000", "3000"]).await;
        world.it_is("2020-12-30");
        let carried = granted(&office, "BL2020-11", "K-1").await;
        let unpaid = granted(&office, "BL2020-13", "C-1").await;
        let of_two = granted(&office, "BL2020-14", "S-1").await;
        world.it_is("2021-01-05");
        // Of what was available something is needed in the new year: that is not taken back.
        let needed = granted(&office, "BL2020-12", "T-1").await;
        closed(&office, form("2020-11")).await;

        let (carry, take, cancel) = (Rest::Carried, Rest::TakenBack, Unpaid::Cancelled);
        let mut all = vec![
            (own, carry, Unpaid::Carried),
            (kept, carry, Unpaid::Carried),
            (taken, take, Unpaid::Carried),
            (cancelled, take, cancel),
            (shared[0], carry, cancel),
            (shared[1], take, cancel),
        ];
        verified(world).await;
        let manager = &office.manager;
        refused_with(prepare_as(world, manager, year_end("2020-12", &all[1..])).await, &["year_end_rest"]);
        refused_with(prepare_as(world, manager, year_end("2021-01", &all)).await, &["period_not_past"]);
        all[5].2 = Unpaid::Carried;
        refused_with(prepare_as(world, manager, year_end("2020-12", &all)).await, &["year_end_shared"]);
        all[5].2 = cancel;
        let mut without = year_end("2020-12", &all);
        without.document = String::new();
        refused_with(prepare_as(world, manager, without).await, &["field_empty"]);
        let id = prepare_as(world, manager, year_end("2020-12", &all)).await.unwrap();
        assert_eq!(
            stands(world, taken, "2020-12-31").await,
            stood("5000.00", "0.00", "5000.00"),
            "prepared moves nothing"
        );
        approve_as(world, &office.reviewer, id).await.unwrap();

        for (allotment, on_year_end, now) in [
            (kept, stood("4000.00", "1000.00", "5000.00"), stood("4000.00", "1000.00", "5000.00")),
            (taken, stood("1000.00", "0.00", "1000.00"), stood("0.00", "1000.00", "1000.00")),
            (cancelled, stood("0.00", "0.00", "0.00"), stood("0.00", "0.00", "0.00")),
            (shared[0], stood("3000.00", "0.00", "3000.00"), stood("3000.00", "0.00", "3000.00")),
            (shared[1], stood("0.00", "0.00", "0.00"), stood("0.00", "0.00", "0.00")),
        ] {
            assert_eq!(stands(world, allotment, "2020-12-31").await, on_year_end);
            assert_eq!(stands(world, allotment, "2021-01-05").await, now);
        }
        for (grant, expected) in [
            (carried, State::Approved),
            (needed, State::Approved),
            (unpaid, State::Cancelled),
            (of_two, State::Cancelled),
        ] {
            assert_eq!(office.state(grant).await, expected, "{grant}");
        }
        let steps = grants::detail(&world.door.db.read, world.book_id, unpaid).await.unwrap().unwrap().steps;
        assert_eq!(steps.last().unwrap().reason, "仑财〔2020〕99号", "the document is the reason");
        // The cancelled grant's reference is free again; the year is closed.
        assert_eq!(closed_until(world).await.as_deref(), Some("2020-12"));
        // Opened again the year keeps what was decided.
        reopened(&office, "2020-12").await.unwrap();
        assert_eq!(stands(world, cancelled, "2020-12-31").await, stood("0.00", "0.00", "0.00"));
    })
    .await;
}

/// The figures of an allotment for a month, each transfer looked at by itself.
async fn recomputed(world: &World, allotment: i64, of: &str, at: i64) -> Figures {
    let (start, end) = (format!("{of}-01"), format!("{of}-31"));
    let year = format!("{}-01-01", &of[..4]);
    let moves = funds::moves_after(&world.door.db.read, world.book_id, (0, 0), at, 100_000).await.unwrap();
    let mut sums = [0_i64; 10];
    for one in moves.iter().filter(|one| one.allotment == allotment && one.effective_on.to_string() <= end) {
        let (on, fen) = (one.effective_on.to_string(), one.amount.get());
        let holds = |stage| matches!(stage, Stage::Available | Stage::Payable | Stage::InTransit);
        let left = fen * (i64::from(holds(one.to)) - i64::from(holds(one.from)));
        sums[9] += left;
        if on < year {
            sums[0] += left;
            continue;
        }
        let (from, to, sign) = if one.reverses.is_some() { (one.to, one.from, -1) } else { (one.from, one.to, 1) };
        let columns: &[(usize, i64)] = match (from, to) {
            (Stage::Source, Stage::Available) => &[(0, 1)],
            (Stage::Available, Stage::Source) => &[(0, -1)],
            (Stage::Available, Stage::Payable) => &[(1, 1)],
            (Stage::Payable, Stage::Available) => &[(1, -1)],
            (Stage::Available, Stage::Disbursed) => &[(1, 1), (2, 1)],
            (Stage::InTransit, Stage::Disbursed) => &[(2, 1)],
            (Stage::Disbursed, Stage::Payable) => &[(3, 1)],
            _ => &[],
        };
        for (column, times) in columns {
            sums[5 + column] += sign * times * fen;
            if on >= start {
                sums[1 + column] += sign * times * fen;
            }
        }
    }
    let fen = sums.map(Fen::new);
    let flow = |from: usize| Flow {
        appropriated: fen[from],
        approved: fen[from + 1],
        paid: fen[from + 2],
        returned: fen[from + 3],
    };
    Figures { carried: fen[0], month: flow(1), year: flow(5), left: fen[9] }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_monthly_report_says_what_the_transfers_say() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        treasury.approved(0..6).await;
        let batch = treasury.released("2020-12-04").await;
        let told = orders(&treasury.file(batch, "generic-csv").await);
        world.it_is("2020-12-20");
        let paid: Vec<_> = (0..3).map(|n| told[n].answer("paid", n, "2020-12-05")).collect();
        treasury.answered("a.csv", &answer_file(&paid)).await;
        let wrong = treasury.answered("b.csv", &answer_file(&[told[3].answer("paid", 3, "2020-12-07")])).await.file;
        let before = world.head().await.position;
        world.it_is("2021-02-10");
        treasury.undone(wrong).await.unwrap();
        let back = [told[0].answer("returned", 4, "2021-01-08"), told[4].answer("paid", 5, "2021-02-01")];
        treasury.answered("c.csv", &answer_file(&back)).await;
        treasury.approved(10..12).await;

        let head = world.head().await.position;
        let mut carried = Vec::new();
        for (of, at) in
            [("2020-12", before), ("2020-12", head), ("2021-01", head), ("2021-02", head), ("2021-02", before)]
        {
            let report = closing::monthly_report(&world.door.db, world.book_id, month(of), Some(at)).await.unwrap();
            assert_eq!((report.rows.len(), report.at), (3, at));
            let mut total = Figures::default();
            let allotments = funds::standings_on(&world.door.db.read, world.book_id, day("2021-12-31")).await.unwrap();
            for (row, standing) in report.rows.iter().zip(&allotments) {
                let expected = recomputed(world, standing.allotment, of, at).await;
                assert_eq!(row.figures, expected, "{of} at {at}: {}", row.document);
                total = total.plus(expected).unwrap();
            }
            assert_eq!(report.total, total);
            carried.push(report.total);
        }
        // By hand: two grants of the first year paid more and less.
        let all = |numbers: &[usize]| Fen::sum(numbers.iter().map(|n| amount(*n))).unwrap();
        assert_eq!(carried[0].year.paid, all(&[0, 1, 2, 3]));
        assert_eq!(carried[1].year.paid, all(&[0, 1, 2]), "a correction reduces what it corrects");
        assert_eq!(carried[1].left, carried[2].carried, "what is left is carried over");
        let paid = (carried[3].month.paid, carried[3].year.paid, carried[3].year.returned);
        assert_eq!(paid, (amount(4), amount(4), amount(0)));
        assert_eq!(carried[4].month, Flow::default(), "not known yet at the older position");
        let beyond = closing::monthly_report(&world.door.db, world.book_id, month("2021-02"), Some(head + 1)).await;
        refused_with(beyond.map(|report| report.at), &["position_beyond"]);
    })
    .await;
}
