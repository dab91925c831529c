//! Files brought, looked at, signed and undone in a browser.

use relief_ledger::people::Role;
use rocket::http::{ContentType, Status};
use rocket::local::asynchronous::LocalResponse;

use crate::support::book::{World, on_both_engines};
use crate::support::visitor::{PASSWORD, Visitor, location, server, user, value};

const POLICIES: &str = include_str!("../../fixtures/files/policies.csv");
const HISTORY: &str = include_str!("../../fixtures/files/history-200.csv");
const BAD: &str = include_str!("../../fixtures/files/bad-cells.csv");

/// Brings a file; the address of what was found in it.
async fn bring(visitor: &Visitor, what: &str, name: &str, text: &str) -> String {
    let answer = upload(visitor, what, name, text).await;
    let (status, to) = (answer.status(), location(&answer));
    assert_eq!(status, Status::SeeOther, "{}", answer.into_string().await.unwrap_or_default());
    to
}

async fn upload<'v>(visitor: &'v Visitor, what: &str, name: &str, text: &str) -> LocalResponse<'v> {
    let csrf = value(&visitor.page("/book").await, "csrf").unwrap();
    let part = |head: &str, body: &str| format!("--x\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n");
    let body = part("name=\"csrf\"", &csrf)
        + &part("name=\"what\"", what)
        + &part("name=\"unit\"", "")
        + &part(&format!("name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/csv"), text)
        + "--x--\r\n";
    let kind = ContentType::new("multipart", "form-data").with_params(("boundary", "x"));
    visitor.0.post("/imports/new").header(kind).body(body).dispatch().await
}

/// Brings a sound file and sends it for review; the address of the import.
async fn submitted(visitor: &Visitor, what: &str, text: &str) -> String {
    let checked = bring(visitor, what, "file.csv", text).await;
    let answer = visitor.send(&checked, &format!("{checked}/submit"), &[]).await;
    let (status, to) = (answer.status(), location(&answer));
    assert_eq!(status, Status::SeeOther, "{}", answer.into_string().await.unwrap_or_default());
    to
}

async fn approve(visitor: &Visitor, import: &str) -> (Status, String) {
    let answer = visitor.send(&format!("{import}/review"), &format!("{import}/approve"), &[]).await;
    (answer.status(), location(&answer))
}

async fn staff(world: &World) {
    world.it_is("2020-12-01");
    user(world, "chen", &[Role::Clerk]).await;
    user(world, "zhou", &[Role::Manager]).await;
    user(world, "wang", &[Role::Reviewer]).await;
    user(world, "both", &[Role::Clerk, Role::Reviewer]).await;
    user(world, "audit", &[Role::Auditor]).await;
}

async fn with_policies(world: &World) {
    staff(world).await;
    let import = submitted(&Visitor::signed_in(world, "zhou").await, "policies", POLICIES).await;
    let reviewer = Visitor::signed_in(world, "wang").await;
    assert_eq!(approve(&reviewer, &import).await.0, Status::SeeOther);
    assert!(reviewer.page(&import).await.contains("已通过"));
}

#[tokio::test]
async fn a_broken_file_comes_back_as_a_table_and_nothing_is_stored() {
    on_both_engines(async |world| {
        with_policies(world).await;
        let clerk = Visitor::signed_in(world, "chen").await;
        let before = world.head().await.position;
        let checked = bring(&clerk, "history", "坏.csv", BAD).await;
        let html = clerk.page(&checked).await;
        assert!(html.contains("文件有错误") && html.contains("12.345") && html.contains("两位小数"), "{html}");
        assert!(html.contains("<td class=\"n much\" data-label=\"行号\">2</td><td class=\"what\"><span class=\"text-nowrap\">金额</span></td>"), "{html}");
        let csv = clerk.page(&format!("{checked}/errors.csv")).await;
        assert!(csv.lines().any(|line| line.starts_with("2,amount,12.345,amount_decimals,")), "{csv}");
        assert_eq!(world.head().await.position, before);
        let other = Visitor::signed_in(world, "both").await;
        assert_eq!(other.get(&checked).await.status(), Status::SeeOther, "it is held for one person");
        assert_eq!(other.get(&format!("{checked}/errors.csv")).await.status(), Status::NotFound);
        let none = upload(&clerk, "history", "", "").await;
        assert_eq!(none.status(), Status::UnprocessableEntity);
        assert!(none.into_string().await.unwrap().contains("还没有选择文件"));
    })
    .await;
}

