//! What waits for a second person, and the digest that such a person signs.

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::{AT_ONCE, day, places};
use crate::db::sql;
use crate::grants::rules::{Warning, digest};
use crate::kernel::dates::Day;
use crate::kernel::instant::Instant;
use crate::kernel::money::Fen;
use crate::kernel::tree::Hash;
use crate::kernel::{Error, Result};

#[derive(Debug, FromQueryResult)]
struct Fixed {
    content_position: i64,
    content_leaf: Vec<u8>,
}

fn leaf(row: &Fixed) -> Result<(i64, Hash)> {
    Ok((row.content_position, Hash::from_slice(&row.content_leaf).map_err(Error::internal)?))
}

/// The digest of these grants as they stand: hex root over the leaves of the events that last fixed each, in the order
/// of those events.
pub async fn digest_of(c: &impl ConnectionTrait, book_id: i64, ids: &[i64]) -> Result<String> {
    let mut leaves = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(AT_ONCE) {
        let query = format!(
            "SELECT content_position, content_leaf FROM grants WHERE book_id = ? AND id IN ({})",
            places(chunk.len())
        );
        let mut values: Vec<Value> = vec![book_id.into()];
        values.extend(chunk.iter().map(|id| Value::from(*id)));
        for row in sql::all::<Fixed>(c, &query, values).await? {
            leaves.push(leaf(&row)?);
        }
    }
    leaves.sort_unstable_by_key(|(position, _)| *position);
    Ok(digest(leaves.into_iter().map(|(_, leaf)| leaf)))
}

#[derive(Debug, FromQueryResult)]
struct Row {
    id: i64,
    reference: String,
    policy_code: String,
    number: String,
    name: String,
    applied_fen: i64,
    amount_fen: i64,
    applied_on: String,
    warnings: String,
    account_state: Option<String>,
    account_change: Option<i64>,
    prepared_by: String,
    prepared_at_ms: i64,
}

/// A grant that waits for a second person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The grant.
    pub id: i64,
    /// Its reference.
    pub reference: String,
    /// Code of its policy.
    pub policy_code: String,
    /// The recipient's number, masked if personal.
    pub number: String,
    /// The recipient's name.
    pub name: String,
    /// Applied for.
    pub applied_amount: Fen,
    /// Granted.
    pub amount: Fen,
    /// Day of the application.
    pub applied_on: Day,
    /// What the reviewer must confirm.
    pub warnings: Vec<Warning>,
    /// The change of account that it waits for, and that change's state.
    pub account_change: Option<(i64, String)>,
    /// Actor who prepared it.
    pub prepared_by: String,
    /// When.
    pub prepared_at: Instant,
}

/// The grants recorded by hand that wait for this person's review: not those that the same person prepared or
/// reduced. Oldest first, `limit` of them after the id `after`. Rows of files are reviewed with their import.
pub async fn waiting(
    c: &impl ConnectionTrait,
    book_id: i64,
    person: &str,
    after: i64,
    limit: u64,
) -> Result<Vec<Waiting>> {
    let query = format!(
        "SELECT g.id, g.reference, p.code AS policy_code, r.number, g.name, g.applied_fen, g.amount_fen, g.applied_on,
            g.warnings, a.state AS account_state, g.account_change, g.prepared_by, g.prepared_at_ms
         FROM whole_grants g
         JOIN recipients r ON r.book_id = g.book_id AND r.id = g.recipient
         JOIN policies p ON p.book_id = g.book_id AND p.id = g.policy
         LEFT JOIN accounts a ON a.book_id = g.book_id AND a.id = g.account_change
         WHERE g.book_id = ? AND g.state = 'submitted' AND g.id > ? AND g.import_id IS NULL
            AND g.prepared_person <> ? AND (g.reduced_person IS NULL OR g.reduced_person <> ?)
         ORDER BY g.id LIMIT {limit}"
    );
    let values = vec![book_id.into(), after.into(), person.into(), person.into()];
    sql::all::<Row>(c, &query, values).await?.into_iter().map(read).collect()
}

fn read(row: Row) -> Result<Waiting> {
    Ok(Waiting {
        id: row.id,
        reference: row.reference,
        policy_code: row.policy_code,
        number: row.number,
        name: row.name,
        applied_amount: Fen::new(row.applied_fen),
        amount: Fen::new(row.amount_fen),
        applied_on: day(&row.applied_on)?,
        warnings: serde_json::from_str(&row.warnings).map_err(Error::internal)?,
        account_change: row.account_change.zip(row.account_state),
        prepared_by: row.prepared_by,
        prepared_at: Instant::new(row.prepared_at_ms),
    })
}
