//! Everybody can use the pages: axe-core finds nothing to mend, light and dark.

use relief_ledger::grants::{self, Form};
use relief_ledger::people;
use serde_json::Value;

use crate::support::book::World;
use crate::support::browser::Browser;
use crate::support::office;
use crate::support::person::{Person, Server, fixture, open_office};

const AXE: &str = include_str!("../axe/axe.min.js");

/// Runs in the page; gives every violation as one line.
const RUN: &str = "const done = arguments[0];
    axe.run(document, { resultTypes: ['violations'] })
        .then((found) => done(found.violations.flatMap((one) => one.nodes.map((node) =>
            `${one.id}: ${node.target.join(' ')}: ${node.any.concat(node.all, node.none).map((check) => check.message).join('; ')}`))))
        .catch((error) => done([String(error)]));";

async fn violations(person: &Person<'_>) -> Vec<String> {
    person.asks(AXE).await;
    let mut found = Vec::new();
    for theme in ["light", "dark"] {
        person.asks(&format!("document.documentElement.dataset.bsTheme = '{theme}'")).await;
        // Colours of the kit change gradually.
        tokio::time::sleep(std::time::Duration::from_millis(400)).await;
        let told: Value = person.browser.client.execute_async(RUN, vec![]).await.unwrap();
        let told: Vec<String> = serde_json::from_value(told).unwrap();
        found.extend(told.into_iter().map(|line| format!("{theme}: {line}")));
    }
    found
}

async fn record(world: &World, reference: &str, recipient: usize, submit: bool) -> i64 {
    let clerk = people::actor(&world.door, "chen").await.unwrap();
    let form = Form { policy: "BL-1".into(), ..office::form(reference, recipient) };
    grants::record(&world.door, world.ask(&clerk, "record_grant"), form, submit).await.unwrap().grant
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_on_the_main_pages_light_and_dark() {
    let world = World::on_sqlite().await;
    open_office(&world).await;
    let (first, draft) = (record(&world, "A-1", 0, true).await, record(&world, "A-2", 1, false).await);
    let recipient = grants::grant(&world.door.db.read, world.book_id, first).await.unwrap().unwrap().recipient;
    let server = Server::start(&world).await;
    let browser = Browser::open().await;
    let person = Person { browser: &browser, address: server.address.clone() };
    let mut found = Vec::new();
    let pages: [(&str, Vec<String>); 6] = [
        ("", vec!["/login".into()]),
        (
            "chen",
            vec![
                "/".into(),
                "/grants".into(),
                format!("/grants/{first}"),
                format!("/grants/{draft}/edit"),
                "/recipients".into(),
                format!("/recipients/{recipient}"),
                "/imports/new".into(),
                "/imports".into(),
                "/nowhere".into(),
                "/users".into(),
            ],
        ),
        ("wang", vec!["/review".into(), format!("/review/decide?grant={first}"), "/policies".into()]),
        ("zhou", vec!["/policies/new".into()]),
        (
            "wu",
            ["/audit/totals?by=policy", "/audit/log", "/audit/log/1", "/audit/verify", "/audit/exports?what=grants"]
                .map(ToOwned::to_owned)
                .to_vec(),
        ),
        ("zheng", vec!["/users".into(), "/users/new".into()]),
    ];
    for (login, pages) in pages {
        if !login.is_empty() {
            person.signs_in(login).await;
        }
        for page in pages {
            person.goes_to(&page).await;
            found.extend(violations(&person).await.into_iter().map(|line| format!("{page} {line}")));
        }
    }
    person.signs_in("chen").await;
    for (file, what) in [("bad-cells.csv", ".cell-wrong"), ("good-200-rows.csv", "main table, .cell-wrong")] {
        person.brings("history", &fixture(file)).await;
        person.finds(what).await;
        found.extend(violations(&person).await.into_iter().map(|line| format!("{file} {line}")));
    }
    assert!(found.is_empty(), "{} violations:\n{}", found.len(), found.join("\n"));

    // The control: what is wrong is found.
    person.asks("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"x\">')").await;
    let control = violations(&person).await;
    assert!(control.iter().any(|line| line.contains("image-alt")), "{control:?}");
}
