//! No foreign page can act for somebody: every changing route refuses what does not come from a page of ours.

use rocket::http::{ContentType, Header, Method, Status};

use super::{House, Row, TABLE, address, fields, house, table};
use crate::support::book::World;
use crate::support::visitor::Visitor;

/// How a request comes that no page of ours would send, and its headers.
const FOREIGN: [(&str, &[(&str, &str)]); 6] = [
    ("no token", &[]),
    ("the token of another session", &[]),
    ("another origin", &[("Origin", "https://elsewhere.example")]),
    ("no origin that can be told", &[("Origin", "null")]),
    ("another site", &[("Sec-Fetch-Site", "cross-site")]),
    ("another host of the same site", &[("Sec-Fetch-Site", "same-site")]),
];

/// Sends what the table's row asks for, with this token and these headers.
async fn send(visitor: &Visitor, row: &Row, house: &House, token: &str, headers: &[(&str, &str)]) -> Status {
    let mut request = visitor.0.req(row.method, address(row, house)).header(ContentType::Form);
    for (name, value) in headers {
        request.add_header(Header::new((*name).to_owned(), (*value).to_owned()));
    }
    let body = if token.is_empty() {
        "request_key=0123456789".to_owned()
    } else {
        format!("csrf={token}{}", fields(row, house))
    };
    request.body(body).dispatch().await.status()
}

fn changing() -> Vec<Row> {
    let rows: Vec<Row> = table(TABLE).into_iter().filter(|row| row.method != Method::Get).collect();
    assert!(rows.len() > 30, "there are changing routes");
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_come_from_our_pages_changes_nothing() {
    let world = World::on_sqlite().await;
    let house = house(&world).await;
    let (visitor, other) =
        (Visitor::signed_in(&world, "everything").await, Visitor::signed_in(&world, "everything").await);
    let (token, others) = (visitor.token().await, other.token().await);
    assert_ne!(token, others);
    let before = world.head().await;
    for row in changing() {
        for (how, headers) in FOREIGN {
            let token = match how {
                "no token" => "",
                "the token of another session" => &others,
                _ => &token,
            };
            let status = send(&visitor, &row, &house, token, headers).await;
            assert_eq!(status, Status::Forbidden, "{} {}: {how}", row.method, row.route);
        }
    }
    assert_eq!(world.head().await, before);
    assert_eq!(visitor.get("/").await.status(), Status::Ok, "nobody was signed out");
    let somebody = visitor.page("/users/of/somebody").await;
    assert!(somebody.contains("/users/of/somebody/disable"), "the account still works: {somebody}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_changes_nothing() {
    let world = World::on_sqlite().await;
    let house = house(&world).await;
    let visitor = Visitor::signed_in(&world, "everything").await;
    let shown: Vec<Row> = table(TABLE).into_iter().filter(|row| row.method == Method::Get).collect();
    let before = world.head().await;
    for row in changing() {
        let status = visitor.get(&address(&row, &house)).await.status();
        let is_page = shown.iter().any(|page| page.route == row.route);
        let refused = matches!(status, Status::NotFound | Status::BadRequest | Status::UnprocessableEntity);
        assert!(is_page || refused, "GET {}: {status}", row.route);
    }
    assert_eq!(world.head().await, before);
    assert_eq!(visitor.get("/").await.status(), Status::Ok, "nobody was signed out");
    assert!(visitor.page("/users/of/somebody").await.contains("/users/of/somebody/disable"));
}

#[tokio::test(flavor = "multi_thread")]
async fn control_our_own_pages_come_through() {
    let world = World::on_sqlite().await;
    let house = house(&world).await;
    for headers in
        [&[][..], &[("Sec-Fetch-Site", "same-origin")], &[("Host", "ledger:8000"), ("Origin", "http://ledger:8000")]]
    {
        let visitor = Visitor::signed_in(&world, "everything").await;
        // Going out comes last.
        let (out, rows): (Vec<Row>, Vec<Row>) = changing().into_iter().partition(|row| row.route == "/logout");
        for row in rows.into_iter().chain(out) {
            let status = send(&visitor, &row, &house, &visitor.token().await, headers).await;
            assert!(status != Status::Forbidden && status.code < 500, "{} {}: {status}", row.method, row.route);
        }
    }
}
