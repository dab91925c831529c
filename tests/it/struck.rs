//! A row of a file of policies is struck before the file is signed: the others come into force, the struck one goes back.

use relief_ledger::imports::{self, ImportState, Submitted, Upload, What};
use relief_ledger::journal::Actor;
use relief_ledger::kernel::money::Fen;
use relief_ledger::kernel::{Error, Result};
use relief_ledger::people::Role;
use relief_ledger::policies::{self, Policy, State};
use relief_ledger::web::Lang;

use crate::support::book::{World, on_both_engines};

const POLICIES: &str = include_str!("../fixtures/files/policies.csv");

struct Staff {
    clerk: Actor,
    manager: Actor,
    reviewer: Actor,
}

async fn staff(world: &World) -> Staff {
    Staff {
        clerk: world.actor("chen", "P1", &[Role::Clerk]).await,
        manager: world.actor("zhou", "P2", &[Role::Manager]).await,
        reviewer: world.actor("wang", "P3", &[Role::Reviewer]).await,
    }
}

async fn brought(world: &World, manager: &Actor, text: &str) -> Submitted {
    let bytes = text.as_bytes().to_vec();
    let upload = Upload { what: What::Policies, file_name: "政策.csv".into(), bytes, unit: None };
    let answer = imports::submit(&world.door, world.ask(manager, "import"), upload).await.unwrap();
    answer.unwrap_or_else(|faults| panic!("{:#?}", faults.in_language(Lang::En)))
}

async fn policies_of(world: &World, import: i64) -> Vec<Policy> {
    policies::of_import(&world.door.db.read, world.book_id, import).await.unwrap()
}

async fn strike(world: &World, actor: &Actor, id: i64, reason: &str) -> Result<()> {
    policies::strike(&world.door, world.ask(actor, "strike"), id, reason.into()).await.map(|_| ())
}

fn refused_with<T: std::fmt::Debug>(result: Result<T>, code: &str) {
    match &result {
        Err(Error::Refused(refusals)) if refusals[0].code == code => {}
        other => panic!("{code} was expected, not {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_struck_policy_stays_out_of_digest_approval_and_sum_and_goes_back_with_its_reason() {
    on_both_engines(async |world| {
        let staff = staff(world).await;
        let c = &world.door.db.read;
        let file = brought(world, &staff.manager, POLICIES).await;
        let all = policies_of(world, file.import).await;
        let third = &all[2];
        assert_eq!(third.line, Some(4));

        refused_with(strike(world, &staff.reviewer, third.id, " ").await, "reason_needed");
        assert!(matches!(strike(world, &staff.clerk, third.id, "重复").await, Err(Error::Forbidden)));
        strike(world, &staff.reviewer, third.id, "与市级政策重复").await.unwrap();
        refused_with(strike(world, &staff.reviewer, third.id, "再来").await, "not_pending");

        let view = imports::by_id(c, world.book_id, file.import).await.unwrap();
        assert_eq!((view.rows, view.struck), (4, 1));
        assert_eq!(view.sum, Fen::parse("1016276500").unwrap(), "four budgets of 254,069,125");
        assert_ne!(view.digest, file.digest, "what remains has another digest");
        let approve = async |digest: &str| {
            imports::approve(&world.door, world.ask(&staff.reviewer, "approve"), file.import, digest.into()).await
        };
        refused_with(approve(&file.digest).await, "digest_changed");
        approve(&view.digest).await.unwrap();

        let after = policies_of(world, file.import).await;
        let states: Vec<State> = after.iter().map(|policy| policy.state).collect();
        assert_eq!(states, [State::Open, State::Open, State::Struck, State::Open, State::Open]);
        let standing = policies::standing(c, world.book_id, third.id).await.unwrap().unwrap();
        assert_eq!((standing.total.budget, standing.total.prepared), (Fen::ZERO, Fen::ZERO), "its budget is not there");
        let signed = imports::by_id(c, world.book_id, file.import).await.unwrap();
        assert_eq!((signed.rows, signed.sum, signed.digest.as_str()), (4, view.sum, view.digest.as_str()));
        assert_eq!(signed.struck, 1);

        let back = imports::struck_rows_csv(c, world.book_id, &signed, Lang::Zh).await.unwrap();
        let back = String::from_utf8(back).unwrap();
        let row = "\r\n4,与市级政策重复,BL2020-03,个体工商户复工补助,仑市监〔2020〕15号,补助,2020-03-15,2020-12-31,,254069125.00\r\n";
        assert!(back.starts_with("\u{feff}原文件行次,剔除原因,政策编号,") && back.ends_with(row), "{back}");
        // Its code is free: what came back may come again.
        let again = brought(world, &staff.manager, &back).await;
        assert_eq!(again.rows, 1);
        let versions = policies::versions(c, world.book_id, third.id).await.unwrap();
        assert_eq!((versions[0].state, versions[0].reason.as_str()), (State::Struck, "与市级政策重复"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_which_nothing_remains_is_not_approved_and_a_refused_one_leaves_struck_rows_struck() {
    on_both_engines(async |world| {
        let staff = staff(world).await;
        let c = &world.door.db.read;
        let file = brought(world, &staff.manager, POLICIES).await;
        let all = policies_of(world, file.import).await;
        // The preparer may strike as well: somebody else still decides.
        for policy in &all[1..] {
            strike(world, &staff.manager, policy.id, "未经审定").await.unwrap();
        }
        let one = imports::by_id(c, world.book_id, file.import).await.unwrap();
        assert_eq!((one.rows, one.struck), (1, 4));
        strike(world, &staff.manager, all[0].id, "未经审定").await.unwrap();
        let none = imports::by_id(c, world.book_id, file.import).await.unwrap();
        assert_eq!((none.rows, none.sum), (0, Fen::ZERO));
        let ask = world.ask(&staff.reviewer, "approve");
        refused_with(imports::approve(&world.door, ask, file.import, none.digest).await, "nothing_left");
        let ask = world.ask(&staff.reviewer, "refuse");
        imports::refuse(&world.door, ask, file.import, "全部退回".into()).await.unwrap();
        let view = imports::by_id(c, world.book_id, file.import).await.unwrap();
        assert_eq!(view.state, ImportState::Refused);
        assert!(policies_of(world, file.import).await.iter().all(|policy| policy.state == State::Struck));

        let alone = policies::by_code(c, world.book_id, "BL2020-01").await.unwrap();
        assert_eq!(alone, None, "the code is free");
        assert_eq!(brought(world, &staff.manager, POLICIES).await.rows, 5, "and the file may come again");
    })
    .await;
}
