//! The program itself on the command line: the same rules as on the page.

use relief_ledger::grants::{self, Form};
use relief_ledger::kernel::money::Fen;
use relief_ledger::payments;
use relief_ledger::people::Role;
use relief_ledger::policies;
use relief_ledger::settings::{self, SettingForm, Verdict};
use serde_json::Value;

use crate::support::book::World;
use crate::support::every_payment::own_format;
use crate::support::office::{Office, form};
use crate::support::program::{done, refused, run};
use crate::support::visitor::user;

/// Approved grants of 600 yuan, two recipients on one account.
async fn prepared(world: &World) {
    let office = Office::open(world).await;
    let mut ids = Vec::new();
    for (reference, recipient) in [("A-1", 0), ("A-2", 1), ("A-3", 2)] {
        let mut typed = Form { amount: "600".into(), ..form(reference, recipient) };
        if recipient == 2 {
            typed.account.account_number = form("", 1).account.account_number;
        }
        ids.push(office.submitted(typed).await);
    }
    office.approve_as(&office.reviewer, &ids).await.unwrap();
    assert_eq!(grants::grants(&world.door.db.read, world.book_id, &ids).await.unwrap().len(), 3);
    assert_eq!(policies::all(&world.door.db.read, world.book_id).await.unwrap().len(), 1);
    let limit = SettingForm { name: "typed_above".into(), value: "1000".into(), reason: "纪要".into() };
    let change = settings::prepare(&world.door, world.ask(&office.manager, "set"), limit).await.unwrap().change;
    let shown = settings::change(&world.door.db.read, world.book_id, change).await.unwrap();
    let verdict = Verdict::Approved { digest: shown.leaf.to_string() };
    settings::decide(&world.door, world.ask(&office.reviewer, "set"), change, verdict).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_released_on_the_command_line_under_the_same_rules() {
    let world = World::on_sqlite().await;
    // The program's clock is the machine's, and so never before the book's.
    prepared(&world).await;
    user(&world, "sun", &[Role::Cashier]).await;
    user(&world, "bao", &[Role::Reviewer]).await;
    let of = ["--book", "beilun", "--format", "json"];
    let batch =
        |login: &'static str, rest: &[&str]| run(&world, &[&["batch"], rest, &of[..], &["--as", login][..]].concat());
    let made: Value = serde_json::from_str(&done(&batch("sun", &["create"]))).unwrap();
    let (id, digest) = (made["batch"].to_string(), made["digest"].as_str().unwrap().to_owned());
    assert_eq!(made["sum"], "1800.00");
    let shared = form("", 1).account.account_number;
    let explain = format!("{shared}=同一房东");

    refused(&batch("bao", &["release", &id]), "--sum");
    refused(&batch("bao", &["release", &id, "--sum", "1800", "--explain", "乱写"]), "无法读取");
    refused(&batch("bao", &["release", &id, "--sum", "1799", "--explain", &explain]), "不符");
    refused(&batch("bao", &["release", &id, "--digest", &digest]), &shared);
    refused(&batch("sun", &["release", &id, "--digest", &digest, "--explain", &explain]), "");
    // Who gives the digest of every amount need not type their sum.
    let told = done(&batch("bao", &["release", &id, "--digest", &digest, "--explain", &explain]));
    assert_eq!(serde_json::from_str::<Value>(&told).unwrap()["state"], "released");
    let batch_id: i64 = id.parse().unwrap();
    let found = payments::batch(&world.door.db.read, world.book_id, batch_id).await.unwrap();
    assert_eq!(found.sum, Fen::parse("1800").unwrap());
    let kept = payments::explained_accounts(&world.door.db.read, world.book_id, batch_id).await.unwrap();
    assert_eq!(kept[0].explanation, "同一房东");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_format_of_the_book_is_known_to_the_command_line() {
    let world = World::on_sqlite().await;
    prepared(&world).await;
    user(&world, "sun", &[Role::Cashier]).await;
    let manager = user(&world, "ma", &[Role::Manager]).await;
    let cashier = user(&world, "qian", &[Role::Cashier]).await;
    let reviewer = user(&world, "bao", &[Role::Reviewer]).await;
    let made =
        payments::build(&world.door, world.ask(&cashier, "build"), payments::Gather::default(), None).await.unwrap();
    let looked = crate::support::treasury::looked_at(&world, made.batch).await;
    payments::release(&world.door, world.ask(&reviewer, "release"), made.batch, looked).await.unwrap();
    let (id, target) = (made.batch.to_string(), world.folder().join("ccb.csv"));
    let path = target.display().to_string();
    let words = ["batch", "file", &id, "--profile", "ccb", "--book", "beilun", "-o", &path];
    refused(&run(&world, &words), "没有名为“ccb”的");
    let new = payments::NewProfile { toml: own_format("ccb"), reason: "建行说明".into() };
    let version = payments::record_profile(&world.door, world.ask(&cashier, "profile"), new).await.unwrap().profile;
    let shown = payments::own_profile(&world.door.db.read, world.book_id, version).await.unwrap();
    let verdict = Verdict::Approved { digest: shown.leaf.to_string() };
    payments::decide_profile(&world.door, world.ask(&manager, "approve"), version, verdict).await.unwrap();
    done(&run(&world, &words));
    assert_eq!(std::fs::read_to_string(&target).unwrap().lines().count(), 4);
}
