//! Receipts and offsets: what they move when they are signed, and back when they are undone.

use sea_orm::EntityTrait;

use super::papers::{self, Paper, step};
use super::{OffsetApproved, OffsetPrepared, ReceiptApproved, ReceiptPrepared};
use crate::db::constraint::refused_or_internal;
use crate::db::entity::{offsets, receipts};
use crate::funds::{self, Move, Stage};
use crate::grants::{self, Held, Stepped};
use crate::journal::{Recorded, Tx};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::people::Persons;
use crate::recoveries::rules::{Destination, State};

/// Prepared.
pub(super) async fn receipt_prepared(tx: &mut Tx, event: &Recorded, persons: &Persons) -> Result<()> {
    let receipt: ReceiptPrepared = event.payload()?;
    let row = receipts::Model {
        book_id: tx.book_id(),
        id: event.position,
        demand: receipt.demand,
        grant_id: receipt.grant,
        amount_fen: receipt.amount.get(),
        document: receipt.document,
        received_on: receipt.received_on.to_string(),
        destination: receipt.destination.code().to_owned(),
        state: State::Pending.code().to_owned(),
        remark: String::new(),
        moved_at: None,
        leaf_hash: event.leaf.0.to_vec(),
        prepared_by: event.actor_uid.clone(),
        prepared_person: persons.of(&event.actor_uid)?.to_owned(),
        prepared_at_ms: event.recorded_at.get(),
        reviewed_by: None,
        reviewed_person: None,
        reviewed_at_ms: None,
        undo_by: None,
        undo_person: None,
        undo_reviewed_by: None,
        undo_reviewed_person: None,
        paying_account: receipt.account,
        undone_at: None,
    };
    tx.insert(vec![row]).await?;
    step(tx, event, receipt.demand, "").await
}

/// Signed: the money goes where it belongs, in the shares in which it was paid.
pub(super) async fn receipt_approved(tx: &mut Tx, event: &Recorded, persons: &Persons) -> Result<()> {
    let approved: ReceiptApproved = event.payload()?;
    let row = receipt(tx, approved.id).await?;
    let to = Destination::from_code(&row.destination).ok_or_else(|| Error::internal("a receipt goes nowhere"))?;
    let held = share_of(tx, row.grant_id, &approved.split).await?;
    let key = (event.position, 1);
    funds::post(tx, &grants::moves(key, &[held], (Stage::Disbursed, to.stage()), |_| approved.effective_on)).await?;
    papers::approved(tx, event, persons, Paper::Receipt, approved.id).await?;
    received(tx, row.demand, row.amount_fen).await?;
    if approved.recovers {
        stands(tx, event, row.grant_id, grants::State::Recovered).await?;
    }
    step(tx, event, row.demand, "").await
}

/// Undone: what it moved is reversed, the demand is open again.
pub(super) async fn receipt_undone(tx: &mut Tx, event: &Recorded, persons: &Persons) -> Result<()> {
    let undone = papers::undone(tx, event, persons, Paper::Receipt).await?;
    let row = receipt(tx, undone.id).await?;
    reverse(tx, event.position, row.moved_at, undone.first_open_on).await?;
    received(tx, row.demand, -row.amount_fen).await?;
    restored(tx, event, row.grant_id).await?;
    step(tx, event, row.demand, "").await
}

/// Prepared.
pub(super) async fn offset_prepared(tx: &mut Tx, event: &Recorded, persons: &Persons) -> Result<()> {
    let offset: OffsetPrepared = event.payload()?;
    let settled = grants::grant(tx.connection(), tx.book_id(), offset.settled_grant).await?;
    let settled = settled.ok_or_else(|| Error::internal(format!("there is no grant {}", offset.settled_grant)))?;
    let row = offsets::Model {
        book_id: tx.book_id(),
        id: event.position,
        demand: offset.demand,
        grant_id: offset.grant,
        settled_grant: offset.settled_grant,
        amount_fen: offset.amount.get(),
        document: offset.document,
        reason: offset.reason,
        state: State::Pending.code().to_owned(),
        remark: String::new(),
        moved_at: None,
        leaf_hash: event.leaf.0.to_vec(),
        grant_prepared_person: settled.prepared.person,
        grant_reduced_person: settled.reduced.map(|reduced| reduced.person),
        prepared_by: event.actor_uid.clone(),
        prepared_person: persons.of(&event.actor_uid)?.to_owned(),
        prepared_at_ms: event.recorded_at.get(),
        reviewed_by: None,
        reviewed_person: None,
        reviewed_at_ms: None,
        undo_by: None,
        undo_person: None,
        undo_reviewed_by: None,
        undo_reviewed_person: None,
    };
    tx.insert(vec![row]).await?;
    step(tx, event, offset.demand, "").await
}

/// The transfers of an offset: the overpaid grant gives back what the settled one receives, past the bank but not past its
/// stage.
pub fn offset_moves(position: i64, overpaid: Held, settled: &Held, on: Day) -> Vec<Move> {
    let mut moves = grants::moves((position, 1), &[overpaid], (Stage::Disbursed, Stage::Available), |_| on);
    for way in [(Stage::Payable, Stage::InTransit), (Stage::InTransit, Stage::Disbursed)] {
        let line = moves.last().map_or(1, |last| last.line + 1);
        moves.extend(grants::moves((position, line), std::slice::from_ref(settled), way, |_| on));
    }
    moves
}

