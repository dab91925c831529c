//! Negative controls: made-up code that breaks each law must be caught, and code that only looks like it must not.

use std::fmt::Write as _;

use super::laws::{self, House, Law};
use super::source::Source;

/// A small house to try the laws in.
fn house() -> House {
    let order = ["kernel", "config", "db", "web", "journal", "people", "funds", "grants", "app"];
    let files = [
        "kernel/mod",
        "kernel/tree",
        "db/mod",
        "db/entity/mod",
        "web/form",
        "funds/mod",
        "funds/store",
        "grants/store",
    ];
    House {
        order: order.map(str::to_owned).to_vec(),
        files: files.iter().map(|path| format!("src/{path}.rs")).collect(),
    }
}

/// The lines at which a law finds fault.
fn lines(law: Law, path: &str, text: &str) -> Vec<usize> {
    let faults = law(&Source::new(path, text), &house());
    faults.iter().map(|fault| fault.split(':').next().and_then(|line| line.parse().ok()).expect("a line")).collect()
}

#[track_caller]
fn caught(law: Law, path: &str, text: &str) {
    assert!(!lines(law, path, text).is_empty(), "should be caught in {path}: {text}");
}

#[track_caller]
fn clean(law: Law, path: &str, text: &str) {
    assert_eq!(lines(law, path, text), Vec::<usize>::new(), "should be fine in {path}: {text}");
}

#[test]
fn imports_go_up_and_through_the_door() {
    caught(laws::imports, "src/funds/mod.rs", "use crate::grants::Grant;");
    caught(laws::imports, "src/funds/store.rs", "fn f() { crate::grants::step(); }");
    caught(laws::imports, "src/funds/store.rs", "use super::super::grants::step;");
    caught(laws::imports, "src/funds/store.rs", "use crate::{kernel::Fen, grants::{self, Grant}};");
    caught(laws::imports, "src/grants/actions.rs", "use crate::funds::store::balances;");
    caught(laws::imports, "src/grants/actions.rs", "use crate::funds; fn f() { funds::store::balances(); }");
    caught(laws::imports, "src/grants/actions.rs", "use crate::funds as money; fn f() { money::store::balances(); }");
    caught(laws::imports, "src/grants/actions.rs", "use crate::db::entity::grants;");
    clean(laws::imports, "src/grants/actions.rs", "use crate::funds::{post, Stage}; use super::store::load;");
    clean(laws::imports, "src/grants/store.rs", "use crate::db::entity::grants; use crate::kernel::tree::root;");
    clean(laws::imports, "src/grants/pages/record.rs", "use crate::web::form::Field; use crate::grants::store::one;");
    clean(laws::imports, "src/funds/mod.rs", "// crate::grants::Grant\nconst A: &str = \"crate::grants::Grant\";");
    clean(laws::imports, "src/funds/mod.rs", "#[cfg(test)]\nmod tests { use crate::grants::Grant; }");
}

#[test]
fn the_database_is_named_where_it_is_spoken_to() {
    caught(laws::database, "src/grants/actions.rs", "use sea_orm::EntityTrait;");
    caught(laws::database, "src/grants/pages/list.rs", "fn f(db: &sea_orm::DatabaseConnection) {}");
    for path in [
        "src/db/mod.rs",
        "src/journal/tx.rs",
        "src/grants/store.rs",
        "src/grants/store/list.rs",
        "src/grants/events.rs",
    ] {
        clean(laws::database, path, "use sea_orm::EntityTrait;");
    }
    clean(laws::database, "tests/it/schema.rs", "use sea_orm::EntityTrait;");
}

#[test]
fn the_web_is_named_where_pages_are_made() {
    for path in
        ["src/grants/actions.rs", "src/kernel/mod.rs", "src/db/mod.rs", "src/people/rules.rs", "src/grants/life/mod.rs"]
    {
        caught(laws::web, path, "use rocket::State;");
    }
    caught(laws::web, "src/grants/mod.rs", "use askama::Template;");
    caught(laws::web, "src/grants/actions.rs", "#[rocket::get]\nfn f() {}");
    for path in
        ["src/web/form.rs", "src/grants/pages/list.rs", "src/grants/mod.rs", "src/people/guards.rs", "src/app.rs"]
    {
        clean(laws::web, path, "use rocket::State;");
    }
    clean(laws::web, "src/grants/pages/list.rs", "#[derive(askama::Template)] struct Page;");
}

#[test]
fn drivers_and_unsafe_code_have_one_place() {
    caught(laws::drivers, "src/journal/tx.rs", "use rusqlite::Connection;");
    caught(laws::drivers, "src/grants/store.rs", "use sqlx::Row;");
    caught(laws::drivers, "src/db/mod.rs", "fn f() { unsafe { g() } }");
    clean(laws::drivers, "src/journal/bulk.rs", "use rusqlite::Connection; fn f() { unsafe { g() } }");
    clean(laws::drivers, "src/db/mod.rs", "use sqlx::sqlite::SqliteConnectOptions;");
}

