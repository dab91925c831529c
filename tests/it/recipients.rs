//! Recipients and their accounts as clerks and reviewers keep them.

mod pages;

use relief_ledger::kernel::identity::{IdType, Identity};
use relief_ledger::kernel::keyset::Near;
use relief_ledger::recipients::{
    self, AccountChangeForm, AccountForm, ApproveAccountForm, ChangeForm, ParticularsForm, RefuseAccountForm,
    RegisterForm, Standing,
};

use crate::support::book::{World, on_both_engines};
use crate::support::office::{Office, USCCS, forbidden, form, refused_with};

fn particulars(name: &str) -> ParticularsForm {
    ParticularsForm { name: name.into(), ..form("", 0).particulars }
}

fn registered(number: &str, id_type: &str, name: &str) -> RegisterForm {
    RegisterForm { id_type: id_type.into(), number: number.into(), particulars: particulars(name) }
}

async fn register(world: &World, office: &Office<'_>, form: RegisterForm) -> i64 {
    recipients::register(&world.door, world.ask(&office.clerk, "register"), form).await.unwrap().recipient
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clerk_registers_a_recipient_once_and_changes_it_with_a_reason() {
    on_both_engines(async |world| {
        let office = Office::open(world).await;
        let (c, book_id) = (&world.door.db.read, world.book_id);
        let id = register(world, &office, registered(USCCS[0], "", "港信公司")).await;
        let again =
            recipients::register(&world.door, world.ask(&office.clerk, "register"), registered(USCCS[0], "", "另"));
        refused_with(again.await, &["recipient_known"]);
        let change = |name: &str| ChangeForm { recipient: id, particulars: particulars(name), reason: "更名".into() };
        let ask = || world.ask(&office.clerk, "change");
        refused_with(recipients::change(&world.door, ask(), change("港信公司")).await, &["nothing_changed"]);
        recipients::change(&world.door, ask(), change("港信集团")).await.unwrap();
        let by_reviewer = recipients::change(&world.door, world.ask(&office.reviewer, "change"), change("x"));
        forbidden(by_reviewer.await);
        let versions = recipients::versions(c, book_id, id).await.unwrap();
        let names: Vec<_> = versions.iter().map(|version| version.name.as_str()).collect();
        assert_eq!(names, ["港信公司", "港信集团"]);
        assert_eq!(recipients::by_id(c, book_id, id).await.unwrap().unwrap().name, "港信集团");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipient_is_found_by_name_and_by_the_beginning_of_its_number() {
    on_both_engines(async |world| {
        let office = Office::open(world).await;
        for (uscc, name) in USCCS.iter().zip(["港信公司", "ＡＢＣ 贸易", "100%_好店"]) {
            register(world, &office, registered(uscc, "", name)).await;
        }
        let search = async |text: &str| {
            let found = recipients::search(&world.door.db.read, world.book_id, text, Near::Start, 10).await.unwrap();
            found.rows.into_iter().map(|found| found.name).collect::<Vec<_>>()
        };
        assert_eq!(search("港信").await, ["港信公司"]);
        assert_eq!(search("abc贸").await, ["ＡＢＣ 贸易"]);
        assert_eq!(search("%_").await, ["100%_好店"]);
        assert_eq!(search("91330206m").await, ["港信公司"]);
        assert_eq!(search("").await.len(), 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_personal_number_is_sealed_masked_and_still_known() {
    on_both_engines(async |world| {
        let office = Office::open(world).await;
        let (c, book_id) = (&world.door.db.read, world.book_id);
        let one = register(world, &office, registered("AB1234567", "other", "某甲")).await;
        let other = register(world, &office, registered("AC1234567", "other", "某乙")).await;
        let number = async |id| recipients::by_id(c, book_id, id).await.unwrap().unwrap().number;
        assert_eq!((number(one).await, number(other).await), ("A******67".into(), "A******67/2".into()));
        let identity = |text| Identity::parse(IdType::Other, text).unwrap();
        let known = recipients::by_number(c, book_id, &identity("AC1234567")).await.unwrap().unwrap();
        assert_eq!(known.id, other);
        assert!(recipients::by_number(c, book_id, &identity("AD1234567")).await.unwrap().is_none());
        let both = recipients::by_numbers(c, book_id, &[identity("AB1234567"), identity("AC1234567")]).await.unwrap();
        assert_eq!(both.len(), 2);
        assert_eq!(recipients::identity_of(c, book_id, one).await.unwrap(), Some(identity("AB1234567")));
        let again = recipients::register(
            &world.door,
            world.ask(&office.clerk, "register"),
            registered("AB1234567", "other", "某甲"),
        );
        refused_with(again.await, &["recipient_known"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_changes_by_two_people_with_evidence() {
    on_both_engines(async |world| {
        let office = Office::open(world).await;
        let (c, book_id) = (&world.door.db.read, world.book_id);
        let grant = office.submitted(form("A-1", 0)).await;
        let account = AccountForm { account_number: "6222020000000000001".into(), ..form("", 0).account };
        let prepared = AccountChangeForm { recipient: grant, account, evidence: "变更函".into() };
        let prepare = async |form: AccountChangeForm| {
            recipients::prepare_account(&world.door, world.ask(&office.clerk, "account"), form).await
        };
        let id = prepare(prepared.clone()).await.unwrap().account;
        refused_with(prepare(prepared.clone()).await, &["account_change_waits"]);
        let blank = AccountChangeForm { evidence: String::new(), ..prepared.clone() };
        refused_with(prepare(blank).await, &["field_empty"]);
        let row = recipients::account(c, book_id, id).await.unwrap().unwrap();
        let digest = recipients::digest_of_account(&row.leaf_hash).unwrap();
        let form = ApproveAccountForm { account: id, digest, evidence: String::new() };
        let approve = async |actor, form| {
            recipients::approve_account(&world.door, world.ask(actor, "approve_account"), form).await
        };
        forbidden(approve(&office.clerk, form.clone()).await);
        refused_with(approve(&office.clerk_again, form.clone()).await, &["two_people"]);
        let forged = ApproveAccountForm { digest: "00".repeat(32), ..form.clone() };
        refused_with(approve(&office.reviewer, forged).await, &["digest_changed"]);
        approve(&office.reviewer, form.clone()).await.unwrap();
        refused_with(approve(&office.reviewer, form).await, &["account_change_decided"]);
        let states: Vec<_> =
            recipients::accounts(c, book_id, grant).await.unwrap().into_iter().map(|a| a.state).collect();
        assert_eq!(states, [Standing::Replaced.code(), Standing::OnFile.code()]);
        refused_with(prepare(prepared).await, &["nothing_changed"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_change_leaves_the_account_on_file() {
    on_both_engines(async |world| {
        let office = Office::open(world).await;
        let (c, book_id) = (&world.door.db.read, world.book_id);
        let grant = office.submitted(form("A-1", 0)).await;
        let account = AccountForm { account_number: "6222020000000000001".into(), ..form("", 0).account };
        let change = AccountChangeForm { recipient: grant, account, evidence: "来电".into() };
        let ask = world.ask(&office.clerk, "account");
        let id = recipients::prepare_account(&world.door, ask, change).await.unwrap().account;
        let refuse = RefuseAccountForm { account: id, reason: "无法核实".into() };
        recipients::refuse_account(&world.door, world.ask(&office.reviewer, "refuse"), refuse).await.unwrap();
        let on_file = recipients::by_id(c, book_id, grant).await.unwrap().unwrap().account.unwrap();
        assert_eq!(on_file.id, grant);
        assert!(recipients::pending_accounts(c, book_id, None).await.unwrap().is_empty());
    })
    .await;
}
