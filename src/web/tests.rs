//! The frame as a browser meets it: a small server with nothing but the stage and a few routes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use askama::Template;
use rocket::form::Form;
use rocket::http::{ContentType, Header, Status};
use rocket::local::blocking::{Client, LocalResponse};
use rocket::{get, post, routes};

use super::form::Choice;
use super::*;
use crate::kernel::{Error, Refusal};

/// Counts, so that every token is another one and a failure can be repeated.
#[derive(Debug, Default)]
struct Counting(AtomicU8);

impl Chance for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0.fetch_add(1, Ordering::Relaxed));
    }
}

/// Stands still.
#[derive(Debug)]
struct Still;

impl Clock for Still {
    fn now(&self) -> crate::kernel::instant::Instant {
        crate::kernel::instant::Instant::new(0)
    }
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{% extends "web/layout.html" %}{% import "web/_ui.html" as ui %}{% import "web/_form.html" as f %}
{% block content %}{{ f::summary(t, form) }}<form method="post">{{ f::keys(frame, form) }}
{{ f::text(t, form, "name", "Name", hint = "as registered", required = true) }}{{ f::amount(t, form, "amount", "Amount") }}
{{ f::code(t, form, "uscc", "Code") }}{{ f::date(t, form, "on", "Day") }}{{ f::textarea(t, form, "note", "Note") }}
{{ f::select(t, form, "policy", "Policy", choices, empty = "none") }}{{ f::check(t, form, "sure", "1", "Sure") }}
{{ f::password(t, form, "secret", "Secret") }}{{ f::file(t, form, "file", "File") }}</form>
{{ ui::state(t, "paid") }}{{ ui::amount(t, amount) }}{{ ui::code(t, "91330206MA2AB3C45D") }}{{ ui::chip(t, "a", "b", "/") }}
{{ ui::sort("/", "Name", "ascending") }}{{ ui::empty("book", "Nothing yet.", "/new", "Begin") }}{{ ui::bar(50, "half") }}
{{ ui::progress(1, 2, "Work", "so far") }}{{ ui::stage("paid", "1.00", "here") }}
{% call ui::happened("check", "done", "who", "when") %}<p>what</p>{% endcall %}{% endblock %}"#
)]
struct Everything {
    frame: Frame,
    t: T,
    form: Fields,
    choices: Vec<Choice>,
    amount: crate::kernel::money::Fen,
}

impl Everything {
    fn of(frame: Frame, form: Fields) -> Self {
        Self {
            t: frame.t,
            frame: frame.page("grants", "Everything"),
            form,
            choices: vec![Choice::new("P1", "First"), Choice::new("P2", "Second")],
            amount: crate::kernel::money::Fen::new(12_703_456_285),
        }
    }
}

#[get("/form")]
fn show(frame: Frame) -> Page<Everything> {
    Page::new(Everything::of(frame, Fields::new()))
}

#[post("/form", data = "<form>")]
fn take(frame: Frame, form: Form<Fields>) -> Reply<Everything> {
    let mut form = form.into_inner();
    let amount = form.read("amount", |typed| typed.parse::<u8>().map_err(|_| Refusal::new("amount_not_a_number")));
    match amount {
        Some(_) => Reply::done("/form", "recorded"),
        None => Reply::again(Everything::of(frame, form)),
    }
}

#[get("/fails/<how>")]
fn fails(how: &str) -> Error {
    match how {
        "refused" => Refusal::new("date_empty").into(),
        "conflict" => Error::KeyConflict,
        "missing" => Error::NotFound,
        "forbidden" => Error::Forbidden,
        "signed-out" => Error::SignedOut,
        "busy" => Error::Busy("导入 14,426 行".to_owned()),
        "preparing" => Error::Preparing { done: 5_000, of: 14_426 },
        _ => Error::internal("SELECT secret FROM nowhere"),
    }
}

fn browser() -> Client {
    let settings = Settings { tls: false, chance: Arc::new(Counting::default()), clock: Arc::new(Still) };
    let quiet = rocket::Config::figment().merge(("log_level", "off"));
    let server = rocket::custom(quiet).attach(stage(settings)).mount("/", routes![show, take, fails]);
    Client::tracked(server).unwrap()
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    text.split_once(before).unwrap().1.split_once(after).unwrap().0
}

/// The token of a page that this browser has open.
fn token_of_page(browser: &Client) -> String {
    let page = browser.get("/form").dispatch().into_string().unwrap();
    between(&page, r#"name="csrf" value=""#, "\"").to_owned()
}

fn submit<'c>(browser: &'c Client, body: &str, headers: &[(&'static str, &'static str)]) -> LocalResponse<'c> {
    let mut request = browser.post("/form").header(ContentType::Form).body(body);
    for (name, value) in headers {
        request.add_header(Header::new(*name, *value));
    }
    request.dispatch()
}

