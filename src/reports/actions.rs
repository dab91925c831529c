//! A report is filed by one person and signed by another, against the digest of exactly what is kept.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::events::{
    KIND_REPORT_FILED, KIND_REPORT_PUBLISHED, KIND_REPORT_REFUSED, KIND_REPORT_SIGNED, ReportFiled, ReportPublished,
    ReportRefused, ReportSigned,
};
use super::make::make;
use super::rules::{FilingState, Layout, Report, Source, may_be_filed, parse_unit, unit_code};
use super::store::{self, Filing};
use super::{FILERS, SIGNERS};
use crate::journal::{self, Ask, Desk, Door, Head};
use crate::kernel::dates::Day;
use crate::kernel::{Error, Refusal, Result, text};
use crate::people::{digest_of_one, must};
use crate::recipients::{Reading, required};

/// Longest reason, in characters.
const REASON_CHARS_MAX: usize = 500;
/// Longest name of a place where a list is put up, in characters.
const PLACE_CHARS_MAX: usize = 200;

/// What shall be filed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileForm {
    /// Name of the layout.
    pub report: String,
    /// Effective day.
    pub as_of: Day,
    /// Position at which it was shown.
    pub at: i64,
    /// The unit: `yuan` or `wan`.
    pub unit: String,
    /// SHA-256 of what was shown; empty signs whatever stands at these clocks.
    pub content: String,
}

/// Which filing an action made or decided on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilingAnswer {
    /// The filing.
    pub filing: i64,
}

/// What is kept of a report: its JSON, and the SHA-256 of that.
pub fn content(report: &Report) -> Result<(Vec<u8>, String)> {
    let bytes = serde_json::to_vec(report).map_err(Error::internal)?;
    let sha256 = hex::encode(Sha256::digest(&bytes));
    Ok((bytes, sha256))
}

/// Files a report: it is frozen at its clocks, and another person signs it. Clerks, cashiers and managers.
///
/// # Errors
/// `NotFound` for a report that does not exist; `report_unit`, `report_future`, `report_month_end`, `digest_changed`,
/// `report_filed_already`; those of [`make`].
pub async fn file(door: &Door, ask: Ask, head: &Head, form: FileForm) -> Result<FilingAnswer> {
    let layout = Layout::find(&form.report).ok_or(Error::NotFound)?;
    let unit = parse_unit(&form.unit)?;
    // The position is fixed, so what is read here outside the door is what stands there for good.
    let report = make(&door.db, head, layout, form.as_of, Some(form.at)).await?;
    let (bytes, sha256) = content(&report)?;
    if !form.content.is_empty() && form.content != sha256 {
        return Err(Refusal::new("digest_changed").into());
    }
    let asked = form.clone();
    door.command(ask, &asked, move |desk| {
        let (report, bytes, form) = (report.clone(), bytes.clone(), form.clone());
        Box::pin(async move {
            must(desk, &FILERS).await?;
            may_be_filed(&report.layout, form.as_of, desk.today())?;
            if store::living(desk.tx.connection(), desk.book_id(), &form.report, form.as_of).await?.is_some() {
                return Err(Refusal::new("report_filed_already").into());
            }
            let payload = ReportFiled {
                report: form.report,
                as_of: report.as_of,
                at: report.at,
                root: report.root,
                unit: unit_code(unit).to_owned(),
                rows: i64::try_from(report.rows.len()).map_err(Error::internal)?,
                content: desk.keep_file(&bytes).await?,
                name: desk.actor().name.clone(),
            };
            Ok(FilingAnswer { filing: desk.emit(KIND_REPORT_FILED, 1, &payload)? })
        })
    })
    .await
}

/// Signs a filed report: from here on it stands. Reviewers and managers, and not who filed it.
///
/// # Errors
/// `NotFound`, `report_not_pending`, `two_people`, `digest_changed`.
pub async fn sign(door: &Door, ask: Ask, id: i64, digest: String) -> Result<FilingAnswer> {
    let content = (id, digest.clone());
    door.command(ask, &content, move |desk| {
        let digest = digest.clone();
        Box::pin(async move {
            let found = waiting(desk, id).await?;
            if digest != digest_of_one(found.leaf) {
                return Err(Refusal::new("digest_changed").into());
            }
            let payload = ReportSigned { filing: id, digest, name: desk.actor().name.clone() };
            desk.emit(KIND_REPORT_SIGNED, 1, &payload)?;
            Ok(FilingAnswer { filing: id })
        })
    })
    .await
}

