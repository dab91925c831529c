//! What can happen to demands, receipts and offsets, and what it does to the tables.
//!
//! A demand moves no money; a receipt and an offset move it when another person signs them, through `funds`, and what of a
//! grant was settled without cash is noted through `grants`.

mod demands;
mod money;
mod papers;

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use super::rules::Destination;
use crate::journal::{Applier, Recorded, Tx};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::people::Persons;
use papers::Paper;

pub use money::offset_moves;

/// Money shall be demanded back; the demand's id is the position of this event.
pub const KIND_DEMAND_PREPARED: &str = "demand_prepared";
/// A correction left money to be demanded; the demand's id is the position of this event.
pub const KIND_DEMAND_RAISED: &str = "demand_raised";
/// Another person signed a demand.
pub const KIND_DEMAND_APPROVED: &str = "demand_approved";
/// Another person refused it.
pub const KIND_DEMAND_REFUSED: &str = "demand_refused";
/// A demand shall be withdrawn.
pub const KIND_DEMAND_UNDO_PREPARED: &str = "demand_undo_prepared";
/// Another person withdrew it.
pub const KIND_DEMAND_UNDO_APPROVED: &str = "demand_undo_approved";
/// Another person lets it stand.
pub const KIND_DEMAND_UNDO_REFUSED: &str = "demand_undo_refused";
/// Money came back; the receipt's id is the position of this event.
pub const KIND_RECEIPT_PREPARED: &str = "receipt_prepared";
/// Another person signed a receipt: its money moves.
pub const KIND_RECEIPT_APPROVED: &str = "receipt_approved";
/// Another person refused it.
pub const KIND_RECEIPT_REFUSED: &str = "receipt_refused";
/// A receipt that was booked in error shall be undone.
pub const KIND_RECEIPT_UNDO_PREPARED: &str = "receipt_undo_prepared";
/// Another person had it undone.
pub const KIND_RECEIPT_UNDO_APPROVED: &str = "receipt_undo_approved";
/// Another person lets it stand.
pub const KIND_RECEIPT_UNDO_REFUSED: &str = "receipt_undo_refused";
/// A demand shall be settled against another grant; the offset's id is the position of this event.
pub const KIND_OFFSET_PREPARED: &str = "offset_prepared";
/// Another person signed an offset: both grants' money moves, none of it in cash.
pub const KIND_OFFSET_APPROVED: &str = "offset_approved";
/// Another person refused it.
pub const KIND_OFFSET_REFUSED: &str = "offset_refused";
/// An offset shall be undone.
pub const KIND_OFFSET_UNDO_PREPARED: &str = "offset_undo_prepared";
/// Another person had it undone.
pub const KIND_OFFSET_UNDO_APPROVED: &str = "offset_undo_approved";
/// Another person lets it stand.
pub const KIND_OFFSET_UNDO_REFUSED: &str = "offset_undo_refused";

/// Money to be demanded back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemandPrepared {
    /// The grant that was paid too much or wrongly.
    pub grant: i64,
    /// Its recipient.
    pub recipient: i64,
    /// How much.
    pub amount: Fen,
    /// Number of the document by which it is demanded.
    pub document: String,
    /// Why.
    pub reason: String,
    /// Until when it shall be back.
    pub due_on: Day,
}

/// Money that a correction showed to have been paid too much: prepared and signed with that correction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemandRaised {
    /// The demand.
    #[serde(flatten)]
    pub demand: DemandPrepared,
    /// The correction.
    pub correction: i64,
    /// Actor who prepared it.
    pub prepared_by: String,
    /// The person behind.
    pub prepared_person: String,
    /// When, unix milliseconds.
    pub prepared_at_ms: i64,
}

/// Money that came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptPrepared {
    /// Against which demand.
    pub demand: i64,
    /// The grant of that demand.
    pub grant: i64,
    /// How much.
    pub amount: Fen,
    /// Number of the document, the bank's for example.
    pub document: String,
    /// When it came.
    pub received_on: Day,
    /// Where it goes.
    pub destination: Destination,
    /// The paying account to which it came; none where it was paid to the treasury straight away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<i64>,
}

/// A demand to be settled against another grant of the same recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OffsetPrepared {
    /// Which demand.
    pub demand: i64,
    /// The overpaid grant of that demand.
    pub grant: i64,
    /// The approved grant of which that much is not paid out.
    pub settled_grant: i64,
    /// How much.
    pub amount: Fen,
    /// Number of the document.
    pub document: String,
    /// Why.
    pub reason: String,
}

/// A demand that another person signed, by the digest of what was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperApproved {
    /// Which.
    pub id: i64,
    /// What was signed.
    pub digest: String,
}

/// A receipt that another person signed. Its transfers are (position, line 1…n), one for each allotment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptApproved {
    /// Which.
    pub id: i64,
    /// What was signed.
    pub digest: String,
    /// Effective day of the transfers.
    pub effective_on: Day,
    /// What goes back from which allotment's money.
    pub split: Vec<(i64, Fen)>,
    /// Whether nothing of the grant is left with the recipient.
    pub recovers: bool,
}

