//! Policies, the log, totals, downloads and the overview as a browser meets them.

use std::fmt::Write as _;

use relief_ledger::app::{self, Listen};
use relief_ledger::people::{self, Authority, NewUser, Role, Visit};
use relief_ledger::policies;
use rocket::http::{ContentType, Status};
use rocket::local::asynchronous::{Client, LocalResponse};

use crate::support::book::{World, on_both_engines};

const PASSWORD: &str = "春江水暖鸭先知-12";

/// A browser of somebody who is signed in.
struct Visitor(Client);

impl Visitor {
    async fn signed_in(world: &World, login: &str, roles: &[Role]) -> Self {
        let new = NewUser { login: login.to_owned(), name: format!("{login} 同志"), password: PASSWORD.to_owned() };
        people::actions::add_user(&world.door, &Visit::default(), &Authority::Operator, &new).await.unwrap();
        for role in roles {
            let ask = world.ask(&relief_ledger::journal::Actor::operator(), "give_role");
            people::actions::give_role(&world.door, &Visit::default(), ask, login, *role).await.unwrap();
        }
        let listen = Listen { address: std::net::Ipv4Addr::LOCALHOST.into(), port: 0, tls: false };
        let server = app::rocket(world.door.clone(), world.keeper.clone(), &listen);
        let visitor = Self(Client::tracked(server).await.unwrap());
        let fields = [("login", login), ("password", PASSWORD), ("next", "/")];
        assert_eq!(visitor.send("/login", "/login", &fields).await.status(), Status::SeeOther);
        visitor
    }

    async fn get(&self, path: &str) -> LocalResponse<'_> {
        self.0.get(path.to_owned()).dispatch().await
    }

    async fn page(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), Status::Ok, "{path}");
        answer.into_string().await.unwrap()
    }

    /// The body of a form as the page would send it.
    async fn filled(&self, page: &str, fields: &[(&str, &str)]) -> String {
        let html = self.page(page).await;
        let key = value(&html, "request_key").unwrap_or_default();
        let mut body = format!("csrf={}&request_key={key}", value(&html, "csrf").unwrap());
        if let Some(digest) = value(&html, "digest") {
            write!(body, "&digest={digest}").unwrap();
        }
        for (name, typed) in fields {
            let typed = rocket::http::RawStr::new(typed).percent_encode().to_string();
            write!(body, "&{name}={typed}").unwrap();
        }
        body
    }

    async fn post(&self, path: &str, body: String) -> LocalResponse<'_> {
        self.0.post(path.to_owned()).header(ContentType::Form).body(body).dispatch().await
    }

    async fn send(&self, page: &str, path: &str, fields: &[(&str, &str)]) -> LocalResponse<'_> {
        let body = self.filled(page, fields).await;
        self.post(path, body).await
    }
}

fn value(html: &str, name: &str) -> Option<String> {
    let (_, rest) = html.split_once(&format!("name=\"{name}\" value=\""))?;
    rest.split_once('"').map(|(value, _)| value.to_owned())
}

fn location(answer: &LocalResponse<'_>) -> String {
    answer.headers().get_one("Location").unwrap_or_default().to_owned()
}