/// Gives a filed report back; the same day may then be filed anew. Reviewers and managers, and not who filed it.
///
/// # Errors
/// `NotFound`, `report_not_pending`, `two_people`; the reason's.
pub async fn refuse(door: &Door, ask: Ask, id: i64, reason: String) -> Result<FilingAnswer> {
    let content = (id, reason.clone());
    door.command(ask, &content, move |desk| {
        let reason = reason.clone();
        Box::pin(async move {
            waiting(desk, id).await?;
            let reason = text::clean(&reason, REASON_CHARS_MAX).map_err(|refusal| refusal.at("reason"))?;
            if reason.is_empty() {
                return Err(Refusal::new("field_empty").at("reason").into());
            }
            let payload = ReportRefused { filing: id, reason, name: desk.actor().name.clone() };
            desk.emit(KIND_REPORT_REFUSED, 1, &payload)?;
            Ok(FilingAnswer { filing: id })
        })
    })
    .await
}

/// A filing that waits for the one who asks.
async fn waiting(desk: &Desk, id: i64) -> Result<Filing> {
    must(desk, &SIGNERS).await?;
    let found = store::filing(desk.tx.connection(), desk.book_id(), id).await?;
    if found.state != FilingState::Pending {
        return Err(Refusal::new("report_not_pending").into());
    }
    if found.prepared_person == desk.actor().person {
        return Err(Refusal::new("two_people").into());
    }
    Ok(found)
}

/// The report that a filing froze, out of what is kept.
pub async fn frozen(door: &Door, book_id: i64, filing: &Filing) -> Result<Report> {
    let bytes = journal::file(&door.db.read, book_id, &filing.content).await?;
    let bytes = bytes.ok_or_else(|| Error::internal(format!("report {} is not kept", filing.content)))?;
    serde_json::from_slice(&bytes).map_err(Error::internal)
}

/// When and where a list was put up, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicationForm {
    /// The filing of the list.
    pub filing: i64,
    /// First day.
    pub starts_on: String,
    /// Last day.
    pub ends_on: String,
    /// Where.
    pub place: String,
}

impl PublicationForm {
    /// Days and place; the first day has come and is not before the day of the list.
    fn read(&self, as_of: Day, today: Day) -> Result<(Day, Day, String), Vec<Refusal>> {
        let mut reading = Reading::default();
        let starts_on = reading.take("starts_on", Day::parse_lenient(&self.starts_on));
        let ends_on = reading.take("ends_on", Day::parse_lenient(&self.ends_on));
        let place = reading.take("place", required(&self.place, PLACE_CHARS_MAX));
        if starts_on.is_some_and(|day| day > today) {
            reading.refuse(Refusal::new("publication_to_come").at("starts_on").with("today", today));
        }
        if starts_on.is_some_and(|day| day < as_of) {
            reading.refuse(Refusal::new("publication_too_early").at("starts_on").with("day", as_of));
        }
        if starts_on.zip(ends_on).is_some_and(|(first, last)| last < first) {
            reading.refuse(Refusal::new("publication_days").at("ends_on"));
        }
        let read = || Some((starts_on?, ends_on?, place?));
        let read = read();
        reading.done(read)
    }
}

/// Which publication was noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicationAnswer {
    /// The publication.
    pub publication: i64,
}

/// Notes when and where a signed list was put up 公示. Whoever objects is noted as a hold. Clerks, cashiers and managers.
///
/// # Errors
/// `NotFound`, `report_not_signed`, `report_not_published`, `publication_empty`; `publication_to_come` (`today`),
/// `publication_too_early` (`day`), `publication_days`; those of the fields.
pub async fn publish(door: &Door, ask: Ask, book_id: i64, form: PublicationForm) -> Result<PublicationAnswer> {
    // What is frozen stands for good, so it is read outside the door.
    let filing = store::filing(&door.db.read, book_id, form.filing).await?;
    let report = frozen(door, book_id, &filing).await?;
    if report.layout.source != Source::Approved {
        return Err(Refusal::new("report_not_published").into());
    }
    let of_row = |key: &str| key.parse().map_err(Error::internal);
    let grants = report.rows.iter().map(|row| of_row(&row.key)).collect::<Result<Vec<i64>>>()?;
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let (form, grants) = (form.clone(), grants.clone());
        Box::pin(async move {
            must(desk, &FILERS).await?;
            let found = store::filing(desk.tx.connection(), desk.book_id(), form.filing).await?;
            if found.state != FilingState::Signed {
                return Err(Refusal::new("report_not_signed").into());
            }
            if grants.is_empty() {
                return Err(Refusal::new("publication_empty").into());
            }
            let (starts_on, ends_on, place) = form.read(found.as_of, desk.today())?;
            let payload = ReportPublished { filing: form.filing, starts_on, ends_on, place, grants };
            Ok(PublicationAnswer { publication: desk.emit(KIND_REPORT_PUBLISHED, 1, &payload)? })
        })
    })
    .await
}
