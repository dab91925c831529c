//! The bank is asked about what it has not answered and about balances that are not one; who asked, what it said and what
//! came of it is told with the difference.

use relief_ledger::exports::What;
use relief_ledger::kernel::Result;
use relief_ledger::people::Role;
use relief_ledger::reconciliation::{self, AnswerForm, EntryForm, InquiryForm, Subject};
use rocket::http::Status;

use super::{OPENING, Paying, march};
use crate::payments::reports::rows;
use crate::support::bank::{answer_file, orders};
use crate::support::book::{World, on_both_engines};
use crate::support::office::{forbidden, refused_with};
use crate::support::treasury::Treasury;
use crate::support::visitor::{Visitor, user};

async fn ask_as(world: &World, actor: &relief_ledger::journal::Actor, about: Subject, document: &str) -> Result<i64> {
    let form = InquiryForm { about, document: document.into(), note: "电话催问无果".into() };
    let (ask, head) = (world.ask(actor, "inquire"), world.head().await);
    reconciliation::inquire(&world.door, ask, &head, form).await.map(|made| made.inquiry)
}

async fn answer_as(world: &World, actor: &relief_ledger::journal::Actor, inquiry: i64, answer: &str) -> Result<()> {
    let form = AnswerForm { inquiry, document: "查复〔2020〕3号".into(), answer: answer.into() };
    reconciliation::answer_inquiry(&world.door, world.ask(actor, "answer"), form).await.map(|_| ())
}

/// State, how, document and who of the differences with a name, as exported.
async fn followed(world: &World, name: &str, as_of: &str) -> Vec<[String; 4]> {
    let found = rows(world, What::Discrepancies, as_of).await;
    let named = found.into_iter().filter(|row| row["discrepancy"] == name);
    named.map(|row| ["discrepancy_state", "how", "document", "actor"].map(|column| row[column].clone())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unanswered_payment_tells_who_asked_the_bank_and_what_it_said() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let cashier = &treasury.cashier;
        treasury.approved(0..2).await;
        let batch = treasury.released("2020-03-04").await;
        let orders = orders(&treasury.file(batch, "generic-csv").await);
        world.it_is("2020-03-06");
        treasury.answered("a.csv", &answer_file(&[orders[0].answer("paid", 0, "2020-03-05")])).await;
        let told = async || followed(world, "missing_at_bank", "2020-03-31").await;
        assert_eq!(told().await, [["open", "", "", ""].map(str::to_owned)]);

        refused_with(ask_as(world, cashier, Subject::Batch(batch), " ").await, &["field_empty"]);
        forbidden(ask_as(world, &treasury.office.clerk, Subject::Batch(batch), "查询〔2020〕1号").await);
        let inquiry = ask_as(world, cashier, Subject::Batch(batch), "查询〔2020〕1号").await.unwrap();
        let found = reconciliation::inquiries(&world.door.db.read, world.book_id, Subject::Batch(batch)).await.unwrap();
        assert_eq!(
            (found[0].id, found[0].payments, found[0].silent),
            (inquiry, 1, 1),
            "the answered one is not asked about"
        );
        assert_eq!(told().await, [["open", "asked", "查询〔2020〕1号", "li"].map(str::to_owned)]);

        refused_with(answer_as(world, cashier, inquiry, " ").await, &["field_empty"]);
        answer_as(world, cashier, inquiry, "款项已于3月7日付出").await.unwrap();
        refused_with(answer_as(world, cashier, inquiry, "再查复").await, &["inquiry_answered"]);
        assert_eq!(told().await, [["open", "explained", "查复〔2020〕3号", "li"].map(str::to_owned)]);
        let position = world.head().await.position;

        // The words move no money: the bank's file does, and the difference stays told as settled.
        world.it_is("2020-03-09");
        treasury.answered("b.csv", &answer_file(&[orders[1].answer("paid", 1, "2020-03-07")])).await;
        assert_eq!(told().await, [["settled", "explained", "查复〔2020〕3号", "li"].map(str::to_owned)]);
        refused_with(ask_as(world, cashier, Subject::Batch(batch), "查询〔2020〕2号").await, &["nothing_missing"]);
        assert!(world.head().await.position > position);
    })
    .await;
}

async fn said(paying: &Paying<'_>, fen: i64) {
    let form = EntryForm {
        account: paying.account,
        kind: "opening".into(),
        on: "2020-03-01".into(),
        amount: relief_ledger::kernel::money::Fen::new(fen).plain(),
        document: "年报".into(),
        note: String::new(),
    };
    let ask = paying.world.ask(&paying.treasury.cashier, "entry");
    reconciliation::record_entry(&paying.world.door, ask, form).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn balances_that_are_not_one_are_asked_about_and_what_agrees_is_not() {
    on_both_engines(async |world| {
        let (paying, _) = march(world).await;
        let (cashier, month) = (&paying.treasury.cashier, paying.subject("2020-03-01"));
        refused_with(ask_as(world, cashier, month, "查询〔2020〕1号").await, &["balances_agree"]);
        said(&paying, OPENING + 100).await;
        assert_eq!(followed(world, "balance_differs", "2020-03-31").await, [["open", "", "", ""].map(str::to_owned)]);
        let inquiry = ask_as(world, cashier, month, "查询〔2020〕1号").await.unwrap();
        let told = ["open", "asked", "查询〔2020〕1号", "li"].map(str::to_owned);
        assert_eq!(followed(world, "balance_differs", "2020-03-31").await, [told]);
        answer_as(world, &paying.treasury.office.manager, inquiry, "银行余额无误").await.unwrap();
        let told = ["open", "explained", "查复〔2020〕3号", "zhou"].map(str::to_owned);
        assert_eq!(followed(world, "balance_differs", "2020-03-31").await, [told], "it differs as before");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inquiry_is_made_and_answered_in_the_browser() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        treasury.approved(0..2).await;
        let batch = treasury.released("2020-03-04").await;
        user(world, "sun9", &[Role::Cashier]).await;
        user(world, "qian9", &[Role::Auditor]).await;
        let (cashier, auditor) = (Visitor::signed_in(world, "sun9").await, Visitor::signed_in(world, "qian9").await);
        let address = format!("/reconciliation/batch/{batch}");
        assert!(!auditor.page(&address).await.contains("查询未回复的"), "an auditor only looks");
        let html = cashier.page(&address).await;
        assert!(html.contains("查询未回复的 2 笔支付"), "{html}");
        let path = format!("{address}/inquire");
        let silent = cashier.send_from(&html, &path, &[("document", "")]).await;
        assert_eq!(silent.status(), Status::UnprocessableEntity);
        drop(silent);
        let before = world.head().await.position;
        for _ in 0..2 {
            let sent = cashier.send_from(&html, &path, &[("document", "查询〔2020〕1号")]).await;
            assert_eq!(sent.status(), Status::SeeOther);
        }
        assert_eq!(world.head().await.position, before + 1, "pressed twice, it happens once");
        let letter = format!("/reconciliation/inquiries/{}", before + 1);
        let html = cashier.page(&letter).await;
        assert!(html.contains("下列 2 笔支付已送银行") && html.contains("待查复"), "{html}");
        let fields = [("answer_document", "查复3号"), ("answer", "均已付出")];
        let sent = cashier.send_from(&html, &format!("{letter}/answer"), &fields).await;
        assert_eq!(sent.status(), Status::SeeOther);
        drop(sent);
        let html = auditor.page(&letter).await;
        assert!(html.contains("均已付出") && html.contains("银行已查复"), "{html}");
        assert!(auditor.page(&address).await.contains("查复3号"));
    })
    .await;
}
