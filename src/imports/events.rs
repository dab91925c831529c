//! What can happen to an import, and what it does to its table. The rows of a file are events of their own features.

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use super::reading::What;
use super::rules::ImportState;
use crate::db::entity::imports;
use crate::journal::{Applier, Recorded, Tx};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::people::Persons;
use crate::recipients::By;
use crate::{grants, policies};

/// A file was opened; the import's id is the position of this event. Its rows follow.
pub const KIND_IMPORT_OPENED: &str = "import_opened";
/// All its rows are written; a second person may sign them.
pub const KIND_IMPORT_SUBMITTED: &str = "import_submitted";
/// A second person signed its rows.
pub const KIND_IMPORT_APPROVED: &str = "import_approved";
/// A second person refused it whole.
pub const KIND_IMPORT_REFUSED: &str = "import_refused";
/// Its preparer took it back.
pub const KIND_IMPORT_WITHDRAWN: &str = "import_withdrawn";
/// Somebody prepared that it be undone.
pub const KIND_IMPORT_UNDO_PREPARED: &str = "import_undo_prepared";
/// A second person had it undone.
pub const KIND_IMPORT_UNDO_APPROVED: &str = "import_undo_approved";
/// A second person let it stand.
pub const KIND_IMPORT_UNDO_REFUSED: &str = "import_undo_refused";

/// Which file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportOpened {
    /// What it holds.
    pub what: What,
    /// SHA-256 of its bytes, which are kept, in lower-case hex.
    pub file: String,
    /// Its name where it came from.
    pub file_name: String,
    /// The unit in which its amounts were written: 元, 万元 or 亿元.
    pub unit: String,
}

/// What a file held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportSubmitted {
    /// The import.
    pub import: i64,
    /// Rows.
    pub rows: i64,
    /// Their sum.
    pub sum: Fen,
    /// Position of the first row's event.
    pub first: i64,
    /// Position of the last row's event.
    pub last: i64,
    /// Hex root over the leaf hashes of the rows' events.
    pub digest: String,
}

/// What a second person signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportApproved {
    /// The import.
    pub import: i64,
    /// Rows that remained.
    pub rows: i64,
    /// Their sum.
    pub sum: Fen,
    /// Hex root over the leaf hashes of the events that fixed what remained.
    pub digest: String,
    /// The Shanghai day on which the money of new grants became payable.
    pub approved_on: Day,
}

/// Which import was refused, or prepared to be undone, or left standing, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRefused {
    /// The import.
    pub import: i64,
    /// Why.
    pub reason: String,
}

/// Which import was undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportUndone {
    /// The import.
    pub import: i64,
    /// Position of the event that approved it, whose transfers are reversed.
    pub approved_at: i64,
    /// The first open day, where some of them lie in a closed month: those are reversed on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_open_on: Option<Day>,
}

/// Which import was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportDecided {
    /// The import.
    pub import: i64,
}

/// This feature's part in replay.
pub static APPLIER: Applier = Applier {
    feature: "imports",
    kinds: &[
        (KIND_IMPORT_OPENED, 1),
        (KIND_IMPORT_SUBMITTED, 1),
        (KIND_IMPORT_APPROVED, 1),
        (KIND_IMPORT_REFUSED, 1),
        (KIND_IMPORT_WITHDRAWN, 1),
        (KIND_IMPORT_UNDO_PREPARED, 1),
        (KIND_IMPORT_UNDO_APPROVED, 1),
        (KIND_IMPORT_UNDO_REFUSED, 1),
    ],
    slots: &[],
    apply,
};

