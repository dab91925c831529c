//! What people do twice, or wrongly, in a real browser: a double click, a reload, a broken file. One grant, or nothing.

use fantoccini::Locator;
use relief_ledger::grants;

use crate::support::book::World;
use crate::support::browser::Browser;
use crate::support::person::{Person, Server, fixture, open_office};

async fn count(world: &World) -> i64 {
    let sums = grants::sums(&world.door.db.read, world.book_id, &grants::Filter::default()).await;
    sums.unwrap().grants
}

async fn fills_the_form(person: &Person<'_>) {
    person.goes_to("/grants/new").await;
    let fields = serde_json::json!({
        "number": "91330206RFLPDLB94G", "name": "宁波港信建筑有限公司", "kind": "企业", "subdistrict": "新碶街道",
        "industry": "E", "size": "微型", "policy": "BL-1", "amount": "1,234.56",
        "account_name": "宁波港信建筑有限公司", "account_number": "6222021234567894029",
        "bank_code": "102332001239", "bank_name": "中国工商银行北仑支行",
    });
    let set = "Object.entries(arguments[0]).forEach(([name, value]) => { document.forms.entry[name].value = value; })";
    person.browser.client.execute(set, vec![fields]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_click_and_a_reload_record_one_grant() {
    let world = World::on_sqlite().await;
    open_office(&world).await;
    let server = Server::start(&world).await;
    let browser = Browser::open().await;
    let person = Person { browser: &browser, address: server.address.clone() };
    person.signs_in("chen").await;

    fills_the_form(&person).await;
    let button = person.finds("form[data-keep] .buttons .btn-primary").await;
    person.asks("window.sent = 0; addEventListener('submit', (event) => { sent += !event.defaultPrevented; })").await;
    // Two clicks before the first answer.
    let twice = "arguments[0].click(); arguments[0].click(); return sent";
    let sent = browser.client.execute(twice, vec![serde_json::to_value(&button).unwrap()]).await.unwrap();
    assert_eq!(sent, 1, "the page lets one through");
    person.finds(".alert-success").await;
    assert_eq!(count(&world).await, 1);
    browser.client.refresh().await.unwrap();
    person.finds(".detail").await;
    assert_eq!(count(&world).await, 1, "a reload shows the grant and records none");

    // A browser that sends it twice nevertheless, at once: the form's request key makes it one.
    fills_the_form(&person).await;
    let both = "const done = arguments[0], form = document.forms.entry;
        const body = () => new URLSearchParams(new FormData(form));
        const send = () => fetch(form.action, { method: 'POST', body: body() }).then((answer) => answer.url);
        Promise.all([send(), send()]).then(done);";
    let places = browser.client.execute_async(both, vec![]).await.unwrap();
    assert_eq!(places[0], places[1], "both are told of the same grant");
    assert_eq!(count(&world).await, 2);
    // The control: another form is another grant.
    fills_the_form(&person).await;
    person.clicks("form[data-keep] .buttons .btn-primary").await;
    person.finds(".alert-success").await;
    assert_eq!(count(&world).await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_file_comes_back_as_a_table_of_its_errors() {
    let world = World::on_sqlite().await;
    open_office(&world).await;
    let server = Server::start(&world).await;
    let browser = Browser::open().await;
    let person = Person { browser: &browser, address: server.address.clone() };
    person.signs_in("chen").await;
    let before = world.head().await.position;

    // Nothing chosen: the form says so and can be sent again.
    person.goes_to("/imports/new?what=history").await;
    person.clicks("form[data-upload] .buttons button").await;
    let alert = person.finds(".alert-danger").await.text().await.unwrap();
    assert!(alert.contains("还没有选择文件"), "{alert}");

    person.browser.client.find(Locator::Id("f-file")).await.unwrap();
    person.goes_to("/imports/new?what=history").await;
    let watch = "new MutationObserver(() => sessionStorage.setItem('bar', '1'))
        .observe(document.querySelector('[data-sending]'), { attributes: true, subtree: true, childList: true })";
    person.asks(watch).await;
    let file = person.finds("#f-file").await;
    file.send_keys(&fixture("bad-cells.csv").to_string_lossy()).await.unwrap();
    person.clicks("form[data-upload] .buttons button").await;
    person.finds(".cell-wrong").await;
    assert_eq!(person.asks("return sessionStorage.getItem('bar')").await, "1", "a bar showed that it was on its way");
    let rows = person.asks("return [...document.querySelectorAll('tbody tr')].map((row) => [...row.cells].map((cell) => cell.textContent))").await;
    let rows: Vec<Vec<String>> = serde_json::from_value(rows).unwrap();
    let amount = rows.iter().find(|row| row[2] == "12.345").unwrap_or_else(|| panic!("{rows:?}"));
    assert_eq!((amount[0].as_str(), amount[1].as_str()), ("2", "金额"));
    assert!(amount[3].contains("两位小数"), "{amount:?}");
    assert_eq!(world.head().await.position, before, "nothing is stored");
    assert_eq!(count(&world).await, 0);
}
