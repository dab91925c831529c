//! The payment day as people do it, in a real browser and with the keyboard: choose grants, build a batch, release it as
//! somebody else, download its file, bring the bank's answer, settle what differs.

use fantoccini::Locator;
use relief_ledger::kernel::money::Fen;
use relief_ledger::payments::PaymentState;
use relief_ledger::people::Role;

use crate::support::bank::{answer_file, orders};
use crate::support::book::World;
use crate::support::browser::Browser;
use crate::support::person::{Person, Server};
use crate::support::treasury::Treasury;
use crate::support::visitor::user;

const DOWN: &str = "\u{e015}";
const ENTER: &str = "\u{e007}";
const TAB: &str = "\u{e004}";

/// Stands on a button as the Tab key would, and presses it.
async fn presses_button(person: &Person<'_>, selector: &str) {
    person.finds(selector).await;
    person.asks(&format!("document.querySelector({selector:?}).focus()")).await;
    person.presses(ENTER).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_goes_out_and_its_answer_comes_back_with_the_keyboard() {
    let world = World::on_sqlite().await;
    let treasury = Treasury::open(&world).await;
    treasury.approved(0..3).await;
    user(&world, "cash", &[Role::Cashier]).await;
    user(&world, "rev", &[Role::Reviewer]).await;
    let server = Server::start(&world).await;
    let browser = Browser::open().await;
    let person = Person { browser: &browser, address: server.address.clone() };

    person.signs_in("cash").await;
    person.goes_to("/batches/new").await;
    person.finds("table[data-list] tbody tr").await;
    for _ in 0..2 {
        person.presses(DOWN).await;
        person.presses(" ").await;
    }
    person.waits_until("return !document.querySelector('.bulk').hidden").await;
    let button = person.finds(".bulk .btn-primary").await.text().await.unwrap();
    assert!(button.contains("2 笔"), "{button}");
    presses_button(&person, ".bulk .btn-primary").await;
    person.finds(".alert-success").await;
    let batch = person.place().await;

    person.signs_in("rev").await;
    person.goes_to(&format!("{batch}/release")).await;
    browser.screenshot("walk-release").await;
    presses_button(&person, "form.decision .act .btn-primary").await;
    person.finds(".alert-success").await;

    person.signs_in("cash").await;
    person.goes_to(&batch).await;
    person.chooses("profile", "generic-csv").await;
    presses_button(&person, "#files form .btn-primary").await;
    person.finds("#files a[download]").await;
    let link = person.finds("#files a[download]").await.attr("href").await.unwrap().unwrap();
    let name = person.finds("#files a[download]").await.text().await.unwrap();
    browser.client.execute(&format!("window.location.href = '{link}'"), vec![]).await.unwrap();
    let told = orders(&browser.downloaded(name.trim()).await);
    assert_eq!(told.len(), 2);

    let on: &'static str = "2020-03-02";
    let mut lines = vec![told[0].answer("paid", 0, on), told[1].answer("paid", 1, on)];
    lines[1].amount = Fen::new(told[1].amount.get() + 1);
    let file = world.folder().join("回单.csv");
    std::fs::write(&file, answer_file(&lines)).unwrap();
    person.goes_to("/bank-files/new").await;
    person.chooses("profile", "generic-csv").await;
    let field = browser.client.find(Locator::Id("f-file")).await.unwrap();
    field.send_keys(&file.to_string_lossy()).await.unwrap();
    presses_button(&person, "form[enctype] .buttons .btn-primary").await;
    person.finds(".alert-success").await;
    assert!(person.reads().await.contains("金额不符"));

    person.signs_in("rev").await;
    person.goes_to("/differences").await;
    person.finds("[data-card]").await;
    person.presses("j").await;
    person.presses(ENTER).await;
    assert_eq!(person.field().await, "how", "Enter begins to settle what is current");
    // Proposed is what books nothing; that the answer counts is chosen.
    person.chooses("how", "as_booked").await;
    person.presses(TAB).await;
    person.presses("甬银函〔2020〕1号").await;
    person.presses(ENTER).await;
    person.waits_until("return !!document.querySelector('[data-card][data-done]')").await;
    browser.screenshot("walk-differences").await;
    let id: i64 = batch.rsplit('/').next().unwrap().parse().unwrap();
    let states: Vec<PaymentState> = treasury.payments(id).await.iter().map(|row| row.state).collect();
    assert_eq!(states, [PaymentState::Paid, PaymentState::Paid]);
    assert!(treasury.open_names().await.is_empty());
}
