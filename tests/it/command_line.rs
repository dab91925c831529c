//! The program itself on the command line: recoveries, corrections and months under the same rules as on the page.

use relief_ledger::grants::{Form, State};
use relief_ledger::people::Role;
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};

use crate::support::book::World;
use crate::support::months::verified;
use crate::support::office::{form, policy, yuan};
use crate::support::program::{done, refused, run, told, words};
use crate::support::recovering::paid;
use crate::support::statement::paying_account;
use crate::support::treasury::{POLICY, Treasury};
use crate::support::visitor::user;

/// A paid grant of 600 yuan and an approved one of 200 of the same recipient.
async fn two_grants(treasury: &Treasury<'_>) -> (i64, i64) {
    let office = &treasury.office;
    let grant = async |reference: &str, amount: &str| {
        office.submitted(Form { amount: amount.into(), ..form(reference, 0) }).await
    };
    let (one, other) = (grant("A-1", "600").await, grant("A-2", "200").await);
    office.approve_as(&office.reviewer, &[one, other]).await.unwrap();
    paid(office, &treasury.cashier, &[one], "2020-03-02").await;
    (one, other)
}

#[tokio::test(flavor = "multi_thread")]
async fn money_is_demanded_received_and_settled_on_the_command_line() {
    let world = World::on_sqlite().await;
    let treasury = Treasury::open(&world).await;
    let (grant, other) = two_grants(&treasury).await;
    let number = "33050112345678";
    paying_account(&world, (&treasury.cashier, &treasury.office.reviewer), number, "special").await;
    user(&world, "dong", &[Role::Clerk, Role::Cashier, Role::Reviewer]).await;
    user(&world, "bao", &[Role::Reviewer]).await;
    let say = |login: &'static str, rest: &[&str]| run(&world, &words(&["recovery"], rest, login));
    let (grant, other) = (grant.to_string(), other.to_string());
    let demand = ["demand", &grant, "--document", "追1号", "--reason", "多付", "--due", "2099-12-31", "--amount"];
    let demanded = |amount: &'static str| say("dong", &[&demand[..], &[amount]].concat());
    refused(&demanded("601"), "600.00");
    let made = told(&demanded("300"));
    let (id, digest) = (made["demand"].to_string(), made["digest"].as_str().unwrap().to_owned());
    assert_eq!(made["state"], "pending");
    refused(&say("dong", &["sign", &id]), "");
    refused(&say("bao", &["sign", &id, "--digest", &"0".repeat(64)]), "");
    assert_eq!(told(&say("bao", &["sign", &id, "--digest", &digest]))["state"], "standing");

    let receive = ["receive", &id, "--document", "回单1号", "--on", "2020-03-03", "--destination", "available"];
    let received = |rest: &[&str]| say("dong", &[&receive[..], rest].concat());
    refused(&received(&["--amount", "301"]), "300.00");
    refused(&received(&["--amount", "100", "--paying-account", "999"]), "账户");
    let receipt = told(&received(&["--amount", "100", "--paying-account", number]))["receipt"].to_string();
    assert_eq!(told(&say("bao", &["sign", &receipt]))["state"], "standing");
    let wrong = told(&received(&["--amount", "7"]))["receipt"].to_string();
    assert_eq!(told(&say("bao", &["refuse", &wrong, "--reason", "没有到账"]))["state"], "refused");

    let offset = ["offset", &id, "--grant", &other, "--amount", "50", "--document", "抵1号", "--reason", "抵扣"];
    let offset = told(&say("dong", &offset))["offset"].to_string();
    assert_eq!(told(&say("bao", &["sign", &offset]))["state"], "standing");
    assert_eq!(told(&say("dong", &["undo", &offset, "--reason", "记错"]))["state"], "undo_pending");
    refused(&say("dong", &["sign", &offset]), "");
    // An undoing has no digest; one that is given is not passed over.
    refused(&say("bao", &["sign", &offset, "--digest", &digest]), "--digest");
    assert_eq!(told(&say("bao", &["sign", &offset]))["state"], "undone");

    let listed = told(&run(&world, &["recovery", "list", "--book", "beilun", "--format", "json"]));
    assert_eq!((&listed[0]["demand"].to_string(), listed[0]["open"].as_str()), (&id, Some("200.00")));
    assert!(done(&run(&world, &["recovery", "list", "--book", "beilun"])).contains("A-1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_is_corrected_on_the_command_line() {
    let world = World::on_sqlite().await;
    let treasury = Treasury::open(&world).await;
    let (grant, _) = two_grants(&treasury).await;
    treasury.office.in_force(policy("BL2020-05")).await;
    user(&world, "dong", &[Role::Clerk, Role::Reviewer]).await;
    user(&world, "bao", &[Role::Reviewer]).await;
    let say = |login: &'static str, rest: &[&str]| run(&world, &words(&["correction"], rest, login));
    let number = grant.to_string();
    let right = ["--reference", "G-1", "--right-on", "2020-03-02", "--document", "更1号", "--reason", "政策记错"];
    let prepare = |policy: &'static str| {
        say("dong", &[&["prepare", &number, "--policy", policy, "--amount", "600"], &right[..]].concat())
    };
    refused(&prepare("NONE"), "政策");
    let made = told(&prepare("BL2020-05"));
    let id = made["correction"].to_string();
    assert_eq!((made["state"].as_str(), made["right_grant"].is_null()), (Some("pending"), true));
    refused(&prepare("BL2020-05"), "");
    refused(&say("dong", &["approve", &id]), "");
    assert_eq!(told(&say("bao", &["refuse", &id, "--reason", "没有记错"]))["state"], "refused");
    let id = told(&prepare(POLICY))["correction"].to_string();
    refused(&say("bao", &["approve", &id, "--digest", &"0".repeat(64)]), "");
    assert_eq!(treasury.grant_state(grant).await, State::Paid, "nothing of it was done");
    let done_so = told(&say("bao", &["approve", &id]));
    assert_eq!(done_so["state"], "approved");
    assert_eq!(treasury.grant_state(grant).await, State::Corrected);
    let listed = told(&run(&world, &["correction", "list", "--book", "beilun", "--format", "json"]));
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]), (2, &done_so));
    assert!(done(&run(&world, &["correction", "list", "--book", "beilun"])).contains("G-1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_is_closed_on_the_command_line_with_a_decision_for_each_allotment() {
    let world = World::on_sqlite().await;
    let treasury = Treasury::open(&world).await;
    let office = &treasury.office;
    let mut two = policy("BL2020-11");
    let mut other = two.allotments[0].clone();
    two.allotments[0].document_number = "指1号".into();
    (other.document_number, other.amount) = ("指2号".into(), yuan("5000"));
    two.allotments.push(other);
    office.in_force(two).await;
    user(&world, "dong", &[Role::Manager]).await;
    user(&world, "bao", &[Role::Reviewer]).await;
    world.it_is("2021-01-05");
    verified(&world).await;
    let say = |login: &'static str, rest: &[&str]| run(&world, &words(&["period"], rest, login));
    let waits = told(&say("dong", &["close", "2020-11", "--reason", "下月办理"]))["id"].to_string();
    refused(&say("bao", &["refuse", &waits, "--reason", " "]), "");
    assert_eq!(told(&say("bao", &["refuse", &waits, "--reason", "再核对"]))["what"], "refused");
    let again = told(&say("dong", &["close", "2020-11", "--reason", "下月办理"]))["id"].to_string();
    told(&say("bao", &["approve", &again]));

    let close = ["close", "2020-12", "--reason", "下月办理", "--document", "仑财〔2020〕99号"];
    let year = |rest: &[&str]| say("dong", &[&close[..], rest].concat());
    refused(&year(&["--allotment", "BL2020-11/指2号=taken-back"]), "余款");
    let others = ["--rest", "carried", "--unpaid", "carried", "--allotment"];
    refused(&year(&[&others[..], &["BL2020-11/指2号=lost"]].concat()), "无法读取");
    refused(&year(&[&others[..], &["BL2020-11/指3号=carried"]].concat()), "没有指标");
    let id = told(&year(&[&others[..], &["BL2020-11/指2号=taken-back,cancelled"]].concat()))["id"].to_string();
    told(&say("bao", &["approve", &id]));
    let end = relief_ledger::kernel::dates::Day::parse("2020-12-31").unwrap();
    let all = relief_ledger::funds::standings_on(&world.door.db.read, world.book_id, end).await.unwrap();
    let mut left: Vec<i64> = all.iter().map(|one| one.available.get()).collect();
    left.sort_unstable();
    assert_eq!(left.iter().filter(|fen| **fen == 0).count(), 1, "one is taken back, the others stay: {left:?}");

    let reopening = told(&say("dong", &["reopen", "2020-12", "--reason", "更正"]))["id"].to_string();
    assert_eq!(told(&say("bao", &["refuse", &reopening, "--reason", "不必"]))["what"], "kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn on_postgresql_nothing_is_said_beside_the_answer() {
    let world = World::on_postgres().await;
    // the tables are there already, of which the server gives notice
    for words in [&["migrate"][..], &["migrate"], &["audit", "totals", "--book", "beilun"]] {
        let output = run(&world, words);
        assert!(!done(&output).is_empty(), "{words:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{words:?}");
    }
    let row =
        world.door.db.write.query_one_raw(Statement::from_string(DbBackend::Postgres, "SHOW client_min_messages"));
    let heard: String = row.await.unwrap().unwrap().try_get_by_index(0).unwrap();
    assert_eq!(heard, "warning", "what the server warns of is heard");
}
