//! What pages show of batches and payments beyond the rows themselves: progress, effects, who did what, what waits.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::{AT_ONCE, optional_day, places, state};
use crate::db::sql;
use crate::kernel::dates::Day;
use crate::kernel::instant::Instant;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::payments::rules::{BatchState, PaymentState};

#[derive(Debug, FromQueryResult)]
struct Group {
    state: String,
    n: i64,
    fen: i64,
}

/// How many batches stand where, and their sums.
pub async fn batch_totals(c: &impl ConnectionTrait, book_id: i64) -> Result<Vec<(BatchState, i64, Fen)>> {
    let query = "SELECT state, COUNT(*) AS n, CAST(SUM(sum_fen) AS BIGINT) AS fen FROM batches
        WHERE book_id = ? GROUP BY state ORDER BY state";
    let groups: Vec<Group> = sql::all(c, query, vec![book_id.into()]).await?;
    let read = |group: Group| Some((BatchState::from_code(&group.state)?, group.n, Fen::new(group.fen)));
    Ok(groups.into_iter().filter_map(read).collect())
}

#[derive(Debug, FromQueryResult)]
struct OfBatch {
    batch: i64,
    state: String,
    n: i64,
    fen: i64,
}

/// Where the payments of these batches stand, by batch: state, how many, their sum.
pub async fn progress_of(
    c: &impl ConnectionTrait,
    book_id: i64,
    batches: &[i64],
) -> Result<HashMap<i64, Vec<(PaymentState, i64, Fen)>>> {
    let mut found: HashMap<i64, Vec<(PaymentState, i64, Fen)>> = HashMap::with_capacity(batches.len());
    for chunk in batches.chunks(AT_ONCE) {
        let mut values: Vec<Value> = vec![book_id.into()];
        values.extend(chunk.iter().map(|id| Value::from(*id)));
        let query = format!(
            "SELECT batch, state, COUNT(*) AS n, CAST(SUM(amount_fen) AS BIGINT) AS fen FROM whole_payments
             WHERE book_id = ? AND batch IN ({}) GROUP BY batch, state",
            places(chunk.len())
        );
        for row in sql::all::<OfBatch>(c, &query, values).await? {
            found.entry(row.batch).or_default().push((state(&row.state)?, row.n, Fen::new(row.fen)));
        }
    }
    Ok(found)
}

#[derive(Debug, FromQueryResult)]
struct OfPolicy {
    policy: i64,
    n: i64,
    fen: i64,
}

/// The payments of a batch that wait for release, by policy: how many, their sum.
pub async fn by_policy(c: &impl ConnectionTrait, book_id: i64, batch: i64) -> Result<Vec<(i64, i64, Fen)>> {
    let query = "SELECT policy, COUNT(*) AS n, CAST(SUM(amount_fen) AS BIGINT) AS fen FROM whole_payments
        WHERE book_id = ? AND batch = ? AND state = 'built' GROUP BY policy ORDER BY policy";
    let rows: Vec<OfPolicy> = sql::all(c, query, vec![book_id.into(), batch.into()]).await?;
    Ok(rows.into_iter().map(|row| (row.policy, row.n, Fen::new(row.fen))).collect())
}

#[derive(Debug, FromQueryResult)]
struct MakingRow {
    profile: String,
    profile_version: i64,
    made_by: String,
    made_at_ms: i64,
    n: i64,
}

/// Who made files of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Making {
    /// Name of the profile.
    pub profile: String,
    /// Its version.
    pub profile_version: i64,
    /// Who.
    pub made_by: String,
    /// When.
    pub made_at: Instant,
    /// How many files.
    pub files: i64,
}

/// Who made files of a batch, in the order of time.
pub async fn makings(c: &impl ConnectionTrait, book_id: i64, batch: i64) -> Result<Vec<Making>> {
    let query = "SELECT profile, profile_version, made_by, made_at_ms, COUNT(*) AS n FROM payment_files
        WHERE book_id = ? AND batch = ? GROUP BY id, profile, profile_version, made_by, made_at_ms ORDER BY id";
    let rows: Vec<MakingRow> = sql::all(c, query, vec![book_id.into(), batch.into()]).await?;
    let making = |row: MakingRow| Making {
        profile: row.profile,
        profile_version: row.profile_version,
        made_by: row.made_by,
        made_at: Instant::new(row.made_at_ms),
        files: row.n,
    };
    Ok(rows.into_iter().map(making).collect())
}

#[derive(Debug, FromQueryResult)]
struct AnsweringRow {
    id: i64,
    state: String,
    loaded_by: String,
    loaded_at_ms: i64,
    n: i64,
}

