//! Grants, and parts of grants, that may be paid.

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::places;
use crate::db::sql;
use crate::grants;
use crate::kernel::Result;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;

/// Which grants a cashier gathers.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Gather {
    /// Of this policy only.
    #[serde(default)]
    pub policy: Option<i64>,
    /// These only; all that wait if none is named.
    #[serde(default)]
    pub grants: Vec<i64>,
    /// Of recipients of this sub-district only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subdistrict: Option<String>,
    /// Of recipients found by name or number, or with a reference that begins so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// At most so many, the oldest first.
    #[serde(default)]
    pub limit: Option<u64>,
}

/// A grant, or a part of one, that may be paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Eligible {
    /// The grant.
    pub grant: i64,
    /// Its reference.
    pub reference: String,
    /// Its policy.
    pub policy: i64,
    /// Its recipient.
    pub recipient: i64,
    /// Which part of it; 0 for all of it.
    pub instalment: i64,
    /// How much.
    pub amount: Fen,
    /// Account holder.
    pub account_name: String,
    /// Account number.
    pub account_number: String,
    /// Bank code.
    pub bank_code: String,
    /// Bank.
    pub bank_name: String,
    /// The last attempt to pay it, or this part of it, and how many there were.
    pub previous: Option<(i64, i64)>,
    /// Whether money of it is 直达.
    pub is_direct: bool,
}

#[derive(Debug, FromQueryResult)]
struct Row {
    id: i64,
    reference: String,
    policy: i64,
    recipient: i64,
    instalment: i64,
    amount_fen: i64,
    account_name: String,
    account_number: String,
    bank_code: String,
    bank_name: String,
    previous: Option<i64>,
    attempts: i64,
    direct: i64,
}

/// What remains to be paid of the grant `g`: its amount without what was settled against a demand (抵扣).
const TO_PAY: &str = "g.amount_fen - CAST(COALESCE((SELECT SUM(o.amount_fen) FROM grant_offsets o
    WHERE o.book_id = g.book_id AND o.grant_id = g.id), 0) AS BIGINT)";

/// What a payment is made of, of the grant `g`, and of how many `attempts` at what it pays.
fn columns((instalment, amount): (&str, &str)) -> String {
    let attempts =
        format!("FROM payments p WHERE p.book_id = g.book_id AND p.grant_id = g.id AND p.instalment = {instalment}");
    format!(
        "g.id, g.reference, g.policy, g.recipient, CAST({instalment} AS BIGINT) AS instalment, {amount} AS amount_fen,
         g.account_name, g.account_number, g.bank_code, g.bank_name,
         (SELECT MAX(p.id) {attempts}) AS previous, (SELECT COUNT(*) {attempts}) AS attempts,
         CAST(CASE WHEN EXISTS (SELECT 1 FROM allotments a
            WHERE a.book_id = g.book_id AND a.policy = g.policy AND a.direct = 1
            AND (g.allotment IS NULL OR g.allotment = a.id)) THEN 1 ELSE 0 END AS BIGINT) AS direct"
    )
}

