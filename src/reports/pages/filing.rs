//! A report that was filed: as it was, who signed it, and which figures are others since.

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::download::stem;
use super::show::{foot, moment_of};
use super::{Filer, OfFiler, OfSigner, Signer, rows_shown, words};
use crate::journal::{Door, Keeper, Names};
use crate::kernel::money::{Fen, Unit};
use crate::kernel::{Error, Result};
use crate::people::{Admission, In, Reader, digest_of_one};
use crate::reports::actions::{self, PublicationForm, content, frozen};
use crate::reports::make::make;
use crate::reports::printed::{Printed, column_name, printed, said, text, unit_word};
use crate::reports::rules::{Adjustment, Cell, FilingState, Report, Source, adjustments};
use crate::reports::store::{self, Filing, Publication};
use crate::web::{ABSENT, Answer, Fields, Frame, Page, Reply};

/// Adjustments that the page names.
const NAMED_MAX: usize = 200;

/// A figure that is another now.
struct Changed {
    row: String,
    column: String,
    filed: String,
    now: String,
    difference: String,
}

/// The filing.
#[derive(Template)]
#[template(path = "reports/pages/filing.html")]
pub struct Filed {
    frame: Frame,
    form: Fields,
    filing: Filing,
    report: Report,
    printed: Printed,
    /// Whether the same clocks give the same report now.
    is_reproduced: bool,
    changed: Vec<Changed>,
    more: usize,
    /// Position at which it was looked for changes.
    head: i64,
    /// Whether this person decides on it.
    decides: bool,
    /// Whether it waits and this person filed it.
    own: bool,
    /// When and where the list was put up.
    publications: Vec<Publication>,
    names: Names,
    /// Whether this person notes that it was put up.
    publishes: bool,
    /// Whether this machine can sign the book as it was at the filing's position.
    signs: bool,
}

impl Filed {
    fn look(&self) -> words::Look {
        words::look(self.frame.t, self.filing.state)
    }

    /// The name of the files, without ending.
    fn stem(&self) -> String {
        stem(&self.report)
    }

    fn base(&self) -> String {
        self.frame.href(&format!("report-filings/{}", self.filing.id))
    }

    fn is_refused(&self) -> bool {
        self.filing.state == FilingState::Refused
    }

    /// The page with every row, to be printed.
    fn whole(&self) -> String {
        self.frame.to(&format!("report-filings/{}?all=1", self.filing.id))
    }

    fn digest(&self) -> String {
        digest_of_one(self.filing.leaf)
    }

    fn moment(&self) -> String {
        moment_of(&self.frame, &self.report, &self.filing)
    }

