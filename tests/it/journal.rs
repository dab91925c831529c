//! The door: request keys, groups, replay, proofs, checkpoints, loading into the other engine.

use std::io::Cursor;

use relief_ledger::app::REGISTRY;
use relief_ledger::db::Database;
use relief_ledger::exports;
use relief_ledger::journal::{self, Actor, Ask, Head, Line};
use relief_ledger::kernel::Error;
use relief_ledger::kernel::dates::Day;
use relief_ledger::kernel::tree::{verify_consistency, verify_inclusion};
use relief_ledger::web::Lang;
use serde::{Deserialize, Serialize};

use crate::support::book::{World, on_both_engines};
use crate::support::every_record::every_record;

fn person(login: &str) -> Actor {
    Actor { uid: format!("uid-{login}"), person: login.into(), login: login.into(), name: login.into() }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Erased {
    erased: i64,
}

/// The smallest event there is, for tests of the door itself.
async fn note(world: &World, ask: Ask, reason: &str) -> Result<Erased, Error> {
    let reason = reason.to_owned();
    let content = reason.clone();
    world
        .door
        .command(ask, &content, move |desk| {
            let reason = reason.clone();
            Box::pin(async move {
                if reason == "refuse" {
                    return Err(relief_ledger::kernel::Refusal::new("reason_needed").into());
                }
                let erased = desk.next_position();
                let payload = serde_json::json!({"position": 1, "slot": "x", "reason": reason});
                desk.emit("private_erased", 1, &payload)?;
                Ok(Erased { erased })
            })
        })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_gets_the_first_answer_and_another_content_is_a_conflict() {
    on_both_engines(async |world| {
        let clerk = person("clerk");
        let ask = || world.ask_with_key(&clerk, "note", "the-same-key");
        let first = note(world, ask(), "one").await.expect("recorded");
        let again = note(world, ask(), "one").await.expect("answered");
        assert_eq!(first, again);
        let other = note(world, ask(), "two").await;
        assert!(matches!(other, Err(Error::KeyConflict)), "{other:?}");
        // The book's creation, the operator, the clerk, the note.
        assert_eq!(world.head().await.position, 4);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_stores_nothing_and_may_be_retried_with_the_same_key() {
    on_both_engines(async |world| {
        let clerk = person("clerk");
        let refused = note(world, world.ask_with_key(&clerk, "note", "key-to-retry"), "refuse").await;
        assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
        assert_eq!(world.head().await.position, 2);
        note(world, world.ask_with_key(&clerk, "note", "key-to-retry"), "now right").await.expect("recorded");
        assert_eq!(world.head().await.position, 4);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_get_positions_without_a_gap_and_refusals_do_not_disturb_them() {
    on_both_engines(async |world| {
        let clerk = person("clerk");
        let requests = (0..200).map(|n| {
            let reason = if n % 7 == 0 { "refuse".to_owned() } else { format!("note {n}") };
            let ask = world.ask(&clerk, "note");
            async move { note(world, ask, &reason).await }
        });
        let answers = futures::future::join_all(requests).await;
        let mut positions: Vec<i64> = answers.into_iter().filter_map(|a| a.ok().map(|e| e.erased)).collect();
        positions.sort_unstable();
        let expected: Vec<i64> = (4..4 + 171).collect();
        assert_eq!(positions, expected);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn proofs_hold_for_every_size_the_book_ever_had() {
    on_both_engines(async |world| {
        let clerk = person("clerk");
        for n in 0..300 {
            note(world, world.ask(&clerk, "note"), &format!("note {n}")).await.expect("recorded");
        }
        let head = world.head().await;
        let c = &world.door.db.read;
        for old in [1, 2, 3, 255, 256, 257, head.position] {
            let old_root = journal::root_at(c, &head, old).await.expect("a root");
            let proof = journal::consistency(c, &head, old, head.position).await.expect("a proof");
            let sizes = (u64::try_from(old).unwrap(), head.edge.size());
            verify_consistency(sizes.0, old_root, sizes.1, head.root(), &proof).expect("consistent");
            let event = journal::event(c, head.book_id, old).await.expect("an event");
            let proof = journal::inclusion(c, &head, old, head.position).await.expect("a proof");
            verify_inclusion(event.leaf, sizes.0 - 1, sizes.1, &proof, head.root()).expect("included");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_book_moves_to_the_other_engine_with_the_same_root() {
    let sqlite = World::on_sqlite().await;
    let clerk = person("clerk");
    for n in 0..20 {
        note(&sqlite, sqlite.ask(&clerk, "note"), &format!("note {n}")).await.expect("recorded");
    }
    let head = sqlite.head().await;
    let mut lines = String::new();
    for event in journal::events_between(&sqlite.door.db.read, head.book_id, 0, head.position).await.unwrap() {
        let line = Line::of(&head.book_uid, &event, vec![]).unwrap();
        lines.push_str(&serde_json::to_string(&line).unwrap());
        lines.push('\n');
    }
    let postgres = World::on_postgres().await;
    let taken = journal::load(&postgres.door.db, REGISTRY, Cursor::new(&lines), vec![], |_| ()).await;
    assert!(matches!(taken, Err(Error::Refused(_))), "the code is taken there: {taken:?}");
    let lines = lines.clone();
    let empty = crate::support::postgres::fresh_database();
    relief_ledger::db::Database::migrate(&empty).await.unwrap();
    let empty = relief_ledger::db::Database::open(&empty).await.unwrap();
    let loaded = journal::load(&empty, REGISTRY, Cursor::new(&lines), vec![], |_| ()).await.expect("loaded");
    assert_eq!((loaded.root(), loaded.position), (head.root(), head.position));
    let report = journal::verify(&empty, REGISTRY, loaded.book_id, None, |_, _| ()).await.unwrap();
    assert_eq!(report.findings, vec![]);

    // Control: one changed byte of one payload is refused, and nothing is left behind.
    let forged = lines.replacen("note 7", "note 8", 1);
    let other = crate::support::postgres::fresh_database();
    relief_ledger::db::Database::migrate(&other).await.unwrap();
    let other = relief_ledger::db::Database::open(&other).await.unwrap();
    let refused = journal::load(&other, REGISTRY, Cursor::new(forged), vec![], |_| ()).await;
    assert!(matches!(&refused, Err(Error::Refused(r)) if r[0].code == "events_leaf"), "{refused:?}");
    assert_eq!(Head::all(&other.read).await.unwrap(), vec![]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_book_moves_with_its_files_and_without_those_of_others() {
    let world = World::on_sqlite().await;
    every_record(&world).await;
    let (db, head) = (&world.door.db, world.head().await);
    let request = exports::Request {
        what: exports::What::Events,
        format: exports::FileFormat::Jsonl,
        lang: Lang::En,
        as_of: Day::parse("2021-01-01").unwrap(),
        at: None,
        by: vec![],
        filter: exports::Filter::default(),
    };
    let (events, _) = exports::to_spool(db, &head, &request).await.unwrap();
    let names = journal::file_names(&db.read, head.book_id).await.unwrap();
    assert!(names.len() > 5);
    let mut files = Vec::new();
    for name in &names {
        files.push(journal::file(&db.read, head.book_id, name).await.unwrap().unwrap());
    }
    for (files, missing) in [([files, vec![b"of another book".to_vec()]].concat(), 0), (vec![], names.len())] {
        let url = crate::support::postgres::fresh_database();
        Database::migrate(&url).await.unwrap();
        let other = Database::open(&url).await.unwrap();
        let lines = Cursor::new(std::fs::read(events.path()).unwrap());
        let loaded = journal::load(&other, REGISTRY, lines, files, |_| ()).await.unwrap();
        assert_eq!(loaded.root(), head.root());
        let report = journal::verify(&other, REGISTRY, loaded.book_id, None, |_, _| ()).await.unwrap();
        let named = report.findings.iter().filter(|found| found.table == "files" && found.code == "row_missing");
        assert_eq!((named.count(), report.findings.len()), (missing, missing), "{:#?}", report.findings);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_is_extended_by_an_honest_book_and_not_by_a_shorter_one() {
    let world = &World::on_sqlite().await;
    let clerk = person("clerk");
    note(world, world.ask(&clerk, "note"), "one").await.unwrap();
    let early = world.head().await;
    let note_text = world.keeper.sign(&world.door.db.read, &early).await.expect("signed");
    let checkpoint = journal::check_checkpoint(&world.door.db.read, world.book_id, &note_text).await.expect("verified");
    note(world, world.ask(&clerk, "note"), "two").await.unwrap();
    let report = journal::verify(&world.door.db, REGISTRY, early.book_id, Some(&checkpoint), |_, _| ()).await.unwrap();
    assert_eq!((report.checkpoint, report.findings), (Some(true), vec![]));
    assert_eq!(world.keeper.objection(&world.door.db.read, &world.head().await).await.unwrap(), None);

    // Somebody with the database changes the past and hashes everything anew: the head inside agrees with itself …
    let newer = world.keeper.sign(&world.door.db.read, &world.head().await).await.expect("signed");
    let mut shorter = early.clone();
    shorter.edge = early.edge.clone();
    // … but a checkpoint that left the house does not.
    let why = world.keeper.objection(&world.door.db.read, &shorter).await.unwrap();
    assert_eq!(why, Some("book_shorter_than_checkpoint"));
    assert!(
        journal::check_checkpoint(&world.door.db.read, world.book_id, &newer.replace("relief", "belief"))
            .await
            .is_err()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn verification_names_what_was_changed_behind_the_programs_back() {
    let world = &World::on_sqlite().await;
    let clerk = person("clerk");
    for n in 0..5 {
        note(world, world.ask(&clerk, "note"), &format!("note {n}")).await.unwrap();
    }
    let file = world.folder().join("books.db");
    for (change, code, table) in [
        ("UPDATE actors SET name = 'x' WHERE login = 'clerk'", "column_differs", "actors"),
        ("UPDATE books SET name = 'x'", "column_differs", "books"),
        ("DELETE FROM requests WHERE position = 5", "row_missing", "requests"),
        ("UPDATE events SET payload = x'7B7D' WHERE position = 5", "leaf_differs", "events"),
    ] {
        let before = std::fs::read(&file);
        drop(before);
        let copy = rusqlite::Connection::open(&file).unwrap();
        copy.execute_batch("PRAGMA busy_timeout=5000; SAVEPOINT x; RELEASE x").unwrap();
        copy.execute_batch(change).unwrap();
        let report = journal::verify(&world.door.db, REGISTRY, world.book_id, None, |_, _| ()).await.unwrap();
        assert!(report.findings.iter().any(|f| f.code == code && f.table == table), "{change}: {:?}", report.findings);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn projections_are_made_anew_from_the_events() {
    on_both_engines(async |world| {
        let clerk = person("clerk");
        for n in 0..300 {
            note(world, world.ask(&clerk, "note"), &format!("note {n}")).await.unwrap();
        }
        let before = world.head().await;
        journal::rebuild(&world.door.db, REGISTRY, before.book_id).await.expect("rebuilt");
        assert_eq!(world.head().await, before);
        assert_eq!(journal::unknown_kind(&world.door.db.read, before.book_id, REGISTRY).await.unwrap(), None);
    })
    .await;
}