#[test]
fn rules_depend_on_what_they_are_given() {
    for text in [
        "use std::fs;",
        "use std::{collections::BTreeMap, time::{Duration, Instant}};",
        "use std::time; fn f() { time::SystemTime::now(); }",
        "async fn f() {}",
        "fn f() { time::OffsetDateTime::now_utc(); }",
        "use rand::Rng;",
        "use super::store::load;",
        "use crate::db::Connection;",
        "use serde::Serialize; use rocket::FromForm;",
    ] {
        caught(laws::purity, "src/grants/rules.rs", text);
        clean(laws::purity, "src/grants/store.rs", text);
    }
    caught(laws::purity, "src/kernel/tree.rs", "use getrandom::fill;");
    caught(laws::purity, "src/grants/rules/caps.rs", "fn f() { tokio::spawn(g()); }");
    clean(laws::purity, "src/kernel/dates.rs", "use time::Date; pub struct Instant(i64); fn f(now: Instant) {}");
    clean(
        laws::purity,
        "src/kernel/tree.rs",
        "#[cfg(test)]\nmod tests {\n use std::fs;\n use rand::Rng;\n}\nfn f() {}",
    );
}

#[test]
fn floats_are_seen_in_every_dress() {
    for text in
        ["fn f(a: f64) {}", "let a = 0.5;", "let a = 1e9;", "let a = 3f32;", "let a = b as f64;", "let a = 1_000.00;"]
    {
        caught(laws::floats, "src/web/chart.rs", text);
    }
    let text = "let a = pair.0.1; for i in 0..5 {} let b = 0xfe; let c = 1.max(2); let d = 7usize; /* 0.5 f64 */ let e = \"0.5\";";
    clean(laws::floats, "src/web/chart.rs", text);
    clean(laws::floats, "src/kernel/fen.rs", "#[cfg(test)]\nmod tests { const A: f64 = 0.5; }");
}

#[test]
fn globs_are_seen_in_every_dress() {
    caught(laws::globs, "src/grants/store.rs", "use sea_orm::*;");
    caught(laws::globs, "src/grants/store.rs", "use crate::{kernel::Fen, db::{entity::*}};");
    caught(laws::globs, "src/grants/rules.rs", "fn f() { use Stage::*; }");
    clean(laws::globs, "src/grants/rules.rs", "#[cfg(test)]\nmod tests { use super::*; use proptest::prelude::*; }");
    clean(laws::globs, "src/grants/rules.rs", "fn f() -> i64 { a * b }");
}

#[test]
fn long_files_and_functions_are_named() {
    let mut long = String::from("fn endless() {\n");
    for line in 0..90 {
        let _ = writeln!(long, "    // {{ line {line}");
    }
    long.push_str("}\nfn short() {}\n");
    assert_eq!(lines(laws::lengths, "src/grants/store.rs", &long), [1]);
    caught(laws::lengths, "src/grants/store.rs", &"\n".repeat(501));
    caught(laws::lengths, "src/main.rs", &"\n".repeat(41));
    clean(laws::lengths, "src/grants/store.rs", &"fn f(g: fn(i64)) -> [u8; 3] {\n}\n".repeat(100));
}

#[test]
fn empty_names_are_seen() {
    caught(laws::names, "src/grants/utils.rs", "");
    caught(laws::names, "src/web/helpers/mod.rs", "");
    caught(laws::names, "src/grants/mod.rs", "mod service;");
    clean(laws::names, "src/grants/mod.rs", "mod store; // mod utils;");
}

#[test]
fn exceptions_are_expected_at_their_place() {
    caught(laws::exceptions, "src/grants/mod.rs", "#[allow(dead_code)]\nfn f() {}");
    caught(laws::exceptions, "src/grants/mod.rs", "#![allow(dead_code)]");
    let clock = "#[expect(clippy::disallowed_methods, reason = \"the clock\")]\nfn now() {}";
    caught(laws::exceptions, "src/grants/actions.rs", clock);
    clean(laws::exceptions, "src/config.rs", clock);
    clean(laws::exceptions, "src/grants/mod.rs", "#[expect(dead_code, reason = \"soon\")]\nfn f() {}");
}

#[test]
fn a_file_that_nobody_declares_is_missed() {
    caught(laws::declarations, "src/funds/mod.rs", "pub use store::x;");
    clean(laws::declarations, "src/funds/mod.rs", "mod store;");
    caught(laws::declarations, "src/lib.rs", "pub mod kernel; pub mod db; pub mod web;");
}

#[test]
fn comments_and_literals_hide_nothing_and_show_nothing() {
    let text = r##"
        /* outer /* f64 */ f64 */ fn a<'a>(x: &'a str) { let q = '"'; let e = '\''; let r = r#"f64 " f64"#; }
        fn b() { let s = "\" f64"; let t = b"f64"; let u = br"f64"; } // f64
    "##;
    clean(laws::floats, "src/web/chart.rs", text);
    let behind =
        "fn a() { let q = '\"'; let r = r##\"x\"# y\"##; let f: f64; }\nfn b<'a>() { let c = 'x'; let g: f32; }";
    assert_eq!(lines(laws::floats, "src/web/chart.rs", behind), [1, 2]);
    let after_tests =
        "#[cfg(test)]\n#[path = \"x\"]\nmod tests;\nfn a() -> f64 {}\n#[cfg(test)]\nuse a::{b};\nfn c() -> f32 {}";
    assert_eq!(lines(laws::floats, "src/web/chart.rs", after_tests), [4, 7]);
}
