//! The payment day on the pages: a batch built, released, answered, settled and undone, each by whoever may and by nobody
//! else; a form that is sent twice does nothing twice.

use relief_ledger::grants::{self, Form};
use relief_ledger::journal::Actor;
use relief_ledger::payments::{self, BatchState};
use relief_ledger::people::Role;
use rocket::http::{ContentType, Status};
use rocket::local::asynchronous::LocalResponse;

use crate::support::bank::{Answer, answer_file, orders};
use crate::support::book::{World, on_both_engines};
use crate::support::office::form;
use crate::support::treasury::Treasury;
use crate::support::visitor::{Visitor, filled, location, user, value};

/// The people of these tests, each at a browser.
struct Staff {
    cashier: Visitor,
    reviewer: Visitor,
    clerk: Visitor,
}

async fn staff(world: &World) -> Staff {
    for (login, role) in [("cash", Role::Cashier), ("rev", Role::Reviewer), ("clerk", Role::Clerk)] {
        user(world, login, &[role]).await;
    }
    Staff {
        cashier: Visitor::signed_in(world, "cash").await,
        reviewer: Visitor::signed_in(world, "rev").await,
        clerk: Visitor::signed_in(world, "clerk").await,
    }
}

/// The form of a batch of everything that waits.
async fn everything(visitor: &Visitor) -> String {
    let html = visitor.page("/batches/new").await;
    let (count, sum) = (value(&html, "count").unwrap(), value(&html, "sum").unwrap());
    filled(&html, &[("which", "all"), ("count", &count), ("sum", &sum)])
}

/// Builds a batch of everything; its address.
async fn built(visitor: &Visitor) -> String {
    let body = everything(visitor).await;
    let answer = visitor.post("/batches/new", body).await;
    assert_eq!(answer.status(), Status::SeeOther);
    location(&answer)
}

/// Brings a file of the bank with a request key.
async fn bring<'v>(visitor: &'v Visitor, key: &str, bytes: &[u8]) -> LocalResponse<'v> {
    let csrf = value(&visitor.page("/book").await, "csrf").unwrap();
    let part = |head: &str, body: &str| format!("--x\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n");
    let body = part("name=\"csrf\"", &csrf)
        + &part("name=\"request_key\"", key)
        + &part("name=\"profile\"", "generic-csv")
        + &part("name=\"file\"; filename=\"回单.csv\"\r\nContent-Type: text/csv", std::str::from_utf8(bytes).unwrap())
        + "--x--\r\n";
    let kind = ContentType::new("multipart", "form-data").with_params(("boundary", "x"));
    visitor.0.post("/bank-files/new").header(kind).body(body).dispatch().await
}

async fn key_of(visitor: &Visitor) -> String {
    value(&visitor.page("/bank-files/new").await, "request_key").unwrap()
}

/// Loads a file that is taken; its address.
async fn taken(visitor: &Visitor, answers: &[Answer]) -> String {
    let key = key_of(visitor).await;
    let answer = bring(visitor, &key, &answer_file(answers)).await;
    let (status, to) = (answer.status(), location(&answer));
    assert_eq!(status, Status::SeeOther, "{}", answer.into_string().await.unwrap_or_default());
    to
}

async fn refused(answer: LocalResponse<'_>, sentence: &str) {
    assert_eq!(answer.status(), Status::UnprocessableEntity);
    let html = answer.into_string().await.unwrap();
    assert!(html.contains(sentence), "{sentence}: {html}");
}

async fn bytes(visitor: &Visitor, path: &str) -> Vec<u8> {
    let answer = visitor.get(path).await;
    assert_eq!(answer.status(), Status::Ok, "{path}");
    answer.into_bytes().await.unwrap()
}

