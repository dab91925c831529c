//! The main flows without a mouse: recording with Enter and Ctrl+Enter, lists with arrows, Enter and Space, search
//! with a slash; and back to where one was.

use fantoccini::key::Key;
use relief_ledger::grants::{self, Form};
use relief_ledger::people;

use crate::support::book::World;
use crate::support::browser::Browser;
use crate::support::office;
use crate::support::person::{Person, Server, open_office};

const ENTER: &str = "\u{e007}";
const DOWN: &str = "\u{e015}";
const UP: &str = "\u{e013}";
const TAB: &str = "\u{e004}";
const ESCAPE: &str = "\u{e00c}";
const CTRL: &str = "\u{e009}";

/// Which row of a list is marked, from 0.
const MARKED: &str = "return [...document.querySelectorAll('table[data-list] tbody tr')]
    .findIndex((row) => row.hasAttribute('data-current'))";

async fn sum_of(world: &World) -> (i64, String) {
    let sums = grants::sums(&world.door.db.read, world.book_id, &grants::Filter::default()).await.unwrap();
    (sums.grants, sums.amount.plain())
}

async fn record(world: &World, reference: &str, recipient: usize) {
    let clerk = people::actor(&world.door, "chen").await.unwrap();
    let form = Form { policy: "BL-1".into(), ..office::form(reference, recipient) };
    grants::record(&world.door, world.ask(&clerk, "record_grant"), form, true).await.unwrap();
}

/// Types what stands in the form for one recipient, from the first field to the last, and goes on with Enter.
async fn types_a_grant(person: &Person<'_>, number: &str, amount: &str) {
    let policy_is_there = person.asks("return document.forms.entry.policy.value").await == "BL-1";
    let (policy, name) = (if policy_is_there { "" } else { DOWN }, format!("{number}公司"));
    let typed: [(&str, &str); 15] = [
        ("number", number),
        ("id_type", ""),
        ("name", &name),
        ("kind", DOWN),
        ("subdistrict", "新碶街道"),
        ("industry", DOWN),
        ("size", DOWN),
        ("policy", policy),
        ("applied_on", ""),
        ("amount", amount),
        ("reference", ""),
        ("account_name", &name),
        ("account_number", "6222021234567894029"),
        ("bank_code", "102332001239"),
        ("bank_name", "中国工商银行北仑支行"),
    ];
    for (number, (field, text)) in typed.iter().enumerate() {
        assert_eq!(person.field().await, *field, "Enter goes on in the order of the form");
        if !text.is_empty() {
            person.presses(text).await;
        }
        if number + 1 < typed.len() {
            person.presses(ENTER).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn grants_are_recorded_one_after_another_with_the_keyboard_alone() {
    let world = World::on_sqlite().await;
    open_office(&world).await;
    let server = Server::start(&world).await;
    let browser = Browser::open().await;
    let person = Person { browser: &browser, address: server.address.clone() };
    person.signs_in("chen").await;
    person.goes_to("/grants/new").await;

    types_a_grant(&person, office::USCCS[0], "1200.50").await;
    person.presses(&format!("{CTRL}{ENTER}")).await;
    person.finds(".alert-success").await;
    assert!(person.place().await.starts_with("/grants/new?policy=BL-1&applied_on=2020-03-02"), "the next one is open");
    let kept =
        "const form = document.forms.entry; return [form.policy.value, form.applied_on.value, form.number.value]";
    assert_eq!(person.asks(kept).await, serde_json::json!(["BL-1", "2020-03-02", ""]), "policy and date stay");
    assert_eq!(sum_of(&world).await, (1, "1200.50".to_owned()));

    types_a_grant(&person, office::USCCS[1], "300").await;
    // On the last field Enter saves.
    person.presses(ENTER).await;
    person.finds(".detail").await;
    assert_eq!(sum_of(&world).await, (2, "1500.50".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_and_search_obey_the_keyboard_and_back_keeps_the_place() {
    let world = World::on_sqlite().await;
    open_office(&world).await;
    for (number, recipient) in [(1, 0), (2, 1), (3, 2)] {
        record(&world, &format!("A-{number}"), recipient).await;
    }
    let server = Server::start(&world).await;
    let browser = Browser::open().await;
    let person = Person { browser: &browser, address: server.address.clone() };
    person.signs_in("wang").await;

    person.goes_to("/grants").await;
    assert_eq!(person.asks(MARKED).await, -1);
    for (key, row) in [(DOWN, 0), (DOWN, 1), (DOWN, 2), (DOWN, 2), (UP, 1)] {
        person.presses(key).await;
        assert_eq!(person.asks(MARKED).await, row);
    }
    person.presses(ENTER).await;
    person.finds(".detail").await;
    assert!(person.reads().await.contains("A-2"), "the newest stands first, so the second row is the second grant");
    browser.client.back().await.unwrap();
    person.finds("table[data-list]").await;
    person.waits_until(&MARKED.replace("return", "return 1 ===")).await;
    person.presses(DOWN).await;
    assert_eq!(person.asks(MARKED).await, 2, "one goes on where one was");

    person.presses("/").await;
    assert_eq!(person.asks("return document.activeElement.id").await, "search");
    person.presses(&format!("A-3{ENTER}")).await;
    person.waits_until("return location.pathname !== '/grants'").await;
    assert!(person.reads().await.contains("A-3"));

    person.goes_to("/review").await;
    person.presses(DOWN).await;
    person.presses(&Key::Space).await;
    person.presses(DOWN).await;
    person.presses(&Key::Space).await;
    let bar = person.finds(".bulk").await;
    assert!(bar.is_displayed().await.unwrap());
    let said = bar.text().await.unwrap();
    assert!(said.contains('2') && said.contains("2,000.00"), "{said}");

    // The menu of a person opens and closes with the keyboard too.
    person.asks("document.querySelector('details.person summary').focus()").await;
    person.presses(ENTER).await;
    person.waits_until("return document.querySelector('details.person').open").await;
    person.presses(TAB).await;
    person.presses(ESCAPE).await;
    person.waits_until("return !document.querySelector('details.person').open").await;
}
