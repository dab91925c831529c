//! The main job as people do it, in a real browser: record a grant, approve it as somebody else, see what changed,
//! download the file and add it up.

use fantoccini::Locator;
use relief_ledger::funds;

use crate::support::book::World;
use crate::support::browser::Browser;
use crate::support::person::{Person, Server, open_office};

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_is_recorded_approved_by_another_person_counted_and_downloaded_in_a_browser() {
    let world = World::on_sqlite().await;
    let allotment = open_office(&world).await;
    let server = Server::start(&world).await;
    let browser = Browser::open().await;
    let person = Person { browser: &browser, address: server.address.clone() };

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
}
