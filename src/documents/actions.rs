//! What one can do with documents: file one, strike one. Each goes through the door.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::KEEPERS;
use super::events::{DocumentFiled, DocumentStruck, KIND_DOCUMENT_FILED, KIND_DOCUMENT_STRUCK};
use super::rules::{Kind, Media};
use super::store;
use crate::journal::{Ask, Door};
use crate::kernel::dates::Day;
use crate::kernel::{Error, Refusal, Result};
use crate::people::must;
use crate::recipients::{DOCUMENT_MAX, REASON_MAX, Reading, required};

/// Longest title, in characters.
const TITLE_MAX: usize = 200;

/// A document, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentForm {
    /// Its number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// Code of its kind.
    pub kind: String,
    /// The day that stands on it.
    pub dated_on: String,
    /// The name of its file.
    pub file_name: String,
}

/// Which document was filed or struck.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentAnswer {
    /// The document.
    pub document: i64,
}

/// Files a document with its bytes. Clerks, cashiers and managers.
///
/// # Errors
/// `document_empty`, `document_too_large` (`most`), `document_media`, `document_kind`, `document_ahead`, `document_same`
/// (`document`); those of the fields.
pub async fn file(door: &Door, ask: Ask, form: DocumentForm, bytes: Vec<u8>) -> Result<DocumentAnswer> {
    let content = (form.clone(), hex::encode(Sha256::digest(&bytes)));
    door.command(ask, &content, move |desk| {
        let (form, bytes) = (form.clone(), bytes.clone());
        Box::pin(async move {
            must(desk, &KEEPERS).await?;
            let read = read(&form, &bytes, desk.today())?;
            let file = desk.keep_file(&bytes).await?;
            let same = store::same(desk.tx.connection(), desk.book_id(), &read.number, &file).await?;
            if let Some(before) = same {
                return Err(Refusal::new("document_same").at("file").with("document", before).into());
            }
            let document = desk.emit(KIND_DOCUMENT_FILED, 1, &DocumentFiled { file, ..read })?;
            Ok(DocumentAnswer { document })
        })
    })
    .await
}

/// What is written down of a document, but for the name under which its bytes are kept.
fn read(form: &DocumentForm, bytes: &[u8], today: Day) -> Result<DocumentFiled> {
    let mut reading = Reading::default();
    let number = reading.take("number", required(&form.number, DOCUMENT_MAX));
    let title = reading.take("title", required(&form.title, TITLE_MAX));
    let kind = reading.take("kind", Kind::from_code(&form.kind).ok_or_else(|| Refusal::new("document_kind")));
    let dated_on = reading.take("dated_on", Day::parse_lenient(&form.dated_on).and_then(|day| not_ahead(day, today)));
    let media = reading.take("file", Media::of(bytes));
    let size = i64::try_from(bytes.len()).map_err(Error::internal)?;
    let read = || {
        Some(DocumentFiled {
            number: number?,
            title: title?,
            kind: kind?,
            dated_on: dated_on?,
            file: String::new(),
            file_name: form.file_name.clone(),
            media: media?,
            bytes: size,
        })
    };
    let read = read();
    Ok(reading.done(read)?)
}

/// A paper that exists carries no day to come.
fn not_ahead(day: Day, today: Day) -> Result<Day, Refusal> {
    if day > today { Err(Refusal::new("document_ahead")) } else { Ok(day) }
}

/// Strikes a document that was filed by mistake. Clerks, cashiers and managers.
///
/// # Errors
/// `document_struck`; the reason's; `NotFound`.
pub async fn strike(door: &Door, ask: Ask, document: i64, why: String) -> Result<DocumentAnswer> {
    let content = (document, why.clone());
    door.command(ask, &content, move |desk| {
        let why = why.clone();
        Box::pin(async move {
            must(desk, &KEEPERS).await?;
            let found = store::document(desk.tx.connection(), desk.book_id(), document).await?;
            if found.struck.is_some() {
                return Err(Refusal::new("document_struck").into());
            }
            let reason = required(&why, REASON_MAX).map_err(|refusal| refusal.at("reason"))?;
            desk.emit(KIND_DOCUMENT_STRUCK, 1, &DocumentStruck { document, reason })?;
            Ok(DocumentAnswer { document })
        })
    })
    .await
}