const POLICY: [(&str, &str); 10] = [
    ("code", "BL2020-01"),
    ("title", "受疫情影响小微企业房租补助"),
    ("document_number", "仑政办〔2020〕11号"),
    ("instrument", "grant"),
    ("starts_on", "2020-02-10"),
    ("ends_on", "20201231"),
    ("per_recipient_cap", "50,000"),
    ("rows", "2"),
    ("amount_1", "600万"),
    ("level_1", "central"),
];
const SECOND_SOURCE: [(&str, &str); 5] = [
    ("amount_2", "4000000"),
    ("level_2", "district"),
    ("share_1", "6"),
    ("share_2", "4"),
    ("document_2", "仑财〔2020〕9号"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_is_recorded_changed_and_budgeted_by_two_people_in_the_browser() {
    on_both_engines(async |world| {
        let manager = Visitor::signed_in(world, "zhou", &[Role::Manager]).await;
        let reviewer = Visitor::signed_in(world, "wang", &[Role::Reviewer]).await;
        assert!(manager.page("/policies").await.contains("还没有帮扶政策"));

        let mistaken = manager.send("/policies/new", "/policies/new", &[("code", "a b"), ("amount_1", "1.234")]).await;
        assert_eq!(mistaken.status(), Status::UnprocessableEntity);
        let html = mistaken.into_string().await.unwrap();
        assert!(html.contains("value=\"a b\"") && html.contains("value=\"1.234\""), "{html}");
        let more = manager.send("/policies/new", "/policies/new", &[("more", "1"), ("title", "房租")]).await;
        assert_eq!(more.status(), Status::Ok);
        let html = more.into_string().await.unwrap();
        assert!(html.contains("来源 2") && html.contains("value=\"房租\""));

        let body = manager.filled("/policies/new", &[&POLICY[..], &SECOND_SOURCE].concat()).await;
        let first = manager.post("/policies/new", body.clone()).await;
        assert_eq!(first.status(), Status::SeeOther);
        let policy = location(&first);
        drop(first);
        // The same form again is the same submit.
        assert_eq!(location(&manager.post("/policies/new", body).await), policy);
        assert_eq!(policies::all(&world.door.db.read, world.book_id).await.unwrap().len(), 1);
        let html = manager.page(&policy).await;
        assert!(html.contains("10,000,000.00") && html.contains("壹仟万元整") && html.contains("待复核"), "{html}");

        let decide = format!("{policy}/decide");
        assert!(manager.page(&decide).await.contains("您是经办人"));
        let own = manager.send("/policies/new", &format!("{policy}/approve"), &[]).await;
        assert_eq!(own.status(), Status::UnprocessableEntity);
        drop(own);
        let html = reviewer.page(&decide).await;
        assert!(html.contains("批准政策 BL2020-01，预算 10,000,000.00 元"), "{html}");
        assert!(reviewer.page("/").await.contains("href=\"/policies\""));
        let refused = reviewer.send(&decide, &format!("{policy}/refuse"), &[("reason", "")]).await;
        assert_eq!(refused.status(), Status::UnprocessableEntity);
        assert!(refused.into_string().await.unwrap().contains("请写明理由"));
        let approved = reviewer.send(&decide, &format!("{policy}/approve"), &[]).await;
        assert_eq!((approved.status(), location(&approved)), (Status::SeeOther, policy.clone()));
        drop(approved);
        assert!(reviewer.page(&policy).await.contains("政策已批准"));

        let change = format!("{policy}/change");
        let fields = [
            ("title", "房租补助（延期）"),
            ("document_number", "仑政办〔2020〕30号"),
            ("starts_on", "2020-02-10"),
            ("ends_on", "2021-06-30"),
            ("reason", "延期半年"),
        ];
        let prepared = manager.send(&change, &change, &fields).await;
        let to_decide = location(&prepared);
        assert!(to_decide.starts_with("/policy-changes/"), "{to_decide}");
        drop(prepared);
        assert!(reviewer.page(&to_decide).await.contains("2021-06-30"));
        let done = reviewer.send(&to_decide, &format!("{to_decide}/approve"), &[]).await;
        assert_eq!(done.status(), Status::SeeOther);
        drop(done);
        assert!(reviewer.page(&policy).await.contains("房租补助（延期）"));

        let budget = format!("{policy}/budget");
        let stored = policies::by_code(&world.door.db.read, world.book_id, "BL2020-01").await.unwrap().unwrap();
        let allotment = stored.allotments[1].id.to_string();
        let mut fields = [
            ("allotment", allotment.as_str()),
            ("direction", "reduce"),
            ("amount", "5000000"),
            ("effective_on", "2020-03-02"),
            ("document_number", "仑财〔2020〕20号"),
            ("reason", "结余收回"),
        ];
        let short = manager.send(&budget, &budget, &fields).await;
        assert_eq!(short.status(), Status::UnprocessableEntity);
        assert!(short.into_string().await.unwrap().contains("还差 1,000,000.00 元"));
        fields[2].1 = "1000000";
        let prepared = manager.send(&budget, &budget, &fields).await;
        let to_decide = location(&prepared);
        drop(prepared);
        assert!(reviewer.page(&to_decide).await.contains("批准收回 BL2020-01 预算 1,000,000.00 元"));
        let done = reviewer.send(&to_decide, &format!("{to_decide}/approve"), &[]).await;
        assert_eq!(done.status(), Status::SeeOther);
        drop(done);
        assert!(reviewer.page("/policies").await.contains("9,000,000.00"));
        assert!(reviewer.page("/").await.contains("房租补助（延期）"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_book_is_read_proven_verified_and_taken_away() {
    on_both_engines(async |world| {
        let auditor = Visitor::signed_in(world, "wu", &[Role::Auditor]).await;
        let log = auditor.page("/audit/log").await;
        assert!(log.contains("授予角色") && log.contains("本机操作员"), "{log}");
        assert!(!auditor.page("/audit/log?kind=book_created").await.contains("/audit/log/2\""));
        let wrong = auditor.page("/audit/log?from=x").await;
        assert!(wrong.contains("alert-danger"), "{wrong}");
        let event = auditor.page("/audit/log/1").await;
        assert!(event.contains("散列值与内容相符") && event.contains("book_uid"), "{event}");
        assert_eq!(auditor.get("/audit/log/999").await.status(), Status::NotFound);

        let checkpoint = auditor.page("/audit/checkpoint").await;
        assert!(checkpoint.starts_with("relief-ledger/330206/beilun/"), "{checkpoint}");
        let done = auditor.send("/audit/verify", "/audit/verify", &[("checkpoint", &checkpoint)]).await;
        assert_eq!(done.status(), Status::SeeOther);
        drop(done);
        let mut html = auditor.page("/audit/verify").await;
        while html.contains("/audit/verify/progress") {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            html = auditor.page("/audit/verify").await;
        }
        assert!(html.contains("全部相符") && html.contains("已延续"), "{html}");
        let strange = auditor.send("/audit/verify", "/audit/verify", &[("checkpoint", "nothing")]).await;
        assert_eq!(strange.status(), Status::UnprocessableEntity);
        drop(strange);

        let totals = auditor.page("/audit/totals?by=policy&by=size&as_of=2020-10-31").await;
        assert!(totals.contains("截至 2020-10-31") && totals.contains("规模"), "{totals}");
        assert!(auditor.page("/audit/totals?at=999999").await.contains("不存在"));
        let choice = auditor.page("/audit/exports?what=events&as_of=2020-10-31").await;
        assert!(choice.contains("下载清单"), "{choice}");
        let file = "/audit/exports/file?what=totals&format=csv&lang=en&as_of=2020-10-31&by=policy";
        assert_eq!(auditor.page(file).await.trim(), "policy,grants,recipients,paid,returned,net");
        let manifest = auditor.page(&file.replace("file", "manifest")).await;
        assert!(manifest.contains("\"sha256\""), "{manifest}");
        assert_eq!(auditor.get("/audit/exports/file?what=nothing").await.status(), Status::UnprocessableEntity);
        let overview = auditor.page("/").await;
        assert!(overview.contains("全部相符") && overview.contains("0.00"), "{overview}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_page_answers_those_whose_work_it_is() {
    let world = World::on_sqlite().await;
    for role in Role::ALL {
        let visitor = Visitor::signed_in(&world, role.code(), &[role]).await;
        let reads = Role::READERS.contains(&role);
        let may = |allowed| if allowed { Status::Ok } else { Status::Forbidden };
        assert_eq!(visitor.get("/").await.status(), Status::Ok, "{role:?}");
        for path in ["/policies", "/audit/log", "/audit/log/1", "/audit/verify", "/audit/totals", "/audit/exports"] {
            assert_eq!(visitor.get(path).await.status(), may(reads), "{role:?} {path}");
        }
        assert_eq!(visitor.get("/audit/checkpoint").await.status(), may(reads), "{role:?}");
        assert_eq!(visitor.get("/policies/new").await.status(), may(role == Role::Manager), "{role:?}");
        let verified = visitor.send("/password", "/audit/verify", &[]).await;
        let expected = if role == Role::Auditor { Status::SeeOther } else { Status::Forbidden };
        assert_eq!(verified.status(), expected, "{role:?}");
        drop(verified);
        let confirms = matches!(role, Role::Reviewer | Role::Manager);
        let decided = visitor.send("/password", "/policies/1/approve", &[]).await;
        assert_eq!(decided.status() == Status::Forbidden, !confirms, "{role:?}");
        drop(decided);
        let recorded = visitor.send("/password", "/policies/new", &[]).await;
        assert_eq!(recorded.status() == Status::Forbidden, role != Role::Manager, "{role:?}");
    }
}
