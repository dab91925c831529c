//! Schedules and holds as people set them, in a real browser: one sets, another confirms, a button is pressed twice, a field
//! is forgotten.

use relief_ledger::grants::State;
use relief_ledger::holds::{self, Scope};
use relief_ledger::kernel::money::Fen;
use relief_ledger::payments::{self, BatchState};
use relief_ledger::people::Role;

use crate::support::bank::{answer_file, orders};
use crate::support::book::World;
use crate::support::browser::Browser;
use crate::support::person::{Person, Server};
use crate::support::treasury::{Treasury, amount};
use crate::support::visitor::user;

async fn staff(world: &World) {
    for (login, role) in [("typist", Role::Clerk), ("rev", Role::Reviewer), ("cash", Role::Cashier)] {
        user(world, login, &[role]).await;
    }
}

/// Presses a button twice before the first answer.
async fn presses_twice(person: &Person<'_>, selector: &str) {
    let button = serde_json::to_value(person.finds(selector).await).unwrap();
    person.asks("window.sent = 0; addEventListener('submit', (event) => { sent += !event.defaultPrevented; })").await;
    let twice = "arguments[0].click(); arguments[0].click(); return sent";
    let sent = person.browser.client.execute(twice, vec![button]).await.unwrap();
    assert_eq!(sent, 1, "the page lets one through: {selector}");
    person.finds(".alert-success").await;
}

/// Presses a button of a form whose fields the browser does not look at; what the page says of it.
async fn presses_regardless(person: &Person<'_>, selector: &str) -> String {
    person.finds(selector).await;
    person.asks("document.querySelectorAll('main form').forEach((form) => { form.noValidate = true; })").await;
    person.clicks(selector).await;
    person.finds(".alert-danger").await;
    // What the page does beyond HTML comes last.
    person.waits_until("return document.readyState === 'complete'").await;
    person.reads().await
}

/// Types what the parts of the form on the page are.
async fn types_parts(person: &Person<'_>, parts: &[(&str, &str)]) {
    let set = "const rows = document.querySelectorAll('#entry tbody tr');
        arguments[0].forEach(([amount, due], n) => {
            rows[n].querySelector('[name=part_amount]').value = amount;
            rows[n].querySelector('[name=part_due_on]').value = due;
        });
        document.querySelector('#entry [name=part_amount]').dispatchEvent(new Event('input', { bubbles: true }));";
    person.browser.client.execute(set, vec![serde_json::to_value(parts).unwrap()]).await.unwrap();
}

