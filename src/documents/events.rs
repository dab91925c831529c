//! What can happen to documents, and what it does to their table.

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use super::rules::{Kind, Media};
use crate::db::entity::documents;
use crate::journal::{Applier, Recorded, Tx};
use crate::kernel::dates::Day;
use crate::kernel::{Error, Result};

/// A document was filed; its id is the position of this event.
pub const KIND_DOCUMENT_FILED: &str = "document_filed";
/// One that was filed by mistake was struck; its bytes stay.
pub const KIND_DOCUMENT_STRUCK: &str = "document_struck";

/// A document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentFiled {
    /// Its number 文号, as records name it.
    pub number: String,
    /// Its title.
    pub title: String,
    /// Its kind.
    pub kind: Kind,
    /// The day that stands on it.
    pub dated_on: Day,
    /// Hex SHA-256 of its bytes, which the book keeps.
    pub file: String,
    /// The name of the file as it was sent.
    pub file_name: String,
    /// What the file is.
    pub media: Media,
    /// How many bytes it has.
    pub bytes: i64,
}

/// A document that does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentStruck {
    /// The document.
    pub document: i64,
    /// Why.
    pub reason: String,
}

/// This feature's part in replay.
pub static APPLIER: Applier =
    Applier { feature: "documents", kinds: &[(KIND_DOCUMENT_FILED, 1), (KIND_DOCUMENT_STRUCK, 1)], slots: &[], apply };

fn apply<'a>(tx: &'a mut Tx, events: &'a [Recorded]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        for event in events {
            match event.kind.as_str() {
                KIND_DOCUMENT_FILED => filed(tx, event).await?,
                KIND_DOCUMENT_STRUCK => struck(tx, event).await?,
                other => return Err(Error::internal(format!("documents does not apply {other}"))),
            }
        }
        Ok(())
    })
}

async fn filed(tx: &mut Tx, event: &Recorded) -> Result<()> {
    let filed: DocumentFiled = event.payload()?;
    let row = documents::Model {
        book_id: tx.book_id(),
        id: event.position,
        number: filed.number,
        title: filed.title,
        kind: filed.kind.code().to_owned(),
        dated_on: filed.dated_on.to_string(),
        file_name: filed.file_name,
        file_sha256: filed.file,
        media: filed.media.code().to_owned(),
        file_bytes: filed.bytes,
        filed_by: event.actor_uid.clone(),
        filed_at_ms: event.recorded_at.get(),
        struck_position: None,
        struck_because: String::new(),
        struck_by: None,
        struck_at_ms: None,
    };
    tx.insert(vec![row]).await
}

async fn struck(tx: &mut Tx, event: &Recorded) -> Result<()> {
    let struck: DocumentStruck = event.payload()?;
    tx.run(
        "UPDATE documents SET struck_position = ?, struck_because = ?, struck_by = ?, struck_at_ms = ?
         WHERE book_id = ? AND id = ?",
        vec![
            event.position.into(),
            struck.reason.into(),
            event.actor_uid.clone().into(),
            event.recorded_at.get().into(),
            tx.book_id().into(),
            struck.document.into(),
        ],
    )
    .await
    .map(|_| ())
}
