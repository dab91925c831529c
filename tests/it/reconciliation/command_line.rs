//! Reconciliations prepared, signed and reopened on the command line: the same rules as on the page.

use relief_ledger::people::Role;
use relief_ledger::reconciliation::{self, RecordState};
use serde_json::Value;

use super::{NUMBER, march};
use crate::support::book::World;
use crate::support::program::{done, refused, run, told, words};
use crate::support::visitor::user;

#[tokio::test(flavor = "multi_thread")]
async fn a_month_is_signed_on_the_command_line_by_two_people() {
    let world = World::on_sqlite().await;
    let (paying, _) = march(&world).await;
    user(&world, "dong", &[Role::Cashier]).await;
    user(&world, "bao", &[Role::Reviewer]).await;
    let say = |login: &'static str, rest: &[&str]| run(&world, &words(&["reconcile"], rest, login));
    refused(&say("dong", &["prepare"]), "请指明批次");
    refused(&say("dong", &["prepare", "--paying-account", "999", "--period", "2020-03"]), "账户");
    let made = told(&say("dong", &["prepare", "--paying-account", NUMBER, "--period", "2020-03"]));
    let (id, digest) = (made["reconciliation"].to_string(), made["digest"].as_str().unwrap().to_owned());
    assert_eq!(
        (made["state"].as_str(), made["scope"].as_str().unwrap().ends_with("2020-03")),
        (Some("prepared"), true)
    );
    refused(&say("dong", &["sign", &id]), "");
    refused(&say("bao", &["sign", &id, "--digest", &"0".repeat(64)]), "");
    let signed = told(&say("bao", &["sign", &id, "--digest", &digest]));
    assert_eq!(signed["state"], "signed");
    let number: i64 = id.parse().unwrap();
    let state = async || reconciliation::record(&world.door.db.read, world.book_id, number).await.unwrap().state;
    assert_eq!(state().await, RecordState::Signed);
    assert_eq!(told(&say("bao", &["reopen", &id, "--reason", "银行补发回单"]))["state"], "reopen_pending");
    refused(&say("bao", &["sign", &id]), "");
    user(&world, "jia", &[Role::Manager]).await;
    assert_eq!(told(&say("jia", &["refuse", &id, "--reason", "不必"]))["state"], "signed");
    told(&say("dong", &["reopen", &id, "--reason", "银行补发回单"]));
    refused(&say("jia", &["sign", &id, "--digest", &digest]), "--digest");
    assert_eq!(told(&say("jia", &["sign", &id]))["state"], "reopened");
    assert_eq!(state().await, RecordState::Reopened);
    let again = told(&say("dong", &["prepare", "--paying-account", NUMBER, "--period", "2020-03"]));
    let waits = again["reconciliation"].to_string();
    assert_eq!(told(&say("bao", &["refuse", &waits, "--reason", "请补附件"]))["state"], "refused");
    let listed = told(&run(&world, &["reconcile", "list", "--book", "beilun", "--format", "json"]));
    let states: Vec<&Value> = listed.as_array().unwrap().iter().map(|one| &one["state"]).collect();
    assert_eq!(states, ["refused", "reopened"]);
    // What was there before is still said the same way.
    let compared = run(&world, &["reconcile", "--period", "2020-03", "--book", "beilun", "--format", "json"]);
    assert_eq!(compared.status.code(), Some(1), "one payment is not answered");
    done(&run(&world, &["reconcile", "list", "--book", "beilun"]));
    drop(paying);
}
