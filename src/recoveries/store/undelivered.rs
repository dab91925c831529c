//! Money that was granted and has not reached its recipient yet, by policy and age.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::day;
use crate::db::sql;
use crate::kernel::dates::Day;
use crate::kernel::instant::Instant;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::recoveries::rules::{Age, Undelivered};

/// What remains to be paid of the grant `g`.
const TO_PAY: &str = "g.amount_fen - CAST(COALESCE((SELECT SUM(o.amount_fen) FROM grant_offsets o
    WHERE o.book_id = g.book_id AND o.grant_id = g.id), 0) AS BIGINT)";
/// Approved grants `g` that are in no batch, and whose last payment did not come to nothing unseen.
const APPROVED: &str = "FROM whole_grants g WHERE g.book_id = ? AND g.state = 'approved'
    AND NOT EXISTS (SELECT 1 FROM whole_payments w WHERE w.book_id = g.book_id AND w.grant_id = g.id
        AND w.state IN ('refused', 'returned') AND w.reissued = 0)";
/// Payments `p` that were sent and have not arrived.
const SENT: &str = "FROM whole_payments p JOIN grants g ON g.book_id = p.book_id AND g.id = p.grant_id
    WHERE p.book_id = ? AND p.state = ? AND p.reissued = 0";

/// Milliseconds of a day, and by how many Shanghai is ahead.
const DAY_MS: i64 = 86_400_000;
const SHANGHAI_MS: i64 = 8 * 3_600_000;

/// Since when a payment has been waiting.
const fn since(kind: Undelivered) -> &'static str {
    match kind {
        Undelivered::InTransit => "p.released_on",
        _ => "p.completed_on",
    }
}

/// Count and sum by age.
pub type Aged = BTreeMap<Age, (i64, Fen)>;

#[derive(Debug, FromQueryResult)]
struct ByNumber {
    policy: i64,
    day_number: i64,
    n: i64,
    fen: i64,
}

#[derive(Debug, FromQueryResult)]
struct ByDay {
    policy: i64,
    since_on: String,
    n: i64,
    fen: i64,
}

/// What was not delivered by a day, by policy and why.
pub async fn undelivered(
    c: &impl ConnectionTrait,
    book_id: i64,
    on: Day,
) -> Result<BTreeMap<(i64, Undelivered), Aged>> {
    let mut found: BTreeMap<(i64, Undelivered), Aged> = BTreeMap::new();
    let mut add = |key, age: Age, n: i64, fen: i64| {
        let (count, sum) = found.entry(key).or_default().entry(age).or_default();
        *count += n;
        *sum = sum.checked_add(Fen::new(fen)).ok_or_else(|| Error::internal("a sum leaves the range"))?;
        Ok::<(), Error>(())
    };
    let query = format!(
        "SELECT policy, day_number, COUNT(*) AS n, CAST(SUM(fen) AS BIGINT) AS fen FROM (
            SELECT g.policy, (COALESCE(g.reviewed_at_ms, 0) + {SHANGHAI_MS}) / {DAY_MS} AS day_number, {TO_PAY} AS fen
            {APPROVED}) AS waiting GROUP BY policy, day_number"
    );
    for row in sql::all::<ByNumber>(c, &query, vec![book_id.into()]).await? {
        let age = Age::of(Instant::new(row.day_number * DAY_MS).day().days_between(on));
        add((row.policy, Undelivered::Approved), age, row.n, row.fen)?;
    }
    for kind in [Undelivered::InTransit, Undelivered::Refused, Undelivered::Returned] {
        let query = format!(
            "SELECT p.policy, COALESCE({since}, p.released_on) AS since_on, COUNT(*) AS n,
                CAST(SUM(p.amount_fen) AS BIGINT) AS fen {SENT} GROUP BY p.policy, COALESCE({since}, p.released_on)",
            since = since(kind)
        );
        for row in sql::all::<ByDay>(c, &query, vec![book_id.into(), kind.code().into()]).await? {
            add((row.policy, kind), Age::of(day(&row.since_on)?.days_between(on)), row.n, row.fen)?;
        }
    }
    Ok(found)
}

/// One grant whose money has not arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndeliveredRow {
    /// The grant.
    pub grant: i64,
    /// Its reference.
    pub reference: String,
    /// The recipient's name.
    pub name: String,
    /// The payment, if one was sent.
    pub payment: Option<i64>,
    /// How much.
    pub amount: Fen,
    /// Since when.
    pub since: Day,
    /// Why the bank refused it or sent it back.
    pub reason: String,
}

#[derive(Debug, FromQueryResult)]
struct Row {
    grant_id: i64,
    reference: String,
    name: String,
    payment: Option<i64>,
    amount_fen: i64,
    since_ms: Option<i64>,
    since_on: Option<String>,
    reason: String,
}

/// The rows behind one figure, `limit` of them after the grant `after`, in the order of the grants.
pub async fn undelivered_rows(
    c: &impl ConnectionTrait,
    book_id: i64,
    (policy, kind, age): (i64, Undelivered, Option<Age>),
    on: Day,
    (after, limit): (i64, u64),
) -> Result<Vec<UndeliveredRow>> {
    let (least, most) = age.map_or((None, None), Age::days);
    // The first and the last day of that age.
    let (first, last) = (most.map(|most| on.plus_days(-most)), least.map(|least| on.plus_days(-least)));
    let mut conditions = String::new();
    let mut values: Vec<Value> = Vec::new();
    let query = if kind == Undelivered::Approved {
        for (day, side) in [(first, ">="), (last.map(|last| last.plus_days(1)), "<")] {
            if let Some(day) = day {
                conditions.push_str(&format!(" AND COALESCE(g.reviewed_at_ms, 0) {side} ?"));
                values.push(Instant::start_of(day).get().into());
            }
        }
        format!(
            "SELECT g.id AS grant_id, g.reference, g.name, CAST(NULL AS BIGINT) AS payment, {TO_PAY} AS amount_fen,
                g.reviewed_at_ms AS since_ms, CAST(NULL AS TEXT) AS since_on, '' AS reason {APPROVED}"
        )
    } else {
        for (day, side) in [(first, ">="), (last, "<=")] {
            if let Some(day) = day {
                conditions.push_str(&format!(" AND COALESCE({}, p.released_on) {side} ?", since(kind)));
                values.push(day.to_string().into());
            }
        }
        format!(
            "SELECT g.id AS grant_id, g.reference, g.name, p.id AS payment, p.amount_fen,
                CAST(NULL AS BIGINT) AS since_ms, COALESCE({}, p.released_on) AS since_on, p.reason {SENT}",
            since(kind)
        )
    };
    let state: Vec<Value> = if kind == Undelivered::Approved { Vec::new() } else { vec![kind.code().into()] };
    let query = format!("{query}{conditions} AND g.policy = ? AND g.id > ? ORDER BY g.id LIMIT {limit}");
    let values = [vec![book_id.into()], state, values, vec![policy.into(), after.into()]].concat();
    sql::all::<Row>(c, &query, values)
        .await?
        .into_iter()
        .map(|row| {
            let since = match row.since_on {
                Some(on) => day(&on)?,
                None => Instant::new(row.since_ms.unwrap_or_default()).day(),
            };
            Ok(UndeliveredRow {
                grant: row.grant_id,
                reference: row.reference,
                name: row.name,
                payment: row.payment,
                amount: Fen::new(row.amount_fen),
                since,
                reason: row.reason,
            })
        })
        .collect()
}
