//! A batch, or the payments released in a month, at the three levels and in the ledger's own stages.

use askama::Template;
use rocket::{State, get};

use crate::journal::Door;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::payments::Name;
use crate::people::Reader;
use crate::reconciliation::{Compared, Scope, reconcile};
use crate::web::{Answer, Frame, Page};

/// Differences that are shown one by one; the file has all.
const SHOWN: usize = 200;

/// Both sides beside each other.
#[derive(Template)]
#[template(path = "reconciliation/pages/show.html")]
pub struct Show {
    frame: Frame,
    book: String,
    /// What is compared, in words.
    scope: String,
    today: Day,
    compared: Compared,
    more: usize,
}

impl Show {
    /// What the bank says was ever paid, against what the book does: both with what came back later.
    fn paid_ever(&self) -> Fen {
        let batch = &self.compared.batch;
        batch.paid.sum.checked_add(batch.returned.sum).unwrap_or(batch.paid.sum)
    }

    fn word(&self, name: &str) -> &'static str {
        Name::from_code(name).map_or("", |name| self.frame.t.s(name.key()))
    }

    /// The class of a level: whether it closes.
    fn look(&self, closes: &bool) -> &'static str {
        if *closes { "state-paid" } else { "state-returned" }
    }
}

/// Shows a batch.
#[get("/reconciliation/batch/<id>")]
pub async fn batch(who: Reader, id: i64, frame: Frame, door: &State<Door>) -> Answer<Show> {
    let scope = frame.t.f("reconciliation.scope.batch").with("batch", id).to_string();
    show(&who, Scope::Batch(id), scope, frame, door).await
}

/// Shows the payments released in a month.
#[get("/reconciliation/period/<month>")]
pub async fn period(who: Reader, month: &str, frame: Frame, door: &State<Door>) -> Answer<Show> {
    let first = Day::parse(&format!("{month}-01")).map_err(|_| Error::NotFound)?;
    let scope = frame.t.f("reconciliation.scope.period").with("month", month).to_string();
    show(&who, Scope::Period(first, first.month_end()), scope, frame, door).await
}

async fn show(who: &Reader, scope: Scope, words: String, frame: Frame, door: &State<Door>) -> Answer<Show> {
    let mut compared: Compared = compare(door, who, scope).await?;
    let more = compared.discrepancies.len().saturating_sub(SHOWN);
    compared.discrepancies.truncate(SHOWN);
    let title = frame.t.s("reconciliation.title");
    let (book, today) = (who.head().name.clone(), door.surroundings.clock.now().day());
    Ok(Page::new(Show { frame: frame.page("reconciliation", title), book, scope: words, today, compared, more }))
}

async fn compare(door: &State<Door>, who: &Reader, scope: Scope) -> Result<Compared> {
    reconcile(&door.db, who.head(), scope).await
}
