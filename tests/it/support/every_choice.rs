//! Payments that are alike, of which somebody said which one the bank meant, for a book in which every kind of record stands.

use relief_ledger::grants::Form;
use relief_ledger::journal::Actor;
use relief_ledger::payments::{self, ChoosingPayment, Gather};

use super::bank::{Answer, answer_file, orders};
use super::book::World;
use super::office::{Office, form};
use super::treasury::looked_at;

/// Two payments alike, both answered: the first without an id, and a reviewer said that it was the first.
pub async fn every_choice(world: &World, office: &Office<'_>, cashier: &Actor) {
    let (door, mut grants) = (&world.door, Vec::new());
    for reference in ["W-1", "W-2"] {
        grants.push(office.submitted(Form { amount: "77".into(), ..form(reference, 0) }).await);
    }
    office.approve_as(&office.reviewer, &grants).await.unwrap();
    let gather = Gather { grants, ..Gather::default() };
    let batch = payments::build(door, world.ask(cashier, "build"), gather, None).await.unwrap().batch;
    let looked = looked_at(world, batch).await;
    payments::release(door, world.ask(&office.second_reviewer, "release"), batch, looked).await.unwrap();
    let (head, ask) = (world.head().await, world.ask(cashier, "file"));
    let made = payments::make_file(door, ask, &head, batch, "generic-csv".into()).await.unwrap();
    let sent = orders(&payments::bank_file_bytes(door, world.book_id, &made[0].sha256).await.unwrap());
    let paid = |n: usize| sent[n].answer("paid", n, "2020-03-05");
    let answers = [Answer { id: String::new(), ..paid(0) }, paid(1)];
    let (head, ask) = (world.head().await, world.ask(cashier, "load"));
    let bytes = answer_file(&answers);
    let loaded = payments::load_bank_file(door, ask, &head, "generic-csv", "unclear.csv".into(), bytes).await;
    let file = loaded.unwrap().unwrap_or_else(|faults| panic!("{faults:#?}")).file;
    let c = &door.db.read;
    let open = payments::discrepancies(c, world.book_id, Some("open"), Some(file), (0, 9)).await.unwrap();
    let first = payments::payments_of(c, world.book_id, batch, None, (0, 1)).await.unwrap()[0].id;
    let (document, note) = ("甬银函〔2020〕3号".to_owned(), "银行来函".to_owned());
    let form = ChoosingPayment { line: open[0].line, payment: first, document, note };
    payments::choose_payment(door, world.ask(&office.reviewer, "choose"), form).await.unwrap();
}
