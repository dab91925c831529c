//! Statements held against a book: by the program, on pages, kept and computed again, alike on both engines.

use std::collections::BTreeMap;

use relief_ledger::audit;
use relief_ledger::claims::{self, Binding, Measure, Question, Reason, Scope, Verdict};
use relief_ledger::imports::{self, Upload, What};
use relief_ledger::journal::Actor;
use relief_ledger::people::Role;
use rocket::http::Status;

use crate::support::book::{World, on_both_engines};
use crate::support::history::{HISTORY, POLICIES, brought, filled};
use crate::support::office::day;
use crate::support::visitor::{Visitor, location, user, value};

fn question(text: impl Into<String>) -> Question {
    let as_of = day("2020-12-31");
    Question { text: text.into(), year: Some(2020), as_of, at: None, bindings: BTreeMap::new() }
}

/// A row of the fixture: day, sub-district, fen, number.
fn rows() -> Vec<(String, String, i128, String)> {
    let header: Vec<&str> = HISTORY.lines().next().unwrap().trim_start_matches('\u{feff}').split(',').collect();
    let place = |name: &str| header.iter().position(|column| *column == name).unwrap();
    let (paid_on, subdistrict, amount, uscc) = (place("paid_on"), place("subdistrict"), place("amount"), place("uscc"));
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let fen = cells[amount].replace('.', "").parse().unwrap();
        (cells[paid_on].to_owned(), cells[subdistrict].to_owned(), fen, cells[uscc].to_owned())
    };
    HISTORY.lines().skip(1).map(row).collect()
}

