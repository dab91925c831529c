//! What can happen to a grant, and what it does to the tables.
//!
//! A run of events of one kind is applied together; the kinds in the order in which they happened. Imports act on
//! their rows through [`approve_import`], [`refuse_import`], [`withdraw_import`] and [`undo_import`].

mod held;
mod import;
mod rebooked;
mod recorded;
mod reviewed;
mod rows;
mod stepped;

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

pub use held::{Holding, Target, hold, let_go};
pub use rebooked::{Rebooked, rebook};
pub use stepped::{Stepped, offset, pay_to, step, take_offset_back};

pub use import::{approve_import, refuse_import, undo_import, withdraw_import};

use super::rules::Content;
use crate::journal::{Applier, Recorded, Tx};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::people::Persons;

/// A grant was recorded by hand; its id is the position of this event.
pub const KIND_GRANT_RECORDED: &str = "grant_recorded";
/// A draft was changed.
pub const KIND_GRANT_EDITED: &str = "grant_edited";
/// A draft was sent to review.
pub const KIND_GRANT_SUBMITTED: &str = "grant_submitted";
/// A grant came with a file; its id is the position of this event.
pub const KIND_GRANT_IMPORTED: &str = "grant_imported";
/// A grant went back to its preparer.
pub const KIND_GRANT_RETURNED: &str = "grant_returned";
/// Grants were approved: their money is payable.
pub const KIND_GRANTS_APPROVED: &str = "grants_approved";
/// A grant was refused.
pub const KIND_GRANT_REFUSED: &str = "grant_refused";
/// A grant was given up: as a draft, or approved and not yet paid.
pub const KIND_GRANT_CANCELLED: &str = "grant_cancelled";
/// A row was struck out of its file.
pub const KIND_GRANT_STRUCK: &str = "grant_struck";
/// A grant's amount was reduced in review.
pub const KIND_GRANT_REDUCED: &str = "grant_reduced";

/// A grant recorded by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantRecorded {
    /// Whether it went to review at once.
    pub submitted: bool,
    /// The grant.
    pub content: Content,
}

/// A changed draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantEdited {
    /// Which grant.
    pub grant: i64,
    /// What it is from here on.
    pub content: Content,
}

/// A draft that waits for review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantSubmitted {
    /// Which grant.
    pub grant: i64,
}

/// A row of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantImported {
    /// The import.
    pub import: i64,
    /// Line in the file.
    pub line: i64,
    /// The grant; with a day of payment it is history.
    pub content: Content,
}

/// A grant and why something was done to it: the payload of `grant_returned` and `grant_refused`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithReason {
    /// Which grant.
    pub grant: i64,
    /// Why.
    pub reason: String,
}

/// Warnings of one grant that the reviewer confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmed {
    /// Which grant.
    pub grant: i64,
    /// Codes of the warnings.
    pub codes: Vec<String>,
}

/// Approved grants. Their transfers are (position, line 1…n) in the order of the grants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantsApproved {
    /// Which grants, in the order of their ids.
    pub grants: Vec<i64>,
    /// Hex digest of what was signed.
    pub digest: String,
    /// Warnings that were confirmed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub confirmed: Vec<Confirmed>,
    /// Effective day of the transfers.
    pub effective_on: Day,
}

/// A grant that was given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantCancelled {
    /// Which grant.
    pub grant: i64,
    /// Why.
    pub reason: String,
    /// Effective day on which its payable money becomes available again; none for a draft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_on: Option<Day>,
}

/// A row struck out of its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantStruck {
    /// Which grant.
    pub grant: i64,
    /// Out of which import.
    pub import: i64,
    /// Why.
    pub reason: String,
}

/// A reduced amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantReduced {
    /// Which grant.
    pub grant: i64,
    /// What is granted from here on.
    pub amount: Fen,
    /// Which allotment pays how much of it.
    pub split: Vec<(i64, Fen)>,
    /// Why.
    pub reason: String,
}

/// This feature's part in replay.
pub static APPLIER: Applier = Applier {
    feature: "grants",
    kinds: &[
        (KIND_GRANT_RECORDED, 1),
        (KIND_GRANT_EDITED, 1),
        (KIND_GRANT_SUBMITTED, 1),
        (KIND_GRANT_IMPORTED, 1),
        (KIND_GRANT_RETURNED, 1),
        (KIND_GRANTS_APPROVED, 1),
        (KIND_GRANT_REFUSED, 1),
        (KIND_GRANT_CANCELLED, 1),
        (KIND_GRANT_STRUCK, 1),
        (KIND_GRANT_REDUCED, 1),
    ],
    slots: &[],
    apply,
};

fn apply<'a>(tx: &'a mut Tx, events: &'a [Recorded]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let persons = Persons::behind(tx, events).await?;
        for run in events.chunk_by(|one, next| one.kind == next.kind) {
            let Some(first) = run.first() else { continue };
            match first.kind.as_str() {
                KIND_GRANT_RECORDED | KIND_GRANT_IMPORTED => recorded::apply(tx, run, &persons).await?,
                KIND_GRANT_EDITED => Box::pin(recorded::edited(tx, run, &persons)).await?,
                KIND_GRANT_REDUCED => recorded::reduced(tx, run, &persons).await?,
                KIND_GRANT_SUBMITTED => reviewed::submitted(tx, run).await?,
                KIND_GRANT_RETURNED => reviewed::returned(tx, run).await?,
                KIND_GRANTS_APPROVED => reviewed::approved(tx, run, &persons).await?,
                KIND_GRANT_REFUSED => reviewed::refused(tx, run, &persons).await?,
                KIND_GRANT_CANCELLED => reviewed::cancelled(tx, run).await?,
                KIND_GRANT_STRUCK => reviewed::struck(tx, run).await?,
                other => return Err(Error::internal(format!("grants does not apply {other}"))),
            }
        }
        Ok(())
    })
}