/// What could be paid on a day: whole grants without a schedule, and parts that are due, whose condition is met, and that
/// nobody is paying. While a payment came to nothing and was not looked at, or a schedule waits for a second person,
/// nothing of the grant is paid. `also` is a further condition on the grant `g`.
fn payable((gather, book_id, on): (&Gather, i64, Day), also: &str) -> (String, Vec<Value>) {
    let mut conditions = format!("g.book_id = ? AND g.account_number <> '' AND {also}");
    let mut values: Vec<Value> = vec![book_id.into()];
    if let Some(policy) = gather.policy {
        conditions.push_str(" AND g.policy = ?");
        values.push(policy.into());
    }
    if let Some(name) = &gather.subdistrict {
        conditions.push_str(" AND g.subdistrict = ?");
        values.push(name.clone().into());
    }
    if let Some(search) = &gather.search {
        let (found, more) = grants::found_by(book_id, search);
        conditions.push_str(&found);
        values.extend(more);
    }
    if !gather.grants.is_empty() {
        conditions.push_str(&format!(" AND g.id IN ({})", places(gather.grants.len())));
        values.extend(gather.grants.iter().map(|id| Value::from(*id)));
    }
    conditions.push_str(
        " AND NOT EXISTS (SELECT 1 FROM whole_payments w WHERE w.book_id = g.book_id AND w.grant_id = g.id
            AND w.state IN ('refused', 'returned') AND w.reissued = 0)
          AND NOT EXISTS (SELECT 1 FROM schedules w WHERE w.book_id = g.book_id AND w.grant_id = g.id
            AND w.state = 'pending')",
    );
    let limit = gather.limit.map_or_else(String::new, |limit| format!("LIMIT {limit}"));
    let query = format!(
        "SELECT * FROM (SELECT {whole} FROM whole_grants g
            WHERE {conditions} AND g.state = 'approved' AND NOT EXISTS (SELECT 1 FROM schedules s
                WHERE s.book_id = g.book_id AND s.grant_id = g.id AND s.state = 'standing')
            ORDER BY g.id {limit}) AS of_whole
         UNION ALL
         SELECT * FROM (SELECT {part} FROM schedules s
            JOIN instalments i ON i.book_id = s.book_id AND i.schedule = s.id
            JOIN whole_grants g ON g.book_id = s.book_id AND g.id = s.grant_id
            WHERE {conditions} AND s.state = 'standing' AND g.state IN ('approved', 'in_batch', 'part_paid')
                AND i.due_on <= ? AND i.met IN ('none', 'met')
                AND NOT EXISTS (SELECT 1 FROM payments p WHERE p.book_id = g.book_id AND p.grant_id = g.id
                    AND p.instalment = i.number AND p.living = 1)
            ORDER BY g.id, i.number {limit}) AS of_parts",
        whole = columns(("0", TO_PAY)),
        part = columns(("i.number", "i.amount_fen")),
    );
    let values = [values.clone(), values, vec![on.to_string().into()]].concat();
    (query, values)
}

/// What may be paid on a day and is not held back, in the order of the grants and their parts.
pub async fn eligible(c: &impl ConnectionTrait, book_id: i64, gather: &Gather, on: Day) -> Result<Vec<Eligible>> {
    let (payable, values) = payable((gather, book_id, on), &format!("NOT {}", grants::held_back(on)));
    let limit = gather.limit.map_or_else(String::new, |limit| format!(" LIMIT {limit}"));
    let query = format!("{payable} ORDER BY id, instalment{limit}");
    let rows: Vec<Row> = sql::all(c, &query, values).await?;
    Ok(rows
        .into_iter()
        .map(|row| Eligible {
            grant: row.id,
            reference: row.reference,
            policy: row.policy,
            recipient: row.recipient,
            instalment: row.instalment,
            amount: Fen::new(row.amount_fen),
            account_name: row.account_name,
            account_number: row.account_number,
            bank_code: row.bank_code,
            bank_name: row.bank_name,
            previous: row.previous.map(|previous| (previous, row.attempts)),
            is_direct: row.direct == 1,
        })
        .collect())
}

#[derive(Debug, FromQueryResult)]
struct Counted {
    n: i64,
    fen: i64,
}

/// How many of what could be paid on a day is held back, and its sum.
pub async fn held_back(c: &impl ConnectionTrait, book_id: i64, gather: &Gather, on: Day) -> Result<(i64, Fen)> {
    let gather = Gather { limit: None, ..gather.clone() };
    let (payable, values) = payable((&gather, book_id, on), &grants::held_back(on));
    let query =
        format!("SELECT COUNT(*) AS n, CAST(COALESCE(SUM(amount_fen), 0) AS BIGINT) AS fen FROM ({payable}) AS held");
    let counted: Option<Counted> = sql::one(c, &query, values).await?;
    Ok(counted.map_or((0, Fen::ZERO), |counted| (counted.n, Fen::new(counted.fen))))
}

/// The payments of a batch that wait for release and whose money is held back on a day, in the order of their ids.
pub async fn held_in(c: &impl ConnectionTrait, book_id: i64, batch: i64, on: Day) -> Result<Vec<i64>> {
    let query = format!(
        "SELECT p.id FROM whole_payments p JOIN grants g ON g.book_id = p.book_id AND g.id = p.grant_id
         WHERE p.book_id = ? AND p.batch = ? AND p.state = 'built' AND {} ORDER BY p.id",
        grants::held_back(on)
    );
    Ok(sql::all::<Id>(c, &query, vec![book_id.into(), batch.into()]).await?.into_iter().map(|row| row.id).collect())
}

#[derive(Debug, FromQueryResult)]
struct Id {
    id: i64,
}
