//! A bank drops the ids: one payment that fits in account, amount, name and day is taken, of several none is.

use std::collections::BTreeMap;

use relief_ledger::grants::Form;
use relief_ledger::journal;
use relief_ledger::kernel::money::Fen;
use relief_ledger::payments::BankLineRead;

use crate::support::bank::{Answer, answer_file, orders};
use crate::support::book::on_both_engines;
use crate::support::office::{form, yuan};
use crate::support::treasury::{Stages, Treasury};

fn nameless(answer: Answer) -> Answer {
    Answer { id: String::new(), ..answer }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_only_payment_that_fits_is_meant() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        treasury.approved(0..5).await;
        let batch = treasury.released("2020-03-04").await;
        let orders = orders(&treasury.file(batch, "generic-csv").await);
        world.it_is("2020-03-06");
        let paid = |n: usize| nameless(orders[n].answer("paid", n, "2020-03-05"));
        let lines = [
            paid(0),
            nameless(orders[0].answer("returned", 9, "2020-03-06")),
            Answer { amount: Fen::new(1), ..paid(1) },
            Answer { number: orders[1].number.clone(), ..paid(2) },
            Answer { name: "别人".into(), ..paid(3) },
            Answer { on: "2020-03-03", ..paid(3) },
            paid(4),
            // It was answered, so nothing is left that fits.
            paid(4),
        ];
        let loaded = treasury.answered("a.csv", &answer_file(&lines)).await;
        assert_eq!((loaded.lines, loaded.applied), (8, 3));
        assert_eq!(loaded.discrepancies, BTreeMap::from([("missing_in_book", 5)]));
        let waiting = Fen::sum(orders[1..4].iter().map(|order| order.amount)).unwrap();
        assert_eq!(treasury.stages().await, Stages::of(orders[0].amount, waiting, orders[4].amount));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_that_fit_none_is_guessed_and_both_are_told() {
    on_both_engines(async |world| {
        let treasury = Treasury::open(world).await;
        let office = &treasury.office;
        let mut ids = Vec::new();
        for (reference, amount) in [("A-1", "700"), ("A-2", "700"), ("A-3", "800")] {
            ids.push(office.submitted(Form { amount: amount.into(), ..form(reference, 0) }).await);
        }
        office.approve_as(&office.reviewer, &ids).await.unwrap();
        let batch = treasury.released("2020-03-04").await;
        let orders = orders(&treasury.file(batch, "generic-csv").await);
        world.it_is("2020-03-06");
        let paid = |n: usize| orders[n].answer("paid", n, "2020-03-05");
        let lines = [nameless(paid(0)), nameless(paid(2))];
        let loaded = treasury.answered("a.csv", &answer_file(&lines)).await;
        assert_eq!((loaded.applied, loaded.discrepancies), (1, BTreeMap::from([("missing_in_book", 1)])));
        assert_eq!(treasury.stages().await, Stages::of(Fen::ZERO, yuan("1400"), yuan("800")));
        let difference = treasury.differences("open").await.remove(0);
        assert_eq!((difference.payment, difference.bank.as_str()), (None, "700.00"));
        let event = journal::event(&world.door.db.read, world.book_id, difference.line).await.unwrap();
        let read: BankLineRead = event.payload().unwrap();
        let both: Vec<i64> = treasury.payments(batch).await[..2].iter().map(|payment| payment.id).collect();
        assert_eq!(read.candidates, both, "a person sees which two");
        assert!(read.applied.is_none());

        // Once one of them was answered by its id, the other is the only one that fits.
        let lines = [paid(1), nameless(paid(0))];
        let loaded = treasury.answered("b.csv", &answer_file(&lines)).await;
        assert_eq!((loaded.applied, loaded.discrepancies), (2, BTreeMap::new()));
        assert_eq!(treasury.stages().await, Stages::of(Fen::ZERO, Fen::ZERO, yuan("2200")));
    })
    .await;
}
