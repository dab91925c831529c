//! Schedules, their parts, and payments that shall go to the same account once more.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::{day, optional_day};
use crate::db::entity::{instalments, reissues, schedules};
use crate::db::sql;
use crate::kernel::dates::Day;
use crate::kernel::instant::Instant;
use crate::kernel::money::Fen;
use crate::kernel::tree::Hash;
use crate::kernel::{Error, Result};
use crate::payments::rules::Part;

/// How far the condition of a part is met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Met {
    /// `none` if there is no condition, else `open`, `recorded` or `met`.
    pub state: String,
    /// When it was met.
    pub on: Option<Day>,
    /// The document that shows it.
    pub document: String,
    /// Leaf of the event that recorded it.
    pub leaf: Option<Hash>,
    /// Who recorded it.
    pub by: Option<String>,
    /// The person who did.
    pub person: Option<String>,
    /// Who confirmed it.
    pub reviewed_by: Option<String>,
}

/// A part of a schedule as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instalment {
    /// What it is.
    pub part: Part,
    /// How far its condition is met.
    pub met: Met,
}

/// A schedule as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// The schedule.
    pub id: i64,
    /// Its grant.
    pub grant: i64,
    /// `pending`, `standing`, `refused` or `replaced`.
    pub state: String,
    /// The document on which it rests.
    pub document: String,
    /// Why the one before it was changed.
    pub reason: String,
    /// Leaf of the event that set it.
    pub leaf: Hash,
    /// Who set it.
    pub prepared_by: String,
    /// The person who did.
    pub prepared_person: String,
    /// When.
    pub prepared_at: Instant,
    /// Who decided on it.
    pub reviewed_by: Option<String>,
    /// Its parts.
    pub instalments: Vec<Instalment>,
}

impl Schedule {
    /// What its parts are.
    pub fn parts(&self) -> Vec<Part> {
        self.instalments.iter().map(|instalment| instalment.part.clone()).collect()
    }

    /// One of its parts.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn instalment(&self, number: i64) -> Result<&Instalment> {
        self.instalments.iter().find(|instalment| instalment.part.number == number).ok_or(Error::NotFound)
    }
}

fn instalment(row: instalments::Model) -> Result<Instalment> {
    Ok(Instalment {
        met: Met {
            state: row.met,
            on: optional_day(row.met_on.as_deref())?,
            document: row.met_document,
            leaf: row.met_leaf.map(|leaf| Hash::from_slice(&leaf).map_err(Error::internal)).transpose()?,
            by: row.met_by,
            person: row.met_person,
            reviewed_by: row.met_reviewed_by,
        },
        part: Part {
            number: row.number,
            amount: Fen::new(row.amount_fen),
            share: row.share,
            condition: row.condition,
            due_on: day(&row.due_on)?,
        },
    })
}

async fn whole(c: &impl ConnectionTrait, row: schedules::Model) -> Result<Schedule> {
    let query = "SELECT * FROM instalments WHERE book_id = ? AND schedule = ? ORDER BY number";
    let parts: Vec<instalments::Model> = sql::all(c, query, vec![row.book_id.into(), row.id.into()]).await?;
    Ok(Schedule {
        leaf: Hash::from_slice(&row.leaf_hash).map_err(Error::internal)?,
        instalments: parts.into_iter().map(instalment).collect::<Result<_>>()?,
        id: row.id,
        grant: row.grant_id,
        state: row.state,
        document: row.document,
        reason: row.reason,
        prepared_by: row.prepared_by,
        prepared_person: row.prepared_person,
        prepared_at: Instant::new(row.prepared_at_ms),
        reviewed_by: row.reviewed_by,
    })
}