#[test]
fn every_part_of_a_page_renders_in_both_languages() {
    let browser = browser();
    for language in ["zh", "en"] {
        let page = browser.get("/form").cookie(("lang", language)).dispatch().into_string().unwrap();
        assert!(page.contains("127,034,562.85") && page.contains("1.27亿元"));
        assert!(!page.contains("[frame."), "{page}");
    }
}

#[test]
fn every_answer_carries_the_headers_and_the_nonce_of_its_page() {
    let browser = browser();
    for path in ["/form", "/nowhere", "/fails/internal"] {
        let response = browser.get(path).dispatch();
        let header = |name: &str| response.headers().get_one(name).unwrap_or_default().to_owned();
        assert_eq!(header("X-Frame-Options"), "DENY");
        assert_eq!(header("X-Content-Type-Options"), "nosniff");
        assert_eq!(header("Referrer-Policy"), "same-origin");
        assert_eq!(header("Cache-Control"), "no-store");
        assert!(header("Content-Security-Policy").contains("script-src 'self' 'nonce-"));
        assert!(!header("Content-Security-Policy").contains("unsafe"));
    }
}

#[test]
fn embedded_files_are_kept_by_their_hash_and_checked_without_it() {
    let browser = browser();
    for name in ["app.css", "app.js", "favicon.svg", "icons.svg", "tabler.min.css", "htmx.min.js", "echarts.min.js"] {
        let address = asset(name);
        let response = browser.get(address.clone()).dispatch();
        assert_eq!(response.status(), Status::Ok, "{name}");
        assert!(response.headers().get_one("Cache-Control").unwrap().contains("immutable"));
        let tag = response.headers().get_one("ETag").unwrap().to_owned();
        let again = browser.get(address).header(Header::new("If-None-Match", tag)).dispatch();
        assert_eq!(again.status(), Status::NotModified);
    }
    let stale = browser.get("/static/0123456789ab/app.css").dispatch();
    assert_eq!(stale.headers().get_one("Cache-Control"), Some("no-cache"));
    assert_eq!(browser.get("/static/0123456789ab/../../Cargo.toml").dispatch().status(), Status::NotFound);
}

#[test]
fn a_form_of_our_own_page_passes_the_gate() {
    let browser = browser();
    let token = token_of_page(&browser);
    let same = [("Sec-Fetch-Site", "same-origin")];
    assert_eq!(submit(&browser, &format!("csrf={token}&amount=1"), &same).status(), Status::SeeOther);
    let old_browser = [("Origin", "http://ledger:8000"), ("Host", "ledger:8000")];
    assert_eq!(submit(&browser, &format!("csrf={token}&amount=1"), &old_browser).status(), Status::SeeOther);
    let by_htmx = browser
        .post("/form")
        .header(ContentType::Form)
        .header(Header::new(csrf::CSRF_HEADER, token.clone()))
        .header(Header::new("HX-Request", "true"))
        .body("amount=1")
        .dispatch();
    assert_eq!(by_htmx.headers().get_one("HX-Redirect"), Some("/form"));
    let parts = format!(
        "--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n\
         --x\r\nContent-Disposition: form-data; name=\"amount\"\r\n\r\n1\r\n--x--\r\n"
    );
    let kind = ContentType::new("multipart", "form-data").with_params(("boundary", "x"));
    assert_eq!(browser.post("/form").header(kind).body(parts).dispatch().status(), Status::SeeOther);
}

#[test]
fn a_foreign_page_does_not_pass_the_gate() {
    let browser = browser();
    let token = token_of_page(&browser);
    let own = format!("csrf={token}&amount=1");
    let foreign_token = format!("csrf={}&amount=1", "0".repeat(64));
    let attempts: [(&str, &[(&str, &str)]); 8] = [
        ("amount=1", &[]),
        (&foreign_token, &[]),
        (&format!("amount=1&csrf={token}"), &[]),
        ("csrf=", &[]),
        (&own, &[("Sec-Fetch-Site", "cross-site")]),
        (&own, &[("Sec-Fetch-Site", "same-site")]),
        (&own, &[("Origin", "http://elsewhere"), ("Host", "ledger:8000")]),
        (&own, &[("Origin", "null"), ("Host", "ledger:8000")]),
    ];
    for (body, headers) in attempts {
        let response = submit(&browser, body, headers);
        assert_eq!(response.status(), Status::Forbidden, "{body} {headers:?}");
        assert!(response.into_string().unwrap().contains("页面已过期"));
    }
    // Another browser's token is no better than none.
    let other = Client::tracked(
        rocket::custom(rocket::Config::figment().merge(("log_level", "off")))
            .attach(stage(Settings {
                tls: false,
                chance: Arc::new(Counting(AtomicU8::new(90))),
                clock: Arc::new(Still),
            }))
            .mount("/", routes![show, take]),
    )
    .unwrap();
    token_of_page(&other);
    assert_eq!(submit(&other, &own, &[]).status(), Status::Forbidden);
}

