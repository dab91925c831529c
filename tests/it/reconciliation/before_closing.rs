//! Months are closed on the ground of what was signed: every account and batch that moved in them.

use relief_ledger::closing::{self, Checklist, Item};
use relief_ledger::people::Role;
use relief_ledger::reconciliation::{self, Subject};

use super::march;
use crate::support::bank::{answer_file, orders};
use crate::support::book::{World, on_both_engines};
use crate::support::months::{approve_as, closed, form, month, prepare_as, reopened, verified};
use crate::support::office::{day, refused_with};
use crate::support::treasury::Treasury;
use crate::support::visitor::{Visitor, user};

async fn checklist(world: &World, last: &str, today: &str) -> Checklist {
    let check = relief_ledger::audit::last_check(&world.door, world.book_id).await.unwrap();
    closing::checklist(&world.door.db, &world.head().await, month(last), day(today), check.as_ref()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_in_which_an_account_moved_is_closed_after_it_was_signed() {
    on_both_engines(async |world| {
        let (paying, _) = march(world).await;
        let office = &paying.treasury.office;
        let subject = paying.subject("2020-03-01");
        world.it_is("2020-04-02");
        verified(world).await;
        // Nothing moved in February: there is nothing to sign.
        assert_eq!(checklist(world, "2020-02", "2020-04-02").await.facts.unsigned, []);
        closed(office, form("2020-02")).await;
        assert_eq!(checklist(world, "2020-03", "2020-04-02").await.facts.unsigned, [subject]);
        refused_with(prepare_as(world, &office.manager, form("2020-03")).await, &["closing_not_signed"]);
        let id = paying.prepare_as(&paying.treasury.second_cashier, subject).await.unwrap().reconciliation;
        refused_with(prepare_as(world, &office.manager, form("2020-03")).await, &["closing_not_signed"]);
        paying.sign_as(&office.reviewer, id).await.unwrap();
        assert_eq!(checklist(world, "2020-03", "2020-04-02").await.facts.unsigned, []);
        closed(office, form("2020-03")).await;

        // What a closed month rests on stands as long as that is closed.
        let ask = async || {
            let ask = world.ask(&paying.treasury.cashier, "reopen");
            reconciliation::prepare_reopening(&world.door, ask, id, "银行补发回单".into()).await
        };
        refused_with(ask().await, &["period_closed"]);
        reopened(office, "2020-03").await.unwrap();
        ask().await.unwrap();
        refused_with(prepare_as(world, &office.manager, form("2020-03")).await, &["closing_not_signed"]);
        let stand = world.ask(&office.manager, "stand");
        reconciliation::refuse_reopening(&world.door, stand, id, "不必重开".into()).await.unwrap();
        let closing = prepare_as(world, &office.manager, form("2020-03")).await.unwrap();
        // It is reopened while the closing waits: what was signed is no longer so.
        ask().await.unwrap();
        reconciliation::approve_reopening(&world.door, world.ask(&office.manager, "reopen"), id).await.unwrap();
        refused_with(approve_as(world, &office.reviewer, closing).await, &["closing_changed"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_of_no_account_is_signed_once_the_bank_answered_all_of_it() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        treasury.approved(0..2).await;
        let batch = treasury.released("2020-03-04").await;
        let told = orders(&treasury.file(batch, "generic-csv").await);
        world.it_is("2020-03-06");
        treasury.answered("a.csv", &answer_file(&[told[0].answer("paid", 0, "2020-03-05")])).await;
        world.it_is("2020-04-02");
        // Control: as long as one is unanswered there is nothing that could be signed, and a reason is enough.
        let found = checklist(world, "2020-03", "2020-04-02").await.facts;
        assert_eq!((found.unsigned, found.open.get(&Item::Unanswered)), (Vec::new(), Some(&1)));
        treasury.answered("b.csv", &answer_file(&[told[1].answer("refused", 1, "2020-04-01")])).await;
        verified(world).await;
        let manager = &treasury.office.manager;
        assert_eq!(checklist(world, "2020-03", "2020-04-02").await.facts.unsigned, [Subject::Batch(batch)]);
        refused_with(prepare_as(world, manager, form("2020-03")).await, &["closing_not_signed"]);
        let (door, head, subject) = (&world.door, world.head().await, Subject::Batch(batch));
        let ask = world.ask(&treasury.second_cashier, "prepare");
        let id = reconciliation::prepare(door, ask, &head, subject).await.unwrap().reconciliation;
        let digest = reconciliation::record(&door.db.read, world.book_id, id).await.unwrap().digest;
        let ask = world.ask(&treasury.office.reviewer, "sign");
        reconciliation::sign(door, ask, &world.head().await, id, digest).await.unwrap();
        closed(&treasury.office, form("2020-03")).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_checklist_leads_to_what_is_to_be_signed() {
    on_both_engines(async |world| {
        let (paying, _) = march(world).await;
        world.it_is("2020-04-02");
        verified(world).await;
        user(world, "lin", &[Role::Manager]).await;
        let manager = Visitor::signed_in(world, "lin").await;
        let html = manager.page("/closing/new?month=2020-03").await;
        let address = format!("/reconciliation/account/{}/2020-03", paying.account);
        assert!(html.contains("未签认的对账") && html.contains(&address), "{html}");
        let id = paying.prepare_as(&paying.treasury.second_cashier, paying.subject("2020-03-01")).await.unwrap();
        paying.sign_as(&paying.treasury.office.reviewer, id.reconciliation).await.unwrap();
        assert!(!manager.page("/closing/new?month=2020-03").await.contains(&address), "signed");
    })
    .await;
}