/// The bank pays everything that waits of a grant, on a day.
async fn bank_pays(treasury: &Treasury<'_>, on: &'static str) {
    let batch = treasury.released(on).await;
    let told = orders(&treasury.file(batch, "generic-csv").await);
    assert_eq!(told.len(), 1, "the part that is due");
    treasury.answered("answer.csv", &answer_file(&[told[0].answer("paid", 0, on)])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_is_paid_in_parts_that_one_typed_and_another_approved() {
    let world = World::on_sqlite().await;
    let treasury = Treasury::open(&world).await;
    let grant = treasury.approved(0..1).await[0];
    staff(&world).await;
    let server = Server::start(&world).await;
    let browser = Browser::open().await;
    let person = Person { browser: &browser, address: server.address.clone() };
    let (c, book_id, page) = (&world.door.db.read, world.book_id, format!("/grants/{grant}"));
    let schedule = async |state: &str| payments::schedule_of(c, book_id, grant, state).await.unwrap();

    person.signs_in("typist").await;
    person.goes_to(&page).await;
    person.clicks("a[href$='/schedule']").await;
    // Parts that are not the whole are told beside the form, before it is sent.
    types_parts(&person, &[("33.33", "2020-03-02"), ("66.66", "2020-04-01")]).await;
    person.waits_until("return document.querySelector('#panel').innerText.includes('0.01')").await;
    types_parts(&person, &[("33.33", "2020-03-02"), ("66.67", "2020-04-01")]).await;
    person.waits_until("return !!document.querySelector('#panel .ok')").await;
    let said = presses_regardless(&person, "#entry .buttons .btn-primary").await;
    assert!(said.contains("此项必须填写"), "no document");
    assert!(schedule("pending").await.is_none());
    assert_eq!(person.asks("return document.querySelectorAll('[name=part_amount]')[1].value").await, "66.67");
    person.types("document", "仑财〔2020〕31号").await;
    presses_twice(&person, "#entry .buttons .btn-primary").await;
    let set = schedule("pending").await.unwrap();
    assert_eq!(set.instalments.iter().map(|one| one.part.amount.get()).collect::<Vec<_>>(), [3_333, 6_667]);
    let place = person.place().await;
    assert_eq!(place, format!("/schedules/{}", set.id));
    browser.screenshot("walk-schedule").await;
    assert_eq!(
        person.asks("return !!document.querySelector('form[action$=\"/approve\"]')").await,
        false,
        "not who set it"
    );

    person.signs_in("rev").await;
    person.goes_to(&place).await;
    let said = presses_regardless(&person, "form[action$='/refuse'] button").await;
    assert!(said.contains("此项必须填写"), "no reason");
    assert!(schedule("pending").await.is_some(), "nobody refused it");
    person.goes_to(&place).await;
    presses_twice(&person, "form[action$='/approve'] button").await;
    assert_eq!(schedule("standing").await.unwrap().id, set.id);

    bank_pays(&treasury, "2020-03-03").await;
    assert_eq!(treasury.grant_state(grant).await, State::PartPaid);
    person.signs_in("rev").await;
    person.goes_to(&page).await;
    person.finds(".lead .state").await;
    assert!(
        person.asks("return document.querySelector('.lead').innerText").await.as_str().unwrap().contains("部分发放")
    );
    person.waits_until("return document.querySelectorAll('a[href*=\"/payments/\"]').length > 0").await;
    browser.screenshot("walk-part-paid").await;
    person.goes_to("/grants?state=part_paid").await;
    assert!(person.finds("table[data-list] tbody tr").await.text().await.unwrap().contains("部分发放"));
    let stages = treasury.stages().await;
    assert_eq!((stages.payable, stages.disbursed), (Fen::new(amount(0).get() - 3_333), Fen::new(3_333)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_stops_a_release_until_two_people_lift_it() {
    let world = World::on_sqlite().await;
    let treasury = Treasury::open(&world).await;
    let grants = treasury.approved(0..2).await;
    let batch = treasury.built().await.batch;
    staff(&world).await;
    let server = Server::start(&world).await;
    let browser = Browser::open().await;
    let person = Person { browser: &browser, address: server.address.clone() };
    let (c, book_id, release) = (&world.door.db.read, world.book_id, format!("/batches/{batch}/release"));
    let all = async || holds::holds(c, book_id, Scope::All, (i64::MAX, 9)).await.unwrap();

    person.signs_in("typist").await;
    person.goes_to(&format!("/holds/new?grant={}", grants[0])).await;
    person.chooses("kind", "court").await;
    let set = "document.querySelector('[name=until_on]').value = '2020-03-31'";
    person.asks(set).await;
    person.types("reason", "法院冻结").await;
    let said = presses_regardless(&person, "form[data-keep] .buttons .btn-primary").await;
    assert!(said.contains("此项必须填写"), "no document");
    assert!(all().await.is_empty());
    person.types("document", "（2020）浙0206执保12号").await;
    presses_twice(&person, "form[data-keep] .buttons .btn-primary").await;
    assert_eq!(all().await.len(), 1);
    let hold = person.place().await;
    person.goes_to(&format!("/grants/{}", grants[0])).await;
    person.waits_until("return document.body.innerText.includes('（2020）浙0206执保12号')").await;

    // It stops the release before anybody confirmed it, and after.
    person.signs_in("rev").await;
    let is_stopped = async || {
        person.goes_to(&release).await;
        assert_eq!(person.asks("return !!document.querySelector('.decision .act .btn-primary')").await, false);
        // A page that was opened before still has the button.
        person.asks("document.querySelector('form.decision').requestSubmit()").await;
        person.finds(".alert-danger").await;
        assert!(person.reads().await.contains("批次里有 1 笔支付被冻结"));
        assert_eq!(treasury.batch(batch).await.state, BatchState::Built);
    };
    is_stopped().await;
    browser.screenshot("walk-hold-stops").await;
    person.goes_to(&hold).await;
    presses_twice(&person, "main form[action$='/confirm'] button").await;
    is_stopped().await;

    person.signs_in("typist").await;
    person.goes_to(&hold).await;
    let said = presses_regardless(&person, "main form[action$='/lift'] button").await;
    assert!(said.contains("此项必须填写"), "no document");
    person.types("document", "解除裁定").await;
    person.types("reason", "已和解").await;
    presses_twice(&person, "main form[action$='/lift'] button").await;
    person.goes_to(&hold).await;
    assert_eq!(person.asks("return !!document.querySelector('form[action$=\"/lift/confirm\"]')").await, false);
    person.signs_in("rev").await;
    is_stopped().await;
    person.goes_to(&hold).await;
    presses_twice(&person, "main form[action$='/lift/confirm'] button").await;
    person.goes_to(&release).await;
    presses_twice(&person, "form.decision .act .btn-primary").await;
    assert_eq!(treasury.batch(batch).await.state, BatchState::Released);
}
