//! Accounts reconciled month by month, signed by people without a hand in them, frozen; lines that stand for wholes; the
//! calendar of expected files.

mod before_closing;
mod calendar;
mod chosen;
mod command_line;
mod inquiries;
mod levels;
mod months;
mod recovered;
mod senders;
mod signing;
mod told_again;
mod withdrawn;
mod wholes;

use relief_ledger::journal::Actor;
use relief_ledger::kernel::Result;
use relief_ledger::kernel::dates::Day;
use relief_ledger::kernel::money::Fen;
use relief_ledger::payments::{self, Gather, Loaded};
use relief_ledger::reconciliation::{self, Adjustment, BookForm, Group, ReconciliationAnswer, Subject};

use crate::support::bank::{Order, answer_file, orders};
use crate::support::book::World;
use crate::support::office::day;
use crate::support::statement::{StatementLine, paying_account, statement};
use crate::support::treasury::Treasury;

/// The number of the account.
const NUMBER: &str = "33050112345678";
/// What is on it in the beginning, in fen.
const OPENING: i64 = 100_000_000;

/// A treasury with an account of its own, from which batches go out.
struct Paying<'a> {
    treasury: Treasury<'a>,
    world: &'a World,
    account: i64,
}

impl<'a> Paying<'a> {
    async fn open(world: &'a World, kind: &str) -> Self {
        let treasury = Treasury::open(world).await;
        let people = (&treasury.cashier, &treasury.office.reviewer);
        let account = paying_account(world, people, NUMBER, kind).await;
        Self { treasury, world, account }
    }

    /// A batch of these grants, released from the account on a day; and what the bank is told of it.
    async fn released(&self, grants: &[i64], on: &str) -> (i64, Vec<Order>) {
        let (world, treasury) = (self.world, &self.treasury);
        let gather = Gather { grants: grants.to_vec(), ..Gather::default() };
        let ask = world.ask(&treasury.cashier, "build");
        let batch = payments::build(&world.door, ask, gather, Some(self.account)).await.unwrap().batch;
        world.it_is(on);
        treasury.release_as(&treasury.office.second_reviewer, batch).await.unwrap();
        let orders = orders(&treasury.file(batch, "generic-csv").await);
        (batch, orders)
    }

    /// Loads a statement of the account; the balance with which it ends.
    async fn stated(&self, days: (&str, &str), opening: i64, lines: &[StatementLine]) -> (Result<Loaded>, i64) {
        let (bytes, closing) = statement(NUMBER, days, opening, lines);
        let loaded = self.treasury.load("generic-statement", "statement.csv", &bytes).await;
        (loaded.map(|read| read.unwrap_or_else(|faults| panic!("{faults:#?}"))), closing)
    }

    /// The form of a month.
    async fn month(&self, first: &str) -> Option<Adjustment> {
        let (c, first) = (&self.world.door.db.read, day(first));
        let days = (first, first.month_end());
        let month = reconciliation::account_month(c, (self.world.book_id, i64::MAX), self.account, days).await;
        month.unwrap().adjustment
    }

    fn subject(&self, first: &str) -> Subject {
        Subject::month(self.account, day(first))
    }

    async fn prepare_as(&self, actor: &Actor, subject: Subject) -> Result<ReconciliationAnswer> {
        let (world, head) = (self.world, self.world.head().await);
        reconciliation::prepare(&world.door, world.ask(actor, "prepare"), &head, subject).await
    }

    async fn sign_as(&self, actor: &Actor, id: i64) -> Result<ReconciliationAnswer> {
        let world = self.world;
        let digest = reconciliation::record(&world.door.db.read, world.book_id, id).await.unwrap().digest;
        reconciliation::sign(&world.door, world.ask(actor, "sign"), &world.head().await, id, digest).await
    }

    /// Books the open item of the bank with this amount.
    async fn book(&self, first: &str, fen: i64, on: &str) -> Result<()> {
        let items = self.month(first).await.unwrap().items;
        let line = items.iter().find(|item| item.amount == Fen::new(fen) && item.line.is_some()).unwrap().line.unwrap();
        let form = BookForm {
            line,
            booked_on: on.into(),
            document: "甬北财〔2020〕7号".into(),
            note: String::new(),
            entry: None,
        };
        let ask = self.world.ask(&self.treasury.cashier, "book");
        reconciliation::book_line(&self.world.door, ask, form).await.map(|_| ())
    }
}

/// The open items: group and amount in fen.
fn items(month: &Adjustment) -> Vec<(Group, i64)> {
    month.items.iter().map(|item| (item.group, item.amount.get())).collect()
}

/// A treasury whose March has one payment on its way, one refused, a fee and a receipt that nobody booked. It is the first
/// of April.
async fn march(world: &World) -> (Paying<'_>, Vec<Order>) {
    let paying = Paying::open(world, "special").await;
    let grants = paying.treasury.approved(0..4).await;
    let (_, orders) = paying.released(&grants, "2020-03-04").await;
    world.it_is("2020-03-06");
    let mut answers: Vec<_> = (0..3).map(|n| orders[n].answer("paid", n, "2020-03-05")).collect();
    answers[2] = orders[2].answer("refused", 2, "2020-03-05");
    paying.treasury.answered("answer.csv", &answer_file(&answers)).await;
    world.it_is("2020-04-01");
    let gone = |n: usize| StatementLine::new("2020-03-05", -orders[n].amount.get(), "代发").of(&orders[n].id);
    let lines = [
        StatementLine::new("2020-03-02", 5_000_000, "区财政拨款"),
        gone(0),
        gone(1),
        StatementLine::new("2020-03-31", -500, "手续费"),
    ];
    paying.stated(("2020-03-01", "2020-03-31"), OPENING, &lines).await.0.unwrap();
    (paying, orders)
}

/// The balance with which March ends at the bank.
fn march_ends(orders: &[Order]) -> i64 {
    OPENING + 5_000_000 - orders[0].amount.get() - orders[1].amount.get() - 500
}

/// A day in words.
fn on(text: &str) -> Option<Day> {
    Some(day(text))
}
