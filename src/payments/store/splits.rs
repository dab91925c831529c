//! What payments take from each allotment, and what remains to be paid of grants.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::applying::briefs;
use super::{AT_ONCE, Brief, places};
use crate::db::entity::payment_splits;
use crate::db::sql;
use crate::grants::{self, Held};
use crate::kernel::Result;
use crate::kernel::money::Fen;
use crate::payments::rules::left_of;

/// Amounts by allotment.
pub type Split = Vec<(i64, Fen)>;

#[derive(Debug, FromQueryResult)]
struct Share {
    allotment: i64,
    fen: i64,
}

/// What the payments of a batch that wait for release take from each allotment; what was settled without cash is off.
pub async fn by_allotment(c: &impl ConnectionTrait, book_id: i64, batch: i64) -> Result<Split> {
    let waiting = "FROM whole_payments p JOIN grants g ON g.book_id = p.book_id AND g.id = p.grant_id";
    let of_batch = "WHERE p.book_id = ? AND p.batch = ? AND p.state = 'built'";
    let own = "EXISTS (SELECT 1 FROM payment_splits x WHERE x.book_id = p.book_id AND x.payment_id = p.id)";
    let query = format!(
        "SELECT allotment, CAST(SUM(fen) AS BIGINT) AS fen FROM (
            SELECT g.allotment, p.amount_fen AS fen {waiting} {of_batch} AND g.allotment IS NOT NULL
            UNION ALL
            SELECT s.allotment, s.amount_fen AS fen {waiting}
            JOIN payment_splits s ON s.book_id = p.book_id AND s.payment_id = p.id
            {of_batch} AND g.allotment IS NULL
            UNION ALL
            SELECT s.allotment, s.amount_fen AS fen {waiting}
            JOIN grant_splits s ON s.book_id = g.book_id AND s.grant_id = g.id
            {of_batch} AND g.allotment IS NULL AND NOT {own}
            UNION ALL
            SELECT o.allotment, -o.amount_fen AS fen {waiting}
            JOIN grant_offsets o ON o.book_id = g.book_id AND o.grant_id = g.id
            {of_batch} AND g.allotment IS NULL AND NOT {own}
        ) parts GROUP BY allotment ORDER BY allotment"
    );
    let of = || -> [Value; 2] { [book_id.into(), batch.into()] };
    let shares: Vec<Share> = sql::all(c, &query, [of(), of(), of(), of()].concat()).await?;
    Ok(shares.into_iter().map(|share| (share.allotment, Fen::new(share.fen))).collect())
}

/// The shares that are a payment's own, of those that have such.
async fn own(c: &impl ConnectionTrait, book_id: i64, payments: &[i64]) -> Result<HashMap<i64, Split>> {
    let mut found: HashMap<i64, Split> = HashMap::new();
    for chunk in payments.chunks(AT_ONCE) {
        let query = format!(
            "SELECT * FROM payment_splits WHERE book_id = ? AND payment_id IN ({}) ORDER BY payment_id, allotment",
            places(chunk.len())
        );
        let mut values: Vec<Value> = vec![book_id.into()];
        values.extend(chunk.iter().map(|id| Value::from(*id)));
        for row in sql::all::<payment_splits::Model>(c, &query, values).await? {
            found.entry(row.payment_id).or_default().push((row.allotment, Fen::new(row.amount_fen)));
        }
    }
    Ok(found)
}

/// What the transfers of these payments carry, by payment: their grants' words, and what the payment itself takes from each
/// allotment.
pub async fn carried(c: &impl ConnectionTrait, book_id: i64, payments: &[Brief]) -> Result<HashMap<i64, Held>> {
    let grants: Vec<i64> = payments.iter().map(|payment| payment.grant).collect();
    let held: HashMap<i64, Held> =
        grants::held(c, book_id, &grants).await?.into_iter().map(|held| (held.grant, held)).collect();
    let parts: Vec<i64> = payments.iter().filter(|payment| payment.instalment > 0).map(|payment| payment.id).collect();
    let own = own(c, book_id, &parts).await?;
    let of = |payment: &Brief| {
        let mut held = held.get(&payment.grant)?.clone();
        if let Some(split) = own.get(&payment.id) {
            held.split.clone_from(split);
        } else if let [(_, amount)] = held.split.as_mut_slice() {
            *amount = payment.amount;
        }
        Some((payment.id, held))
    };
    Ok(payments.iter().filter_map(of).collect())
}

/// What these payments take from each allotment, by payment.
pub async fn parts(c: &impl ConnectionTrait, book_id: i64, payments: &[i64]) -> Result<HashMap<i64, Split>> {
    let briefs = briefs(c, book_id, payments).await?;
    Ok(carried(c, book_id, &briefs).await?.into_iter().map(|(id, held)| (id, held.split)).collect())
}

#[derive(Debug, FromQueryResult)]
struct Living {
    id: i64,
    grant_id: i64,
}

/// What remains to be paid of each of these grants, by allotment: its split without what is being paid or was paid. The one
/// place that knows it; whatever else settles part of a grant is to be taken off here.
pub async fn remaining(c: &impl ConnectionTrait, book_id: i64, grants: &[i64]) -> Result<HashMap<i64, Split>> {
    let mut living: Vec<Living> = Vec::new();
    for chunk in grants.chunks(AT_ONCE) {
        let query = format!(
            "SELECT id, grant_id FROM payments WHERE book_id = ? AND living = 1 AND grant_id IN ({}) ORDER BY id",
            places(chunk.len())
        );
        let mut values: Vec<Value> = vec![book_id.into()];
        values.extend(chunk.iter().map(|id| Value::from(*id)));
        living.extend(sql::all::<Living>(c, &query, values).await?);
    }
    let ids: Vec<i64> = living.iter().map(|payment| payment.id).collect();
    let parts = parts(c, book_id, &ids).await?;
    let mut taken: HashMap<i64, Split> = HashMap::new();
    for payment in living {
        let split = parts.get(&payment.id).into_iter().flatten().copied();
        taken.entry(payment.grant_id).or_default().extend(split);
    }
    let held = grants::held(c, book_id, grants).await?;
    let left = |held: Held| {
        let taken = taken.get(&held.grant).map_or(&[][..], Vec::as_slice);
        (held.grant, left_of(&held.split, taken))
    };
    Ok(held.into_iter().map(left).collect())
}
