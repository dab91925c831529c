//! Receipts and offsets, and the grants against which a demand may be settled.

use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult};

use super::{Signed, day, leaf, state};
use crate::db::constraint::refused_or_internal;
use crate::db::entity::{offsets, receipts};
use crate::db::sql;
use crate::kernel::dates::Day;
use crate::kernel::instant::Instant;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::recoveries::rules::Destination;

/// Money that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Its id.
    pub id: i64,
    /// Against which demand.
    pub demand: i64,
    /// The grant of that demand.
    pub grant: i64,
    /// How much.
    pub amount: Fen,
    /// Document number.
    pub document: String,
    /// When it came.
    pub received_on: Day,
    /// Where it goes.
    pub destination: Destination,
    /// The paying account to which it came, if it came to one.
    pub account: Option<i64>,
    /// Position of the event that moved it.
    pub moved_at: Option<i64>,
    /// Who prepared it and decided on it.
    pub signed: Signed,
}

/// A demand settled against another grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offset {
    /// Its id.
    pub id: i64,
    /// Which demand.
    pub demand: i64,
    /// The overpaid grant.
    pub grant: i64,
    /// The grant of which that much is not paid out.
    pub settled_grant: i64,
    /// How much.
    pub amount: Fen,
    /// Document number.
    pub document: String,
    /// Why.
    pub reason: String,
    /// Position of the event that moved it.
    pub moved_at: Option<i64>,
    /// The persons who made the settled grant what it is.
    pub makers: Vec<String>,
    /// Who prepared it and decided on it.
    pub signed: Signed,
}

fn receipt_of(row: receipts::Model) -> Result<Receipt> {
    let destination = Destination::from_code(&row.destination);
    Ok(Receipt {
        received_on: day(&row.received_on)?,
        destination: destination.ok_or_else(|| Error::internal(format!("receipt {} goes nowhere", row.id)))?,
        signed: Signed {
            state: state(&row.state)?,
            remark: row.remark,
            leaf: leaf(&row.leaf_hash)?,
            prepared_by: row.prepared_by,
            prepared_person: row.prepared_person,
            prepared_at: Instant::new(row.prepared_at_ms),
            reviewed_by: row.reviewed_by,
            reviewed_at: row.reviewed_at_ms.map(Instant::new),
            undo_by: row.undo_by,
            undo_person: row.undo_person,
        },
        id: row.id,
        demand: row.demand,
        grant: row.grant_id,
        amount: Fen::new(row.amount_fen),
        document: row.document,
        account: row.paying_account,
        moved_at: row.moved_at,
    })
}

fn offset_of(row: offsets::Model) -> Result<Offset> {
    Ok(Offset {
        signed: Signed {
            state: state(&row.state)?,
            remark: row.remark,
            leaf: leaf(&row.leaf_hash)?,
            prepared_by: row.prepared_by,
            prepared_person: row.prepared_person,
            prepared_at: Instant::new(row.prepared_at_ms),
            reviewed_by: row.reviewed_by,
            reviewed_at: row.reviewed_at_ms.map(Instant::new),
            undo_by: row.undo_by,
            undo_person: row.undo_person,
        },
        makers: [Some(row.grant_prepared_person), row.grant_reduced_person].into_iter().flatten().collect(),
        id: row.id,
        demand: row.demand,
        grant: row.grant_id,
        settled_grant: row.settled_grant,
        amount: Fen::new(row.amount_fen),
        document: row.document,
        reason: row.reason,
        moved_at: row.moved_at,
    })
}

/// The receipt with this id.
///
/// # Errors
/// `NotFound`.
pub async fn receipt(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<Receipt> {
    let row = receipts::Entity::find_by_id((book_id, id)).one(c).await.map_err(refused_or_internal)?;
    receipt_of(row.ok_or(Error::NotFound)?)
}

/// The receipts against a demand, oldest first.
pub async fn receipts_of(c: &impl ConnectionTrait, book_id: i64, demand: i64) -> Result<Vec<Receipt>> {
    let query = "SELECT * FROM receipts WHERE book_id = ? AND demand = ? ORDER BY id";
    let rows: Vec<receipts::Model> = sql::all(c, query, vec![book_id.into(), demand.into()]).await?;
    rows.into_iter().map(receipt_of).collect()
}

/// Money that came back to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The receipt.
    pub receipt: i64,
    /// How much.
    pub amount: Fen,
    /// Document number.
    pub document: String,
    /// When it came.
    pub on: Day,
    /// Whose money it was.
    pub name: String,
}

#[derive(Debug, FromQueryResult)]
struct ReceivedRow {
    id: i64,
    amount_fen: i64,
    document: String,
    received_on: String,
    name: String,
}