/// Events of imports are few: one by one, in the order in which they happened.
fn apply<'a>(tx: &'a mut Tx, events: &'a [Recorded]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let persons = Persons::behind(tx, events).await?;
        for event in events {
            match event.kind.as_str() {
                KIND_IMPORT_OPENED => opened(tx, event, &persons).await?,
                KIND_IMPORT_SUBMITTED => submitted(tx, event).await?,
                KIND_IMPORT_APPROVED => approved(tx, event, &persons).await?,
                KIND_IMPORT_REFUSED => refused(tx, event, &persons).await?,
                KIND_IMPORT_WITHDRAWN => withdrawn(tx, event, &persons).await?,
                KIND_IMPORT_UNDO_PREPARED => undo_prepared(tx, event, &persons).await?,
                KIND_IMPORT_UNDO_APPROVED => undo_approved(tx, event, &persons).await?,
                KIND_IMPORT_UNDO_REFUSED => undo_refused(tx, event).await?,
                other => return Err(Error::internal(format!("imports does not apply {other}"))),
            }
        }
        Ok(())
    })
}

async fn opened(tx: &mut Tx, event: &Recorded, persons: &Persons) -> Result<()> {
    let opened: ImportOpened = event.payload()?;
    let row = imports::Model {
        book_id: tx.book_id(),
        id: event.position,
        what: opened.what.code().to_owned(),
        file_sha256: opened.file,
        file_name: opened.file_name,
        unit: opened.unit,
        rows_count: 0,
        sum_fen: 0,
        first_position: 0,
        last_position: 0,
        state: ImportState::Open.code().to_owned(),
        prepared_by: event.actor_uid.clone(),
        prepared_person: persons.of(&event.actor_uid)?.to_owned(),
        prepared_at_ms: event.recorded_at.get(),
        reviewed_by: None,
        reviewed_person: None,
        reviewed_at_ms: None,
        digest: String::new(),
        reason: String::new(),
        undo_position: None,
        undo_by: None,
        undo_person: None,
        undo_reviewed_by: None,
        undo_reviewed_person: None,
    };
    tx.insert(vec![row]).await
}

async fn submitted(tx: &mut Tx, event: &Recorded) -> Result<()> {
    let submitted: ImportSubmitted = event.payload()?;
    tx.run(
        "UPDATE imports SET state = ?, rows_count = ?, sum_fen = ?, first_position = ?, last_position = ?, digest = ?
         WHERE book_id = ? AND id = ?",
        vec![
            ImportState::Submitted.code().into(),
            submitted.rows.into(),
            submitted.sum.get().into(),
            submitted.first.into(),
            submitted.last.into(),
            submitted.digest.into(),
            tx.book_id().into(),
            submitted.import.into(),
        ],
    )
    .await
    .map(|_| ())
}

async fn approved(tx: &mut Tx, event: &Recorded, persons: &Persons) -> Result<()> {
    let approved: ImportApproved = event.payload()?;
    tx.run(
        "UPDATE imports SET rows_count = ?, sum_fen = ?, digest = ? WHERE book_id = ? AND id = ?",
        vec![
            approved.rows.into(),
            approved.sum.get().into(),
            approved.digest.clone().into(),
            tx.book_id().into(),
            approved.import.into(),
        ],
    )
    .await?;
    reviewed(tx, event, persons, approved.import, ImportState::Approved, "").await?;
    let (import, by) = (approved.import, By::of(event, persons)?);
    match what_of(tx, import).await? {
        What::Policies => {
            let ids = policies_of(tx, import).await?;
            policies::apply_approval(tx, &ids, event, persons.of(&event.actor_uid)?).await
        }
        what => grants::approve_import(tx, import, &by, what == What::History, approved.approved_on).await,
    }
}

async fn refused(tx: &mut Tx, event: &Recorded, persons: &Persons) -> Result<()> {
    let refused: ImportRefused = event.payload()?;
    reviewed(tx, event, persons, refused.import, ImportState::Refused, &refused.reason).await?;
    match what_of(tx, refused.import).await? {
        What::Policies => {
            let ids = policies_of(tx, refused.import).await?;
            policies::apply_refusal(tx, &ids, event, persons.of(&event.actor_uid)?, &refused.reason).await
        }
        What::Grants | What::History => {
            grants::refuse_import(tx, refused.import, &By::of(event, persons)?, &refused.reason).await
        }
    }
}