/// The schedule with this id.
///
/// # Errors
/// `NotFound`.
pub async fn schedule(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<Schedule> {
    let query = "SELECT * FROM schedules WHERE book_id = ? AND id = ?";
    let row: Option<schedules::Model> = sql::one(c, query, vec![book_id.into(), id.into()]).await?;
    whole(c, row.ok_or(Error::NotFound)?).await
}

/// The schedule of a grant in a state, `pending` or `standing`, of which there is at most one.
pub async fn schedule_of(c: &impl ConnectionTrait, book_id: i64, grant: i64, state: &str) -> Result<Option<Schedule>> {
    let query = "SELECT * FROM schedules WHERE book_id = ? AND grant_id = ? AND state = ?";
    let values: Vec<Value> = vec![book_id.into(), grant.into(), state.into()];
    match sql::one::<schedules::Model>(c, query, values).await? {
        Some(row) => Ok(Some(whole(c, row).await?)),
        None => Ok(None),
    }
}

#[derive(Debug, FromQueryResult)]
struct Number {
    n: i64,
}

/// The parts of a grant that are being paid or were paid; 0 stands for the whole of it.
pub async fn engaged(c: &impl ConnectionTrait, book_id: i64, grant: i64) -> Result<BTreeSet<i64>> {
    let query = "SELECT instalment AS n FROM payments WHERE book_id = ? AND grant_id = ? AND living = 1";
    let rows: Vec<Number> = sql::all(c, query, vec![book_id.into(), grant.into()]).await?;
    Ok(rows.into_iter().map(|row| row.n).collect())
}

/// How many schedules, conditions and payments to the same account wait for another person than the one who prepared them.
pub async fn instalments_to_decide(c: &impl ConnectionTrait, book_id: i64, person: &str) -> Result<i64> {
    let query =
        "SELECT (SELECT COUNT(*) FROM schedules WHERE book_id = ? AND state = 'pending' AND prepared_person <> ?)
        + (SELECT COUNT(*) FROM instalments i JOIN schedules s ON s.book_id = i.book_id AND s.id = i.schedule
            WHERE i.book_id = ? AND s.state = 'standing' AND i.met = 'recorded' AND i.met_person <> ?) AS n";
    let values: Vec<Value> = vec![book_id.into(), person.into(), book_id.into(), person.into()];
    Ok(sql::one::<Number>(c, query, values).await?.map_or(0, |row| row.n))
}

/// A schedule, or the condition of a part, that waits for a second person.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct ToDecide {
    /// The schedule.
    pub schedule: i64,
    /// The part whose condition is said to be met; 0 for the schedule itself.
    pub number: i64,
    /// Reference of the grant.
    pub reference: String,
    /// Name of the recipient.
    pub name: String,
    /// The schedule's document, or the condition.
    pub what: String,
}

/// What waits for a second person, the oldest first.
pub async fn to_decide(c: &impl ConnectionTrait, book_id: i64, limit: u64) -> Result<Vec<ToDecide>> {
    let query = format!(
        "SELECT * FROM (
            SELECT s.id AS schedule, CAST(0 AS BIGINT) AS number, g.reference, g.name, s.document AS what FROM schedules s
            JOIN grants g ON g.book_id = s.book_id AND g.id = s.grant_id
            WHERE s.book_id = ? AND s.state = 'pending'
            UNION ALL
            SELECT s.id AS schedule, i.number, g.reference, g.name, i.condition AS what FROM schedules s
            JOIN instalments i ON i.book_id = s.book_id AND i.schedule = s.id
            JOIN grants g ON g.book_id = s.book_id AND g.id = s.grant_id
            WHERE s.book_id = ? AND s.state = 'standing' AND i.met = 'recorded'
        ) AS waiting ORDER BY schedule, number LIMIT {limit}"
    );
    sql::all(c, &query, vec![book_id.into(), book_id.into()]).await
}

#[derive(Debug, FromQueryResult)]
struct Counted {
    n: i64,
    fen: i64,
}

/// How many grants wait for a second person to decide on their schedule, and their sum.
pub async fn schedules_waiting(c: &impl ConnectionTrait, book_id: i64) -> Result<(i64, Fen)> {
    let query = "SELECT COUNT(*) AS n, CAST(COALESCE(SUM(g.amount_fen), 0) AS BIGINT) AS fen FROM schedules s
        JOIN grants g ON g.book_id = s.book_id AND g.id = s.grant_id WHERE s.book_id = ? AND s.state = 'pending'";
    let counted: Option<Counted> = sql::one(c, query, vec![book_id.into()]).await?;
    Ok(counted.map_or((0, Fen::ZERO), |counted| (counted.n, Fen::new(counted.fen))))
}

/// A payment that shall go to the same account once more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reissue {
    /// What was prepared.
    pub id: i64,
    /// Why.
    pub reason: String,
    /// Leaf of the event.
    pub leaf: Hash,
    /// Who prepared it.
    pub prepared_by: String,
    /// The person who did.
    pub prepared_person: String,
    /// When.
    pub prepared_at: Instant,
}

/// What waits for a second person about a payment.
pub async fn reissue_waiting(c: &impl ConnectionTrait, book_id: i64, payment: i64) -> Result<Option<Reissue>> {
    let query = "SELECT * FROM reissues WHERE book_id = ? AND payment_id = ? AND state = 'pending'";
    let row: Option<reissues::Model> = sql::one(c, query, vec![book_id.into(), payment.into()]).await?;
    let reissue = |row: reissues::Model| {
        Ok(Reissue {
            leaf: Hash::from_slice(&row.leaf_hash).map_err(Error::internal)?,
            id: row.id,
            reason: row.reason,
            prepared_by: row.prepared_by,
            prepared_person: row.prepared_person,
            prepared_at: Instant::new(row.prepared_at_ms),
        })
    };
    row.map(reissue).transpose()
}
