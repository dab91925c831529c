//! The released batches, each with what became of it; and the way to a month.

use askama::Template;
use rocket::{State, get};

use crate::journal::Door;
use crate::kernel::Refusal;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::payments::{self, Batch, BatchState, PaymentState};
use crate::people::Reader;
use crate::web::{Answer, Fields, Frame, Page};

/// Batches that are shown.
const SHOWN: u64 = 50;

/// A batch and what became of its payments.
pub struct Row {
    batch: Batch,
    states: Vec<(PaymentState, i64, Fen)>,
}

impl Row {
    fn count(&self, state: &str) -> i64 {
        self.states.iter().find(|(found, ..)| found.code() == state).map_or(0, |(_, count, _)| *count)
    }

    fn sum(&self, state: &str) -> Fen {
        self.states.iter().find(|(found, ..)| found.code() == state).map_or(Fen::ZERO, |(.., sum)| *sum)
    }
}

/// The list.
#[derive(Template)]
#[template(path = "reconciliation/pages/list.html")]
pub struct List {
    frame: Frame,
    form: Fields,
    rows: Vec<Row>,
    /// The month whose payments shall be compared.
    month: Option<String>,
}

/// Shows the list.
#[get("/reconciliation?<month>")]
pub async fn show(who: Reader, month: Option<&str>, frame: Frame, door: &State<Door>) -> Answer<List> {
    let (c, book_id) = (&door.db.read, who.book_id());
    let mut rows = Vec::new();
    for batch in payments::batches(c, book_id, Some(BatchState::Released), i64::MAX, SHOWN).await? {
        let states = payments::by_state(c, book_id, batch.id).await?;
        rows.push(Row { batch, states });
    }
    let today = door.surroundings.clock.now().day();
    let mut form = Fields::new().with("month", month.map_or_else(|| today.month(), str::to_owned));
    let read = |typed: &str| Day::parse(&format!("{typed}-01")).map_err(|_| Refusal::new("month_form"));
    let month = month.and_then(|_| form.read("month", read)).map(Day::month);
    let title = frame.t.s("reconciliation.title");
    Ok(Page::new(List { frame: frame.page("reconciliation", title), form, rows, month }))
}
