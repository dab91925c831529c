//! Parts that fall due.

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::{day, state};
use crate::db::sql;
use crate::grants;
use crate::kernel::Result;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::payments::rules::PaymentState;

/// A part of a grant that falls due and was not paid yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuePart {
    /// Its grant.
    pub grant: i64,
    /// The grant's reference.
    pub reference: String,
    /// The recipient's name.
    pub name: String,
    /// Its policy.
    pub policy: i64,
    /// The policy's code.
    pub policy_code: String,
    /// Its schedule.
    pub schedule: i64,
    /// Which part.
    pub number: i64,
    /// Of how many.
    pub parts: i64,
    /// How much.
    pub amount: Fen,
    /// From which day it may be paid.
    pub due_on: Day,
    /// What must have been met.
    pub condition: String,
    /// How far that is met.
    pub met: String,
    /// Whether its money is held back.
    pub is_held: bool,
    /// Its last payment, if there was one, and where that stands.
    pub payment: Option<(i64, PaymentState)>,
}

#[derive(Debug, FromQueryResult)]
struct Row {
    grant_id: i64,
    reference: String,
    name: String,
    policy: i64,
    policy_code: String,
    schedule: i64,
    number: i64,
    parts: i64,
    amount_fen: i64,
    due_on: String,
    condition: String,
    met: String,
    held: i64,
    payment: Option<i64>,
    payment_state: Option<String>,
}

const DUE: &str = "FROM schedules s
    JOIN instalments i ON i.book_id = s.book_id AND i.schedule = s.id
    JOIN whole_grants g ON g.book_id = s.book_id AND g.id = s.grant_id
    JOIN policies o ON o.book_id = g.book_id AND o.id = g.policy
    LEFT JOIN whole_payments p ON p.book_id = g.book_id AND p.id = (
        SELECT MAX(x.id) FROM payments x WHERE x.book_id = g.book_id AND x.grant_id = g.id AND x.instalment = i.number)
    WHERE s.book_id = ? AND s.state = 'standing' AND g.living = 1 AND i.due_on <= ?
        AND (p.id IS NULL OR p.state <> 'paid')";

fn of_policy(policy: Option<i64>) -> String {
    policy.map_or_else(String::new, |policy| format!(" AND g.policy = {policy}"))
}

/// Parts that fall due until a day and were not paid yet, the earliest first; of one policy if named. `today` tells which
/// of them are held back.
pub async fn due_parts(
    c: &impl ConnectionTrait,
    book_id: i64,
    (until, policy): (Day, Option<i64>),
    today: Day,
    limit: u64,
) -> Result<Vec<DuePart>> {
    let query = format!(
        "SELECT g.id AS grant_id, g.reference, g.name, g.policy, o.code AS policy_code, s.id AS schedule, i.number,
            (SELECT COUNT(*) FROM instalments n WHERE n.book_id = s.book_id AND n.schedule = s.id) AS parts,
            i.amount_fen, i.due_on, i.condition, i.met,
            CAST(CASE WHEN {held} THEN 1 ELSE 0 END AS BIGINT) AS held, p.id AS payment, p.state AS payment_state
         {DUE}{policy} ORDER BY i.due_on, g.id, i.number LIMIT {limit}",
        held = grants::held_back(today),
        policy = of_policy(policy),
    );
    let values: Vec<Value> = vec![book_id.into(), until.to_string().into()];
    let rows: Vec<Row> = sql::all(c, &query, values).await?;
    let part = |row: Row| {
        let payment_state = row.payment_state.as_deref().map(state).transpose()?;
        Ok(DuePart {
            due_on: day(&row.due_on)?,
            amount: Fen::new(row.amount_fen),
            is_held: row.held == 1,
            payment: row.payment.zip(payment_state),
            grant: row.grant_id,
            reference: row.reference,
            name: row.name,
            policy: row.policy,
            policy_code: row.policy_code,
            schedule: row.schedule,
            number: row.number,
            parts: row.parts,
            condition: row.condition,
            met: row.met,
        })
    };
    rows.into_iter().map(part).collect()
}

/// What falls due under one policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueSum {
    /// The policy.
    pub policy: i64,
    /// Parts.
    pub parts: i64,
    /// Their sum.
    pub sum: Fen,
}

#[derive(Debug, FromQueryResult)]
struct Group {
    policy: i64,
    n: i64,
    fen: i64,
}

/// How much falls due until a day and was not paid yet, by policy.
pub async fn due_sums(c: &impl ConnectionTrait, book_id: i64, until: Day) -> Result<Vec<DueSum>> {
    let query = format!(
        "SELECT g.policy, COUNT(*) AS n, CAST(SUM(i.amount_fen) AS BIGINT) AS fen {DUE} GROUP BY g.policy ORDER BY g.policy"
    );
    let values: Vec<Value> = vec![book_id.into(), until.to_string().into()];
    let rows: Vec<Group> = sql::all(c, &query, values).await?;
    Ok(rows.into_iter().map(|row| DueSum { policy: row.policy, parts: row.n, sum: Fen::new(row.fen) }).collect())
}
