//! A report as a file, made now or filed before.

use rocket::http::ContentType;
use rocket::{State as Managed, get};

use super::question::read;
use crate::journal::Door;
use crate::kernel::{Error, Result};
use crate::people::Reader;
use crate::reports::actions::frozen;
use crate::reports::files::{FileFormat, Signatures, bytes};
use crate::reports::make::make;
use crate::reports::rules::{FilingState, Layout, Report};
use crate::reports::store::{self, Filing};
use crate::web::{Download, Fields, Frame};

fn kind(format: FileFormat) -> ContentType {
    match format {
        FileFormat::Csv => ContentType::CSV,
        FileFormat::Xlsx => ContentType::new("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        FileFormat::Json => ContentType::JSON,
    }
}

/// What the files of a report are called, without ending.
pub fn stem(report: &Report) -> String {
    let Report { book, as_of, at, layout, .. } = report;
    format!("{book}-{}-{as_of}-{at}", layout.name)
}

fn name(report: &Report, format: FileFormat) -> String {
    format!("{}.{}", stem(report), format.extension())
}

/// The names at the foot of a filing: of the second person once that person signed.
pub fn signatures(filing: &Filing) -> Signatures {
    let reviewed = filing.reviewed_name.clone().filter(|_| filing.state == FilingState::Signed);
    Signatures {
        prepared: filing.prepared_name.clone(),
        reviewed: reviewed.unwrap_or_default(),
        filed_on: Some(filing.prepared_at.day()),
    }
}

/// The report of this address.
#[get("/reports/<name>/file?<form..>")]
pub async fn made(
    who: Reader,
    name: &str,
    mut form: Fields,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Download, Error> {
    let layout = Layout::find(name).ok_or(Error::NotFound)?;
    let format = form.read("format", FileFormat::parse);
    let question = read(&mut form, layout, door.surroundings.clock.now().day());
    let (Some(format), Some(question)) = (format, question) else {
        return Err(Error::Refused(form.refusals().to_vec()));
    };
    let report = make(&door.db, who.head(), layout, question.as_of, question.at).await?;
    let bytes = bytes(&report, question.unit, format, frame.t.lang(), &Signatures::default())?;
    Ok(Download { name: self::name(&report, format), kind: kind(format), bytes })
}

/// The report as it was filed.
#[get("/report-filings/<id>/file?<format>")]
pub async fn filed(who: Reader, id: i64, format: &str, frame: Frame, door: &Managed<Door>) -> Result<Download, Error> {
    let format = FileFormat::parse(format)?;
    let filing = store::filing(&door.db.read, who.book_id(), id).await?;
    let report = frozen(door, who.book_id(), &filing).await?;
    let bytes = bytes(&report, filing.unit, format, frame.t.lang(), &signatures(&filing))?;
    Ok(Download { name: name(&report, format), kind: kind(format), bytes })
}
