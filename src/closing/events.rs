//! What can happen to months, and what it does to the tables. Money moves through `funds`, grants through `grants::step`,
//! months through `periods`.

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use super::rules::{Line, Noted, Verified, taken_back_moves};
use crate::db::entity::{closings, reopenings};
use crate::funds::{self, Move, Stage};
use crate::grants::{self, Stepped};
use crate::journal::{Applier, Recorded, Tx};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::people::Persons;
use crate::periods::{self, Month};

/// Somebody prepared that months be closed; the closing's id is the position of this event.
pub const KIND_CLOSING_PREPARED: &str = "closing_prepared";
/// Another person closed them.
pub const KIND_CLOSING_APPROVED: &str = "closing_approved";
/// The months stay open.
pub const KIND_CLOSING_REFUSED: &str = "closing_refused";
/// Somebody prepared that a month be opened again; the reopening's id is the position of this event.
pub const KIND_REOPENING_PREPARED: &str = "reopening_prepared";
/// Another person opened it.
pub const KIND_REOPENING_APPROVED: &str = "reopening_approved";
/// The month stays closed.
pub const KIND_REOPENING_REFUSED: &str = "reopening_refused";

/// What is closed, as it was found, and what is decided on it. Its leaf is what the other person signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosingPrepared {
    /// First month.
    pub first: Month,
    /// Last month.
    pub last: Month,
    /// The verification on which it rests.
    pub verified: Verified,
    /// Where the money of each allotment stands at the end of the last month; at the end of a year with decisions.
    pub lines: Vec<Line>,
    /// What is open, and why it may be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<Noted>,
    /// Unpaid grants that are cancelled, in the order of their ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cancelled: Vec<i64>,
    /// The document by which money is taken back or grants are cancelled.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub document: String,
}

/// Months that were closed. The transfers are (position, line 1…n): those of cancelled grants in their order, then what
/// is taken back, in the order of the allotments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosingApproved {
    /// The closing.
    pub closing: i64,
    /// Hex digest of what was signed.
    pub digest: String,
    /// First month.
    pub first: Month,
    /// Last month.
    pub last: Month,
    /// Effective day of the transfers: the last of the months.
    pub effective_on: Day,
    /// Grants that are cancelled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cancelled: Vec<i64>,
    /// By allotment and policy, what goes back to the source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken_back: Vec<(i64, i64, Fen)>,
    /// The document by which that is done.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub document: String,
}

/// Months that stay open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosingRefused {
    /// The closing.
    pub closing: i64,
    /// Why.
    pub reason: String,
}

/// A month that shall be opened again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReopeningPrepared {
    /// The month.
    pub month: Month,
    /// Why.
    pub reason: String,
}

/// A month that was opened again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReopeningApproved {
    /// The reopening.
    pub reopening: i64,
    /// The month.
    pub month: Month,
    /// Hex digest of what was signed.
    pub digest: String,
}

/// A month that stays closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReopeningRefused {
    /// The reopening.
    pub reopening: i64,
    /// Why.
    pub reason: String,
}

/// This feature's part in replay.
pub static APPLIER: Applier = Applier {
    feature: "closing",
    kinds: &[
        (KIND_CLOSING_PREPARED, 1),
        (KIND_CLOSING_APPROVED, 1),
        (KIND_CLOSING_REFUSED, 1),
        (KIND_REOPENING_PREPARED, 1),
        (KIND_REOPENING_APPROVED, 1),
        (KIND_REOPENING_REFUSED, 1),
    ],
    slots: &[],
    apply,
};

