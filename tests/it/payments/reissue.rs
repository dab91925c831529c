//! A payment that came to nothing is made again, to an account that one corrected and another reviewed; its recipient
//! is counted once.

use relief_ledger::audit::{self, Figures};
use relief_ledger::exports::What;
use relief_ledger::grants::State;
use relief_ledger::kernel::Result;
use relief_ledger::kernel::money::Fen;
use relief_ledger::payments::{self, PaymentState, ReissueAnswer, ReissueForm, Reissued, Verdict};
use relief_ledger::recipients::{self, AccountChangeForm, AccountForm, ApproveAccountForm};

use super::reports;
use crate::support::bank::{answer_file, orders};
use crate::support::book::{World, on_both_engines};
use crate::support::office::{day, forbidden, refused_with};
use crate::support::treasury::{Stages, Treasury, account_number, amount, name};

const CORRECTED: &str = "6222020000000000777";

/// A clerk prepares another account for the recipient of a grant.
async fn prepared(treasury: &Treasury<'_>, grant: i64) -> i64 {
    prepared_with(treasury, grant, (CORRECTED, "104100000004")).await
}

/// The same with a number and a bank's code.
async fn prepared_with(treasury: &Treasury<'_>, grant: i64, (number, bank_code): (&str, &str)) -> i64 {
    let world = treasury.world;
    let found = treasury.office.grant(grant).await;
    let account = AccountForm {
        payee_relation: String::new(),
        account_name: found.content.name.clone(),
        account_number: number.into(),
        bank_code: bank_code.into(),
        bank_name: "中国银行宁波北仑支行".into(),
    };
    let change = AccountChangeForm { recipient: found.recipient, account, evidence: "变更函".into() };
    let ask = world.ask(&treasury.office.clerk, "account");
    recipients::prepare_account(&world.door, ask, change).await.unwrap().account
}

async fn reviewed(treasury: &Treasury<'_>, account: i64) {
    let world = treasury.world;
    let row = recipients::account(&world.door.db.read, world.book_id, account).await.unwrap().unwrap();
    let digest = recipients::digest_of_account(&row.leaf_hash).unwrap();
    let approve = ApproveAccountForm { account, digest, evidence: "已回拨".into() };
    recipients::approve_account(&world.door, world.ask(&treasury.office.reviewer, "approve"), approve).await.unwrap();
}

async fn reissue(treasury: &Treasury<'_>, payment: i64, reason: &str) -> Result<ReissueAnswer> {
    treasury.reissue(payment, reason).await
}

