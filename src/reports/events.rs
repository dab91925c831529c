//! What can happen to reports that are handed in, and what it does to their table.

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use crate::db::entity::{publication_grants, publications, report_filings};
use crate::journal::{Applier, Recorded, Tx};
use crate::kernel::dates::Day;
use crate::kernel::{Error, Result};
use crate::people::Persons;

/// Somebody filed a report; its id is the position of this event.
pub const KIND_REPORT_FILED: &str = "report_filed";
/// Another person signed it.
pub const KIND_REPORT_SIGNED: &str = "report_signed";
/// A second person gave it back.
pub const KIND_REPORT_REFUSED: &str = "report_refused";
/// A signed list was put up 公示; the publication's id is the position of this event.
pub const KIND_REPORT_PUBLISHED: &str = "report_published";

/// A report as it is handed in. Its leaf is what the other person signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportFiled {
    /// Name of its layout.
    pub report: String,
    /// Effective day.
    pub as_of: Day,
    /// Position.
    pub at: i64,
    /// Root of the tree there.
    pub root: String,
    /// In which unit it is printed.
    pub unit: String,
    /// How many rows it has.
    pub rows: i64,
    /// SHA-256 of the kept report: layout, rows and total, exact to the fen.
    pub content: String,
    /// 制表, as the report bears it.
    pub name: String,
}

/// A report that another person signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportSigned {
    /// The filing.
    pub filing: i64,
    /// Hex digest of what was signed.
    pub digest: String,
    /// 复核, as the report bears it.
    pub name: String,
}

/// A report that was given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportRefused {
    /// The filing.
    pub filing: i64,
    /// Why.
    pub reason: String,
    /// Who did.
    pub name: String,
}

/// A signed list that was put up for everybody to see, and who stood on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportPublished {
    /// The filing.
    pub filing: i64,
    /// First day.
    pub starts_on: Day,
    /// Last day.
    pub ends_on: Day,
    /// Where: an address, a board.
    pub place: String,
    /// The grants of the list, in its order.
    pub grants: Vec<i64>,
}

/// This feature's part in replay.
pub static APPLIER: Applier = Applier {
    feature: "reports",
    kinds: &[(KIND_REPORT_FILED, 1), (KIND_REPORT_SIGNED, 1), (KIND_REPORT_REFUSED, 1), (KIND_REPORT_PUBLISHED, 1)],
    slots: &[],
    apply,
};

fn apply<'a>(tx: &'a mut Tx, events: &'a [Recorded]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let persons = Persons::behind(tx, events).await?;
        for event in events {
            let person = persons.of(&event.actor_uid)?;
            match event.kind.as_str() {
                KIND_REPORT_FILED => filed(tx, event, person).await?,
                KIND_REPORT_SIGNED => {
                    let signed: ReportSigned = event.payload()?;
                    decided(tx, event, person, (signed.filing, "signed", signed.name, String::new())).await?;
                }
                KIND_REPORT_REFUSED => {
                    let refused: ReportRefused = event.payload()?;
                    decided(tx, event, person, (refused.filing, "refused", refused.name, refused.reason)).await?;
                }
                KIND_REPORT_PUBLISHED => published(tx, event).await?,
                other => return Err(Error::internal(format!("reports does not apply {other}"))),
            }
        }
        Ok(())
    })
}

async fn filed(tx: &mut Tx, event: &Recorded, person: &str) -> Result<()> {
    let filed: ReportFiled = event.payload()?;
    let row = report_filings::Model {
        book_id: tx.book_id(),
        id: event.position,
        report: filed.report,
        as_of: filed.as_of.to_string(),
        at_position: filed.at,
        unit: filed.unit,
        rows_count: filed.rows,
        content_sha256: filed.content,
        state: "pending".to_owned(),
        refused_because: String::new(),
        leaf_hash: event.leaf.0.to_vec(),
        prepared_by: event.actor_uid.clone(),
        prepared_person: person.to_owned(),
        prepared_name: filed.name,
        prepared_at_ms: event.recorded_at.get(),
        reviewed_by: None,
        reviewed_person: None,
        reviewed_name: None,
        reviewed_at_ms: None,
    };
    tx.insert(vec![row]).await
}

async fn published(tx: &mut Tx, event: &Recorded) -> Result<()> {
    let published: ReportPublished = event.payload()?;
    let (book_id, publication) = (tx.book_id(), event.position);
    let row = publications::Model {
        book_id,
        id: publication,
        filing: published.filing,
        starts_on: published.starts_on.to_string(),
        ends_on: published.ends_on.to_string(),
        place: published.place,
        noted_by: event.actor_uid.clone(),
        noted_at_ms: event.recorded_at.get(),
    };
    tx.insert(vec![row]).await?;
    let stood = |grant_id| publication_grants::Model { book_id, publication, grant_id };
    tx.insert(published.grants.into_iter().map(stood).collect()).await
}

async fn decided(
    tx: &mut Tx,
    event: &Recorded,
    person: &str,
    (filing, state, name, reason): (i64, &str, String, String),
) -> Result<()> {
    tx.run(
        "UPDATE report_filings SET state = ?, refused_because = ?, reviewed_by = ?, reviewed_person = ?,
             reviewed_name = ?, reviewed_at_ms = ?
         WHERE book_id = ? AND id = ?",
        vec![
            state.into(),
            reason.into(),
            event.actor_uid.clone().into(),
            person.into(),
            name.into(),
            event.recorded_at.get().into(),
            tx.book_id().into(),
            filing.into(),
        ],
    )
    .await
    .map(|_| ())
}