/// An offset that another person signed. Its transfers are (position, line 1…n): first those of the overpaid grant, then
/// those of the settled one into transit, then out of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OffsetApproved {
    /// Which.
    pub id: i64,
    /// What was signed.
    pub digest: String,
    /// Effective day of the transfers.
    pub effective_on: Day,
    /// What of the overpaid grant goes back to which allotment.
    pub split: Vec<(i64, Fen)>,
    /// What of the settled grant is settled out of which allotment.
    pub settled_split: Vec<(i64, Fen)>,
    /// Whether nothing of the overpaid grant is left with the recipient.
    pub recovers: bool,
    /// Whether nothing of the settled grant is left to be paid.
    pub settles: bool,
}

/// Why another person refused one, somebody wants it undone, or it stands after all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperRemarked {
    /// Which.
    pub id: i64,
    /// Why.
    pub reason: String,
}

/// One that was undone. What moved is reversed, (position, line 1…n) in its order, each on its own day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperUndone {
    /// Which.
    pub id: i64,
    /// The first open day, where the day of what moved is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_open_on: Option<Day>,
}

/// This feature's part in replay.
pub static APPLIER: Applier = Applier {
    feature: "recoveries",
    kinds: &[
        (KIND_DEMAND_PREPARED, 1),
        (KIND_DEMAND_RAISED, 1),
        (KIND_DEMAND_APPROVED, 1),
        (KIND_DEMAND_REFUSED, 1),
        (KIND_DEMAND_UNDO_PREPARED, 1),
        (KIND_DEMAND_UNDO_APPROVED, 1),
        (KIND_DEMAND_UNDO_REFUSED, 1),
        (KIND_RECEIPT_PREPARED, 1),
        (KIND_RECEIPT_APPROVED, 1),
        (KIND_RECEIPT_REFUSED, 1),
        (KIND_RECEIPT_UNDO_PREPARED, 1),
        (KIND_RECEIPT_UNDO_APPROVED, 1),
        (KIND_RECEIPT_UNDO_REFUSED, 1),
        (KIND_OFFSET_PREPARED, 1),
        (KIND_OFFSET_APPROVED, 1),
        (KIND_OFFSET_REFUSED, 1),
        (KIND_OFFSET_UNDO_PREPARED, 1),
        (KIND_OFFSET_UNDO_APPROVED, 1),
        (KIND_OFFSET_UNDO_REFUSED, 1),
    ],
    slots: &[],
    apply,
};

fn apply<'a>(tx: &'a mut Tx, events: &'a [Recorded]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let persons = Persons::behind(tx, events).await?;
        for event in events {
            one(tx, event, &persons).await?;
        }
        Ok(())
    })
}

async fn one(tx: &mut Tx, event: &Recorded, persons: &Persons) -> Result<()> {
    match event.kind.as_str() {
        KIND_DEMAND_PREPARED => demands::prepared(tx, event, persons).await,
        KIND_DEMAND_RAISED => demands::raised(tx, event, persons).await,
        KIND_DEMAND_APPROVED => demands::approved(tx, event, persons).await,
        KIND_DEMAND_REFUSED => papers::refused(tx, event, persons, Paper::Demand).await,
        KIND_DEMAND_UNDO_PREPARED => papers::undo_prepared(tx, event, persons, Paper::Demand).await,
        KIND_DEMAND_UNDO_APPROVED => demands::withdrawn(tx, event, persons).await,
        KIND_DEMAND_UNDO_REFUSED => papers::kept(tx, event, Paper::Demand).await,
        KIND_RECEIPT_PREPARED => money::receipt_prepared(tx, event, persons).await,
        KIND_RECEIPT_APPROVED => money::receipt_approved(tx, event, persons).await,
        KIND_RECEIPT_REFUSED => papers::refused(tx, event, persons, Paper::Receipt).await,
        KIND_RECEIPT_UNDO_PREPARED => papers::undo_prepared(tx, event, persons, Paper::Receipt).await,
        KIND_RECEIPT_UNDO_APPROVED => money::receipt_undone(tx, event, persons).await,
        KIND_RECEIPT_UNDO_REFUSED => papers::kept(tx, event, Paper::Receipt).await,
        KIND_OFFSET_PREPARED => money::offset_prepared(tx, event, persons).await,
        KIND_OFFSET_APPROVED => money::offset_approved(tx, event, persons).await,
        KIND_OFFSET_REFUSED => papers::refused(tx, event, persons, Paper::Offset).await,
        KIND_OFFSET_UNDO_PREPARED => papers::undo_prepared(tx, event, persons, Paper::Offset).await,
        KIND_OFFSET_UNDO_APPROVED => money::offset_undone(tx, event, persons).await,
        KIND_OFFSET_UNDO_REFUSED => papers::kept(tx, event, Paper::Offset).await,
        other => Err(Error::internal(format!("recoveries does not apply {other}"))),
    }
}