fn apply<'a>(tx: &'a mut Tx, events: &'a [Recorded]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let persons = Persons::behind(tx, events).await?;
        for event in events {
            let person = persons.of(&event.actor_uid)?;
            match event.kind.as_str() {
                KIND_CLOSING_PREPARED => closing_prepared(tx, event, person).await?,
                KIND_CLOSING_APPROVED => closing_approved(tx, event, person).await?,
                KIND_CLOSING_REFUSED => {
                    let refused: ClosingRefused = event.payload()?;
                    decide(tx, "closings", (refused.closing, "refused", &refused.reason), event, person).await?;
                }
                KIND_REOPENING_PREPARED => reopening_prepared(tx, event, person).await?,
                KIND_REOPENING_APPROVED => {
                    let opened: ReopeningApproved = event.payload()?;
                    decide(tx, "reopenings", (opened.reopening, "opened", ""), event, person).await?;
                    periods::reopen(tx, opened.month, event).await?;
                }
                KIND_REOPENING_REFUSED => {
                    let refused: ReopeningRefused = event.payload()?;
                    decide(tx, "reopenings", (refused.reopening, "refused", &refused.reason), event, person).await?;
                }
                other => return Err(Error::internal(format!("closing does not apply {other}"))),
            }
        }
        Ok(())
    })
}

async fn closing_prepared(tx: &mut Tx, event: &Recorded, person: &str) -> Result<()> {
    let prepared: ClosingPrepared = event.payload()?;
    let row = closings::Model {
        book_id: tx.book_id(),
        id: event.position,
        first_month: prepared.first.to_string(),
        last_month: prepared.last.to_string(),
        state: "prepared".to_owned(),
        refused_because: String::new(),
        leaf_hash: event.leaf.0.to_vec(),
        prepared_by: event.actor_uid.clone(),
        prepared_person: person.to_owned(),
        prepared_at_ms: event.recorded_at.get(),
        reviewed_by: None,
        reviewed_person: None,
        reviewed_at_ms: None,
    };
    tx.insert(vec![row]).await
}

async fn closing_approved(tx: &mut Tx, event: &Recorded, person: &str) -> Result<()> {
    let approved: ClosingApproved = event.payload()?;
    decide(tx, "closings", (approved.closing, "closed", ""), event, person).await?;
    let moves = moves(tx, &approved, event.position).await?;
    funds::post(tx, &moves).await?;
    let cancelled = |grant: &i64| Stepped::by(event, *grant, grants::State::Cancelled, &approved.document);
    grants::step(tx, &approved.cancelled.iter().map(cancelled).collect::<Vec<_>>()).await?;
    periods::close(tx, &approved.first.through(approved.last), event).await
}

/// The money that closing moves.
pub(super) async fn moves(tx: &Tx, approved: &ClosingApproved, position: i64) -> Result<Vec<Move>> {
    let held = grants::held(tx.connection(), tx.book_id(), &approved.cancelled).await?;
    let on = approved.effective_on;
    let mut moves = grants::moves((position, 1), &held, (Stage::Payable, Stage::Available), |_| on);
    let next = moves.last().map_or(1, |last| last.line + 1);
    moves.extend(taken_back_moves((position, next), &approved.taken_back, on));
    Ok(moves)
}

async fn reopening_prepared(tx: &mut Tx, event: &Recorded, person: &str) -> Result<()> {
    let prepared: ReopeningPrepared = event.payload()?;
    let row = reopenings::Model {
        book_id: tx.book_id(),
        id: event.position,
        month: prepared.month.to_string(),
        state: "prepared".to_owned(),
        reason: prepared.reason,
        refused_because: String::new(),
        leaf_hash: event.leaf.0.to_vec(),
        prepared_by: event.actor_uid.clone(),
        prepared_person: person.to_owned(),
        prepared_at_ms: event.recorded_at.get(),
        reviewed_by: None,
        reviewed_person: None,
        reviewed_at_ms: None,
    };
    tx.insert(vec![row]).await
}

/// Writes down who decided, when, how and why.
async fn decide(
    tx: &mut Tx,
    table: &str,
    (id, state, why): (i64, &str, &str),
    event: &Recorded,
    person: &str,
) -> Result<()> {
    let statement = format!(
        "UPDATE {table} SET state = ?, refused_because = ?, reviewed_by = ?, reviewed_person = ?, reviewed_at_ms = ?
         WHERE book_id = ? AND id = ?"
    );
    let values = vec![
        state.into(),
        why.into(),
        event.actor_uid.clone().into(),
        person.into(),
        event.recorded_at.get().into(),
        tx.book_id().into(),
        id.into(),
    ];
    tx.run(&statement, values).await.map(|_| ())
}
