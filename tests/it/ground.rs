//! The ground itself: a test that fails here says nothing about the program.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use fantoccini::Locator;
use sqlx::{Connection as _, Executor as _, PgConnection, Row as _};

use crate::support::browser::Browser;
use crate::support::postgres;

#[tokio::test]
async fn every_test_has_a_postgresql_database_of_its_own() {
    let (mut one, mut other) = (connect(&postgres::fresh_database()).await, connect(&postgres::fresh_database()).await);
    one.execute("CREATE TABLE only_here (name text)").await.unwrap();
    assert!(other.execute("SELECT name FROM only_here").await.is_err(), "the other database should not know the table");
    let row = one.fetch_one("SHOW server_encoding").await.unwrap();
    assert_eq!(row.get::<String, _>(0), "UTF8");
    let order = one.fetch_one("SELECT string_agg(w, '' ORDER BY w) FROM unnest(ARRAY['b', 'a', 'B']) w").await.unwrap();
    assert_eq!(order.get::<String, _>(0), "Bab", "text is ordered by bytes");
}

#[tokio::test]
async fn a_template_is_filled_once_and_copied() {
    let copies = std::thread::scope(|scope| {
        let copy =
            || postgres::copy_of("template_of_the_ground", |url| run(url, "CREATE TABLE t AS SELECT 127 AS fen"));
        [scope.spawn(copy), scope.spawn(copy)].map(|thread| thread.join().unwrap())
    });
    assert_ne!(copies[0], copies[1]);
    for copy in copies {
        let row = connect(&copy).await.fetch_one("SELECT fen FROM t").await.unwrap();
        assert_eq!(row.get::<i32, _>(0), 127);
    }
}

#[tokio::test]
async fn a_browser_shows_clicks_and_downloads() {
    let address = serve();
    let browser = Browser::open().await;
    browser.client.goto(&address).await.unwrap();
    let heading = browser.client.find(Locator::Css("h1")).await.unwrap();
    assert_eq!(heading.text().await.unwrap(), "纾困资金");
    let language = browser.client.execute("return navigator.language", Vec::new()).await.unwrap();
    assert_eq!(language, "zh-CN");
    let picture = browser.screenshot("ground").await;
    assert!(std::fs::read(picture).unwrap().starts_with(b"\x89PNG"));
    browser.client.find(Locator::Css("a")).await.unwrap().click().await.unwrap();
    assert_eq!(browser.downloaded("ledger.csv").await, b"amount\r\n127034562.85\r\n");
}

async fn connect(url: &str) -> PgConnection {
    PgConnection::connect(url).await.unwrap()
}

/// Runs one statement outside any runtime, as a migration at the start of a test would.
fn run(url: &str, statement: &'static str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = connect(url).await;
        connection.execute(statement).await.unwrap();
        connection.close().await.unwrap();
    });
}

/// Serves a page and a file to whoever asks, until the tests end; its address.
fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || listener.incoming().flatten().for_each(answer));
    format!("http://{address}/")
}

fn answer(mut stream: TcpStream) {
    let mut request = [0; 4096];
    let length = stream.read(&mut request).unwrap_or(0);
    let (header, body) = if request[..length].starts_with(b"GET /ledger.csv") {
        ("Content-Type: text/csv\r\nContent-Disposition: attachment", "amount\r\n127034562.85\r\n")
    } else {
        ("Content-Type: text/html; charset=utf-8", "<h1>纾困资金</h1><a href=ledger.csv>ledger.csv</a>")
    };
    let length = body.len();
    let head = format!("HTTP/1.1 200 OK\r\n{header}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    // A browser that hangs up early is no failure.
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
}
