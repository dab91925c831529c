//! A file of one account, or of one batch, pays nothing that went out otherwise, whatever ids stand in it.

use relief_ledger::kernel::money::Fen;
use relief_ledger::payments::{self, How, Loaded, Name, PaymentState, Through};

use super::told_again::gone;
use super::{NUMBER, OPENING, Paying};
use crate::support::bank::{Answer, Order, answer_file, gb18030, text_answer};
use crate::support::book::{World, on_both_engines};
use crate::support::office::{forbidden, refused_with};
use crate::support::statement::{StatementLine, paying_account, statement};
use crate::support::treasury::Stages;

const MARCH: (&str, &str) = ("2020-03-01", "2020-03-31");
/// The number of another account of the book.
const OTHER: &str = "33050199998888";
/// The number of an account that the book does not know.
const UNKNOWN: &str = "33050100000001";

/// Two batches from one account, and another account from which nothing goes.
async fn two_accounts(world: &World) -> (Paying<'_>, [(i64, Vec<Order>); 2]) {
    let paying = Paying::open(world, "special").await;
    let people = (&paying.treasury.cashier, &paying.treasury.office.reviewer);
    paying_account(world, people, OTHER, "special").await;
    let grants = paying.treasury.approved(0..4).await;
    let one = paying.released(&grants[..2], "2020-03-04").await;
    let other = paying.released(&grants[2..], "2020-03-04").await;
    world.it_is("2020-04-01");
    (paying, [one, other])
}

