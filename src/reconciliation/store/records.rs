//! Reconciliations that were prepared, signed, refused, reopened.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::day;
use crate::db::entity::reconciliations;
use crate::db::sql;
use crate::kernel::dates::Day;
use crate::kernel::instant::Instant;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::reconciliation::rules::{RecordState, Subject};

/// A reconciliation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its id.
    pub id: i64,
    /// What is reconciled.
    pub subject: Subject,
    /// Where it stands.
    pub state: RecordState,
    /// The position at which it was shown.
    pub at: i64,
    /// Hex SHA-256 of what was shown.
    pub digest: String,
    /// By the bank.
    pub bank: Fen,
    /// By the book.
    pub book: Fen,
    /// Both adjusted.
    pub adjusted: Fen,
    /// Who prepared it.
    pub prepared_by: String,
    /// The person who did.
    pub prepared_person: String,
    /// When.
    pub prepared_at: Instant,
    /// Who signed it, or would not.
    pub signed_by: Option<String>,
    /// When.
    pub signed_at: Option<Instant>,
    /// Why it was refused, or shall be reopened.
    pub reason: String,
    /// Who wants it reopened.
    pub reopen_by: Option<String>,
    /// The person who does.
    pub reopen_person: Option<String>,
}

fn view(row: reconciliations::Model) -> Result<Record> {
    let subject = match (row.batch, row.paying_account, &row.from_on, &row.to_on) {
        (Some(batch), ..) => Subject::Batch(batch),
        (None, Some(account), Some(from), Some(until)) => {
            Subject::Account { account, from: day(from)?, until: day(until)? }
        }
        _ => return Err(Error::internal(format!("reconciliation {} is of nothing", row.id))),
    };
    let state = RecordState::from_code(&row.state);
    Ok(Record {
        subject,
        state: state.ok_or_else(|| Error::internal(format!("no reconciliation is {}", row.state)))?,
        id: row.id,
        at: row.at_position,
        digest: row.digest,
        bank: Fen::new(row.bank_fen),
        book: Fen::new(row.book_fen),
        adjusted: Fen::new(row.adjusted_fen),
        prepared_by: row.prepared_by,
        prepared_person: row.prepared_person,
        prepared_at: Instant::new(row.prepared_at_ms),
        signed_by: row.signed_by,
        signed_at: row.signed_at_ms.map(Instant::new),
        reason: row.reason,
        reopen_by: row.reopen_by,
        reopen_person: row.reopen_person,
    })
}

/// The reconciliation with this id.
///
/// # Errors
/// `NotFound`.
pub async fn record(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<Record> {
    let query = "SELECT * FROM reconciliations WHERE book_id = ? AND id = ?";
    let row: Option<reconciliations::Model> = sql::one(c, query, vec![book_id.into(), id.into()]).await?;
    view(row.ok_or(Error::NotFound)?)
}

/// All reconciliations, the newest first.
pub async fn records(c: &impl ConnectionTrait, book_id: i64) -> Result<Vec<Record>> {
    let query = "SELECT * FROM reconciliations WHERE book_id = ? ORDER BY id DESC";
    let rows: Vec<reconciliations::Model> = sql::all(c, query, vec![book_id.into()]).await?;
    rows.into_iter().map(view).collect()
}

/// The reconciliation that stands for a batch or month.
pub async fn living(c: &impl ConnectionTrait, book_id: i64, subject: Subject) -> Result<Option<Record>> {
    let query = "SELECT * FROM reconciliations WHERE book_id = ? AND scope = ?
        AND state IN ('prepared', 'signed', 'reopen_pending')";
    let row: Option<reconciliations::Model> = sql::one(c, query, vec![book_id.into(), subject.word().into()]).await?;
    row.map(view).transpose()
}

#[derive(Debug, FromQueryResult)]
struct Count {
    n: i64,
}

/// How many wait for this person.
pub async fn to_sign(c: &impl ConnectionTrait, book_id: i64, person: &str) -> Result<i64> {
    let query = "SELECT COUNT(*) AS n FROM reconciliations r WHERE r.book_id = ? AND (
            r.state = 'prepared' AND r.prepared_person <> ? AND NOT EXISTS (
                SELECT 1 FROM reconciliation_hands h WHERE h.book_id = r.book_id AND h.reconciliation = r.id AND h.person = ?)
            OR r.state = 'reopen_pending' AND r.reopen_person <> ?)";
    let values = vec![book_id.into(), person.into(), person.into(), person.into()];
    Ok(sql::one::<Count>(c, query, values).await?.map_or(0, |count| count.n))
}

#[derive(Debug, FromQueryResult)]
struct Whose {
    person: String,
}

async fn persons(c: &impl ConnectionTrait, queries: Vec<(&str, Vec<Value>)>) -> Result<Vec<String>> {
    let mut found = BTreeSet::new();
    for (query, values) in queries {
        found.extend(sql::all::<Whose>(c, query, values).await?.into_iter().map(|row| row.person));
    }
    Ok(found.into_iter().collect())
}