async fn withdrawn(tx: &mut Tx, event: &Recorded, persons: &Persons) -> Result<()> {
    let withdrawn: ImportDecided = event.payload()?;
    stands(tx, withdrawn.import, ImportState::Withdrawn).await?;
    match what_of(tx, withdrawn.import).await? {
        What::Policies => {
            let ids = policies_of(tx, withdrawn.import).await?;
            policies::apply_withdrawal(tx, &ids, event).await
        }
        What::Grants | What::History => {
            grants::withdraw_import(tx, withdrawn.import, &By::of(event, persons)?, "").await
        }
    }
}

async fn undo_prepared(tx: &mut Tx, event: &Recorded, persons: &Persons) -> Result<()> {
    let prepared: ImportRefused = event.payload()?;
    tx.run(
        "UPDATE imports SET state = ?, reason = ?, undo_position = ?, undo_by = ?, undo_person = ?
         WHERE book_id = ? AND id = ?",
        vec![
            ImportState::UndoPending.code().into(),
            prepared.reason.into(),
            event.position.into(),
            event.actor_uid.clone().into(),
            persons.of(&event.actor_uid)?.into(),
            tx.book_id().into(),
            prepared.import.into(),
        ],
    )
    .await
    .map(|_| ())
}

async fn undo_approved(tx: &mut Tx, event: &Recorded, persons: &Persons) -> Result<()> {
    let undone: ImportUndone = event.payload()?;
    tx.run(
        "UPDATE imports SET state = ?, undo_reviewed_by = ?, undo_reviewed_person = ? WHERE book_id = ? AND id = ?",
        vec![
            ImportState::Undone.code().into(),
            event.actor_uid.clone().into(),
            persons.of(&event.actor_uid)?.into(),
            tx.book_id().into(),
            undone.import.into(),
        ],
    )
    .await?;
    grants::undo_import(tx, undone.import, undone.approved_at, undone.first_open_on, &By::of(event, persons)?).await
}

/// The import stands as it did before its undoing was prepared; that it was, the events tell.
async fn undo_refused(tx: &mut Tx, event: &Recorded) -> Result<()> {
    let kept: ImportRefused = event.payload()?;
    tx.run(
        "UPDATE imports SET state = ?, reason = ?, undo_position = NULL, undo_by = NULL, undo_person = NULL
         WHERE book_id = ? AND id = ?",
        vec![ImportState::Approved.code().into(), kept.reason.into(), tx.book_id().into(), kept.import.into()],
    )
    .await
    .map(|_| ())
}

/// Writes down who decided, when and how.
async fn reviewed(
    tx: &mut Tx,
    event: &Recorded,
    persons: &Persons,
    import: i64,
    state: ImportState,
    reason: &str,
) -> Result<()> {
    tx.run(
        "UPDATE imports SET state = ?, reason = ?, reviewed_by = ?, reviewed_person = ?, reviewed_at_ms = ?
         WHERE book_id = ? AND id = ?",
        vec![
            state.code().into(),
            reason.into(),
            event.actor_uid.clone().into(),
            persons.of(&event.actor_uid)?.into(),
            event.recorded_at.get().into(),
            tx.book_id().into(),
            import.into(),
        ],
    )
    .await
    .map(|_| ())
}

async fn stands(tx: &mut Tx, import: i64, state: ImportState) -> Result<()> {
    tx.run(
        "UPDATE imports SET state = ? WHERE book_id = ? AND id = ?",
        vec![state.code().into(), tx.book_id().into(), import.into()],
    )
    .await
    .map(|_| ())
}

/// The policies of an import that were not struck.
async fn policies_of(tx: &Tx, import: i64) -> Result<Vec<i64>> {
    let policies = policies::of_import(tx.connection(), tx.book_id(), import).await?;
    let remain = policies.into_iter().filter(|policy| policy.state != policies::State::Struck);
    Ok(remain.map(|policy| policy.id).collect())
}

async fn what_of(tx: &Tx, import: i64) -> Result<What> {
    let row: Option<imports::Model> =
        tx.one("SELECT * FROM imports WHERE book_id = ? AND id = ?", vec![tx.book_id().into(), import.into()]).await?;
    row.and_then(|row| What::parse(&row.what)).ok_or_else(|| Error::internal(format!("there is no import {import}")))
}
