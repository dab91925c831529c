//! What can happen to a correction, and what it does to the tables.
//!
//! The event that approves it makes the right grant: its position is that grant's id. Its transfers are (position, line
//! 1…n): first the reverses of the wrong ones, the last one first, then the right ones.

use futures::future::BoxFuture;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};

use super::rules::{self, State};
use crate::db::entity::corrections;
use crate::funds;
use crate::grants::{self, Content, Rebooked, Stepped};
use crate::journal::{Applier, Recorded, Tx};
use crate::kernel::dates::Day;
use crate::kernel::instant::Instant;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::people::Persons;

/// The booking of a grant shall be corrected; the correction's id is the position of this event.
pub const KIND_CORRECTION_PREPARED: &str = "correction_prepared";
/// Another person signed it: the booking is reversed, the right one made.
pub const KIND_CORRECTION_APPROVED: &str = "correction_approved";
/// Another person refused it.
pub const KIND_CORRECTION_REFUSED: &str = "correction_refused";

/// A correction as it is prepared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionPrepared {
    /// The grant whose booking is wrong.
    pub grant: i64,
    /// Its recipient.
    pub recipient: i64,
    /// Position and line of every transfer that is to be reversed.
    pub reversed: Vec<(i64, i64)>,
    /// The grant as it should have been booked.
    pub content: Content,
    /// On which day it should count.
    pub right_on: Day,
    /// What of it was paid too much and is to be demanded.
    pub overpaid: Fen,
    /// Until when that shall be back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<Day>,
    /// Number of the document.
    pub document: String,
    /// Why.
    pub reason: String,
}

/// A correction that another person signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionApproved {
    /// The correction.
    pub correction: i64,
    /// The grant whose booking was wrong.
    pub grant: i64,
    /// What was signed.
    pub digest: String,
    /// Position and line of every transfer that is reversed.
    pub reversed: Vec<(i64, i64)>,
    /// On which day the reverses count; none: each on the day of what it reverses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reversed_on: Option<Day>,
    /// The right grant.
    pub content: Content,
    /// Effective day of its transfers.
    pub right_on: Day,
    /// Whether its money went through the bank.
    pub through_bank: bool,
    /// Whether the error is one of an earlier year.
    pub earlier_year: bool,
    /// Why.
    pub reason: String,
}

/// A correction that another person refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionRefused {
    /// The correction.
    pub correction: i64,
    /// Why.
    pub reason: String,
}

/// This feature's part in replay.
pub static APPLIER: Applier = Applier {
    feature: "corrections",
    kinds: &[(KIND_CORRECTION_PREPARED, 1), (KIND_CORRECTION_APPROVED, 1), (KIND_CORRECTION_REFUSED, 1)],
    slots: &[],
    apply,
};

fn apply<'a>(tx: &'a mut Tx, events: &'a [Recorded]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let persons = Persons::behind(tx, events).await?;
        for event in events {
            match event.kind.as_str() {
                KIND_CORRECTION_PREPARED => prepared(tx, event, &persons).await?,
                KIND_CORRECTION_APPROVED => approved(tx, event, &persons).await?,
                KIND_CORRECTION_REFUSED => refused(tx, event, &persons).await?,
                other => return Err(Error::internal(format!("corrections does not apply {other}"))),
            }
        }
        Ok(())
    })
}