async fn stated(paying: &Paying<'_>, number: &str, lines: &[StatementLine]) -> Loaded {
    let (bytes, _) = statement(number, MARCH, OPENING, lines);
    let loaded = paying.treasury.load("generic-statement", "statement.csv", &bytes).await.unwrap();
    loaded.unwrap_or_else(|faults| panic!("{faults:#?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_of_another_account_pays_nothing() {
    on_both_engines(async |world| {
        let (paying, [(batch, orders), _]) = two_accounts(world).await;
        let treasury = &paying.treasury;
        let sent = treasury.stages().await;
        let sum: i64 = orders.iter().map(|order| order.amount.get()).sum();
        for number in [OTHER, UNKNOWN] {
            let lines = [
                gone(&orders[0], "2020-03-05").of(&orders[0].id),
                gone(&orders[1], "2020-03-05"),
                StatementLine::new("2020-03-05", -sum, &format!("代发 beilun-{batch}")),
            ];
            let loaded = stated(&paying, number, &lines).await;
            let expected = [("missing_in_book", 1), ("order_differs", 2)];
            assert_eq!((loaded.applied, loaded.discrepancies), (0, expected.into()), "{number}");
            assert_eq!(treasury.stages().await, sent, "nothing moves");
        }
        let named = treasury.differences("open").await;
        let about = named.iter().find(|one| one.name == Name::OrderDiffers && one.payment.is_some()).unwrap();
        assert_eq!((about.book.as_str(), about.bank.as_str()), (NUMBER, OTHER), "both numbers are told");
        // Control: the same lines in a statement of the account from which they went.
        let lines = [gone(&orders[0], "2020-03-05").of(&orders[0].id), gone(&orders[1], "2020-03-05")];
        let loaded = stated(&paying, NUMBER, &lines).await;
        assert_eq!((loaded.applied, loaded.discrepancies.len()), (2, 0), "{loaded:?}");
        assert_eq!(world.verify().await.findings, vec![]);
    })
    .await;
}

/// A return of the profile `gb18030-text` with another batch and account above its lines.
fn headed(answers: &[Answer], batch: &str, account: &str) -> Vec<u8> {
    let text = text_answer(answers, None);
    gb18030(&text.replacen("B1|20200305|330501", &format!("{batch}|20200305|{account}"), 1))
}

fn paid(order: &Order, n: usize) -> Answer {
    Answer { status: "成功", ..order.answer("paid", n, "2020-03-05") }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_return_that_names_another_payer_or_another_batch_pays_nothing() {
    on_both_engines(async |world| {
        let (paying, [(batch, orders), (other, _)]) = two_accounts(world).await;
        let treasury = &paying.treasury;
        let sent = treasury.stages().await;
        let load = async |bytes: Vec<u8>| {
            let loaded = treasury.load("gb18030-text", "answer.txt", &bytes).await.unwrap();
            loaded.unwrap_or_else(|faults| panic!("{faults:#?}"))
        };
        let answers = [paid(&orders[0], 0), paid(&orders[1], 1)];
        let (own, wrong) = (format!("beilun-{batch}"), format!("beilun-{other}"));
        for (batch, account) in [(&own, OTHER), (&own, UNKNOWN), (&wrong, NUMBER)] {
            let loaded = load(headed(&answers, batch, account)).await;
            assert_eq!((loaded.applied, loaded.discrepancies), (0, [("order_differs", 2)].into()), "{batch} {account}");
        }
        assert_eq!(treasury.stages().await, sent);
        let told = treasury.differences("open").await;
        assert!(told.iter().any(|one| (one.book.as_str(), one.bank.as_str()) == (&own, &wrong)), "{told:?}");
        // Controls: what the order said, and a header that hides digits or names a batch in the bank's own way.
        let hidden = "3305********78";
        for (n, (batch, account)) in [(own.as_str(), NUMBER), ("20200305-0001", hidden)].into_iter().enumerate() {
            let loaded = load(headed(&answers[n..=n], batch, account)).await;
            assert_eq!((loaded.applied, loaded.discrepancies.len()), (1, 0), "{batch} {account}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_file_of_another_account_said_counts_once_the_bank_confirms_it() {
    on_both_engines(async |world| {
        let (paying, [(batch, orders), _]) = two_accounts(world).await;
        let (treasury, reviewer) = (&paying.treasury, &paying.treasury.office.reviewer);
        stated(&paying, OTHER, &[gone(&orders[0], "2020-03-05").of(&orders[0].id)]).await;
        let open = treasury.differences("open").await.remove(0);
        assert_eq!(Name::OrderDiffers.remedies().first(), Some(&How::BankCorrects), "nothing is booked by itself");
        let settle =
            async |actor, document| treasury.settle_as(actor, (open.line, open.name), How::AsBooked, document).await;
        forbidden(settle(&treasury.cashier, "函1").await);
        refused_with(settle(&treasury.cashier_again, "函1").await, &["two_people"]);
        settle(reviewer, "函1").await.unwrap();
        assert_eq!(treasury.payments(batch).await[0].state, PaymentState::Paid);
        // An answer that names no account is one about the payment alone.
        let loaded = treasury.answered("a.csv", &answer_file(&[orders[1].answer("paid", 1, "2020-03-05")])).await;
        assert_eq!((loaded.applied, loaded.discrepancies.len()), (1, 0));
        let all = Fen::sum(orders.iter().map(|order| order.amount)).unwrap();
        assert_eq!(treasury.stages().await.disbursed, all);
        assert_ne!(treasury.stages().await, Stages::default());
        assert_eq!(world.verify().await.findings, vec![]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_names_no_account_is_of_the_one_that_was_chosen_for_it() {
    on_both_engines(async |world| {
        let (paying, [(_, orders), _]) = two_accounts(world).await;
        let treasury = &paying.treasury;
        let known = payments::paying_accounts(&world.door.db.read, world.book_id).await.unwrap();
        let other = known.iter().find(|account| account.account_number == OTHER).unwrap().id;
        let load = async |account, n: usize| {
            let through = Through { profile: "generic-csv", account };
            let bytes = answer_file(&[orders[n].answer("paid", n, "2020-03-05")]);
            treasury.load(through, "answer.csv", &bytes).await.map(|read| read.unwrap())
        };
        refused_with(load(Some(other + 999), 0).await, &["paying_account_unknown"]);
        let loaded = load(Some(other), 0).await.unwrap();
        assert_eq!(
            (loaded.applied, loaded.discrepancies),
            (0, [("order_differs", 1)].into()),
            "it went from another one"
        );
        assert_eq!(load(Some(paying.account), 1).await.unwrap().applied, 1);
        let file = payments::bank_file(&world.door.db.read, world.book_id, loaded.file).await.unwrap();
        assert_eq!(file.paying_account, Some(other));
        // A statement says itself of which account it is.
        let (bytes, _) = statement(NUMBER, MARCH, OPENING, &[]);
        let through = Through { profile: "generic-statement", account: Some(other) };
        refused_with(treasury.load(through, "statement.csv", &bytes).await, &["bank_file_of_another"]);
        assert_eq!(world.verify().await.findings, vec![]);
    })
    .await;
}
