//! Audit samples: drawn alike on both engines, drawn again, noted, concluded; pages in use; the offline verifier.

use std::process::Command;

use relief_ledger::audit;
use relief_ledger::db::sql;
use relief_ledger::imports::What;
use relief_ledger::journal::Actor;
use relief_ledger::kernel::Error;
use relief_ledger::people::Role;
use relief_ledger::samples::{self, Item, ItemResult, Method, NoteForm};
use rocket::http::Status;

use crate::support::book::{World, on_both_engines};
use crate::support::every_sample::{form, note, sampled};
use crate::support::history::{HISTORY, brought, filled};
use crate::support::office::day;
use crate::support::visitor::{Visitor, location, user, value};

const VECTORS: &str = include_str!("../../src/samples/rules/draw_vectors.json");
const VECTORS_BY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/samples/rules/draw_vectors.py");
const DAY: &str = "2020-12-31";

fn refused(error: &Error) -> &'static str {
    error.refusals()[0].code
}

#[test]
fn the_vectors_are_what_the_independent_program_prints() {
    let printed = Command::new("python3").arg(VECTORS_BY).output().unwrap();
    assert!(printed.status.success());
    assert_eq!(String::from_utf8(printed.stdout).unwrap(), VECTORS);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sample_is_drawn_from_what_the_totals_tell_and_again_alike() {
    on_both_engines(async |world| {
        let (clerk, reviewer) = filled(world, DAY).await;
        let auditor = world.actor("wu", "P9", &[Role::Auditor]).await;
        let (door, head) = (&world.door, world.head().await);
        let totals = audit::totals(&door.db, &head, day(DAY), None, &[]).await.unwrap();
        for method in Method::ALL {
            let asked = form(method, 20, DAY, head.position);
            let ask = world.ask(&auditor, "draw");
            let sample = samples::draw(door, ask, &head, asked).await.unwrap().sample;
            let (_, drawn) = samples::sample(&door.db.read, world.book_id, sample).await.unwrap();
            assert_eq!((drawn.population.count, drawn.population.sum), (totals.grants, totals.net));
            assert_eq!(drawn.items.iter().map(|item| item.hits).sum::<i64>(), 20);
            let again = samples::redraw(&door.db, &world.head().await, sample, None).await.unwrap();
            assert!(again.same && again.population_same, "{again:?}");
            // Control: another seed draws others.
            let other = samples::redraw(&door.db, &world.head().await, sample, Some("0".into())).await.unwrap();
            assert!(!other.same && other.population_same && !other.only_redrawn.is_empty());
        }
        // What comes later is not in the population of then.
        let (sample, _) = sampled(world, &auditor, DAY).await;
        let line = HISTORY.lines().nth(1).unwrap();
        let further = format!("{}\r\nZ-{line}\r\n", HISTORY.lines().next().unwrap());
        brought(world, (&clerk, &reviewer), What::History, &further).await;
        assert!(samples::redraw(&door.db, &world.head().await, sample, None).await.unwrap().same);
        // Control: a population that somebody altered is told.
        let altered_by = async |fen: i64| {
            let raw = "UPDATE transfers SET amount_fen = amount_fen + ? WHERE book_id = ? AND to_stage = 'disbursed'";
            sql::run(&door.db.write, raw, vec![fen.into(), world.book_id.into()]).await.unwrap();
        };
        altered_by(1).await;
        let altered = samples::redraw(&door.db, &world.head().await, sample, None).await.unwrap();
        assert!(!altered.same && !altered.population_same);
        altered_by(-1).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn both_engines_draw_the_same_items() {
    let (sqlite, postgres) = (World::on_sqlite().await, World::on_postgres().await);
    let mut drawn: Vec<Vec<Item>> = Vec::new();
    for world in [&sqlite, &postgres] {
        filled(world, DAY).await;
        let auditor = world.actor("wu", "P9", &[Role::Auditor]).await;
        drawn.push(sampled(world, &auditor, DAY).await.1);
    }
    assert_eq!(drawn[0], drawn[1]);
    assert!(!drawn[0].is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn all_is_looked_at_before_it_is_concluded_and_nothing_after() {
    let world = World::on_sqlite().await;
    let (clerk, _) = filled(&world, DAY).await;
    let auditor = world.actor("wu", "P9", &[Role::Auditor]).await;
    let door = &world.door;
    let (sample, items) = sampled(&world, &auditor, DAY).await;
    let noted = |grant: i64| NoteForm { grant, result: ItemResult::Satisfactory, found: None, note: String::new() };
    let conclude =
        async |actor: &Actor| samples::conclude(door, world.ask(actor, "conclude"), sample, "未发现问题".into()).await;
    assert_eq!(refused(&conclude(&auditor).await.unwrap_err()), "sample_unfinished");
    assert!(matches!(conclude(&clerk).await.unwrap_err(), Error::Forbidden));
    let strange = samples::note(door, world.ask(&auditor, "note"), sample, noted(1)).await;
    assert!(matches!(strange.unwrap_err(), Error::NotFound));
    for item in &items {
        note(&world, &auditor, sample, noted(item.grant)).await;
    }
    conclude(&auditor).await.unwrap();
    let late = samples::note(door, world.ask(&auditor, "note"), sample, noted(items[0].grant)).await;
    assert_eq!(refused(&late.unwrap_err()), "sample_concluded");
    assert_eq!(refused(&conclude(&auditor).await.unwrap_err()), "sample_concluded");
    assert!(world.verify().await.findings.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_auditor_draws_once_and_works_through_the_items() {
    on_both_engines(async |world| {
        filled(world, DAY).await;
        user(world, "wu", &[Role::Auditor]).await;
        user(world, "lin", &[Role::Cashier]).await;
        let auditor = Visitor::signed_in(world, "wu").await;
        assert!(auditor.page("/audit/samples").await.contains("还没有样本"));
        let asked = format!("/audit/samples/new?method=monetary-unit&size=3&as_of={DAY}");
        let shown = auditor.page(&asked).await;
        assert!(shown.contains("将从账页") && value(&shown, "at").is_some(), "{shown}");
        let at = value(&shown, "at").unwrap();
        let fields = [("method", "monetary-unit"), ("size", "3"), ("as_of", DAY), ("at", at.as_str())];
        let drawn = auditor.send_from(&shown, "/audit/samples", &fields).await;
        assert_eq!(drawn.status(), Status::SeeOther);
        let to = location(&drawn);
        drop(drawn);
        // The button pressed twice draws once, though the program makes the seed.
        let again = auditor.send_from(&shown, "/audit/samples", &fields).await;
        assert_eq!(location(&again), to);
        drop(again);
        let path = to.split('?').next().unwrap();
        let page = auditor.page(path).await;
        assert!(page.contains("已核查 0 /") && page.contains("登记并到下一项"), "{page}");
        let grant = value(&page, "grant").unwrap();
        let note = format!("{path}/note");
        let wrong = [("grant", grant.as_str()), ("result", "exception"), ("note", "")];
        let wrong = auditor.send_from(&page, &note, &wrong).await;
        assert_eq!(wrong.status(), Status::UnprocessableEntity);
        drop(wrong);
        let fields = [("grant", grant.as_str()), ("result", "exception"), ("found", "1.00"), ("note", "=少发")];
        assert_eq!(auditor.send_from(&page, &note, &fields).await.status(), Status::SeeOther);
        let page = auditor.page(path).await;
        assert!(page.contains("已核查 1 /") && page.contains("=少发"), "{page}");
        assert!(auditor.page(&format!("{path}?redraw=1")).await.contains("结果完全一致"));
        let file = auditor.page(&format!("{path}/file?format=csv")).await;
        assert!(file.starts_with('\u{feff}') && file.contains("'=少发"), "{file}");

        // Control: who audits nothing sees it and changes nothing.
        let cashier = Visitor::signed_in(world, "lin").await;
        assert!(!cashier.page(path).await.contains("登记并到下一项"));
        assert_eq!(cashier.send(path, &note, &fields).await.status(), Status::Forbidden);
    })
    .await;
}
