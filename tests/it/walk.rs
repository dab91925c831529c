//! The main job as people do it, in a real browser: record a grant, approve it as somebody else, see what changed,
//! download the file and add it up.

use fantoccini::Locator;
use relief_ledger::app::{self, Listen};
use relief_ledger::kernel::codes::Instrument;
use relief_ledger::kernel::dates::Day;
use relief_ledger::kernel::money::Fen;
use relief_ledger::people::{self, Role};
use relief_ledger::policies::{self, NewPolicy};
use relief_ledger::{funds, journal::Actor};

use crate::support::book::World;
use crate::support::browser::Browser;

const PASSWORD: &str = "春江水暖鸭先知-12";

async fn open_policy(world: &World) -> i64 {
    for (login, role) in [("chen", Role::Clerk), ("wang", Role::Reviewer), ("zhou", Role::Manager)] {
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

struct Person<'b> {
    browser: &'b Browser,
    address: String,
}

impl Person<'_> {
    async fn goes_to(&self, path: &str) {
        self.browser.client.goto(&format!("{}{path}", self.address)).await.unwrap();
    }

    async fn types(&self, field: &str, text: &str) {
        let found = self.browser.client.find(Locator::Css(&format!("[name={field}]"))).await.unwrap();
        found.send_keys(text).await.unwrap();
    }

    async fn chooses(&self, field: &str, value: &str) {
        let found = self.browser.client.find(Locator::Css(&format!("select[name={field}]"))).await.unwrap();
        found.select_by_value(value).await.unwrap();
    }

    async fn clicks(&self, selector: &str) {
        let found = self.browser.client.wait().for_element(Locator::Css(selector)).await.unwrap();
        if let Err(error) = found.click().await {
            let picture = self.browser.screenshot("walk-stopped").await;
            panic!("{selector} cannot be clicked ({}): {error}", picture.display());
        }
    }

    async fn signs_in(&self, login: &str) {
        self.browser.client.delete_all_cookies().await.unwrap();
        self.goes_to("/login").await;
        self.types("login", login).await;
        self.types("password", PASSWORD).await;
        self.clicks("form[data-sign-in] button").await;
        self.browser.client.wait().for_element(Locator::Css(".page-name h1")).await.unwrap();
    }

    async fn reads(&self) -> String {
        self.browser.client.source().await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_is_recorded_approved_by_another_person_counted_and_downloaded_in_a_browser() {
    let world = World::on_sqlite().await;
    let allotment = open_policy(&world).await;
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let listen = Listen { address: "127.0.0.1".parse().unwrap(), port, tls: false };
    let server = tokio::spawn(app::rocket(world.door.clone(), world.keeper.clone(), &listen).launch());
    let browser = Browser::open().await;
    let person = Person { browser: &browser, address: format!("http://127.0.0.1:{port}") };

    person.signs_in("chen").await;
    person.goes_to("/grants/new").await;
    for (field, text) in [
        ("number", "91330206RFLPDLB94G"),
        ("name", "宁波港信建筑有限公司"),
        ("subdistrict", "新碶街道"),
        ("amount", "1,234.56"),
        ("account_name", "宁波港信建筑有限公司"),
        ("account_number", "6222021234567894029"),
        ("bank_code", "102332001239"),
        ("bank_name", "中国工商银行北仑支行"),
    ] {
        person.types(field, text).await;
    }
    for (field, value) in [("kind", "企业"), ("industry", "E"), ("size", "微型"), ("policy", "BL-1")] {
        person.chooses(field, value).await;
    }
    browser.screenshot("walk-record").await;
    person.clicks("form[data-keep] .buttons .btn-primary").await;
    browser.client.wait().for_element(Locator::Css(".alert-success")).await.unwrap();

    person.signs_in("wang").await;
    person.goes_to("/review").await;
    person.clicks("tbody input.pick").await;
    person.clicks(".bulk .btn-primary").await;
    browser.client.wait().for_element(Locator::Css("form.decision")).await.unwrap();
    let decision = person.reads().await;
    assert!(decision.contains("1,234.56") && decision.contains("壹仟贰佰叁拾肆元伍角陆分"), "{decision}");
    browser.screenshot("walk-decide").await;
    person.clicks("form.decision .act .btn-primary").await;
    browser.client.wait().for_element(Locator::Css(".alert-success")).await.unwrap();

    let balances = funds::balances_of(&world.door.db.read, world.book_id, &[allotment]).await.unwrap();
    let payable = balances.iter().find(|b| b.stage == funds::Stage::Payable).unwrap();
    assert_eq!(payable.amount.plain(), "1234.56");
    person.goes_to("/").await;
    assert!(person.reads().await.contains("998,765.44"), "the overview shows what is left of the budget");

    // A download ends no navigation: it is started by the page itself.
    let link = "/audit/exports/file?what=grants&format=csv&lang=en";
    browser.client.execute(&format!("window.location.href = '{link}'"), vec![]).await.unwrap();
    let today = world.door.surroundings.clock.now().day();
    let head = world.head().await.position;
    let file = browser.downloaded(&format!("beilun-grants-{today}-{head}.csv")).await;
    let mut rows = csv::Reader::from_reader(file.as_slice());
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 1);
    assert_eq!((&rows[0][1], &rows[0][8], &rows[0][9]), ("91330206RFLPDLB94G", "1234.56", "approved"));
    server.abort();
}
