//! A server in this process, and a person who uses it through a browser.

use std::path::Path;
use std::time::Duration;

use fantoccini::Locator;
use fantoccini::elements::Element;
use relief_ledger::app::{self, Listen};
use relief_ledger::journal::Actor;
use relief_ledger::kernel::codes::Instrument;
use relief_ledger::kernel::dates::Day;
use relief_ledger::kernel::money::Fen;
use relief_ledger::people::{self, Role};
use relief_ledger::policies::{self, NewPolicy};
use serde_json::Value;

use super::book::World;
use super::browser::Browser;

/// What everybody types at the door.
pub const PASSWORD: &str = "春江水暖鸭先知-12";

/// The staff of [`open_office`]: login and role.
pub const STAFF: [(&str, Role); 5] = [
    ("chen", Role::Clerk),
    ("wang", Role::Reviewer),
    ("zhou", Role::Manager),
    ("wu", Role::Auditor),
    ("zheng", Role::Administrator),
];

/// Lets the staff in and puts the policy `BL-1` in force; its allotment.
pub async fn open_office(world: &World) -> i64 {
    for (login, role) in STAFF {
        people::add_user(&world.door, login, login, PASSWORD).await.unwrap();
        people::give_role(&world.door, world.ask(&Actor::operator(), "role"), login, role).await.unwrap();
    }
    let day = |text| Day::parse(text).unwrap();
    let policy = NewPolicy::with_budget(
        "BL-1".into(),
        "小微企业房租补助".into(),
        "仑政办〔2020〕11号".into(),
        Instrument::Grant,
        (day("2020-02-10"), day("2020-12-31")),
        None,
        Fen::parse("1000000").unwrap(),
    );
    let manager = people::actor(&world.door, "zhou").await.unwrap();
    let reviewer = people::actor(&world.door, "wang").await.unwrap();
    let id = policies::record(&world.door, world.ask(&manager, "policy"), policy).await.unwrap().id;
    let shown = policies::by_id(&world.door.db.read, world.book_id, id).await.unwrap().unwrap();
    let digest = policies::digest(std::slice::from_ref(&shown));
    policies::approve(&world.door, world.ask(&reviewer, "approve"), vec![id], digest).await.unwrap();
    shown.allotments[0].id
}

/// The server of a world, as the program runs it. Dropping it ends it.
pub struct Server {
    /// Where it listens.
    pub address: String,
    running: tokio::task::JoinHandle<Result<rocket::Rocket<rocket::Ignite>, rocket::Error>>,
}

impl Server {
    /// Serves a world on a port of this machine.
    pub async fn start(world: &World) -> Self {
        let port = free_port();
        let listen = Listen { address: "127.0.0.1".parse().unwrap(), port, tls: false };
        let running = tokio::spawn(app::rocket(world.door.clone(), world.keeper.clone(), &listen).launch());
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Self { address: format!("http://127.0.0.1:{port}"), running }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.running.abort();
    }
}

/// A port that nobody listens on just now.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Somebody at a browser.
pub struct Person<'b> {
    /// The browser.
    pub browser: &'b Browser,
    /// The server.
    pub address: String,
}

impl Person<'_> {
    /// Opens a page of the server.
    pub async fn goes_to(&self, path: &str) {
        self.browser.client.goto(&format!("{}{path}", self.address)).await.unwrap();
    }

    /// Types into the field of that name.
    pub async fn types(&self, field: &str, text: &str) {
        self.finds(&format!("[name={field}]")).await.send_keys(text).await.unwrap();
    }

    /// Chooses from the field of that name.
    pub async fn chooses(&self, field: &str, value: &str) {
        self.finds(&format!("select[name={field}]")).await.select_by_value(value).await.unwrap();
    }

    /// The first element that a selector finds, as soon as there is one.
    pub async fn finds(&self, selector: &str) -> Element {
        match self.browser.client.wait().for_element(Locator::Css(selector)).await {
            Ok(found) => found,
            Err(error) => self.stops(selector, &error.to_string()).await,
        }
    }

    /// Clicks on what a selector finds.
    pub async fn clicks(&self, selector: &str) {
        if let Err(error) = self.finds(selector).await.click().await {
            self.stops(selector, &error.to_string()).await;
        }
    }

    /// Presses keys where the cursor is.
    pub async fn presses(&self, keys: &str) {
        let client = &self.browser.client;
        client.active_element().await.unwrap().send_keys(keys).await.unwrap();
    }

    /// What a script returns.
    pub async fn asks(&self, script: &str) -> Value {
        self.browser.client.execute(script, vec![]).await.unwrap()
    }

    /// The name of the field in which the cursor is.
    pub async fn field(&self) -> String {
        self.asks("return document.activeElement.name ?? ''").await.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until a script returns true.
    pub async fn waits_until(&self, script: &str) {
        for _ in 0..1_200 {
            if self.asks(script).await == Value::Bool(true) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.stops(script, "it did not become true").await;
    }

    /// Signs in as somebody else than before.
    pub async fn signs_in(&self, login: &str) {
        self.signs_in_with(login, PASSWORD).await;
    }

    /// Signs in with a password.
    pub async fn signs_in_with(&self, login: &str, password: &str) {
        self.browser.client.delete_all_cookies().await.unwrap();
        self.goes_to("/login").await;
        self.types("login", login).await;
        self.types("password", password).await;
        self.clicks("form[data-sign-in] button").await;
        self.finds(".page-name h1").await;
    }

    /// The page as it is.
    pub async fn reads(&self) -> String {
        self.browser.client.source().await.unwrap()
    }

    /// Where the browser is, without the server.
    pub async fn place(&self) -> String {
        let url = self.browser.client.current_url().await.unwrap();
        url.as_str().trim_start_matches(&self.address).to_owned()
    }

    /// Brings a file to the page of uploads.
    pub async fn brings(&self, what: &str, file: &Path) {
        self.goes_to(&format!("/imports/new?what={what}")).await;
        self.browser
            .client
            .find(Locator::Id("f-file"))
            .await
            .unwrap()
            .send_keys(&file.to_string_lossy())
            .await
            .unwrap();
        self.clicks("form[data-upload] .buttons button").await;
    }

    async fn stops(&self, at: &str, why: &str) -> ! {
        let picture = self.browser.screenshot("stopped").await;
        panic!("{at}: {why}\nat {} ({})", self.place().await, picture.display());
    }
}

/// A file of `tests/fixtures/files`.
pub fn fixture(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/files").join(name)
}