async fn totals(world: &World, as_of: &str) -> Figures {
    audit::totals(&world.door.db, &world.head().await, day(as_of), None, &[]).await.unwrap().figures()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_payment_goes_to_the_corrected_account() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let ids = treasury.approved(0..2).await;
        let batch = treasury.released("2020-03-04").await;
        let told = orders(&treasury.file(batch, "generic-csv").await);
        world.it_is("2020-03-05");
        let first = treasury.payment_of(ids[0]).await;
        refused_with(reissue(&treasury, first.id, "再付").await, &["payment_stands"]);
        let lines = [told[0].answer("refused", 0, "2020-03-05"), told[1].answer("paid", 1, "2020-03-05")];
        treasury.answered("a.csv", &answer_file(&lines)).await;
        let payable = Stages::of(amount(0), Fen::ZERO, amount(1));
        assert_eq!(treasury.stages().await, payable);
        // Refused is approved again, but goes into no batch before somebody looked at it.
        let gather = payments::Gather::default();
        refused_with(treasury.build_as(&treasury.cashier, gather).await, &["nothing_to_pay"]);
        refused_with(reissue(&treasury, first.id, "").await, &["account_not_corrected"]);
        let paid = treasury.payment_of(ids[1]).await.id;
        refused_with(reissue(&treasury, paid, "再付").await, &["payment_stands"]);

        let account = prepared(&treasury, ids[0]).await;
        refused_with(reissue(&treasury, first.id, "再付").await, &["account_change_open"]);
        reviewed(&treasury, account).await;
        let form = ReissueForm { payment: first.id, reason: String::new() };
        let by_reviewer = payments::reissue(&world.door, world.ask(&treasury.office.reviewer, "reissue"), form);
        forbidden(by_reviewer.await);
        reissue(&treasury, first.id, "").await.unwrap();
        refused_with(reissue(&treasury, first.id, "再付").await, &["reissued_before"]);
        assert_eq!(treasury.stages().await, payable, "that moves no money");

        let second = treasury.built().await;
        assert_eq!((second.payments, second.sum), (1, amount(0)));
        let again = treasury.payment_of(ids[0]).await;
        assert_eq!((again.attempt, again.account_number.as_str()), (2, CORRECTED));
        let rows = treasury.rows("SELECT previous FROM payments", "id").await;
        assert_eq!(rows.last().unwrap()[0].opt_int(), Some(first.id), "it names the one before");
        let exported = reports::rows(world, What::Payments, "2020-03-05").await;
        let attempts = exported.iter().map(|row| (row["attempt"].as_str(), row["previous_payment"].as_str()));
        let before = format!("beilun-{}", first.id);
        assert_eq!(attempts.collect::<Vec<_>>(), [("1", ""), ("1", ""), ("2", before.as_str())]);
        assert_eq!(treasury.payments(batch).await[0].account_number, told[0].number, "the first stays as it was");
        world.it_is("2020-03-06");
        treasury.release_as(&treasury.office.second_reviewer, second.batch).await.unwrap();
        let file = orders(&treasury.file(second.batch, "generic-csv").await);
        assert_eq!((file[0].number.as_str(), file[0].name.as_str()), (CORRECTED, name(0).as_str()));
        assert_ne!(file[0].id, told[0].id);
        // An answer to the first attempt is a duplicate, not one to the second.
        let lines = [told[0].answer("refused", 3, "2020-03-06"), file[0].answer("paid", 4, "2020-03-06")];
        let loaded = treasury.answered("b.csv", &answer_file(&lines)).await;
        assert_eq!(loaded.applied, 1);
        assert_eq!(loaded.discrepancies.into_iter().collect::<Vec<_>>(), [("duplicate", 1)]);
        let all = amount(0).checked_add(amount(1)).unwrap();
        assert_eq!(treasury.stages().await, Stages::of(Fen::ZERO, Fen::ZERO, all));
        let figures = Figures { grants: 2, recipients: 2, paid: all, returned: Fen::ZERO, net: all };
        assert_eq!(totals(world, "2020-03-06").await, figures, "a refusal is no payment");
        assert_eq!(treasury.grant_state(ids[0]).await, State::Paid);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_whose_bank_has_another_code_by_now_is_a_corrected_one() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let ids = treasury.approved(0..2).await;
        let batch = treasury.released("2020-03-04").await;
        let told = orders(&treasury.file(batch, "generic-csv").await);
        world.it_is("2020-03-05");
        let lines: Vec<_> = told.iter().map(|order| order.answer("refused", 0, "2020-03-05")).collect();
        treasury.answered("a.csv", &answer_file(&lines)).await;
        let account = prepared_with(&treasury, ids[0], (&account_number(0), "102332006123")).await;
        reviewed(&treasury, account).await;
        let first = treasury.payment_of(ids[0]).await.id;
        assert_eq!(reissue(&treasury, first, "").await.unwrap().became, Reissued::Approved);
        // Control: what nobody corrected goes there again only if a second person agrees.
        let other = treasury.payment_of(ids[1]).await.id;
        refused_with(reissue(&treasury, other, "").await, &["account_not_corrected"]);
        assert_eq!(reissue(&treasury, other, "银行确认").await.unwrap().became, Reissued::Pending);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_returned_payment_counts_its_recipient_once() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let ids = treasury.approved(0..3).await;
        let batch = treasury.released("2020-03-04").await;
        let told = orders(&treasury.file(batch, "generic-csv").await);
        world.it_is("2020-03-05");
        let lines: Vec<_> = told.iter().map(|order| order.answer("paid", 0, "2020-03-05")).collect();
        treasury.answered("a.csv", &answer_file(&lines)).await;
        let all = Fen::sum((0..3).map(amount)).unwrap();
        let whole = Figures { grants: 3, recipients: 3, paid: all, returned: Fen::ZERO, net: all };
        assert_eq!(totals(world, "2020-03-05").await, whole);

        world.it_is("2020-03-10");
        treasury.answered("b.csv", &answer_file(&[told[0].answer("returned", 9, "2020-03-09")])).await;
        let kept = amount(1).checked_add(amount(2)).unwrap();
        let fewer = Figures { grants: 2, recipients: 2, paid: all, returned: amount(0), net: kept };
        assert_eq!(totals(world, "2020-03-10").await, fewer);
        assert_eq!(totals(world, "2020-03-08").await, whole, "on the day before it had not come back");
        assert_eq!(treasury.grant_state(ids[0]).await, State::Returned);
        let first = treasury.payment_of(ids[0]).await.id;
        let gather = payments::Gather { grants: vec![ids[0]], ..payments::Gather::default() };
        refused_with(treasury.build_as(&treasury.cashier, gather).await, &["nothing_to_pay"]);
        refused_with(reissue(&treasury, first, " ").await, &["account_not_corrected"]);
        // The account was right after all: with a reason, and a second person who agrees, it is paid there again.
        let asked = reissue(&treasury, first, "银行确认账户已恢复").await.unwrap();
        assert_eq!(asked.became, Reissued::Pending);
        refused_with(reissue(&treasury, first, "再付").await, &["reissue_waits"]);
        let gather = payments::Gather { grants: vec![ids[0]], ..payments::Gather::default() };
        refused_with(treasury.build_as(&treasury.cashier, gather).await, &["nothing_to_pay"]);
        assert_eq!(treasury.grant_state(ids[0]).await, State::Returned, "one person alone brings it nowhere");
        refused_with(treasury.approve_reissue_as(&treasury.cashier_again, first).await, &["two_people"]);
        forbidden(treasury.approve_reissue_as(&treasury.second_cashier, first).await);
        let no = Verdict::Refused { reason: "先核实".into() };
        let ask = world.ask(&treasury.office.reviewer, "refuse");
        payments::decide_reissue(&world.door, ask, first, no).await.unwrap();
        refused_with(treasury.approve_reissue_as(&treasury.office.reviewer, first).await, &["not_pending"]);
        treasury.reissued(first).await;
        assert_eq!(treasury.grant_state(ids[0]).await, State::Approved);
        let second = treasury.released("2020-03-11").await;
        let file = orders(&treasury.file(second, "generic-csv").await);
        assert_eq!(file[0].number, told[0].number);
        world.it_is("2020-03-12");
        treasury.answered("c.csv", &answer_file(&[file[0].answer("paid", 10, "2020-03-12")])).await;
        let again = treasury.payment_of(ids[0]).await;
        assert_eq!((again.attempt, again.state), (2, PaymentState::Paid));
        let paid = all.checked_add(amount(0)).unwrap();
        let figures = Figures { grants: 3, recipients: 3, paid, returned: amount(0), net: all };
        assert_eq!(totals(world, "2020-03-12").await, figures);
        assert_eq!(treasury.stages().await, Stages::of(Fen::ZERO, Fen::ZERO, all));
    })
    .await;
}