/// What came back to an account, as was signed and not undone at a position, by its days.
pub async fn received_on_account(
    c: &impl ConnectionTrait,
    (book_id, at): (i64, i64),
    account: i64,
) -> Result<Vec<Received>> {
    let query = "SELECT r.id, r.amount_fen, r.document, r.received_on, g.name FROM receipts r
        JOIN grants g ON g.book_id = r.book_id AND g.id = r.grant_id
        WHERE r.book_id = ? AND r.paying_account = ? AND r.moved_at <= ? AND (r.undone_at IS NULL OR r.undone_at > ?)
        ORDER BY r.received_on, r.id";
    let values = vec![book_id.into(), account.into(), at.into(), at.into()];
    let rows: Vec<ReceivedRow> = sql::all(c, query, values).await?;
    let received = |row: ReceivedRow| {
        Ok(Received {
            on: day(&row.received_on)?,
            receipt: row.id,
            amount: Fen::new(row.amount_fen),
            document: row.document,
            name: row.name,
        })
    };
    rows.into_iter().map(received).collect()
}

/// The offset with this id.
///
/// # Errors
/// `NotFound`.
pub async fn offset(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<Offset> {
    let row = offsets::Entity::find_by_id((book_id, id)).one(c).await.map_err(refused_or_internal)?;
    offset_of(row.ok_or(Error::NotFound)?)
}

/// The offsets against a demand, oldest first.
pub async fn offsets_of(c: &impl ConnectionTrait, book_id: i64, demand: i64) -> Result<Vec<Offset>> {
    let query = "SELECT * FROM offsets WHERE book_id = ? AND demand = ? ORDER BY id";
    let rows: Vec<offsets::Model> = sql::all(c, query, vec![book_id.into(), demand.into()]).await?;
    rows.into_iter().map(offset_of).collect()
}

/// The offsets by which a grant was, or shall be, settled, oldest first.
pub async fn offsets_of_grant(c: &impl ConnectionTrait, book_id: i64, settled_grant: i64) -> Result<Vec<Offset>> {
    let query = "SELECT * FROM offsets WHERE book_id = ? AND settled_grant = ? ORDER BY id";
    let rows: Vec<offsets::Model> = sql::all(c, query, vec![book_id.into(), settled_grant.into()]).await?;
    rows.into_iter().map(offset_of).collect()
}

#[derive(Debug, FromQueryResult)]
struct Sum {
    fen: i64,
}

/// What waits against a demand: receipts and offsets that nobody has signed yet.
pub async fn waiting(c: &impl ConnectionTrait, book_id: i64, demand: i64) -> Result<Fen> {
    let query = "SELECT CAST(COALESCE(SUM(fen), 0) AS BIGINT) AS fen FROM (
            SELECT amount_fen AS fen FROM receipts WHERE book_id = ? AND demand = ? AND state = 'pending'
            UNION ALL
            SELECT amount_fen AS fen FROM offsets WHERE book_id = ? AND demand = ? AND state = 'pending') AS waits";
    let values = vec![book_id.into(), demand.into(), book_id.into(), demand.into()];
    Ok(Fen::new(sql::one::<Sum>(c, query, values).await?.map_or(0, |found| found.fen)))
}

/// A grant of which some may be settled against a demand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settleable {
    /// The grant.
    pub id: i64,
    /// Its reference.
    pub reference: String,
    /// What was granted.
    pub amount: Fen,
    /// What of it remains to be paid, without what waits to be settled.
    pub left: Fen,
}

#[derive(Debug, FromQueryResult)]
struct SettleableRow {
    id: i64,
    reference: String,
    amount_fen: i64,
    left_fen: i64,
}

/// The approved grants of a recipient that no batch pays, in the order of their ids.
pub async fn settleable(c: &impl ConnectionTrait, book_id: i64, recipient: i64) -> Result<Vec<Settleable>> {
    let query = "SELECT g.id, g.reference, g.amount_fen, g.amount_fen
            - CAST(COALESCE((SELECT SUM(o.amount_fen) FROM grant_offsets o
                WHERE o.book_id = g.book_id AND o.grant_id = g.id), 0) AS BIGINT)
            - CAST(COALESCE((SELECT SUM(w.amount_fen) FROM offsets w
                WHERE w.book_id = g.book_id AND w.settled_grant = g.id AND w.state = 'pending'), 0) AS BIGINT) AS left_fen
        FROM whole_grants g WHERE g.book_id = ? AND g.recipient = ? AND g.state = 'approved' ORDER BY g.id";
    let rows: Vec<SettleableRow> = sql::all(c, query, vec![book_id.into(), recipient.into()]).await?;
    let one = |row: SettleableRow| Settleable {
        id: row.id,
        reference: row.reference,
        amount: Fen::new(row.amount_fen),
        left: Fen::new(row.left_fen),
    };
    Ok(rows.into_iter().map(one).filter(|grant| grant.left > Fen::ZERO).collect())
}
