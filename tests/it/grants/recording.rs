//! A clerk records grants: checks, drafts, double submits, accounts that differ.

use relief_ledger::grants::{self, Form, ReasonForm, State};
use relief_ledger::kernel::Error;
use relief_ledger::recipients::{self, AccountForm, ApproveAccountForm};
use relief_ledger::{kernel::money::Fen, policies};

use crate::support::book::on_both_engines;
use crate::support::office::{Office, day, forbidden, form, policy, refused_with, yuan};

#[tokio::test(flavor = "multi_thread")]
async fn a_clerk_records_a_grant_and_its_recipient_is_registered_with_it() {
    on_both_engines(async |world| {
        let office = Office::open(world).await;
        let id = office.submitted(form("A-1", 0)).await;
        let grant = office.grant(id).await;
        assert_eq!((grant.state, grant.recipient, grant.content.amount), (State::Submitted, id, yuan("1000")));
        assert_eq!(grant.content.applied_on, day("2020-03-02"));
        let recipient = recipients::by_id(&world.door.db.read, world.book_id, id).await.unwrap().unwrap();
        assert_eq!(recipient.account.unwrap().id, id);
        let next = office.submitted(Form { amount: "2000".into(), ..form("A-2", 0) }).await;
        assert_eq!(office.grant(next).await.recipient, id);
        let by_reviewer = grants::record(&world.door, world.ask(&office.reviewer, "record"), form("A-3", 1), true);
        forbidden(by_reviewer.await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_click_records_one_grant_and_answers_alike() {
    on_both_engines(async |world| {
        let office = Office::open(world).await;
        let ask = || world.ask_with_key(&office.clerk, "record_grant", "form-key-1");
        let (one, other) = futures::join!(
            grants::record(&world.door, ask(), form("A-1", 0), true),
            grants::record(&world.door, ask(), form("A-1", 0), true),
        );
        assert_eq!(one.unwrap(), other.unwrap());
        let sums = grants::sums(&world.door.db.read, world.book_id, &grants::Filter::default()).await.unwrap();
        assert_eq!((sums.grants, sums.amount), (1, yuan("1000")));
        let changed = Form { amount: "9".into(), ..form("A-1", 0) };
        let conflict = grants::record(&world.door, ask(), changed, true).await;
        assert!(matches!(conflict, Err(Error::KeyConflict)), "{conflict:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_hard_checks_find_is_refused_and_nothing_is_stored() {
    on_both_engines(async |world| {
        let office = Office::open(world).await;
        office.submitted(form("A-1", 0)).await;
        let before = world.head().await.position;
        let record = async |form| grants::record(&world.door, world.ask(&office.clerk, "record"), form, true).await;
        refused_with(record(form("A-1", 1)).await, &["reference_used"]);
        refused_with(record(Form { amount: "49000.01".into(), ..form("A-2", 0) }).await, &["cap_exceeded"]);
        refused_with(record(Form { policy: "X".into(), ..form("A-2", 1) }).await, &["policy_unknown"]);
        let late = Form { applied_on: "2021-01-01".into(), ..form("A-2", 1) };
        refused_with(record(late).await, &["outside_window"]);
        let mut renamed = form("A-2", 0);
        renamed.particulars.name = "别的公司".into();
        refused_with(record(renamed).await, &["recipient_name_differs"]);
        let wrong = Form { number: "1".into(), amount: "0.001".into(), ..form("A-2", 1) };
        refused_with(record(wrong).await, &["uscc_length", "amount_decimals"]);
        assert_eq!(world.head().await.position, before);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_without_a_reference_gets_one_from_its_position() {
    on_both_engines(async |world| {
        let office = Office::open(world).await;
        let id = office.submitted(form("", 0)).await;
        assert_eq!(office.grant(id).await.content.reference, format!("BL2020-01-{id}"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_corrected_whole_with_its_recipient_and_then_submitted() {
    on_both_engines(async |world| {
        let office = Office::open(world).await;
        let mut typed = form("A-1", 0);
        typed.particulars.name = "宁波港新建筑有限公司".into();
        let id = office.drafted(typed).await;
        let mut right = Form { amount: "1500".into(), ..form("A-1", 0) };
        right.account.account_number = "6222020000000000001".into();
        let edit = |actor| grants::edit(&world.door, world.ask(actor, "edit"), id, right.clone(), false);
        // The same person under another login goes on with the draft.
        edit(&office.clerk_again).await.unwrap();
        forbidden(edit(&office.reviewer).await);
        let grant = office.grant(id).await;
        assert_eq!((grant.state, grant.content.amount), (State::Draft, yuan("1500")));
        assert_eq!(grant.account_change, None);
        let recipient = recipients::by_id(&world.door.db.read, world.book_id, id).await.unwrap().unwrap();
        assert_eq!(recipient.name, "宁波港信建筑有限公司");
        assert_eq!(recipient.account.unwrap().account.account_number, "6222020000000000001");
        assert_eq!(recipients::versions(&world.door.db.read, world.book_id, id).await.unwrap().len(), 2);
        grants::submit(&world.door, world.ask(&office.clerk, "submit"), id).await.unwrap();
        assert_eq!(office.state(id).await, State::Submitted);
        refused_with(edit(&office.clerk).await, &["illegal_step"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_is_given_up_frees_its_reference_and_the_cap() {
    on_both_engines(async |world| {
        let office = Office::open(world).await;
        let id = office.drafted(Form { amount: "50000".into(), ..form("A-1", 0) }).await;
        let facts = grants::form_facts(&world.door.db.read, world.book_id, "BL2020-01", None, 0).await.unwrap();
        assert_eq!(facts.cap_left, Some(yuan("50000")));
        let reason = ReasonForm { grant: id, reason: "重复录入".into() };
        grants::withdraw(&world.door, world.ask(&office.clerk, "withdraw"), reason).await.unwrap();
        assert_eq!(office.state(id).await, State::Cancelled);
        office.submitted(Form { amount: "50000".into(), ..form("A-1", 0) }).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_account_opens_a_change_and_the_grant_waits_for_it() {
    on_both_engines(async |world| {
        let office = Office::open(world).await;
        let (c, book_id) = (&world.door.db.read, world.book_id);
        office.submitted(form("A-1", 0)).await;
        let other = AccountForm { account_number: "6222020000000000001".into(), ..form("", 0).account };
        let waits = office.submitted(Form { account: other.clone(), amount: "7".into(), ..form("A-2", 0) }).await;
        let also = office.submitted(Form { account: other, amount: "8".into(), ..form("A-3", 0) }).await;
        let pending = recipients::pending_accounts(c, book_id, None).await.unwrap();
        assert_eq!(pending.iter().map(|row| row.id).collect::<Vec<_>>(), [waits]);
        assert_eq!(office.grant(also).await.account_change, Some((waits, "pending".to_owned())));
        let both = [waits, also];
        refused_with(office.approve_as(&office.reviewer, &both).await, &["account_change_open", "account_change_open"]);
        let approve = ApproveAccountForm {
            account: waits,
            digest: recipients::digest_of_account(&pending[0].leaf_hash).unwrap(),
            evidence: "已回拨电话核实".into(),
        };
        let ask = |actor| world.ask(actor, "approve_account");
        let own = recipients::approve_account(&world.door, ask(&office.clerk_again), approve.clone()).await;
        refused_with(own, &["two_people"]);
        recipients::approve_account(&world.door, ask(&office.reviewer), approve).await.unwrap();
        office.approve_as(&office.reviewer, &both).await.unwrap();
        let on_file = recipients::by_id(c, book_id, pending[0].recipient).await.unwrap().unwrap().account.unwrap();
        assert_eq!((on_file.id, on_file.account.account_number.as_str()), (waits, "6222020000000000001"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_of_two_sources_is_split_and_the_split_is_what_moves() {
    on_both_engines(async |world| {
        let office = Office::open(world).await;
        let mut shared = policy("BL2020-02");
        let mut province = shared.allotments[0].clone();
        province.document_number = "甬财〔2020〕5号".into();
        province.share = 2;
        shared.allotments.push(province);
        let shared = office.in_force(shared).await;
        let id = office.submitted(Form { policy: "BL2020-02".into(), amount: "100".into(), ..form("B-1", 0) }).await;
        office.approve_as(&office.reviewer, &[id]).await.unwrap();
        let policy = policies::by_id(&world.door.db.read, world.book_id, shared).await.unwrap().unwrap();
        let detail = grants::detail(&world.door.db.read, world.book_id, id).await.unwrap().unwrap();
        let moved: Vec<(i64, Fen)> = detail.transfers.iter().map(|t| (t.moved.allotment, t.moved.amount)).collect();
        let [own, province] = policy.allotments.as_slice() else { panic!("two allotments") };
        assert_eq!(moved, [(own.id, yuan("33.33")), (province.id, yuan("66.67"))]);
        assert_eq!(detail.grant.content.split, moved);
    })
    .await;
}