#[tokio::test]
async fn a_sound_file_is_previewed_submitted_once_and_approved_by_another() {
    on_both_engines(async |world| {
        with_policies(world).await;
        world.it_is("2021-01-05");
        let clerk = Visitor::signed_in(world, "both").await;
        let checked = bring(&clerk, "history", "history.csv", HISTORY).await;
        let html = clerk.page(&checked).await;
        assert!(html.contains("提交 200 行") && html.contains("按政策汇总") && html.contains("UTF-8"), "{html}");
        let first = clerk.send_from(&html, &format!("{checked}/submit"), &[]).await;
        let import = location(&first);
        drop(first);
        let head = world.head().await.position;
        let second = clerk.send_from(&html, &format!("{checked}/submit"), &[]).await;
        assert_eq!((second.status(), location(&second)), (Status::SeeOther, import.clone()));
        drop(second);
        assert_eq!(world.head().await.position, head, "a second click records nothing");
        let again = clerk.send(&checked, &format!("{checked}/submit"), &[]).await;
        let told = location(&again);
        drop(again);
        assert!(clerk.page(&told).await.contains("内容相同的文件已经导入"));

        assert!(clerk.page(&format!("{import}/review")).await.contains("须由另一人复核"));
        let own = clerk.send(&import, &format!("{import}/approve"), &[("digest", "00")]).await;
        assert_eq!(own.status(), Status::UnprocessableEntity);
        drop(own);

        let reviewer = Visitor::signed_in(world, "wang").await;
        let list = reviewer.page("/imports").await;
        assert!(list.contains("<span class=\"waiting\" title=\"1 项待办\">1</span>"), "{list}");
        let review = reviewer.page(&format!("{import}/review")).await;
        assert!(review.contains("批准 200 行") && review.contains("人民币") && review.contains("批准前可用"));
        assert_eq!(approve(&reviewer, &import).await, (Status::SeeOther, import.clone()));
        assert!(reviewer.page(&import).await.contains("已通过"));
        let detail = reviewer.page(&import).await;
        let file = detail.split("/file/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert_eq!(reviewer.page(&format!("{import}/file/{file}")).await, HISTORY);
        assert_eq!(reviewer.get(&format!("{import}/file/00")).await.status(), Status::NotFound);
    })
    .await;
}

#[tokio::test]
async fn rows_are_struck_and_reduced_and_history_is_undone_by_two() {
    on_both_engines(async |world| Box::pin(struck_reduced_undone(world)).await).await;
}

async fn struck_reduced_undone(world: &World) {
    with_policies(world).await;
    world.it_is("2021-01-05");
    let import = submitted(&Visitor::signed_in(world, "chen").await, "history", HISTORY).await;
    let clerk = Visitor::signed_in(world, "chen").await;
    let detail = clerk.page(&import).await;
    let row = |n: usize| {
        let id = detail.split("/rows/").nth(n).unwrap().split('"').next().unwrap();
        format!("{import}/rows/{id}")
    };
    let stale = Visitor::signed_in(world, "wang").await;
    let seen = stale.page(&format!("{import}/review")).await;
    let without = clerk.send(&row(1), &format!("{}/strike", row(1)), &[("reason", "")]).await;
    assert_eq!(without.status(), Status::UnprocessableEntity);
    drop(without);
    let struck = clerk.send(&row(1), &format!("{}/strike", row(1)), &[("reason", "重复")]).await;
    assert_eq!(struck.status(), Status::SeeOther);
    drop(struck);
    let reduced = [("amount", "100.00"), ("reason", "超标准")];
    let reduced = clerk.send(&row(2), &format!("{}/reduce", row(2)), &reduced).await;
    assert_eq!(reduced.status(), Status::SeeOther);
    drop(reduced);
    let changed = clerk.page(&format!("{import}?which=changed")).await;
    assert!(changed.contains("已剔除：重复") && changed.contains("已核减：超标准"), "{changed}");
    assert!(clerk.page(&format!("{import}/struck.csv")).await.contains("重复"));

    let digest = value(&seen, "digest").unwrap();
    let late = stale.send_from(&seen, &format!("{import}/approve"), &[("digest", &digest)]).await;
    assert_eq!(late.status(), Status::UnprocessableEntity, "the rows changed since they were shown");
    drop(late);
    assert_eq!(approve(&stale, &import).await.0, Status::SeeOther);

    let asked = clerk.send(&format!("{import}/undo"), &format!("{import}/undo"), &[("reason", "重复导入")]).await;
    assert_eq!(asked.status(), Status::SeeOther);
    drop(asked);
    let undone = stale.send(&format!("{import}/undo"), &format!("{import}/undo/approve"), &[]).await;
    assert_eq!(undone.status(), Status::SeeOther);
    drop(undone);
    assert!(stale.page(&import).await.contains("已撤销"));
}

#[tokio::test]
async fn each_page_is_for_its_roles() {
    on_both_engines(async |world| Box::pin(each_page(world)).await).await;
}

async fn each_page(world: &World) {
    with_policies(world).await;
    let import = submitted(&Visitor::signed_in(world, "chen").await, "grants", HISTORY).await;
    let pages = ["/imports", &import, "/imports/new", &format!("{import}/review"), &format!("{import}/undo")];
    for (login, may) in [
        ("chen", [true, true, true, false, true]),
        ("zhou", [true, true, true, false, false]),
        ("wang", [true, true, false, true, true]),
        ("audit", [true, true, false, false, false]),
    ] {
        let visitor = Visitor::signed_in(world, login).await;
        for (page, may) in pages.into_iter().zip(may) {
            let expected = if may { Status::Ok } else { Status::Forbidden };
            assert_eq!(visitor.get(page).await.status(), expected, "{login} {page}");
        }
    }
    let manager = Visitor::signed_in(world, "zhou").await;
    assert_eq!(upload(&manager, "history", "a.csv", HISTORY).await.status(), Status::Forbidden);
    let auditor = Visitor::signed_in(world, "audit").await;
    assert_eq!(upload(&auditor, "history", "a.csv", HISTORY).await.status(), Status::Forbidden);
    let clerk = Visitor::signed_in(world, "chen").await;
    let back = clerk.send(&import, &format!("{import}/withdraw"), &[]).await;
    assert_eq!(back.status(), Status::SeeOther);
    drop(back);
    assert!(clerk.page(&import).await.contains("已撤回"));
}

/// Pictures for people to look at: `cargo test --test it imports::pages::pictures -- --ignored`, then `target/screens`.
#[tokio::test]
#[ignore = "makes pictures, proves nothing"]
async fn pictures() {
    let world = World::on_sqlite().await;
    with_policies(&world).await;
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let serving = server(&world).configure(rocket::Config { port, ..rocket::Config::debug_default() });
    let serving = tokio::spawn(serving.launch());
    let address = |path: &str| format!("http://127.0.0.1:{port}{path}");
    let browser = crate::support::browser::Browser::open().await;
    let client = &browser.client;
    let click = async |selector: &str| {
        client.find(fantoccini::Locator::Css(selector)).await.unwrap().click().await.unwrap();
    };
    let sign_in = async |login: &str| {
        client.delete_all_cookies().await.unwrap();
        client.goto(&address("/login")).await.unwrap();
        for (name, text) in [("login", login), ("password", PASSWORD)] {
            let field = client.find(fantoccini::Locator::Id(&format!("f-{name}"))).await.unwrap();
            field.send_keys(text).await.unwrap();
        }
        click("form[data-sign-in] button").await;
        client.goto(&address("/imports")).await.unwrap();
    };
    let bring = async |file: &str| {
        let path = format!("{}/tests/fixtures/files/{file}", env!("CARGO_MANIFEST_DIR"));
        client.goto(&address("/imports/new?what=history")).await.unwrap();
        client.find(fantoccini::Locator::Id("f-file")).await.unwrap().send_keys(&path).await.unwrap();
        click("form.panel button").await;
    };
    let looks = async |name: &str| {
        let here = client.current_url().await.unwrap();
        for (look, width, theme, language) in [
            ("light", 1366, false, false),
            ("dark", 1366, true, false),
            ("narrow", 390, false, false),
            ("en", 1366, false, true),
        ] {
            client.set_window_size(width, 768).await.unwrap();
            let switch = async |on: bool, form: &str| {
                if on {
                    click(form).await;
                }
            };
            switch(theme, ".top form[action='/theme'] button").await;
            switch(language, ".top form[action='/language'] button").await;
            client.goto(here.as_str()).await.unwrap();
            browser.screenshot(&format!("{name}-{look}")).await;
            client.set_window_size(1366, 768).await.unwrap();
            switch(theme, ".top form[action='/theme'] button").await;
            switch(language, ".top form[action='/language'] button").await;
        }
        client.goto(here.as_str()).await.unwrap();
    };
    client.set_window_size(1366, 768).await.unwrap();
    sign_in("chen").await;
    client.goto(&address("/imports/new")).await.unwrap();
    looks("imports-new").await;
    bring("bad-cells.csv").await;
    looks("imports-faults").await;
    world.it_is("2021-01-05");
    sign_in("chen").await;
    bring("history-200.csv").await;
    looks("imports-preview").await;
    click("form.act button").await;
    let import = client.current_url().await.unwrap();
    looks("imports-detail").await;
    click("table[data-list] tbody tr:nth-child(2) a").await;
    looks("imports-row").await;
    client.find(fantoccini::Locator::Id("f-reason")).await.unwrap().send_keys("与第 5 行重复").await.unwrap();
    click("button.btn-danger").await;
    sign_in("wang").await;
    looks("imports-list").await;
    client.goto(&format!("{import}/review")).await.unwrap();
    looks("imports-decide").await;
    click("form[action$='/approve'] button").await;
    client.goto(&format!("{import}/undo")).await.unwrap();
    looks("imports-undo").await;
    serving.abort();
}
