//! Batches and the files made of them.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::applying::briefs;
use super::optional_day;
use crate::db::constraint::refused_or_internal;
use crate::db::entity::{batches as rows, payment_files};
use crate::db::sql;
use crate::grants;
use crate::journal::scan;
use crate::kernel::dates::Day;
use crate::kernel::instant::Instant;
use crate::kernel::money::Fen;
use crate::kernel::tree::{Edge, Hash};
use crate::kernel::{Error, Result};
use crate::payments::files::PaymentOrder;
use crate::payments::rules::{BatchState, bars_release};

/// A batch as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The batch.
    pub id: i64,
    /// The account from which it is paid.
    pub paying_account: Option<i64>,
    /// The policy by which its grants were gathered.
    pub policy: Option<i64>,
    /// Where it stands.
    pub state: BatchState,
    /// Payments in it.
    pub payments: i64,
    /// Their sum.
    pub sum: Fen,
    /// Hex root over the leaf hashes of their events.
    pub digest: String,
    /// Why it was withdrawn.
    pub reason: String,
    /// Position of the first payment's event.
    pub first: i64,
    /// Position of the last payment's event.
    pub last: i64,
    /// Who built it.
    pub built_by: String,
    /// The person who built it.
    pub built_person: String,
    /// When.
    pub built_at: Instant,
    /// Who released it.
    pub released_by: Option<String>,
    /// When.
    pub released_at: Option<Instant>,
    /// From which day its money is on its way.
    pub released_on: Option<Day>,
}

fn view(row: rows::Model) -> Result<Batch> {
    let state = BatchState::from_code(&row.state);
    Ok(Batch {
        state: state.ok_or_else(|| Error::internal(format!("batch {} is {}", row.id, row.state)))?,
        released_on: optional_day(row.released_on.as_deref())?,
        id: row.id,
        paying_account: row.paying_account,
        policy: row.policy,
        payments: row.payments_count,
        sum: Fen::new(row.sum_fen),
        digest: row.digest,
        reason: row.reason,
        first: row.first_position,
        last: row.last_position,
        built_by: row.built_by,
        built_person: row.built_person,
        built_at: Instant::new(row.built_at_ms),
        released_by: row.released_by,
        released_at: row.released_at_ms.map(Instant::new),
    })
}

/// The batch with this id.
///
/// # Errors
/// `NotFound`.
pub async fn batch(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<Batch> {
    let row = rows::Entity::find_by_id((book_id, id)).one(c).await.map_err(refused_or_internal)?;
    view(row.ok_or(Error::NotFound)?)
}

/// Batches, the newest first: `limit` of them before the id `before`, those in one state if named.
pub async fn batches(
    c: &impl ConnectionTrait,
    book_id: i64,
    state: Option<BatchState>,
    before: i64,
    limit: u64,
) -> Result<Vec<Batch>> {
    let mut query = rows::Entity::find()
        .filter(rows::Column::BookId.eq(book_id))
        .filter(rows::Column::Id.lt(before))
        .order_by_desc(rows::Column::Id)
        .limit(limit.min(1_000));
    if let Some(state) = state {
        query = query.filter(rows::Column::State.eq(state.code()));
    }
    query.all(c).await.map_err(refused_or_internal)?.into_iter().map(view).collect()
}

/// Batches newer than the id `after`: the `limit` next to it, the newest first.
pub async fn batches_after(
    c: &impl ConnectionTrait,
    book_id: i64,
    state: Option<BatchState>,
    after: i64,
    limit: u64,
) -> Result<Vec<Batch>> {
    let mut query = rows::Entity::find()
        .filter(rows::Column::BookId.eq(book_id))
        .filter(rows::Column::Id.gt(after))
        .order_by_asc(rows::Column::Id)
        .limit(limit.min(1_000));
    if let Some(state) = state {
        query = query.filter(rows::Column::State.eq(state.code()));
    }
    query.all(c).await.map_err(refused_or_internal)?.into_iter().rev().map(view).collect()
}

/// What a batch holds that waits for release.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Left {
    /// Payments.
    pub payments: i64,
    /// Their sum.
    pub sum: Fen,
    /// Hex root over the leaf hashes of their events, in the order of their ids.
    pub digest: String,
}

/// Counts, sums and digests the payments of a batch that wait for release, but for those in `without`, which ascend.
pub async fn left(c: &DatabaseConnection, book_id: i64, batch: i64, without: &[i64]) -> Result<Left> {
    let query = format!(
        "SELECT id, amount_fen, leaf_hash FROM whole_payments
         WHERE book_id = {book_id} AND batch = {batch} AND state = 'built' ORDER BY id"
    );
    let mut found = Left::default();
    let mut edge = Edge::new();
    scan(c, &query, |cells| {
        let [id, amount, leaf] = cells else { return Err(Error::internal("a payment has three columns")) };
        if without.binary_search(&id.int()?).is_ok() {
            return Ok(());
        }
        found.payments += 1;
        let sum = found.sum.checked_add(Fen::new(amount.int()?));
        found.sum = sum.ok_or_else(|| Error::internal("a sum leaves the range"))?;
        edge.push(Hash::from_slice(leaf.bytes()).map_err(Error::internal)?);
        Ok(())
    })
    .await?;
    found.digest = edge.root().to_string();
    Ok(found)
}