    fn signatures(&self) -> [(&'static str, String); 4] {
        let signed = self.filing.reviewed_name.as_deref().filter(|_| self.filing.state == FilingState::Signed);
        let day = self.frame.t.day(self.filing.prepared_at.day());
        foot(&self.frame, [&self.report.head_of_unit, signed.unwrap_or(""), &self.filing.prepared_name, &day])
    }

    /// Whether it is a list that is put up.
    fn is_put_up(&self) -> bool {
        self.report.layout.source == Source::Approved && self.filing.state == FilingState::Signed
    }

    /// What will happen when it is signed.
    fn happens(&self) -> String {
        let t = self.frame.t;
        let words = t.f("reports.sign.happens").with("title", said(&self.report.layout.title, t.lang()));
        let words = words.with("day", t.long_day(self.filing.as_of)).with("at", t.count(self.filing.at));
        words.with("n", t.count(self.filing.rows)).with("unit", unit_word(t, self.filing.unit)).to_string()
    }
}

fn changed(frame: &Frame, report: &Report, one: &Adjustment) -> Changed {
    let t = frame.t;
    let exact = |cell: &Cell| if *cell == Cell::Blank { ABSENT.to_owned() } else { text(cell, t, Unit::Yuan) };
    let difference = match (&one.filed, &one.now) {
        (Cell::Amount(filed), Cell::Amount(now)) => now.checked_sub(*filed).map(Fen::grouped),
        (Cell::Count(filed), Cell::Count(now)) => now.checked_sub(*filed).map(|n| t.count(n)),
        _ => None,
    };
    Changed {
        row: one.row.clone().unwrap_or_else(|| t.s("reports.total").to_owned()),
        column: column_name(report, one.column, t),
        filed: exact(&one.filed),
        now: exact(&one.now),
        difference: difference.unwrap_or_else(|| ABSENT.to_owned()),
    }
}

async fn page<A: Admission>(
    who: &In<A>,
    id: i64,
    frame: Frame,
    form: Fields,
    (door, keeper): (&Door, &Keeper),
) -> Result<Filed> {
    let (t, book_id) = (frame.t, who.book_id());
    let filing = store::filing(&door.db.read, book_id, id).await?;
    let report = frozen(door, book_id, &filing).await?;
    let again = make(&door.db, who.head(), &report.layout, filing.as_of, Some(filing.at)).await?;
    let now = make(&door.db, who.head(), &report.layout, filing.as_of, None).await?;
    let found = adjustments(&report, &now);
    let own = filing.prepared_person == who.actor().person;
    let waits = filing.state == FilingState::Pending;
    let up = frame.href("reports");
    Ok(Filed {
        publications: store::publications(&door.db.read, book_id, id).await?,
        names: Names::read(&door.db.read, book_id).await?,
        publishes: OfFiler::ROLES.iter().any(|role| who.has(*role)),
        printed: printed(&report, t, filing.unit, rows_shown(&form))?,
        is_reproduced: content(&again)?.1 == filing.content,
        more: found.len().saturating_sub(NAMED_MAX),
        changed: found.iter().take(NAMED_MAX).map(|one| changed(&frame, &report, one)).collect(),
        head: now.at,
        decides: waits && !own && OfSigner::ROLES.iter().any(|role| who.has(*role)),
        own: waits && own,
        signs: keeper.signs_at(&door.db.read, who.head(), filing.at).await?,
        frame: frame.page("reports", said(&report.layout.title, t.lang())).crumb(up, t.s("reports.title")),
        filing,
        report,
        form,
    })
}

/// Shows it.
#[get("/report-filings/<id>?<form..>")]
pub async fn show(
    who: Reader,
    id: i64,
    form: Fields,
    frame: Frame,
    door: &Managed<Door>,
    keeper: &Managed<Keeper>,
) -> Answer<Filed> {
    Ok(Page::new(page(&who, id, frame, form, (door, keeper)).await?))
}

/// Signs it.
#[post("/report-filings/<id>/sign", data = "<sent>")]
pub async fn sign(
    who: Signer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
    keeper: &Managed<Keeper>,
) -> Result<Reply<Filed>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, id, frame, form, (door, keeper)).await?)) };
    let digest = form.value("digest").to_owned();
    match actions::sign(door, who.ask(key, "sign_report"), id, digest).await {
        Ok(_) => {
            let to = frame.href(&format!("report-filings/{id}"));
            Ok(Reply::done(to, frame.t.s("reports.sign.done")))
        }
        Err(error) => Ok(Reply::again(page(&who, id, frame, form.take(error)?, (door, keeper)).await?)),
    }
}

/// Gives it back.
#[post("/report-filings/<id>/refuse", data = "<sent>")]
pub async fn refuse(
    who: Signer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
    keeper: &Managed<Keeper>,
) -> Result<Reply<Filed>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, id, frame, form, (door, keeper)).await?)) };
    let reason = form.value("reason").to_owned();
    match actions::refuse(door, who.ask(key, "refuse_report"), id, reason).await {
        Ok(_) => Ok(Reply::done(frame.href("reports"), frame.t.s("reports.refuse.done"))),
        Err(error) => Ok(Reply::again(page(&who, id, frame, form.take(error)?, (door, keeper)).await?)),
    }
}

/// Notes when and where the list was put up.
#[post("/report-filings/<id>/publish", data = "<sent>")]
pub async fn publish(
    who: Filer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
    keeper: &Managed<Keeper>,
) -> Result<Reply<Filed>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, id, frame, form, (door, keeper)).await?)) };
    let typed = |name: &str| form.value(name).to_owned();
    let publication =
        PublicationForm { filing: id, starts_on: typed("starts_on"), ends_on: typed("ends_on"), place: typed("place") };
    match actions::publish(door, who.ask(key, "publish_report"), who.book_id(), publication).await {
        Ok(_) => {
            let to = frame.href(&format!("report-filings/{id}"));
            Ok(Reply::done(to, frame.t.s("reports.publish.done")))
        }
        Err(error) => Ok(Reply::again(page(&who, id, frame, form.take(error)?, (door, keeper)).await?)),
    }
}
