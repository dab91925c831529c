//! Statements, bookings and reconciliations in every state, and files that are expected, for a book in which every kind of
//! record stands. Everything lies in days before the fifth of March, on which the book stands by then.

use relief_ledger::calendar::{self, DayForm, ExpectationForm};
use relief_ledger::journal::Actor;
use relief_ledger::payments;
use relief_ledger::reconciliation::{self, BookForm, EntryForm, InquiryForm, Subject};

use super::book::World;
use super::office::{Office, day};
use super::statement::{StatementLine, statement};

/// The account of the released batch.
const NUMBER: &str = "330501";
/// What is on it before any line, in fen.
const OPENING: i64 = 1_000_000;

/// Where the records of reconciliation and of the calendar stand.
#[derive(Debug, Clone)]
pub struct StatementsStand {
    /// The account.
    pub account: i64,
    /// A line that nobody booked.
    pub line: i64,
    /// A reconciliation that waits to be signed.
    pub record: i64,
    /// An inquiry that waits for the bank's answer.
    pub inquiry: i64,
    /// A file that is expected.
    pub expectation: i64,
}

struct Stating<'a> {
    world: &'a World,
    office: &'a Office<'a>,
    cashier: &'a Actor,
    account: i64,
}

/// Fills the book of a world with statements of the account from which a batch was released.
pub async fn every_statement(world: &World, office: &Office<'_>, cashier: &Actor, released: i64) -> StatementsStand {
    let (c, book_id) = (&world.door.db.read, world.book_id);
    let batch = payments::batch(c, book_id, released).await.unwrap();
    let stating = Stating { world, office, cashier, account: batch.paying_account.unwrap() };
    stating.entry().await;
    stating.stated(("2019-12-01", "2019-12-31"), OPENING, &[]).await;
    stating.stated(("2020-01-01", "2020-01-31"), OPENING, &[]).await;
    let lines =
        [StatementLine::new("2020-02-03", 50_000, "区财政拨款"), StatementLine::new("2020-02-28", -500, "手续费")];
    let file = stating.stated(("2020-02-01", "2020-02-29"), OPENING, &lines).await;
    let read = payments::lines(c, book_id, file, 0, 9).await.unwrap();
    let wrong = stating.booked(read[1].id, "2020-02-28").await;
    stating.withdrawn(wrong).await;
    stating.booked(read[1].id, "2020-02-28").await;
    let whole = StatementLine::new("2020-03-05", -batch.sum.get(), &format!("代发 beilun-{released}"));
    // One fen more than February ended with: its balances are not one, and the bank is asked.
    stating.stated(("2020-03-01", "2020-03-05"), OPENING + 50_000 - 500 + 1, &[whole]).await;
    let record = stating.reconciliations().await;
    let inquiry = stating.inquiry().await;
    let expectation = stating.calendar().await;
    StatementsStand { account: stating.account, line: read[0].id, record, inquiry, expectation }
}

