//! Grants that may be paid.

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::places;
use crate::db::sql;
use crate::kernel::Result;
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
    /// At most so many, the oldest first.
    #[serde(default)]
    pub limit: Option<u64>,
}

/// A grant that may be paid.
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
    /// The last attempt to pay it, and how many there were.
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

/// Approved grants with an account that nobody is paying and whose last payment, if it came to nothing, was released for
/// another attempt; in the order of their ids.
pub async fn eligible(c: &impl ConnectionTrait, book_id: i64, gather: &Gather) -> Result<Vec<Eligible>> {
    let mut conditions = String::new();
    let mut values: Vec<Value> = vec![book_id.into()];
    if let Some(policy) = gather.policy {
        conditions.push_str(" AND g.policy = ?");
        values.push(policy.into());
    }
    if !gather.grants.is_empty() {
        conditions.push_str(&format!(" AND g.id IN ({})", places(gather.grants.len())));
        values.extend(gather.grants.iter().map(|id| Value::from(*id)));
    }
    let limit = gather.limit.map_or_else(String::new, |limit| format!(" LIMIT {limit}"));
    let query = format!(
        "SELECT g.id, g.reference, g.policy, g.recipient, {TO_PAY} AS amount_fen, g.account_name, g.account_number, g.bank_code,
            g.bank_name,
            (SELECT MAX(p.id) FROM payments p WHERE p.book_id = g.book_id AND p.grant_id = g.id) AS previous,
            (SELECT COUNT(*) FROM payments p WHERE p.book_id = g.book_id AND p.grant_id = g.id) AS attempts,
            CAST(CASE WHEN EXISTS (SELECT 1 FROM allotments a
                WHERE a.book_id = g.book_id AND a.policy = g.policy AND a.direct = 1
                AND (g.allotment IS NULL OR g.allotment = a.id)) THEN 1 ELSE 0 END AS BIGINT) AS direct
         FROM whole_grants g
         WHERE g.book_id = ? AND g.state = 'approved' AND g.account_number <> ''{conditions}
            AND NOT EXISTS (SELECT 1 FROM whole_payments w WHERE w.book_id = g.book_id AND w.grant_id = g.id
                AND w.state IN ('refused', 'returned') AND w.reissued = 0)
         ORDER BY g.id{limit}"
    );
    let rows: Vec<Row> = sql::all(c, &query, values).await?;
    Ok(rows
        .into_iter()
        .map(|row| Eligible {
            grant: row.id,
            reference: row.reference,
            policy: row.policy,
            recipient: row.recipient,
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
