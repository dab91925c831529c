//! Accounts by month and released batches, each with where its reconciliation stands; and the way to a month of payments.

use askama::Template;
use rocket::{State, get};

use super::words::{self, Look};
use crate::journal::Door;
use crate::kernel::Refusal;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::payments::{self, Batch, BatchState, PayingAccount, PaymentState};
use crate::people::Reader;
use crate::reconciliation::rules::Subject;
use crate::reconciliation::store::{self, Record};
use crate::web::{Answer, Fields, Frame, Page};

/// Batches that are shown.
const SHOWN: u64 = 50;
/// Months of an account that are shown.
const MONTHS_SHOWN: usize = 12;

/// A batch, what became of its payments, and where its reconciliation stands.
pub struct Row {
    batch: Batch,
    states: Vec<(PaymentState, i64, Fen)>,
    look: Look,
}

impl Row {
    fn count(&self, state: &str) -> i64 {
        self.states.iter().find(|(found, ..)| found.code() == state).map_or(0, |(_, count, _)| *count)
    }

    fn sum(&self, state: &str) -> Fen {
        self.states.iter().find(|(found, ..)| found.code() == state).map_or(Fen::ZERO, |(.., sum)| *sum)
    }
}

/// An account and its months.
pub struct AccountRow {
    account: PayingAccount,
    months: Vec<(String, Look)>,
}

/// The list.
#[derive(Template)]
#[template(path = "reconciliation/pages/list.html")]
pub struct List {
    frame: Frame,
    form: Fields,
    accounts: Vec<AccountRow>,
    rows: Vec<Row>,
    /// The month whose payments shall be compared.
    month: Option<String>,
}

/// What stands for a subject among the records, the newest first.
fn of(records: &[Record], subject: Subject) -> Option<&Record> {
    records.iter().find(|record| record.subject == subject)
}

/// Shows the list.
#[get("/reconciliation?<month>")]
pub async fn show(who: Reader, month: Option<&str>, frame: Frame, door: &State<Door>) -> Answer<List> {
    let door = &who.looking(door).await?;
    let (c, book_id, t) = (&door.db.read, who.book_id(), frame.t);
    let records = store::records(c, book_id).await?;
    let mut rows = Vec::new();
    for batch in payments::batches(c, book_id, Some(BatchState::Released), i64::MAX, SHOWN).await? {
        let states = payments::by_state(c, book_id, batch.id).await?;
        let look = words::record(t, of(&records, Subject::Batch(batch.id)));
        rows.push(Row { batch, states, look });
    }
    let mut accounts = Vec::new();
    for account in payments::paying_accounts(c, book_id).await?.into_iter().filter(|account| account.state == "open") {
        let mut months = store::account_months(c, book_id, account.id).await?;
        months.truncate(MONTHS_SHOWN);
        let look = |month: Day| words::record(t, of(&records, Subject::month(account.id, month)));
        let months = months.into_iter().map(|month| (month.month(), look(month))).collect();
        accounts.push(AccountRow { account, months });
    }
    let today = door.surroundings.clock.now().day();
    let mut form = Fields::new().with("month", month.map_or_else(|| today.month(), str::to_owned));
    let read = |typed: &str| Day::parse(&format!("{typed}-01")).map_err(|_| Refusal::new("month_form"));
    let month = month.and_then(|_| form.read("month", read)).map(Day::month);
    let title = t.s("reconciliation.title");
    Ok(Page::new(List { frame: frame.following_position().page("reconciliation", title), form, accounts, rows, month }))
}
