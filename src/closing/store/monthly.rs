//! The sums behind the monthly report, out of the transfers as known at a position.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::closing::rules::{Bucket, Flowed};
use crate::db::sql;
use crate::funds::Stage;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::periods::Month;

/// What moved of one allotment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moved {
    /// The allotment.
    pub allotment: i64,
    /// Code of the policy.
    pub policy: String,
    /// Its title at the position.
    pub title: String,
    /// Number of the allotment's document.
    pub document: String,
    /// Code of the level that it comes from.
    pub level: String,
    /// Whether it is direct money.
    pub is_direct: bool,
    /// The sums.
    pub flows: Vec<Flowed>,
}

#[derive(Debug, FromQueryResult)]
struct Row {
    allotment: i64,
    code: String,
    title: String,
    document_number: String,
    level: String,
    direct: i64,
    from_stage: String,
    to_stage: String,
    reversal: i64,
    bucket: i64,
    fen: i64,
}

/// What moved up to a day, known at a position, by allotment in the order of policies' codes; the month of the day and its
/// year apart.
pub async fn moved(c: &impl ConnectionTrait, book_id: i64, until: Day, at: i64) -> Result<Vec<Moved>> {
    // The buckets are named inside, so that both engines see one expression to group by. A policy is called as at the
    // position, whatever it is called since.
    let query = "SELECT s.allotment, p.code, v.title, a.document_number, a.level, a.direct, s.from_stage, s.to_stage,
            s.reversal, s.bucket, CAST(SUM(s.amount_fen) AS BIGINT) AS fen
        FROM (SELECT book_id, allotment, from_stage, to_stage, amount_fen,
                CASE WHEN reverses_position IS NULL THEN CAST(0 AS BIGINT) ELSE CAST(1 AS BIGINT) END AS reversal,
                CASE WHEN effective_on < CAST(? AS TEXT) THEN CAST(0 AS BIGINT)
                    WHEN effective_on < CAST(? AS TEXT) THEN CAST(1 AS BIGINT) ELSE CAST(2 AS BIGINT) END AS bucket
            FROM transfers WHERE book_id = ? AND position <= ? AND effective_on <= ?) s
        JOIN allotments a ON a.book_id = s.book_id AND a.id = s.allotment
        JOIN policies p ON p.book_id = a.book_id AND p.id = a.policy
        JOIN policy_versions v ON v.book_id = p.book_id AND v.policy = p.id AND v.position = (
            SELECT MAX(x.position) FROM policy_versions x
            WHERE x.book_id = p.book_id AND x.policy = p.id AND x.position <= ?)
        GROUP BY s.allotment, p.code, v.title, a.document_number, a.level, a.direct, s.from_stage, s.to_stage,
            s.reversal, s.bucket
        ORDER BY p.code, s.allotment, s.bucket, s.from_stage, s.to_stage, s.reversal";
    let month = Month::of(until);
    let values = vec![
        month.january().first().to_string().into(),
        month.first().to_string().into(),
        book_id.into(),
        at.into(),
        until.to_string().into(),
        at.into(),
    ];
    let mut found: BTreeMap<(String, i64), Moved> = BTreeMap::new();
    for row in sql::all::<Row>(c, query, values).await? {
        let flowed = Flowed {
            from: stage(&row.from_stage)?,
            to: stage(&row.to_stage)?,
            is_reversal: row.reversal == 1,
            bucket: Bucket::of(row.bucket),
            amount: Fen::new(row.fen),
        };
        let of = found.entry((row.code.clone(), row.allotment)).or_default();
        (of.allotment, of.level, of.is_direct) = (row.allotment, row.level, row.direct == 1);
        (of.policy, of.title, of.document) = (row.code, row.title, row.document_number);
        of.flows.push(flowed);
    }
    Ok(found.into_values().collect())
}

fn stage(code: &str) -> Result<Stage> {
    Stage::from_code(code).ok_or_else(|| Error::internal(format!("no stage is called {code}")))
}