async fn forbidden(visitor: &Visitor, page: &str, path: &str) {
    assert_eq!(visitor.send(page, path, &[("digest", "x")]).await.status(), Status::Forbidden, "{path}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_built_released_by_another_person_and_its_file_is_the_same_twice() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let Staff { cashier, reviewer, clerk } = staff(world).await;
        assert!(cashier.page("/batches").await.contains("还没有"), "an empty page says what to do");
        treasury.approved(0..4).await;

        let body = everything(&cashier).await;
        let first = cashier.post("/batches/new", body.clone()).await;
        let (status, batch) = (first.status(), location(&first));
        drop(first);
        assert_eq!(status, Status::SeeOther, "{batch}");
        assert_eq!(location(&cashier.post("/batches/new", body).await), batch, "the same submit twice is one batch");
        let all = payments::batches(&world.door.db.read, world.book_id, None, i64::MAX, 9).await.unwrap();
        assert_eq!(all.len(), 1);

        let release = format!("{batch}/release");
        for visitor in [&cashier, &clerk] {
            assert_eq!(visitor.get(&release).await.status(), Status::Forbidden);
            forbidden(visitor, "/batches", &release).await;
        }
        let html = reviewer.page(&release).await;
        let sum = all[0].sum.grouped();
        assert!(html.contains(&format!("放行 4 笔，共 {sum} 元")) && html.contains(&all[0].digest), "{html}");
        refused(reviewer.send(&release, &release, &[("digest", "0")]).await, "内容在您查看之后有变动").await;
        let body = filled(&html, &[]);
        let done = reviewer.post(&release, body.clone()).await;
        assert_eq!((done.status(), location(&done)), (Status::SeeOther, batch.clone()));
        drop(done);
        let head = world.head().await.position;
        assert_eq!(location(&reviewer.post(&release, body).await), batch, "the same submit twice is one release");
        assert_eq!((world.head().await.position, treasury.batch(all[0].id).await.state), (head, BatchState::Released));
        assert!(reviewer.page("/batches").await.contains("已放行"));

        forbidden(&clerk, "/batches", &format!("{batch}/files")).await;
        let made = cashier.send(&batch, &format!("{batch}/files"), &[("profile", "generic-csv")]).await;
        assert_eq!(made.status(), Status::SeeOther);
        drop(made);
        let html = cashier.page(&batch).await;
        let link = html.split(&format!("href=\"{batch}/files/")).nth(1).unwrap().split('"').next().unwrap();
        let file = format!("{batch}/files/{link}");
        let (one, two) = (bytes(&cashier, &file).await, bytes(&reviewer, &file).await);
        assert_eq!((orders(&one).len(), &one), (4, &two), "downloaded twice it is the same file");
        assert_eq!(clerk.get(&file).await.status(), Status::Forbidden);
        let again = cashier.send(&batch, &format!("{batch}/files"), &[("profile", "generic-csv")]).await;
        drop(again);
        assert_eq!(cashier.page(&batch).await.matches(&format!("href=\"{batch}/files/")).count(), 1, "made once");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_releases_on_the_page_what_that_person_built_or_prepared() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let Staff { cashier, reviewer, .. } = staff(world).await;
        let both: Actor = user(world, "both", &[Role::Cashier, Role::Reviewer]).await;
        let own = user(world, "own", &[Role::Clerk, Role::Reviewer]).await;
        let [both_at, own_at] = [Visitor::signed_in(world, &both.login).await, Visitor::signed_in(world, "own").await];
        treasury.approved(0..2).await;
        let batch = built(&both_at).await;
        let release = format!("{batch}/release");
        assert!(both_at.page(&release).await.contains("批次由您生成"));
        refused(both_at.send(&release, &release, &[]).await, "复核人不能是经办人本人").await;
        assert_eq!(reviewer.send(&release, &release, &[]).await.status(), Status::SeeOther, "another person may");

        treasury.approved(2..4).await;
        let typed = Form { amount: "700".into(), ..form("O-1", 0) };
        let grant = grants::record(&world.door, world.ask(&own, "record"), typed, true).await.unwrap().grant;
        treasury.office.approve_as(&treasury.office.reviewer, &[grant]).await.unwrap();
        let release = format!("{}/release", built(&cashier).await);
        let html = own_at.page(&release).await;
        assert!(html.contains("有 1 笔由您经办或核减") && html.contains("O-1"), "{html}");
        refused(own_at.send(&release, &release, &[]).await, "由您经办或核减").await;
        let split = release.replace("/release", "/split");
        let html = own_at.page(&release).await;
        let form = html.split(&format!("action=\"{split}\"")).nth(1).unwrap();
        assert_eq!(own_at.post(&split, filled(form, &[])).await.status(), Status::SeeOther, "split off in one click");
        let html = own_at.page(&release).await;
        assert!(html.contains("放行 2 笔") && !html.contains("O-1"), "{html}");
        assert_eq!(own_at.send(&release, &release, &[]).await.status(), Status::SeeOther);
        assert_eq!(treasury.grant_state(grant).await, grants::State::Approved, "it waits for another batch");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_releaser_confirms_and_explains_is_typed_on_the_page_and_shown_on_the_batch() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let Staff { cashier, reviewer, .. } = staff(world).await;
        let mut ids = Vec::new();
        for (reference, recipient) in [("S-1", 1), ("S-2", 2)] {
            let mut typed = form(reference, recipient);
            typed.account.account_number = form("", 1).account.account_number;
            ids.push(treasury.office.submitted(typed).await);
        }
        treasury.office.approve_as(&treasury.office.reviewer, &ids).await.unwrap();
        let batch = built(&cashier).await;
        let release = format!("{batch}/release");
        let number = form("", 1).account.account_number;
        let html = reviewer.page(&release).await;
        assert!(html.contains("1 个账号由几个市场主体共用") && html.contains("明德运理发店"), "{html}");
        refused(reviewer.send(&release, &release, &[("number", &number), ("explanation", "")]).await, "没有说明").await;
        let wrong = reviewer.send(&release, &release, &[("number", "1"), ("explanation", "同一房东")]).await;
        refused(wrong, &number).await;
        let said = [("number", number.as_str()), ("explanation", "同一房东代收租金")];
        assert_eq!(reviewer.send(&release, &release, &said).await.status(), Status::SeeOther);
        let html = cashier.page(&batch).await;
        assert!(html.contains("放行时的核实与说明") && html.contains("2 户共用：同一房东代收租金"), "{html}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_banks_answer_is_loaded_settled_and_undone_on_the_pages() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        treasury.approved(0..4).await;
        let batch = treasury.released("2020-03-04").await;
        let told = orders(&treasury.file(batch, "generic-csv").await);
        world.it_is("2020-03-05");
        let Staff { cashier, reviewer, clerk } = staff(world).await;
        let mut lines: Vec<Answer> = vec![
            told[0].answer("paid", 0, "2020-03-05"),
            told[1].answer("paid", 1, "2020-03-05"),
            told[2].answer("refused", 2, "2020-03-05"),
        ];
        lines[1].amount = relief_ledger::kernel::money::Fen::new(1);

        let key = key_of(&cashier).await;
        let broken = bring(&cashier, &key, b"payment_id,amount\r\nx,1\r\n").await;
        refused(broken, "没有载入").await;
        let key = key_of(&cashier).await;
        let first = bring(&cashier, &key, &answer_file(&lines)).await;
        let (status, file) = (first.status(), location(&first));
        drop(first);
        assert_eq!(status, Status::SeeOther);
        assert_eq!(location(&bring(&cashier, &key, &answer_file(&lines)).await), file, "the same submit is one file");
        let other = key_of(&cashier).await;
        refused(bring(&cashier, &other, &answer_file(&lines)).await, "已经载入过").await;
        let html = clerk.page(&file).await;
        assert!(html.contains("金额不符") && html.contains("已入账"), "{html}");

        let html = reviewer.page("/differences").await;
        let card = html.split("action=\"/differences/").nth(1).unwrap();
        let settle = format!("/differences/{}", card.split('"').next().unwrap());
        assert!(html.contains("cell-wrong") && html.contains("0.01"), "{html}");
        forbidden(&clerk, "/differences", &settle).await;
        let counts = |how: &'static str, document: &'static str| {
            filled(card, &[("name", "amount_differs"), ("how", how), ("document", document)])
        };
        let csrf = value(&html, "csrf").unwrap();
        let with_token = |body: String| {
            if body.starts_with("csrf=&") { body.replacen("csrf=", &format!("csrf={csrf}"), 1) } else { body }
        };
        // Who loaded the file does not say that its answer counts after all, and nobody says so without a document.
        let own = cashier.page("/differences").await;
        let own_card = own.split("action=\"/differences/").nth(1).unwrap();
        let by_loader = filled(own_card, &[("name", "amount_differs"), ("how", "as_booked"), ("document", "函1")]);
        assert_eq!(cashier.post(&settle, by_loader).await.status(), Status::Forbidden);
        refused(reviewer.post(&settle, with_token(counts("as_booked", ""))).await, "此项必须填写").await;
        let body = with_token(counts("as_booked", "甬银函〔2020〕1号"));
        assert_eq!(reviewer.post(&settle, body).await.status(), Status::SeeOther);
        assert!(reviewer.page("/differences").await.contains("没有差异需要处理"));
        assert_eq!(treasury.payments(batch).await[1].state, payments::PaymentState::Paid);

        // A file that was meant for others is undone by two people.
        let wrong = taken(&cashier, &[told[3].answer("paid", 3, "2020-03-05")]).await;
        let undo = format!("{wrong}/undo");
        assert_eq!(treasury.payments(batch).await[3].state, payments::PaymentState::Paid);
        forbidden(&clerk, "/bank-files", &undo).await;
        refused(cashier.send(&undo, &undo, &[("reason", "")]).await, "此项必须填写").await;
        let asked = cashier.send(&undo, &undo, &[("reason", "银行发错文件")]).await;
        assert_eq!(asked.status(), Status::SeeOther);
        drop(asked);
        forbidden(&cashier, "/bank-files", &format!("{undo}/approve")).await;
        assert!(cashier.page(&undo).await.contains("撤销由您申请"));
        let html = reviewer.page(&undo).await;
        assert!(html.contains("银行发错文件") && html.contains("撤销 1 笔"), "{html}");
        let body = filled(&html, &[]);
        assert_eq!(reviewer.post(&format!("{undo}/approve"), body.clone()).await.status(), Status::SeeOther);
        let head = world.head().await.position;
        assert_eq!(reviewer.post(&format!("{undo}/approve"), body).await.status(), Status::SeeOther);
        assert_eq!(world.head().await.position, head, "undone once");
        assert_eq!(treasury.payments(batch).await[3].state, payments::PaymentState::InTransit);
        assert!(cashier.page(&wrong).await.contains("已撤销"));
    })
    .await;
}