/// The persons who had a hand in what a reconciliation is about.
pub async fn hands_of(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<Vec<String>> {
    let query = "SELECT person FROM reconciliation_hands WHERE book_id = ? AND reconciliation = ?";
    persons(c, vec![(query, vec![book_id.into(), id.into()])]).await
}

/// The persons who built a batch or loaded files that answer it.
pub async fn hands_of_batch(c: &impl ConnectionTrait, book_id: i64, batch: i64) -> Result<Vec<String>> {
    let values = || vec![book_id.into(), batch.into()];
    let built = "SELECT built_person AS person FROM batches WHERE book_id = ? AND id = ?";
    let loaded = "SELECT DISTINCT f.loaded_person AS person FROM payments p
        JOIN bank_lines l ON l.book_id = p.book_id AND l.payment = p.id
        JOIN bank_files f ON f.book_id = l.book_id AND f.id = l.file AND f.state <> 'undone'
        WHERE p.book_id = ? AND p.batch = ?";
    let stated = "SELECT DISTINCT f.loaded_person AS person FROM line_wholes w
        JOIN bank_lines l ON l.book_id = w.book_id AND l.id = w.line_id
        JOIN bank_files f ON f.book_id = l.book_id AND f.id = l.file AND f.state <> 'undone'
        WHERE w.book_id = ? AND w.batch = ?";
    persons(c, vec![(built, values()), (loaded, values()), (stated, values())]).await
}

/// The persons who, in these days of an account, loaded its files or those that answered its payments, built its batches,
/// booked its lines or took that back, recorded its entries or booked what was paid back to it.
pub async fn hands_of_account(
    c: &impl ConnectionTrait,
    book_id: i64,
    account: i64,
    (from, until): (Day, Day),
) -> Result<Vec<String>> {
    let (first, last) = (from.to_string(), until.to_string());
    let values = || -> Vec<Value> { vec![book_id.into(), account.into(), first.clone().into(), last.clone().into()] };
    let loaded = "SELECT DISTINCT loaded_person AS person FROM bank_files WHERE book_id = ? AND paying_account = ?
        AND state <> 'undone' AND to_on >= ? AND from_on <= ?";
    let answered = "SELECT DISTINCT f.loaded_person AS person FROM batches b
        JOIN payments p ON p.book_id = b.book_id AND p.batch = b.id
        JOIN bank_lines l ON l.book_id = p.book_id AND l.payment = p.id
        JOIN bank_files f ON f.book_id = l.book_id AND f.id = l.file AND f.state <> 'undone'
        WHERE b.book_id = ? AND b.paying_account = ? AND l.completed_on BETWEEN ? AND ?";
    let built = "SELECT DISTINCT built_person AS person FROM batches WHERE book_id = ? AND paying_account = ?
        AND state = 'released' AND released_on BETWEEN ? AND ?";
    let booked = "SELECT DISTINCT booked_person AS person FROM line_bookings WHERE book_id = ? AND paying_account = ?
        AND booked_on BETWEEN ? AND ?";
    let withdrawn = "SELECT DISTINCT withdrawn_person AS person FROM line_bookings WHERE book_id = ?
        AND paying_account = ? AND withdrawn_at IS NOT NULL AND booked_on BETWEEN ? AND ?";
    let recorded = "SELECT DISTINCT a.person FROM account_entries e
        JOIN actors a ON a.book_id = e.book_id AND a.actor_uid = e.recorded_by
        WHERE e.book_id = ? AND e.paying_account = ? AND e.effective_on BETWEEN ? AND ?";
    let received = "SELECT DISTINCT prepared_person AS person FROM receipts WHERE book_id = ? AND paying_account = ?
        AND state IN ('standing', 'undo_pending') AND received_on BETWEEN ? AND ?";
    persons(c, [loaded, answered, built, booked, withdrawn, recorded, received].map(|query| (query, values())).to_vec())
        .await
}

#[derive(Debug, FromQueryResult)]
struct MonthRow {
    month: String,
}

/// The months in which something happened on an account, the newest first.
pub async fn account_months(c: &impl ConnectionTrait, book_id: i64, account: i64) -> Result<Vec<Day>> {
    let query = "SELECT DISTINCT SUBSTR(x.day, 1, 7) AS month FROM (
            SELECT f.to_on AS day FROM bank_files f
            WHERE f.book_id = ? AND f.paying_account = ? AND f.opening_fen IS NOT NULL AND f.state <> 'undone'
            UNION SELECT b.released_on FROM batches b
            WHERE b.book_id = ? AND b.paying_account = ? AND b.state = 'released'
            UNION SELECT e.effective_on FROM account_entries e WHERE e.book_id = ? AND e.paying_account = ?
            UNION SELECT r.received_on FROM receipts r WHERE r.book_id = ? AND r.paying_account = ?
                AND r.moved_at IS NOT NULL AND r.undone_at IS NULL) x
        WHERE x.day IS NOT NULL ORDER BY month DESC";
    let values = [book_id, account].repeat(4).into_iter().map(Value::from).collect();
    let rows: Vec<MonthRow> = sql::all(c, query, values).await?;
    rows.into_iter().map(|row| day(&format!("{}-01", row.month))).collect()
}