impl Stating<'_> {
    async fn entry(&self) {
        let form = EntryForm {
            account: self.account,
            kind: "opening".into(),
            on: "2020-02-01".into(),
            amount: "10000.00".into(),
            document: "2019年年报".into(),
            note: "期初".into(),
        };
        let ask = self.world.ask(self.cashier, "entry");
        reconciliation::record_entry(&self.world.door, ask, form).await.unwrap();
    }

    async fn stated(&self, days: (&str, &str), opening: i64, lines: &[StatementLine]) -> i64 {
        let (bytes, _) = statement(NUMBER, days, opening, lines);
        let (head, ask) = (self.world.head().await, self.world.ask(self.cashier, "load"));
        let name = "statement.csv".to_owned();
        let loaded =
            payments::load_bank_file(&self.world.door, ask, &head, "generic-statement", name, bytes).await.unwrap();
        loaded.unwrap_or_else(|faults| panic!("{faults:#?}")).file
    }

    async fn booked(&self, line: i64, on: &str) -> i64 {
        let (document, note) = ("银行收费单".to_owned(), "月费".to_owned());
        let form = BookForm { line, booked_on: on.into(), document, note, entry: None };
        reconciliation::book_line(&self.world.door, self.world.ask(self.cashier, "book"), form).await.unwrap().entry
    }

    async fn withdrawn(&self, booking: i64) {
        let (world, why) = (self.world, "收费单写错".to_owned());
        reconciliation::withdraw_booking(&world.door, world.ask(self.cashier, "withdraw"), booking, why).await.unwrap();
    }

    async fn prepared(&self, month: &str) -> i64 {
        let (world, subject) = (self.world, Subject::month(self.account, day(month)));
        let ask = world.ask(&self.office.second_reviewer, "prepare");
        reconciliation::prepare(&world.door, ask, &world.head().await, subject).await.unwrap().reconciliation
    }

    async fn signed(&self, month: &str) -> i64 {
        let (world, id) = (self.world, self.prepared(month).await);
        let digest = reconciliation::record(&world.door.db.read, world.book_id, id).await.unwrap().digest;
        let ask = world.ask(&self.office.manager, "sign");
        reconciliation::sign(&world.door, ask, &world.head().await, id, digest).await.unwrap();
        id
    }

    async fn asked_to_reopen(&self, id: i64) {
        let ask = self.world.ask(self.cashier, "reopen");
        reconciliation::prepare_reopening(&self.world.door, ask, id, "银行补发回单".into()).await.unwrap();
    }

    /// One that waits, which is returned; others are signed, refused, reopened, to be reopened, or stand after all.
    async fn reconciliations(&self) -> i64 {
        let (door, world, reviewer) = (&self.world.door, self.world, &self.office.reviewer);
        let reopened = self.signed("2020-02-01").await;
        self.asked_to_reopen(reopened).await;
        reconciliation::approve_reopening(door, world.ask(reviewer, "reopen"), reopened).await.unwrap();
        let stands = self.signed("2020-02-01").await;
        self.asked_to_reopen(stands).await;
        let ask = world.ask(reviewer, "stand");
        reconciliation::refuse_reopening(door, ask, stands, "不必重开".into()).await.unwrap();
        let pending = self.signed("2019-12-01").await;
        self.asked_to_reopen(pending).await;
        let refused = self.prepared("2020-01-01").await;
        reconciliation::refuse(door, world.ask(reviewer, "refuse"), refused, "请补附件".into()).await.unwrap();
        self.prepared("2020-01-01").await
    }

    /// One about the balances of March, which waits.
    async fn inquiry(&self) -> i64 {
        let (world, about) = (self.world, Subject::month(self.account, day("2020-03-05")));
        let form = InquiryForm { about, document: "查询〔2020〕2号".into(), note: "催问".into() };
        let (ask, head) = (world.ask(self.cashier, "inquire"), world.head().await);
        reconciliation::inquire(&world.door, ask, &head, form).await.unwrap().inquiry
    }

    async fn calendar(&self) -> i64 {
        let (door, world) = (&self.world.door, self.world);
        let off = DayForm { day: "2020-03-04".into(), working: "off".into(), name: "防疫放假".into() };
        calendar::set_day(door, world.ask(&self.office.manager, "day"), off).await.unwrap();
        let mut made = Vec::new();
        for (rhythm, nth) in [("daily", ""), ("monthly", "3")] {
            let form = ExpectationForm {
                account: self.account.to_string(),
                profile: "generic-statement".into(),
                rhythm: rhythm.into(),
                nth: nth.into(),
                from: "2020-02-01".into(),
            };
            made.push(calendar::expect(door, world.ask(self.cashier, "expect"), form).await.unwrap().expectation);
        }
        calendar::end_expectation(door, world.ask(self.cashier, "end"), made[0]).await.unwrap();
        made[1]
    }
}