/// Signed: both grants' money moves.
pub(super) async fn offset_approved(tx: &mut Tx, event: &Recorded, persons: &Persons) -> Result<()> {
    let approved: OffsetApproved = event.payload()?;
    let row = offset(tx, approved.id).await?;
    let overpaid = share_of(tx, row.grant_id, &approved.split).await?;
    let settled = share_of(tx, row.settled_grant, &approved.settled_split).await?;
    funds::post(tx, &offset_moves(event.position, overpaid, &settled, approved.effective_on)).await?;
    grants::offset(tx, row.settled_grant, &approved.settled_split).await?;
    papers::approved(tx, event, persons, Paper::Offset, approved.id).await?;
    received(tx, row.demand, row.amount_fen).await?;
    if approved.recovers {
        stands(tx, event, row.grant_id, grants::State::Recovered).await?;
    }
    if approved.settles {
        stands(tx, event, row.settled_grant, grants::State::Paid).await?;
    }
    step(tx, event, row.demand, "").await
}

/// Undone: what it moved is reversed, the demand is open and the settled grant to be paid again.
pub(super) async fn offset_undone(tx: &mut Tx, event: &Recorded, persons: &Persons) -> Result<()> {
    let undone = papers::undone(tx, event, persons, Paper::Offset).await?;
    let row = offset(tx, undone.id).await?;
    let back = reverse(tx, event.position, row.moved_at, undone.first_open_on).await?;
    let settled = back.iter().filter(|one| one.grant == Some(row.settled_grant) && one.from == Stage::Disbursed);
    let settled: Vec<(i64, Fen)> = settled.map(|one| (one.allotment, one.amount)).collect();
    grants::take_offset_back(tx, row.settled_grant, &settled).await?;
    received(tx, row.demand, -row.amount_fen).await?;
    restored(tx, event, row.grant_id).await?;
    let state = grants::grant(tx.connection(), tx.book_id(), row.settled_grant).await?.map(|grant| grant.state);
    if state == Some(grants::State::Paid) {
        stands(tx, event, row.settled_grant, grants::State::Approved).await?;
    }
    step(tx, event, row.demand, "").await
}

async fn receipt(tx: &Tx, id: i64) -> Result<receipts::Model> {
    let row = receipts::Entity::find_by_id((tx.book_id(), id)).one(tx.connection()).await;
    row.map_err(refused_or_internal)?.ok_or_else(|| Error::internal(format!("there is no receipt {id}")))
}

async fn offset(tx: &Tx, id: i64) -> Result<offsets::Model> {
    let row = offsets::Entity::find_by_id((tx.book_id(), id)).one(tx.connection()).await;
    row.map_err(refused_or_internal)?.ok_or_else(|| Error::internal(format!("there is no offset {id}")))
}

/// What the transfers of a grant carry, for some of its money.
async fn share_of(tx: &Tx, grant: i64, split: &[(i64, Fen)]) -> Result<Held> {
    let held = grants::held(tx.connection(), tx.book_id(), &[grant]).await?.pop();
    let held = held.ok_or_else(|| Error::internal(format!("there is no grant {grant}")))?;
    Ok(Held { split: split.to_vec(), ..held })
}

async fn received(tx: &mut Tx, demand: i64, fen: i64) -> Result<()> {
    tx.run(
        "UPDATE demands SET received_fen = received_fen + ? WHERE book_id = ? AND id = ?",
        vec![fen.into(), tx.book_id().into(), demand.into()],
    )
    .await
    .map(|_| ())
}

async fn stands(tx: &mut Tx, event: &Recorded, grant: i64, state: grants::State) -> Result<()> {
    grants::step(tx, &[Stepped::by(event, grant, state, "")]).await
}

/// A grant of which nothing was left is paid again.
async fn restored(tx: &mut Tx, event: &Recorded, grant: i64) -> Result<()> {
    let state = grants::grant(tx.connection(), tx.book_id(), grant).await?.map(|grant| grant.state);
    if state == Some(grants::State::Recovered) {
        stands(tx, event, grant, grants::State::Paid).await?;
    }
    Ok(())
}

/// Reverses all that the event at a position moved.
async fn reverse(tx: &mut Tx, position: i64, moved_at: Option<i64>, first_open: Option<Day>) -> Result<Vec<Move>> {
    let moved_at = moved_at.ok_or_else(|| Error::internal("what moved nothing cannot be undone"))?;
    let moved = funds::moves_after(tx.connection(), tx.book_id(), (moved_at, 0), moved_at, 1_000).await?;
    let on = |one: &Move| first_open.map_or(one.effective_on, |open| open.max(one.effective_on));
    let back: Vec<Move> = moved.iter().map(|one| one.reversed(position, one.line, on(one))).collect();
    funds::post(tx, &back).await?;
    Ok(back)
}
