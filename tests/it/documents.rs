//! Documents: filed under the numbers that records name, missing until then, struck, taken away as they were sent.

use relief_ledger::db::sql;
use relief_ledger::documents::{self, DocumentForm, Filter};
use relief_ledger::journal::Actor;
use relief_ledger::kernel::Result;
use relief_ledger::people::Role;
use rocket::http::{ContentType, Status};
use sha2::{Digest as _, Sha256};

use crate::support::book::{World, on_both_engines};
use crate::support::every_document::{PDF, filed};
use crate::support::office::{Office, forbidden, policy, refused_with};
use crate::support::visitor::{Visitor, location, user, value};

fn form(number: &str) -> DocumentForm {
    DocumentForm {
        number: number.into(),
        title: "关于下达纾困资金的通知".into(),
        kind: "budget".into(),
        dated_on: "2020-01-20".into(),
        file_name: "指标文.pdf".into(),
    }
}

async fn file_as(world: &World, actor: &Actor, form: DocumentForm, bytes: &[u8]) -> Result<i64> {
    let ask = world.ask(actor, "file");
    documents::file(&world.door, ask, form, bytes.to_vec()).await.map(|done| done.document)
}

async fn missing(world: &World) -> Vec<(String, String)> {
    let (found, count) = documents::missing(&world.door.db.read, world.book_id, 100).await.unwrap();
    assert_eq!(i64::try_from(found.len()).unwrap(), count);
    found.into_iter().map(|one| (one.number, one.subject)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_missing_until_somebody_files_its_document() {
    on_both_engines(async |world| {
        let office = Office::open(world).await;
        office.in_force(policy("BL2020-02")).await;
        let before = missing(world).await;
        let (number, _) = before.first().unwrap().clone();
        let document = file_as(world, &office.clerk, form(&number), PDF).await.unwrap();
        assert_eq!(missing(world).await, before[1..], "{before:?}");
        let found = documents::document(&world.door.db.read, world.book_id, document).await.unwrap();
        assert_eq!((found.number.as_str(), found.media.code(), found.bytes), (number.as_str(), "pdf", 15));
        assert_eq!(found.file_sha256, hex::encode(Sha256::digest(PDF)));
        assert_eq!(documents::bytes_of(&world.door.db.read, world.book_id, &found).await.unwrap(), PDF);
        let listed = async |text: &str| {
            let filter = Filter { text: text.into(), kind: None };
            documents::documents(&world.door.db.read, world.book_id, &filter, (i64::MAX, 9)).await.unwrap().len()
        };
        assert_eq!((listed("下达").await, listed("%").await, listed("别的").await), (1, 0, 0));

        let strike = async |why: &str| {
            documents::strike(&world.door, world.ask(&office.clerk, "strike"), document, why.into()).await
        };
        refused_with(strike(" ").await, &["field_empty"]);
        strike("扫描错了").await.unwrap();
        refused_with(strike("再来").await, &["document_struck"]);
        assert_eq!(missing(world).await, before, "what was struck counts no more");
        file_as(world, &office.clerk, form(&number), PDF).await.unwrap();
        assert_eq!(world.verify().await.findings, vec![]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_document_is_refused_and_nothing_is_kept_of_it() {
    on_both_engines(async |world| {
        let office = Office::open(world).await;
        let clerk = &office.clerk;
        let before = world.head().await.position;
        let empty = DocumentForm { title: " ".into(), dated_on: "昨天".into(), kind: "x".into(), ..form(" ") };
        let codes = ["field_empty", "field_empty", "document_kind", "date_format", "document_media"];
        refused_with(file_as(world, clerk, empty, b"<html>").await, &codes);
        let ahead = DocumentForm { dated_on: "2099-12-31".into(), ..form("甲1号") };
        refused_with(file_as(world, clerk, ahead, PDF).await, &["document_ahead"]);
        refused_with(file_as(world, clerk, form("甲1号"), b"").await, &["document_empty"]);
        forbidden(file_as(world, &office.reviewer, form("甲1号"), PDF).await);
        assert_eq!(world.head().await.position, before);
        file_as(world, clerk, form("甲1号"), PDF).await.unwrap();
        refused_with(file_as(world, clerk, form("甲1号"), PDF).await, &["document_same"]);
        // Control: another scan of it, and the same scan under another number.
        file_as(world, clerk, form("甲1号"), b"%PDF-1.4 again\n").await.unwrap();
        file_as(world, clerk, form("甲2号"), PDF).await.unwrap();
        assert_eq!(world.verify().await.findings, vec![]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_exchanged_in_the_database_is_found() {
    on_both_engines(async |world| {
        let office = Office::open(world).await;
        filed(world, &office).await;
        assert_eq!(world.verify().await.findings, vec![]);
        let exchanged = async |bytes: &[u8]| {
            let raw = "UPDATE files SET bytes = ? WHERE book_id = ?";
            sql::run(&world.door.db.write, raw, vec![bytes.to_vec().into(), world.book_id.into()]).await.unwrap();
        };
        exchanged(b"%PDF-1.4 other").await;
        assert_ne!(world.verify().await.findings, vec![]);
        // Control: it is the bytes alone.
        exchanged(PDF).await;
        assert_eq!(world.verify().await.findings, vec![]);
    })
    .await;
}

/// Sends the form with a scan.
async fn upload(visitor: &Visitor, number: &str, bytes: &str) -> (Status, String) {
    let html = visitor.page("/documents/new").await;
    let mut body = String::new();
    let (csrf, key) = (value(&html, "csrf").unwrap(), value(&html, "request_key").unwrap());
    let fields = [("csrf", csrf.as_str()), ("request_key", &key), ("number", number), ("title", "通知")];
    for (name, text) in fields.into_iter().chain([("kind", "minutes"), ("dated_on", "2020.1.20")]) {
        body += &format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n");
    }
    body += "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n";
    body += &format!("Content-Type: application/pdf\r\n\r\n{bytes}\r\n--x--\r\n");
    let kind = ContentType::new("multipart", "form-data").with_params(("boundary", "x"));
    let answer = visitor.0.post("/documents/new").header(kind).body(body).dispatch().await;
    let to = if answer.status() == Status::SeeOther { location(&answer) } else { String::new() };
    (answer.status(), if to.is_empty() { answer.into_string().await.unwrap() } else { to })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_filed_looked_at_and_taken_away_in_the_browser() {
    on_both_engines(async |world| {
        let office = Office::open(world).await;
        office.in_force(policy("BL2020-02")).await;
        user(world, "sun9", &[Role::Clerk]).await;
        user(world, "qian9", &[Role::Auditor]).await;
        let (clerk, auditor) = (Visitor::signed_in(world, "sun9").await, Visitor::signed_in(world, "qian9").await);
        let list = clerk.page("/documents").await;
        let (number, _) = missing(world).await.remove(0);
        assert!(list.contains(&number) && list.contains("/documents/new?number="), "{list}");
        let (status, html) = upload(&clerk, &number, "<html>").await;
        assert!(status == Status::UnprocessableEntity && html.contains("PDF"), "{status}: {html}");
        let (status, to) = upload(&clerk, &number, "%PDF-1.4 one\n").await;
        assert_eq!(status, Status::SeeOther);
        let path = to.split('?').next().unwrap().to_owned();
        let html = auditor.page(&path).await;
        assert!(html.contains(&number) && html.contains("会议纪要") && !html.contains("/strike"), "{html}");
        let file = auditor.get(&format!("{path}/file")).await;
        assert!(file.headers().get_one("Content-Disposition").unwrap().starts_with("attachment"));
        assert_eq!(file.into_bytes().await.unwrap(), b"%PDF-1.4 one\n");
        let sent = clerk.send(&path, &format!("{path}/strike"), &[("reason", "重复")]).await;
        assert_eq!(sent.status(), Status::SeeOther);
        drop(sent);
        assert!(auditor.page("/documents").await.contains("已作废"));
    })
    .await;
}