/// The payments of a batch that wait for release and that this person may not release, in the order of their ids.
pub async fn barred(c: &DatabaseConnection, book_id: i64, batch: i64, person: &str) -> Result<Vec<i64>> {
    let query = format!(
        "SELECT id, built_person, grant_prepared_person, grant_reduced_person FROM whole_payments
         WHERE book_id = {book_id} AND batch = {batch} AND state = 'built' ORDER BY id"
    );
    let mut found = Vec::new();
    scan(c, &query, |cells| {
        let [id, built, prepared, reduced] = cells else { return Err(Error::internal("a payment has four columns")) };
        let reduced = Some(reduced.text()).filter(|person| !person.is_empty());
        if bars_release(person, built.text(), prepared.text(), reduced) {
            found.push(id.int()?);
        }
        Ok(())
    })
    .await?;
    Ok(found)
}

#[derive(Debug, FromQueryResult)]
struct OrderRow {
    id: i64,
    reference: String,
    policy_code: String,
    amount_fen: i64,
    account_name: String,
    account_number: String,
    bank_code: String,
    bank_name: String,
}

/// What the bank is told of the payments of a released batch, in the order of their ids. `name` makes a payment's id,
/// `purpose` its purpose from policy and reference.
pub async fn orders(
    c: &impl ConnectionTrait,
    book_id: i64,
    batch: i64,
    name: impl Fn(i64) -> String,
    purpose: impl Fn(&str, &str) -> String,
) -> Result<Vec<PaymentOrder>> {
    let query = "SELECT p.id, p.reference, o.code AS policy_code, p.amount_fen, p.account_name, p.account_number,
            p.bank_code, p.bank_name
        FROM whole_payments p JOIN policies o ON o.book_id = p.book_id AND o.id = p.policy
        WHERE p.book_id = ? AND p.batch = ? AND p.state NOT IN ('built', 'dropped', 'withdrawn') ORDER BY p.id";
    let rows: Vec<OrderRow> = sql::all(c, query, vec![book_id.into(), batch.into()]).await?;
    Ok(rows
        .into_iter()
        .map(|row| PaymentOrder {
            payment_id: name(row.id),
            purpose: purpose(&row.policy_code, &row.reference),
            account_name: row.account_name,
            account_number: row.account_number,
            bank_code: row.bank_code,
            bank_name: row.bank_name,
            amount_fen: Fen::new(row.amount_fen),
        })
        .collect())
}

/// A file that was made of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeFile {
    /// Which of several.
    pub part: i64,
    /// Name of the profile.
    pub profile: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its name.
    pub name: String,
    /// Payments in it.
    pub payments: i64,
    /// Their sum.
    pub sum: Fen,
}

/// The files that were made of a batch; in one profile if named.
pub async fn made_files(
    c: &impl ConnectionTrait,
    book_id: i64,
    batch: i64,
    profile: Option<&str>,
) -> Result<Vec<MadeFile>> {
    let mut query = payment_files::Entity::find()
        .filter(payment_files::Column::BookId.eq(book_id))
        .filter(payment_files::Column::Batch.eq(batch))
        .order_by_asc(payment_files::Column::Id)
        .order_by_asc(payment_files::Column::Part);
    if let Some(profile) = profile {
        query = query.filter(payment_files::Column::Profile.eq(profile));
    }
    let rows = query.all(c).await.map_err(refused_or_internal)?;
    let made = |row: payment_files::Model| MadeFile {
        part: row.part,
        profile: row.profile,
        sha256: row.file_sha256,
        name: row.file_name,
        payments: row.payments_count,
        sum: Fen::new(row.sum_fen),
    };
    Ok(rows.into_iter().map(made).collect())
}

#[derive(Debug, FromQueryResult)]
struct Part {
    allotment: i64,
    fen: i64,
}

/// What the payments of a batch that wait for release take from each allotment; what was settled without cash is off.
pub async fn by_allotment(c: &impl ConnectionTrait, book_id: i64, batch: i64) -> Result<Vec<(i64, Fen)>> {
    let query = "SELECT allotment, CAST(SUM(fen) AS BIGINT) AS fen FROM (
            SELECT g.allotment, g.amount_fen AS fen FROM whole_payments p
            JOIN grants g ON g.book_id = p.book_id AND g.id = p.grant_id
            WHERE p.book_id = ? AND p.batch = ? AND p.state = 'built' AND g.allotment IS NOT NULL
            UNION ALL
            SELECT s.allotment, s.amount_fen AS fen FROM whole_payments p
            JOIN grants g ON g.book_id = p.book_id AND g.id = p.grant_id
            JOIN grant_splits s ON s.book_id = g.book_id AND s.grant_id = g.id
            WHERE p.book_id = ? AND p.batch = ? AND p.state = 'built' AND g.allotment IS NULL
            UNION ALL
            SELECT o.allotment, -o.amount_fen AS fen FROM whole_payments p
            JOIN grant_offsets o ON o.book_id = p.book_id AND o.grant_id = p.grant_id
            WHERE p.book_id = ? AND p.batch = ? AND p.state = 'built'
        ) parts GROUP BY allotment ORDER BY allotment";
    let of = || [book_id.into(), batch.into()];
    let values = [of(), of(), of()].concat();
    let parts: Vec<Part> = sql::all(c, query, values).await?;
    Ok(parts.into_iter().map(|part| (part.allotment, Fen::new(part.fen))).collect())
}

/// What these payments take from each allotment, by payment.
pub async fn parts(c: &impl ConnectionTrait, book_id: i64, payments: &[i64]) -> Result<HashMap<i64, Vec<(i64, Fen)>>> {
    let briefs = briefs(c, book_id, payments).await?;
    let ids: Vec<i64> = briefs.iter().map(|payment| payment.grant).collect();
    let held = grants::held(c, book_id, &ids).await?;
    let splits: HashMap<i64, Vec<(i64, Fen)>> = held.into_iter().map(|held| (held.grant, held.split)).collect();
    Ok(briefs.iter().filter_map(|payment| Some((payment.id, splits.get(&payment.grant)?.clone()))).collect())
}
