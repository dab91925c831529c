//! Payments as a bank's lines are judged by: found by their id, else by what the line says of them.

use std::collections::{BTreeSet, HashMap};

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::{AT_ONCE, optional_day, places, state};
use crate::db::sql;
use crate::kernel::Result;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::payments::rules::Known;

#[derive(Debug, FromQueryResult)]
struct Row {
    id: i64,
    state: String,
    amount_fen: i64,
    account_name: String,
    account_number: String,
    released_on: Option<String>,
    completed_on: Option<String>,
    gone: i64,
}

fn known(row: Row) -> Result<Known> {
    Ok(Known {
        payment: row.id,
        state: state(&row.state)?,
        amount: Fen::new(row.amount_fen),
        account_name: row.account_name,
        account_number: row.account_number,
        released_on: optional_day(row.released_on.as_deref())?,
        completed_on: optional_day(row.completed_on.as_deref())?,
        is_gone: row.gone == 1,
    })
}

const SELECT: &str = "SELECT id, state, amount_fen, account_name, account_number, released_on, completed_on,
        CASE WHEN state = 'paid' AND (SELECT SUM(q.amount_fen) FROM whole_payments q WHERE q.book_id = whole_payments.book_id
            AND q.grant_id = whole_payments.grant_id AND q.state = 'paid') > (SELECT COALESCE(SUM(CASE WHEN t.to_stage = 'disbursed'
            THEN t.amount_fen ELSE -t.amount_fen END), 0) FROM transfers t WHERE t.book_id = whole_payments.book_id
            AND t.grant_id = whole_payments.grant_id AND (t.to_stage = 'disbursed' OR t.from_stage = 'disbursed'))
            THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END AS gone
    FROM whole_payments WHERE book_id = ? AND state IN ('in_transit', 'paid', 'refused', 'returned')";

/// The payments with these ids that ever went out.
pub async fn by_ids(c: &impl ConnectionTrait, book_id: i64, ids: &[i64]) -> Result<HashMap<i64, Known>> {
    let mut found = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(AT_ONCE) {
        let mut values: Vec<Value> = vec![book_id.into()];
        values.extend(chunk.iter().map(|id| Value::from(*id)));
        for row in sql::all::<Row>(c, &format!("{SELECT} AND id IN ({})", places(chunk.len())), values).await? {
            found.insert(row.id, known(row)?);
        }
    }
    Ok(found)
}

/// The payments to this account of this amount that are on their way or were paid, in the order of their ids.
pub async fn by_cues(c: &impl ConnectionTrait, book_id: i64, account_number: &str, amount: Fen) -> Result<Vec<Known>> {
    let query = format!("{SELECT} AND account_number = ? AND amount_fen = ? ORDER BY id");
    let values = vec![book_id.into(), account_number.into(), amount.get().into()];
    sql::all::<Row>(c, &query, values).await?.into_iter().map(known).collect()
}

#[derive(Debug, FromQueryResult)]
struct MovedRow {
    id: i64,
    effective_on: String,
}

/// The last day on which the money of these payments' grants moved.
pub async fn moved_on(c: &impl ConnectionTrait, book_id: i64, ids: &[i64]) -> Result<HashMap<i64, Day>> {
    let mut found = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(AT_ONCE) {
        let query = format!(
            "SELECT p.id, MAX(t.effective_on) AS effective_on FROM payments p
             JOIN transfers t ON t.book_id = p.book_id AND t.grant_id = p.grant_id
             WHERE p.book_id = ? AND p.id IN ({}) GROUP BY p.id",
            places(chunk.len())
        );
        let mut values: Vec<Value> = vec![book_id.into()];
        values.extend(chunk.iter().map(|id| Value::from(*id)));
        for row in sql::all::<MovedRow>(c, &query, values).await? {
            found.insert(row.id, Day::parse(&row.effective_on)?);
        }
    }
    Ok(found)
}

#[derive(Debug, FromQueryResult)]
struct Hand {
    prepared_by: String,
    reviewed_by: Option<String>,
}

/// Who prepared the grants that a batch pays, and who reviewed them, each once, in the order of their uids.
pub async fn hands(c: &impl ConnectionTrait, book_id: i64, batch: i64) -> Result<(Vec<String>, Vec<String>)> {
    let query = "SELECT DISTINCT g.prepared_by, g.reviewed_by FROM whole_payments p
         JOIN whole_grants g ON g.book_id = p.book_id AND g.id = p.grant_id
         WHERE p.book_id = ? AND p.batch = ? AND p.state = 'built'";
    let found: Vec<Hand> = sql::all(c, query, vec![book_id.into(), batch.into()]).await?;
    let once = |uids: BTreeSet<String>| uids.into_iter().collect::<Vec<_>>();
    let prepared = once(found.iter().map(|hand| hand.prepared_by.clone()).collect());
    Ok((prepared, once(found.into_iter().filter_map(|hand| hand.reviewed_by).collect())))
}