#[test]
fn what_was_typed_comes_back_with_the_sentence_at_its_field_and_the_same_key() {
    let browser = browser();
    let key = "0123456789abcdef0123456789abcdef";
    let body = format!(
        "csrf={}&request_key={key}&amount=12%2C3x&name=%3Cb%3E&note=a%0Ab&policy=P2&sure=1&secret=s",
        token_of_page(&browser)
    );
    let response = submit(&browser, &body, &[]);
    assert_eq!(response.status(), Status::UnprocessableEntity);
    let page = response.into_string().unwrap();
    assert!(page.contains(&format!(r#"name="request_key" value="{key}""#)));
    assert!(page.contains(r#"value="12,3x" aria-describedby="h-amount" aria-invalid="true""#), "{page}");
    assert!(page.contains(r#"value="&#60;b&#62;""#));
    assert!(page.contains(">a\nb</textarea>"));
    assert!(page.contains(r#"<option value="P2" selected>"#) && page.contains(r#"value="1" checked"#));
    assert!(!page.contains(r#"value="s""#), "a password does not come back");
    assert!(between(&page, r#"id="h-amount">"#, "</p>").contains("金额不是数字"));
}

#[test]
fn what_was_done_is_said_once_on_the_next_page() {
    let browser = browser();
    submit(&browser, &format!("csrf={}&amount=1", token_of_page(&browser)), &[]);
    assert!(browser.get("/form").dispatch().into_string().unwrap().contains("recorded"));
    assert!(!browser.get("/form").dispatch().into_string().unwrap().contains("recorded"));
}

#[test]
fn each_error_has_its_status_and_a_page_that_hides_the_machine() {
    let browser = browser();
    let expected = [
        ("refused", 422, "日期未填写"),
        ("conflict", 409, "已经提交过"),
        ("missing", 404, "没有找到"),
        ("forbidden", 403, "没有这项权限"),
        ("busy", 503, "导入 14,426 行"),
        ("preparing", 503, "5,000 / 14,426"),
        ("internal", 500, "查询编号"),
    ];
    for (how, status, words) in expected {
        let response = browser.get(format!("/fails/{how}")).dispatch();
        assert_eq!(response.status().code, status);
        let page = response.into_string().unwrap();
        assert!(page.contains(words), "{how}: {page}");
        assert!(!page.contains("SELECT"));
    }
    let notice = browser.get("/fails/busy").header(Header::new("HX-Request", "true")).dispatch();
    assert_eq!(notice.headers().get_one("HX-Retarget"), Some("#notices"));
    assert_eq!(notice.headers().get_one("Retry-After"), Some("5"));
    assert!(!notice.into_string().unwrap().contains("<html"));
}

#[test]
fn whoever_is_signed_out_comes_back_to_the_page_after_signing_in() {
    let browser = browser();
    let to = |response: &LocalResponse<'_>, name: &str| response.headers().get_one(name).unwrap().to_owned();
    let asked = browser.get("/fails/signed-out?page=2").dispatch();
    assert_eq!(to(&asked, "Location"), "/login?next=%2Ffails%2Fsigned-out%3Fpage%3D2");
    let typing = browser
        .get("/fails/signed-out")
        .header(Header::new("HX-Request", "true"))
        .header(Header::new("HX-Current-URL", "http://ledger:8000/grants/new"))
        .dispatch();
    assert_eq!(to(&typing, "HX-Redirect"), "/login?next=%2Fgrants%2Fnew");
}

#[test]
fn language_and_look_are_remembered_and_lead_back_inside() {
    let browser = browser();
    let switch = |path: &'static str, to: &str, back: &str| {
        let body = format!("csrf={}&to={to}&back={back}", token_of_page(&browser));
        let response = browser.post(path).header(ContentType::Form).body(body).dispatch();
        response.headers().get_one("Location").unwrap_or_default().to_owned()
    };
    assert_eq!(switch("/language", "en", "%2Fform%3Fa%3D1"), "/form?a=1");
    assert_eq!(switch("/theme", "dark", "https%3A%2F%2Felsewhere"), "/");
    let page = browser.get("/form").dispatch().into_string().unwrap();
    assert!(page.contains(r#"<html lang="en" data-bs-theme="dark">"#));
}

#[test]
fn the_past_is_shown_and_stays_in_the_links_of_the_frame() {
    let past = Clocks { as_of: crate::kernel::dates::Day::parse("2020-10-31").ok(), at: None };
    assert!(past.past());
    let browser = browser();
    let page = browser.get("/form?as_of=2020-10-31&at=7").dispatch().into_string().unwrap();
    // This page shows the present, and says so; the links carry the past on.
    assert!(!page.contains("in-past") && page.contains("本页显示现在的情况"), "{page}");
    assert!(page.contains("?as_of=2020-10-31&amp;at=7") || page.contains("?as_of=2020-10-31&#38;at=7"), "{page}");
}