/// A file of the bank that answered payments of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answering {
    /// The file.
    pub file: i64,
    /// Whether it was undone since.
    pub is_undone: bool,
    /// Who loaded it.
    pub loaded_by: String,
    /// When.
    pub loaded_at: Instant,
    /// How many payments of the batch it answered.
    pub payments: i64,
}

/// The files of the bank that answered payments of a batch, in the order of time.
pub async fn answerings(c: &impl ConnectionTrait, book_id: i64, batch: i64) -> Result<Vec<Answering>> {
    let query = "SELECT f.id, f.state, f.loaded_by, f.loaded_at_ms, COUNT(*) AS n
        FROM payments p
        JOIN bank_lines l ON l.book_id = p.book_id AND l.payment = p.id AND l.applied = 1
        JOIN bank_files f ON f.book_id = l.book_id AND f.id = l.file
        WHERE p.book_id = ? AND p.batch = ?
        GROUP BY f.id, f.state, f.loaded_by, f.loaded_at_ms ORDER BY f.id";
    let rows: Vec<AnsweringRow> = sql::all(c, query, vec![book_id.into(), batch.into()]).await?;
    let answering = |row: AnsweringRow| Answering {
        file: row.id,
        is_undone: row.state == "undone",
        loaded_by: row.loaded_by,
        loaded_at: Instant::new(row.loaded_at_ms),
        payments: row.n,
    };
    Ok(rows.into_iter().map(answering).collect())
}

#[derive(Debug, FromQueryResult)]
struct StepRow {
    position: i64,
    state: String,
    completed_on: Option<String>,
    bank_serial: String,
    reason: String,
    recorded_at_ms: i64,
    actor_uid: String,
}

/// A step of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentStep {
    /// Position of the event.
    pub position: i64,
    /// Where the payment stood afterwards.
    pub state: PaymentState,
    /// The bank's date.
    pub completed_on: Option<Day>,
    /// The bank's number.
    pub bank_serial: String,
    /// Why.
    pub reason: String,
    /// When it was recorded.
    pub at: Instant,
    /// By whom.
    pub actor_uid: String,
}

/// The steps of a payment, oldest first.
pub async fn steps_of(c: &impl ConnectionTrait, book_id: i64, payment: i64) -> Result<Vec<PaymentStep>> {
    let query = "SELECT s.position, s.state, s.completed_on, s.bank_serial, s.reason, e.recorded_at_ms, e.actor_uid
        FROM payment_steps s JOIN events e ON e.book_id = s.book_id AND e.position = s.position
        WHERE s.book_id = ? AND s.payment_id = ? ORDER BY s.position";
    let rows: Vec<StepRow> = sql::all(c, query, vec![book_id.into(), payment.into()]).await?;
    let step = |row: StepRow| {
        Ok(PaymentStep {
            position: row.position,
            state: state(&row.state)?,
            completed_on: optional_day(row.completed_on.as_deref())?,
            bank_serial: row.bank_serial,
            reason: row.reason,
            at: Instant::new(row.recorded_at_ms),
            actor_uid: row.actor_uid,
        })
    };
    rows.into_iter().map(step).collect::<Result<_, Error>>()
}

#[derive(Debug, FromQueryResult)]
struct Count {
    n: i64,
}

pub(super) async fn count(c: &impl ConnectionTrait, query: &str, values: Vec<Value>) -> Result<i64> {
    Ok(sql::one::<Count>(c, query, values).await?.map_or(0, |count| count.n))
}

/// How many batches wait for another person than who built them, if that is not this one.
pub async fn to_release(c: &impl ConnectionTrait, book_id: i64, person: &str) -> Result<i64> {
    let query = "SELECT COUNT(*) AS n FROM batches WHERE book_id = ? AND state = 'built' AND built_person <> ?";
    count(c, query, vec![book_id.into(), person.into()]).await
}

/// How many files of the bank others want undone.
pub async fn undos_to_decide(c: &impl ConnectionTrait, book_id: i64, person: &str) -> Result<i64> {
    let query =
        "SELECT COUNT(*) AS n FROM bank_files WHERE book_id = ? AND state = 'undo_pending' AND undo_person <> ?";
    count(c, query, vec![book_id.into(), person.into()]).await
}

/// How many paying accounts others recorded that nobody confirmed yet.
pub async fn accounts_to_decide(c: &impl ConnectionTrait, book_id: i64, person: &str) -> Result<i64> {
    let query =
        "SELECT COUNT(*) AS n FROM paying_accounts WHERE book_id = ? AND state = 'pending' AND prepared_person <> ?";
    count(c, query, vec![book_id.into(), person.into()]).await
}
