//! Corrections out of their table. Decides nothing.

use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, Value};

use super::events::CorrectionPrepared;
use super::rules::State;
use crate::db::constraint::refused_or_internal;
use crate::db::entity::corrections;
use crate::db::sql;
use crate::journal;
use crate::kernel::dates::Day;
use crate::kernel::instant::Instant;
use crate::kernel::money::Fen;
use crate::kernel::tree::Hash;
use crate::kernel::{Error, Result};

/// A correction as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// Its id.
    pub id: i64,
    /// The grant whose booking is wrong.
    pub grant: i64,
    /// The reference of the right one.
    pub reference: String,
    /// The policy of the right one.
    pub policy: i64,
    /// What is booked for the right one.
    pub amount: Fen,
    /// What of it was paid too much.
    pub overpaid: Fen,
    /// On which day the right one counts.
    pub right_on: Day,
    /// Until when what was paid too much shall be back.
    pub due_on: Option<Day>,
    /// Document number.
    pub document: String,
    /// Why.
    pub reason: String,
    /// Where it stands.
    pub state: State,
    /// Why it was refused.
    pub remark: String,
    /// Whether the error is one of an earlier year.
    pub is_of_earlier_year: bool,
    /// The right grant, once it is there.
    pub right_grant: Option<i64>,
    /// Leaf of the event that prepared it.
    pub leaf: Hash,
    /// Who prepared it.
    pub prepared_by: String,
    /// The person who did.
    pub prepared_person: String,
    /// When.
    pub prepared_at: Instant,
    /// Who decided.
    pub reviewed_by: Option<String>,
    /// When.
    pub reviewed_at: Option<Instant>,
}

fn view(row: corrections::Model) -> Result<Correction> {
    let state = State::from_code(&row.state);
    Ok(Correction {
        state: state.ok_or_else(|| Error::internal(format!("correction {} is {}", row.id, row.state)))?,
        leaf: Hash::from_slice(&row.leaf_hash).map_err(Error::internal)?,
        right_on: Day::parse(&row.right_on).map_err(Error::internal)?,
        due_on: row.due_on.as_deref().map(Day::parse).transpose().map_err(Error::internal)?,
        id: row.id,
        grant: row.grant_id,
        reference: row.reference,
        policy: row.policy,
        amount: Fen::new(row.amount_fen),
        overpaid: Fen::new(row.overpaid_fen),
        document: row.document,
        reason: row.reason,
        remark: row.remark,
        is_of_earlier_year: row.earlier_year == 1,
        right_grant: row.right_grant,
        prepared_by: row.prepared_by,
        prepared_person: row.prepared_person,
        prepared_at: Instant::new(row.prepared_at_ms),
        reviewed_by: row.reviewed_by,
        reviewed_at: row.reviewed_at_ms.map(Instant::new),
    })
}

/// The correction with this id.
///
/// # Errors
/// `NotFound`.
pub async fn correction(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<Correction> {
    let row = corrections::Entity::find_by_id((book_id, id)).one(c).await.map_err(refused_or_internal)?;
    view(row.ok_or(Error::NotFound)?)
}

/// What a correction was prepared to do.
pub async fn prepared(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<CorrectionPrepared> {
    journal::event(c, book_id, id).await?.payload()
}

/// Corrections, the newest first: `limit` of them before the id `before`; those in one state if named.
pub async fn corrections(
    c: &impl ConnectionTrait,
    book_id: i64,
    state: Option<State>,
    (before, limit): (i64, u64),
) -> Result<Vec<Correction>> {
    let mut query = "SELECT * FROM corrections WHERE book_id = ? AND id < ?".to_owned();
    let mut values: Vec<Value> = vec![book_id.into(), before.into()];
    if let Some(state) = state {
        query.push_str(" AND state = ?");
        values.push(state.code().into());
    }
    query.push_str(&format!(" ORDER BY id DESC LIMIT {limit}"));
    let rows: Vec<corrections::Model> = sql::all(c, &query, values).await?;
    rows.into_iter().map(view).collect()
}

/// The corrections of a grant's booking, and the one that made it.
pub async fn corrections_of_grant(c: &impl ConnectionTrait, book_id: i64, grant: i64) -> Result<Vec<Correction>> {
    let query = "SELECT * FROM corrections WHERE book_id = ? AND (grant_id = ? OR right_grant = ?) ORDER BY id";
    let rows: Vec<corrections::Model> = sql::all(c, query, vec![book_id.into(), grant.into(), grant.into()]).await?;
    rows.into_iter().map(view).collect()
}

#[derive(Debug, FromQueryResult)]
struct Count {
    n: i64,
}

/// How many wait for a person who did not prepare them.
pub async fn to_decide(c: &impl ConnectionTrait, book_id: i64, person: &str) -> Result<i64> {
    let query =
        "SELECT COUNT(*) AS n FROM corrections WHERE book_id = ? AND state = 'pending' AND prepared_person <> ?";
    Ok(sql::one::<Count>(c, query, vec![book_id.into(), person.into()]).await?.map_or(0, |count| count.n))
}
