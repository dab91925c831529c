//! What a releaser must have looked at: the sum above the book's limit, accounts that were changed not long ago, numbers
//! that several recipients share.

use relief_ledger::db::sql;
use relief_ledger::grants::Form;
use relief_ledger::journal::{Cell, Desk};
use relief_ledger::kernel::Result;
use relief_ledger::kernel::identity::{IdType, Identity};
use relief_ledger::payments::{self, BatchAnswer, Confirmation, Explanation, ReleaseForm};
use relief_ledger::recipients::{self, AccountChangeForm, AccountForm, ApproveAccountForm};
use relief_ledger::settings::{self, SettingForm, Verdict};

use crate::support::book::{World, on_both_engines};
use crate::support::office::{USCCS, form, refused_with};
use crate::support::treasury::{Treasury, looked_at};

/// Another value of a setting comes into force.
async fn set(treasury: &Treasury<'_>, name: &str, value: &str) {
    let (world, office) = (treasury.world, &treasury.office);
    let form = SettingForm { name: name.into(), value: value.into(), reason: "纪要".into() };
    let change = settings::prepare(&world.door, world.ask(&office.manager, "set"), form).await.unwrap().change;
    let shown = settings::change(&world.door.db.read, world.book_id, change).await.unwrap();
    let verdict = Verdict::Approved { digest: shown.leaf.to_string() };
    settings::decide(&world.door, world.ask(&office.reviewer, "set"), change, verdict).await.unwrap();
}

/// The account of one of the three recipients is changed by two people.
async fn moved(treasury: &Treasury<'_>, recipient: usize, to: &str) -> i64 {
    let (world, c) = (treasury.world, &treasury.world.door.db.read);
    let identity = Identity::parse(IdType::Uscc, USCCS[recipient]).unwrap();
    let known = recipients::by_number(c, world.book_id, &identity).await.unwrap().unwrap().id;
    let account = AccountForm { account_number: to.into(), ..form("", recipient).account };
    let prepared = AccountChangeForm { recipient: known, account, evidence: "变更函".into() };
    let ask = world.ask(&treasury.office.clerk, "account");
    let account = recipients::prepare_account(&world.door, ask, prepared).await.unwrap().account;
    let row = recipients::account(c, world.book_id, account).await.unwrap().unwrap();
    let digest = recipients::digest_of_account(&row.leaf_hash).unwrap();
    let approve = ApproveAccountForm { account, digest, evidence: "已回拨".into() };
    recipients::approve_account(&world.door, world.ask(&treasury.office.reviewer, "account"), approve).await.unwrap();
    account
}

/// Approved grants for recipients, each paid to a number.
async fn approved(treasury: &Treasury<'_>, grants: &[(&str, usize, &str)]) {
    let mut ids = Vec::new();
    for (reference, recipient, number) in grants {
        let mut typed = Form { amount: "600".into(), ..form(reference, *recipient) };
        typed.account.account_number = (*number).to_owned();
        ids.push(treasury.office.submitted(typed).await);
    }
    treasury.office.approve_as(&treasury.office.reviewer, &ids).await.unwrap();
}

async fn release(treasury: &Treasury<'_>, batch: i64, said: ReleaseForm) -> Result<BatchAnswer> {
    let world = treasury.world;
    payments::release(&world.door, world.ask(&treasury.office.second_reviewer, "release"), batch, said).await
}

async fn checks(world: &World, batch: i64) -> payments::ReleaseChecks {
    let today = world.door.surroundings.clock.now().day();
    payments::release_checks(&world.door.db.read, world.book_id, batch, today).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn above_the_limit_of_the_book_the_sum_is_typed() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        treasury.approved(0..3).await;
        let made = treasury.built().await;
        let plain = || ReleaseForm::from(made.digest.clone());
        set(&treasury, "typed_above", "100").await;
        refused_with(release(&treasury, made.batch, plain()).await, &["amount_empty"]);
        let wrong = ReleaseForm { typed_sum: "300.00".into(), ..plain() };
        refused_with(release(&treasury, made.batch, wrong).await, &["typed_sum_differs"]);
        let right = ReleaseForm { typed_sum: made.sum.grouped(), ..plain() };
        release(&treasury, made.batch, right).await.unwrap();
        // Control: under the limit nothing is typed.
        treasury.approved(3..4).await;
        let small = treasury.built().await;
        set(&treasury, "typed_above", "1000").await;
        release(&treasury, small.batch, ReleaseForm::from(small.digest)).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_account_is_confirmed_with_somebody_through_a_number_and_that_is_kept() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let old = form("", 0).account.account_number;
        approved(&treasury, &[("A-1", 0, &old)]).await;
        let first = treasury.built().await;
        release(&treasury, first.batch, ReleaseForm::from(first.digest)).await.unwrap();
        let account = moved(&treasury, 0, "6222020000000000777").await;
        approved(&treasury, &[("A-2", 0, "6222020000000000777")]).await;
        let made = treasury.built().await;
        let found = checks(world, made.batch).await;
        assert_eq!(found.changed.iter().map(|one| one.id).collect::<Vec<_>>(), [account]);
        assert_eq!(found.changed[0].number_before.as_deref(), Some(old.as_str()));
        let said = |with: &str, through: &str| ReleaseForm {
            confirmed: vec![Confirmation { account, with: with.into(), through: through.into() }],
            ..ReleaseForm::from(made.digest.clone())
        };
        let head = world.head().await.position;
        for said in [ReleaseForm::from(made.digest.clone()), said("", ""), said("李会计", ""), said(" ", "86780001")]
        {
            refused_with(release(&treasury, made.batch, said).await, &["accounts_not_confirmed"]);
        }
        assert_eq!(world.head().await.position, head);

        // After the time that the book sets nobody asks any more; before it, the release is confirmed and says so.
        set(&treasury, "changed_account_days", "5").await;
        world.it_is("2020-03-07");
        assert_eq!(checks(world, made.batch).await.changed.len(), 1);
        world.it_is("2020-03-08");
        assert_eq!(checks(world, made.batch).await.changed.len(), 0);
        set(&treasury, "changed_account_days", "30").await;
        release(&treasury, made.batch, said("李会计", "0574-86780001")).await.unwrap();
        let kept = payments::confirmed_accounts(&world.door.db.read, world.book_id, made.batch).await.unwrap();
        let kept: Vec<_> = kept.into_iter().map(|one| (one.account, one.contact)).collect();
        assert_eq!(kept, [(account, Some(("李会计".to_owned(), "0574-86780001".to_owned())))]);
        told_by_no_event_and_erasable(&treasury, made.batch).await;
    })
    .await;
}