fn yuan(fen: i128) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_of_a_sentence_are_those_of_the_file() {
    on_both_engines(async |world| {
        filled(world, "2020-12-31").await;
        let head = world.head().await;
        let until = |day: &str| rows().into_iter().filter(|row| row.0.as_str() <= day).collect::<Vec<_>>();
        let october = until("2020-10-31");
        let sum: i128 = october.iter().map(|row| row.2).sum();
        let recipients = october.iter().map(|row| &row.3).collect::<std::collections::BTreeSet<_>>().len();
        let place = &october[0].1;
        let of_place: i128 = october.iter().filter(|row| row.1 == *place).map(|row| row.2).sum();
        let text = format!(
            "截至10月底，向{recipients}家市场主体发放共计{}元，其中{place}{}元；占比{}%。向{}家发放。同比增长5%。",
            yuan(sum),
            yuan(of_place),
            yuan(of_place * 10_000 / sum),
            recipients + 1,
        );
        let checked = claims::check(&world.door.db, &head, &question(text)).await.unwrap();
        let told: Vec<(&str, Verdict)> =
            checked.claims.iter().map(|told| (told.actual.as_deref().unwrap_or_default(), told.verdict)).collect();
        assert_eq!(told[0], (recipients.to_string().as_str(), Verdict::True));
        assert_eq!(told[1], (yuan(sum).as_str(), Verdict::True));
        assert_eq!(told[2], (yuan(of_place).as_str(), Verdict::True));
        // the share is of a sentence of its own, so of nobody: it cannot be told
        assert_eq!((told[3].1, checked.claims[3].reason), (Verdict::NotCheckable, Some(Reason::WholeUnknown)));
        assert_eq!(told[4].1, Verdict::False);
        assert_eq!((told[5].1, checked.claims[5].reason), (Verdict::NotCheckable, Some(Reason::Compared)));
        assert_eq!(checked.verdict, Verdict::False);

        // The same figure by the report of totals.
        let totals = audit::totals(&world.door.db, &head, day("2020-10-31"), None, &[]).await.unwrap();
        assert_eq!((totals.net.plain(), totals.recipients), (yuan(sum), i64::try_from(recipients).unwrap()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_binding_by_hand_counts_and_a_range_counts_what_lies_in_it() {
    let world = World::on_sqlite().await;
    filled(&world, "2020-12-31").await;
    let head = world.head().await;
    let half: i128 = rows().iter().filter(|row| row.0.as_str() <= "2020-06-30").map(|row| row.2).sum();
    let all: i128 = rows().iter().map(|row| row.2).sum();
    let text = format!("上半年发放{}元。", yuan(half));
    let checked = claims::check(&world.door.db, &head, &question(text.clone())).await.unwrap();
    assert_eq!(checked.verdict, Verdict::True);
    let whole = Binding { measure: Measure::GrossDisbursed, from: None, as_of: None, scope: Scope::default() };
    let by_hand = Question { bindings: BTreeMap::from([(0, whole)]), ..question(text) };
    let checked = claims::check(&world.door.db, &head, &by_hand).await.unwrap();
    assert_eq!((checked.claims[0].actual.clone(), checked.verdict), (Some(yuan(all)), Verdict::False));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_binding_by_hand_names_what_the_book_has() {
    let world = World::on_sqlite().await;
    filled(&world, "2020-12-31").await;
    let head = world.head().await;
    let names = |name: &str| std::collections::BTreeSet::from([name.to_owned()]);
    for (scope, field, code) in [
        (Scope { policies: names("XX-1"), ..Scope::default() }, "policies", "binding_policy_unknown"),
        (
            Scope { subdistricts: names("招宝山街道"), ..Scope::default() },
            "subdistricts",
            "binding_subdistrict_unknown",
        ),
        (Scope { industries: names("99"), ..Scope::default() }, "industries", "binding_industry_unknown"),
        (Scope { instruments: names("gift"), ..Scope::default() }, "instruments", "binding_instrument_unknown"),
    ] {
        let binding = Binding { measure: Measure::NetDisbursed, from: None, as_of: None, scope };
        let by_hand = Question { bindings: BTreeMap::from([(0, binding)]), ..question("发放1元。") };
        let error = claims::check(&world.door.db, &head, &by_hand).await.unwrap_err();
        assert_eq!((error.refusals()[0].code, error.refusals()[0].field), (code, Some(field)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_book_does_not_have_is_never_held_against_all_of_it() {
    let world = World::on_sqlite().await;
    filled(&world, "2020-12-31").await;
    let head = world.head().await;
    let all: i128 = rows().iter().map(|row| row.2).sum();
    for (text, reason) in [
        (format!("招宝山街道发放{}元。", yuan(all)), Reason::ScopeUnknown),
        (format!("水电补贴发放{}元。", yuan(all)), Reason::ScopeUnknown),
        (format!("去年发放{}元。", yuan(all)), Reason::OutOfTime),
        (format!("截至2021年3月底，发放{}元。", yuan(all)), Reason::OutOfTime),
    ] {
        let checked = claims::check(&world.door.db, &head, &question(text.as_str())).await.unwrap();
        assert_eq!(
            (checked.claims[0].verdict, checked.claims[0].reason),
            (Verdict::NotCheckable, Some(reason)),
            "{text}"
        );
    }
    // Control: without such a name it is true.
    let whole = claims::check(&world.door.db, &head, &question(format!("发放{}元。", yuan(all)))).await.unwrap();
    assert_eq!(whole.verdict, Verdict::True);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_is_checked_kept_and_found_again() {
    on_both_engines(async |world| {
        filled(world, "2020-12-31").await;
        user(world, "wu", &[Role::Auditor]).await;
        user(world, "lin", &[Role::Cashier]).await;
        let auditor = Visitor::signed_in(world, "wu").await;
        let all: i128 = rows().iter().map(|row| row.2).sum();
        let text = format!("截至12月底，累计发放{}元，惠及9999家市场主体。", yuan(all));
        let fields = [("text", text.as_str()), ("year", "2020"), ("as_of", "2020-12-31")];

        let shown = auditor.send("/audit/claim", "/audit/claim", &fields).await.into_string().await.unwrap();
        assert!(shown.contains("有数字不实") && shown.contains("9999家") && shown.contains("属实"), "{shown}");
        let before = world.head().await;
        let at = value(&shown, "shown_at").unwrap();
        let as_shown = [fields.as_slice(), &[("shown_at", at.as_str())]].concat();
        let kept = auditor.send_from(&shown, "/audit/claim/keep", &as_shown).await;
        assert_eq!(kept.status(), Status::SeeOther);
        let to = location(&kept);
        drop(kept);
        // The button pressed twice keeps one.
        let again = auditor.send_from(&shown, "/audit/claim/keep", &as_shown).await;
        assert_eq!(location(&again), to);
        drop(again);
        let path = to.split('?').next().unwrap();
        let page = auditor.page(path).await;
        assert!(page.contains("结果完全一致") && page.contains("wu 同志"), "{page}");
        assert!(world.head().await.position > before.position);
        assert!(auditor.page("/audit/claim/kept").await.contains("累计发放"));
        let rows = auditor.page(&format!("/audit/claim/rows?as_of=2020-12-31&at={at}")).await;
        assert!(rows.contains("数字背后的发放") && rows.contains("下一页"), "{rows}");

        // Control: who may not sign keeps nothing, and is shown no button.
        let cashier = Visitor::signed_in(world, "lin").await;
        let shown = cashier.send("/audit/claim", "/audit/claim", &fields).await.into_string().await.unwrap();
        assert!(!shown.contains("/audit/claim/keep"), "{shown}");
        let refused = cashier.send_from(&shown, "/audit/claim/keep", &fields).await;
        assert_eq!(refused.status(), Status::Forbidden);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_true_then_is_told_beside_what_is_true_now() {
    let world = World::on_sqlite().await;
    filled(&world, "2020-12-31").await;
    let auditor = world.actor("wu", "P9", &[Role::Auditor]).await;
    let head = world.head().await;
    let all: i128 = rows().iter().map(|row| row.2).sum();
    let asked = question(format!("累计发放{}元", yuan(all)));
    let kept = claims::keep(&world.door, world.ask(&auditor, "keep"), &head, asked.clone()).await.unwrap();
    let (_, signed) = claims::statement(&world.door.db.read, world.book_id, kept.statement).await.unwrap();
    assert_eq!(signed.checked.verdict, Verdict::True);

    let clerk = world.actor("gao", "P10", &[Role::Clerk]).await;
    let reviewer = world.actor("he", "P11", &[Role::Reviewer]).await;
    let line = HISTORY.lines().nth(1).unwrap();
    let further = format!("{}\r\nZ-{line}\r\n", HISTORY.lines().next().unwrap());
    brought(&world, (&clerk, &reviewer), What::History, &further).await;
    let then =
        claims::check(&world.door.db, &head, &Question { at: Some(head.position), ..asked.clone() }).await.unwrap();
    assert_eq!(then, signed.checked, "the same clocks give the same");
    // What was kept is computed from what it was bound to, whatever a text would be read as today.
    let again = claims::again(&world.door.db, &head, &signed, Some(signed.checked.at)).await.unwrap();
    assert_eq!(again, signed.checked);
    let grown = claims::again(&world.door.db, &head, &signed, None).await.unwrap();
    assert_eq!((grown.claims[0].verdict, grown.verdict), (Verdict::False, Verdict::False));
    let now = claims::check(&world.door.db, &head, &asked).await.unwrap();
    assert_eq!(now.verdict, Verdict::False);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_or_endless_text_is_refused() {
    let world = World::on_sqlite().await;
    let head = world.head().await;
    for (text, code) in [(" ".to_owned(), "statement_empty"), ("钱".repeat(100_001), "statement_long")] {
        let error = claims::check(&world.door.db, &head, &question(text)).await.unwrap_err();
        assert_eq!(error.refusals()[0].code, code);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_came_later_changes_no_answer_of_an_earlier_position() {
    on_both_engines(async |world| {
        filled(world, "2020-12-31").await;
        let head = world.head().await;
        let line = POLICIES.lines().nth(1).unwrap();
        let cells: Vec<&str> = line.split(',').collect();
        let text = format!("截至10月底，{}发放1.27亿元。", cells[1]);
        let asked = Question { at: Some(head.position), ..question(text) };
        let before = claims::check(&world.door.db, &head, &asked).await.unwrap();
        assert_eq!(before.claims[0].scope.policies.iter().collect::<Vec<_>>(), [cells[0]]);

        // The same title under another code: from here on it is not clear which one is meant.
        let known = |login: &str, person: &str| Actor {
            uid: format!("uid-of-{login}"),
            person: person.into(),
            login: login.into(),
            name: login.into(),
        };
        let (manager, reviewer) = (known("zhou", "P4"), known("wang", "P2"));
        let later =
            format!("{}\r\nZZ-99{}\r\n", POLICIES.lines().next().unwrap(), line.strip_prefix(cells[0]).unwrap());
        let later = later.replace(cells[2], "仑政办〔2020〕99号");
        let submitted = imports::submit(
            &world.door,
            world.ask(&manager, "import"),
            Upload { what: What::Policies, file_name: "later.csv".into(), bytes: later.into_bytes(), unit: None },
        );
        let import = submitted.await.unwrap().unwrap_or_else(|faults| panic!("{faults:?}")).import;
        let waiting = claims::check(&world.door.db, &world.head().await, &question(asked.text.clone())).await.unwrap();
        assert_eq!(waiting.claims[0].scope, before.claims[0].scope, "what nobody decided on names nothing");
        let digest = imports::by_id(&world.door.db.read, world.book_id, import).await.unwrap().digest;
        imports::approve(&world.door, world.ask(&reviewer, "approve"), import, digest).await.unwrap();
        let again = claims::check(&world.door.db, &world.head().await, &asked).await.unwrap();
        assert_eq!(again, before);
        // Control: at the head it does.
        let now = claims::check(&world.door.db, &world.head().await, &question(asked.text)).await.unwrap();
        assert_ne!(now.claims[0].scope, before.claims[0].scope);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_text_is_shown_in_parts_and_its_file_has_all() {
    let world = World::on_sqlite().await;
    filled(&world, "2020-12-31").await;
    user(&world, "wu", &[Role::Auditor]).await;
    let auditor = Visitor::signed_in(&world, "wu").await;
    let text = "10月发放1元。".repeat(450);
    let fields = [("text", text.as_str()), ("year", "2020"), ("as_of", "2020-12-31")];
    let first = auditor.send("/audit/claim", "/audit/claim", &fields).await.into_string().await.unwrap();
    assert!(first.contains("id=\"figure-199\"") && !first.contains("id=\"figure-200\""), "{}", first.len());
    assert!(first.contains("href=\"#figure-199\"") && !first.contains("href=\"#figure-200\""));
    assert!(first.contains("第 1—200 个，共 450 个"));

    // What was bound on one page stays bound on the others.
    let bound = [("own", "3"), ("measure_3", "grants"), ("first", "400")];
    let last = [fields.as_slice(), bound.as_slice()].concat();
    let last = auditor.send("/audit/claim", "/audit/claim", &last).await.into_string().await.unwrap();
    assert!(last.contains("id=\"figure-449\"") && !last.contains("id=\"figure-399\""));
    assert!(last.contains("name=\"own\" value=\"3\"") && last.contains("name=\"measure_3\" value=\"grants\""));

    let file = auditor.send("/audit/claim", "/audit/claim/figures.csv", &fields).await.into_string().await.unwrap();
    assert_eq!(file.lines().count(), 451);
    let kept = auditor.send_from(&first, "/audit/claim/keep", &fields).await;
    let path = location(&kept).split('?').next().unwrap().to_owned();
    drop(kept);
    let page = auditor.page(&format!("{path}?first=400")).await;
    assert!(page.contains("id=\"figure-449\"") && !page.contains("id=\"figure-0\""));
    assert_eq!(auditor.page(&format!("{path}/figures.csv")).await, file);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_of_policies_is_counted_in_the_book() {
    on_both_engines(async |world| {
        filled(world, "2020-12-31").await;
        let head = world.head().await;
        let starts: Vec<&str> = POLICIES.lines().skip(1).map(|line| line.split(',').nth(4).unwrap()).collect();
        let in_march = starts.iter().filter(|day| **day <= "2020-03-31").count();
        assert!(in_march > 0 && in_march < starts.len(), "the fixture has policies of several months");
        let text =
            format!("截至3月底，我区出台{in_march}项惠企政策。截至12月底，我区出台{}项惠企政策。", starts.len() + 1);
        let checked = claims::check(&world.door.db, &head, &question(text)).await.unwrap();
        let told: Vec<_> =
            checked.claims.iter().map(|told| (told.measure, told.verdict, told.actual.clone())).collect();
        let of_book = Some(Measure::PoliciesOfBook);
        assert_eq!(
            told,
            [
                (of_book, Verdict::True, Some(in_march.to_string())),
                (of_book, Verdict::False, Some(starts.len().to_string())),
            ]
        );
        user(world, "wu", &[Role::Auditor]).await;
        let auditor = Visitor::signed_in(world, "wu").await;
        let rows = auditor.page("/audit/claim/rows?as_of=2020-12-31&measure=policies_of_book").await;
        let titles = || POLICIES.lines().skip(1).map(|line| line.split(',').nth(1).unwrap());
        assert!(titles().all(|title| rows.contains(title)), "{rows}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_held_against_the_book_cell_by_cell() {
    let world = World::on_sqlite().await;
    filled(&world, "2020-12-31").await;
    let head = world.head().await;
    let october: Vec<_> = rows().into_iter().filter(|row| row.0.as_str() <= "2020-10-31").collect();
    let place = &october[0].1;
    let of_place: i128 = october.iter().filter(|row| row.1 == *place).map(|row| row.2).sum();
    let all: i128 = october.iter().map(|row| row.2).sum();
    let text = format!(
        "截至10月底各街道发放情况\n街道\t发放金额（元）\t户数\n{place}\t{}\t99999\n合计\t{}\t-",
        yuan(of_place),
        yuan(all)
    );
    let checked = claims::check(&world.door.db, &head, &question(text)).await.unwrap();
    let told: Vec<_> = checked.claims.iter().map(|told| (told.measure.unwrap(), told.verdict)).collect();
    let (net, recipients) = (Measure::NetDisbursed, Measure::Recipients);
    assert_eq!(told, [(net, Verdict::True), (recipients, Verdict::False), (net, Verdict::True)]);
}