async fn prepared(tx: &mut Tx, event: &Recorded, persons: &Persons) -> Result<()> {
    let prepared: CorrectionPrepared = event.payload()?;
    let row = corrections::Model {
        book_id: tx.book_id(),
        id: event.position,
        grant_id: prepared.grant,
        recipient: prepared.recipient,
        reference: prepared.content.reference,
        policy: prepared.content.policy,
        amount_fen: prepared.content.amount.get(),
        overpaid_fen: prepared.overpaid.get(),
        right_on: prepared.right_on.to_string(),
        due_on: prepared.due_on.map(|day| day.to_string()),
        document: prepared.document,
        reason: prepared.reason,
        state: State::Pending.code().to_owned(),
        remark: String::new(),
        earlier_year: 0,
        right_grant: None,
        leaf_hash: event.leaf.0.to_vec(),
        prepared_by: event.actor_uid.clone(),
        prepared_person: persons.of(&event.actor_uid)?.to_owned(),
        prepared_at_ms: event.recorded_at.get(),
        reviewed_by: None,
        reviewed_person: None,
        reviewed_at_ms: None,
    };
    tx.insert(vec![row]).await
}

#[derive(Debug, FromQueryResult)]
struct Preparer {
    prepared_by: String,
    prepared_person: String,
    prepared_at_ms: i64,
}

async fn approved(tx: &mut Tx, event: &Recorded, persons: &Persons) -> Result<()> {
    let approved: CorrectionApproved = event.payload()?;
    let book_id = tx.book_id();
    let query = "SELECT prepared_by, prepared_person, prepared_at_ms FROM corrections WHERE book_id = ? AND id = ?";
    let preparer: Option<Preparer> = tx.one(query, vec![book_id.into(), approved.correction.into()]).await?;
    let preparer =
        preparer.ok_or_else(|| Error::internal(format!("there is no correction {}", approved.correction)))?;
    let wrong = funds::moves_of_grant(tx.connection(), book_id, approved.grant).await?;
    let wrong: Vec<_> = wrong.into_iter().filter(|one| approved.reversed.contains(&(one.position, one.line))).collect();
    let mut moves = rules::reversals(event.position, &wrong, |one| approved.reversed_on.unwrap_or(one.effective_on));
    let step = Stepped::by(event, approved.grant, grants::State::Corrected, &approved.reason);
    grants::step(tx, &[step]).await?;
    let rebooked = Rebooked {
        content: approved.content,
        prepared_by: preparer.prepared_by,
        prepared_person: preparer.prepared_person,
        prepared_at: Instant::new(preparer.prepared_at_ms),
        reviewed_person: persons.of(&event.actor_uid)?.to_owned(),
        reason: approved.reason,
    };
    grants::rebook(tx, event, rebooked).await?;
    let right = grants::held(tx.connection(), book_id, &[event.position]).await?.pop();
    let right = right.ok_or_else(|| Error::internal("the right grant was not made"))?;
    let line = moves.last().map_or(1, |last| last.line + 1);
    moves.extend(rules::right_moves((event.position, line), &right, approved.through_bank, approved.right_on));
    funds::post(tx, &moves).await?;
    tx.run(
        "UPDATE corrections SET state = ?, earlier_year = ?, right_on = ?, right_grant = ?, reviewed_by = ?,
            reviewed_person = ?, reviewed_at_ms = ? WHERE book_id = ? AND id = ?",
        vec![
            State::Approved.code().into(),
            i64::from(approved.earlier_year).into(),
            approved.right_on.to_string().into(),
            event.position.into(),
            event.actor_uid.clone().into(),
            persons.of(&event.actor_uid)?.into(),
            event.recorded_at.get().into(),
            book_id.into(),
            approved.correction.into(),
        ],
    )
    .await
    .map(|_| ())
}

async fn refused(tx: &mut Tx, event: &Recorded, persons: &Persons) -> Result<()> {
    let refused: CorrectionRefused = event.payload()?;
    tx.run(
        "UPDATE corrections SET state = ?, remark = ?, reviewed_by = ?, reviewed_person = ?, reviewed_at_ms = ?
         WHERE book_id = ? AND id = ?",
        vec![
            State::Refused.code().into(),
            refused.reason.into(),
            event.actor_uid.clone().into(),
            persons.of(&event.actor_uid)?.into(),
            event.recorded_at.get().into(),
            tx.book_id().into(),
            refused.correction.into(),
        ],
    )
    .await
    .map(|_| ())
}