/// A name and a telephone number stand beside the book: no event holds them, and once they are erased the book still holds.
async fn told_by_no_event_and_erasable(treasury: &Treasury<'_>, batch: i64) {
    let (world, c) = (treasury.world, &treasury.world.door.db.read);
    let rows = treasury.rows("SELECT position, payload FROM events", "position").await;
    let holds = |cells: &[Cell], word: &str| String::from_utf8_lossy(cells[1].bytes()).contains(word);
    let released = rows.iter().rev().find(|cells| holds(cells, "confirmation_contacts")).unwrap();
    for said in ["李会计", "86780001"] {
        assert!(!rows.iter().any(|cells| holds(cells, said)), "{said}");
    }
    assert!(holds(released, "6222020000000000777"), "control: what is an accounting record stands in the event");
    let position = released[0].int().unwrap();
    assert!(world.verify().await.findings.is_empty());
    // Control: what is gone without an event that says so is missed.
    let gone = "DELETE FROM private WHERE book_id = ? AND position = ?";
    let values = vec![world.book_id.into(), position.into()];
    assert_eq!(sql::run(&world.door.db.write, gone, values).await.unwrap(), 1);
    assert_eq!(world.verify().await.findings[0].table, "private");
    let erased = serde_json::json!({
        "position": position, "slot": "confirmation_contacts", "reason": "当事人申请",
    });
    let ask = world.ask(&treasury.office.manager, "erase");
    let emit = move |desk: &mut Desk| desk.emit("private_erased", 1, &erased);
    world.door.command(ask, &position, move |desk| Box::pin(std::future::ready(emit(desk)))).await.unwrap();
    assert_eq!(payments::confirmed_accounts(c, world.book_id, batch).await.unwrap()[0].contact, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn several_recipients_of_one_account_number_bar_the_release_until_explained() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let (own, shared) = (form("", 0).account.account_number, "6222020000000000888");
        approved(&treasury, &[("A-1", 0, &own), ("A-2", 1, shared), ("A-3", 2, shared), ("A-4", 2, shared)]).await;
        let made = treasury.built().await;
        let found = checks(world, made.batch).await;
        assert_eq!(found.changed, [], "first accounts are no changed ones");
        let one = &found.shared[0];
        assert_eq!((found.shared.len(), &*one.account_number, one.recipients, one.payments), (1, shared, 2, 3));
        assert_eq!((one.sum.plain(), one.names.len()), ("1800.00".to_owned(), 2));

        let said = |number: &str, why: &str| ReleaseForm {
            explained: vec![Explanation { account_number: number.into(), explanation: why.into() }],
            ..ReleaseForm::from(made.digest.clone())
        };
        for said in [ReleaseForm::from(made.digest.clone()), said(shared, " "), said(&own, "同一房东")] {
            refused_with(release(&treasury, made.batch, said).await, &["accounts_not_explained"]);
        }
        release(&treasury, made.batch, said(shared, "同一房东代收租金")).await.unwrap();
        let kept = payments::explained_accounts(&world.door.db.read, world.book_id, made.batch).await.unwrap();
        assert_eq!(
            (&*kept[0].account_number, kept[0].recipients_count, &*kept[0].explanation),
            (shared, 2, "同一房东代收租金")
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_was_not_looked_at_is_told_at_once() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let (one, other) = (form("", 0).account.account_number, form("", 1).account.account_number);
        approved(&treasury, &[("A-1", 0, &one), ("A-2", 1, &other)]).await;
        let first = treasury.built().await;
        treasury.release_as(&treasury.office.second_reviewer, first.batch).await.unwrap();
        // The second recipient moves to the account of the first: both rules speak.
        moved(&treasury, 1, &one).await;
        approved(&treasury, &[("A-3", 0, &one), ("A-4", 1, &one)]).await;
        set(&treasury, "typed_above", "1").await;
        let made = treasury.built().await;
        let bare = ReleaseForm { typed_sum: "2".into(), ..ReleaseForm::from(made.digest.clone()) };
        let codes = ["typed_sum_differs", "accounts_not_confirmed", "accounts_not_explained"];
        refused_with(release(&treasury, made.batch, bare).await, &codes);
        let said = looked_at(world, made.batch).await;
        let ask = || world.ask_with_key(&treasury.office.second_reviewer, "release", "the-key-of-it");
        let done = payments::release(&world.door, ask(), made.batch, said.clone()).await.unwrap();
        assert_eq!(payments::release(&world.door, ask(), made.batch, said).await.unwrap(), done, "again is the same");
    })
    .await;
}
