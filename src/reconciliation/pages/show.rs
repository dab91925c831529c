//! A batch, or the payments released in a month, at the three levels and in the ledger's own stages.

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State, get, post};

use super::inquiry::Inquiring;
use super::words::{self, Look};
use super::{OfPreparer, Preparer};
use crate::journal::{Door, Names};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::payments::Name;
use crate::people::{Admission, In, Reader};
use crate::reconciliation::actions::{self, InquiryForm};
use crate::reconciliation::rules::{Compared, Open, Scope, Subject};
use crate::reconciliation::store::{self, Record, reconcile};
use crate::web::{ABSENT, Answer, Fields, Frame, Page, Reply};

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
    form: Fields,
    /// The batch, where one is compared.
    batch: Option<i64>,
    /// What stands for it.
    record: Option<Record>,
    /// Whether this person may prepare it for signing, and it may be.
    prepares: bool,
    /// What the bank was asked about it.
    inquiring: Inquiring,
}

impl Show {
    /// What the bank says was ever paid, against what the book does: both with what came back later.
    fn paid_ever(&self) -> Fen {
        let batch = &self.compared.batch;
        batch.paid.sum.checked_add(batch.returned.sum).unwrap_or(batch.paid.sum)
    }

    fn signing(&self) -> Look {
        words::record(self.frame.t, self.record.as_ref())
    }

    /// Where a difference is settled: that of its line, else the payment.
    fn settling(&self, open: &Open) -> String {
        match open.line {
            Some(line) => self.frame.to(&format!("differences?line={line}&state=")),
            None => {
                let number = open.payment_id.rsplit_once('-').map_or("", |(_, number)| number);
                if number.is_empty() { String::new() } else { self.frame.href(&format!("payments/{number}")) }
            }
        }
    }

    /// What a side says: an amount as amounts are read, and accounts and names as they are.
    fn side(&self, said: &str) -> String {
        let is_amount = said.split_once('.').is_some_and(|(_, decimals)| decimals.len() == 2);
        match Fen::parse(said) {
            _ if said.is_empty() => ABSENT.to_owned(),
            Ok(amount) if is_amount => self.frame.t.yuan(amount),
            _ => said.to_owned(),
        }
    }

    fn word(&self, name: &str) -> &'static str {
        Name::from_code(name).map_or("", |name| self.frame.t.s(name.key()))
    }

    /// Which levels do not close, in words.
    fn differing(&self) -> String {
        let t = self.frame.t;
        let word = |level: &&str| match *level {
            "lines" => t.s("reconciliation.differs.lines"),
            "batch" => t.s("reconciliation.differs.batch"),
            "account" => t.s("reconciliation.differs.account"),
            _ => t.s("reconciliation.differs.stages"),
        };
        let words: Vec<&str> = self.compared.differs.iter().map(word).collect();
        t.f("reconciliation.differs").with("levels", words.join(" · ")).to_string()
    }

    /// The class of a level: whether it closes.
    fn look(&self, closes: &bool) -> &'static str {
        if *closes { "state-paid" } else { "state-returned" }
    }
}

/// Shows a batch.
#[get("/reconciliation/batch/<id>")]
pub async fn batch(who: Reader, id: i64, frame: Frame, door: &State<Door>) -> Answer<Show> {
    let door = &who.looking(door).await?;
    Ok(Page::new(of_batch(&who, id, frame, Fields::new(), door).await?))
}

/// Shows the payments released in a month.
#[get("/reconciliation/period/<month>")]
pub async fn period(who: Reader, month: &str, frame: Frame, door: &State<Door>) -> Answer<Show> {
    let door = &who.looking(door).await?;
    let first = Day::parse(&format!("{month}-01")).map_err(|_| Error::NotFound)?;
    let scope = frame.t.f("reconciliation.scope.period").with("month", month).to_string();
    Ok(Page::new(page(&who, Scope::Period(first, first.month_end()), scope, (frame, Fields::new()), door).await?))
}

/// Prepares a batch for signing.
#[post("/reconciliation/batch/<id>/prepare", data = "<sent>")]
pub async fn prepare(
    who: Preparer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &State<Door>,
) -> Result<Reply<Show>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(of_batch(&who, id, frame, form, door).await?)) };
    let ask = who.ask(key, "prepare_reconciliation");
    match actions::prepare(door, ask, who.head(), Subject::Batch(id)).await {
        Ok(made) => {
            let to = frame.href(&format!("reconciliation/record/{}", made.reconciliation));
            Ok(Reply::done(to, frame.t.s("reconciliation.prepared")))
        }
        Err(error) => Ok(Reply::again(of_batch(&who, id, frame, form.take(error)?, door).await?)),
    }
}

/// Asks the bank about the payments of a batch that it has not answered.
#[post("/reconciliation/batch/<id>/inquire", data = "<sent>")]
pub async fn inquire(
    who: Preparer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &State<Door>,
) -> Result<Reply<Show>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(of_batch(&who, id, frame, form, door).await?)) };
    let (document, note) = (form.value("document").to_owned(), form.value("note").to_owned());
    let asked = InquiryForm { about: Subject::Batch(id), document, note };
    match actions::inquire(door, who.ask(key, "inquire"), who.head(), asked).await {
        Ok(made) => {
            let to = frame.href(&format!("reconciliation/inquiries/{}", made.inquiry));
            Ok(Reply::done(to, frame.t.s("reconciliation.inquiry.made")))
        }
        Err(error) => Ok(Reply::again(of_batch(&who, id, frame, form.take(error)?, door).await?)),
    }
}

async fn of_batch<A: Admission>(who: &In<A>, id: i64, frame: Frame, form: Fields, door: &Door) -> Result<Show> {
    let scope = frame.t.f("reconciliation.scope.batch").with("batch", id).to_string();
    page(who, Scope::Batch(id), scope, (frame, form), door).await
}

async fn page<A: Admission>(
    who: &In<A>,
    scope: Scope,
    words: String,
    (frame, form): (Frame, Fields),
    door: &Door,
) -> Result<Show> {
    let mut compared: Compared = reconcile(&door.db, who.head(), scope).await?;
    let more = compared.discrepancies.len().saturating_sub(SHOWN);
    compared.discrepancies.truncate(SHOWN);
    let batch = match scope {
        Scope::Batch(batch) => Some(batch),
        Scope::Period(..) => None,
    };
    let record = match batch {
        Some(batch) => store::living(&door.db.read, who.book_id(), Subject::Batch(batch)).await?,
        None => None,
    };
    let works = OfPreparer::ROLES.iter().any(|role| who.acts(*role));
    let missing = compared.lines.missing_at_bank;
    let inquiring = match batch {
        Some(batch) => Inquiring {
            made: store::inquiries(&door.db.read, who.book_id(), Subject::Batch(batch)).await?,
            asks: (works && missing > 0).then(|| frame.href(&format!("reconciliation/batch/{batch}/inquire"))),
            payments: missing,
            names: Names::read(&door.db.read, who.book_id()).await?,
            t: frame.t,
        },
        None => Inquiring { made: Vec::new(), asks: None, payments: 0, names: Names::default(), t: frame.t },
    };
    let title = frame.t.s("reconciliation.title");
    Ok(Show {
        inquiring,
        frame: frame.following_position().page("reconciliation", title),
        book: who.head().name.clone(),
        today: door.surroundings.clock.now().day(),
        scope: words,
        prepares: compared.closes && batch.is_some() && record.is_none() && works,
        compared,
        more,
        form,
        batch,
        record,
    })
}
