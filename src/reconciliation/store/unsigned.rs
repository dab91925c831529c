//! What moved and was not signed: what has to be done before months are closed.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::day;
use crate::db::sql;
use crate::kernel::Result;
use crate::kernel::dates::Day;
use crate::reconciliation::rules::Subject;

#[derive(Debug, FromQueryResult)]
struct MonthRow {
    account: i64,
    month: String,
}

#[derive(Debug, FromQueryResult)]
struct Id {
    id: i64,
}

#[derive(Debug, FromQueryResult)]
struct Word {
    scope: String,
}

/// The months of accounts, and the batches of no account, in which something moved in these days and for which no
/// reconciliation is signed, accounts first. Where nothing moved there is nothing to sign. A batch of no account on which
/// the bank has not answered everything yet cannot be signed, and is not named.
pub async fn unsigned(c: &impl ConnectionTrait, book_id: i64, days: (Day, Day)) -> Result<Vec<Subject>> {
    let query = "SELECT scope FROM reconciliations WHERE book_id = ? AND state = 'signed'";
    let rows: Vec<Word> = sql::all(c, query, vec![book_id.into()]).await?;
    let signed: BTreeSet<String> = rows.into_iter().map(|row| row.scope).collect();
    let mut moved = accounts(c, book_id, days).await?;
    moved.extend(batches(c, book_id, days).await?);
    Ok(moved.into_iter().filter(|subject| !signed.contains(&subject.word())).collect())
}

/// An answer of the bank that counts, to a payment `p`, in these days.
const ANSWERED: &str = "bank_lines l
    JOIN bank_files f ON f.book_id = l.book_id AND f.id = l.file AND f.state <> 'undone'
    JOIN payments p ON p.book_id = l.book_id AND p.id = l.payment
    JOIN batches b ON b.book_id = p.book_id AND b.id = p.batch
    WHERE l.book_id = ? AND l.applied = 1 AND l.completed_on BETWEEN ? AND ?";

async fn accounts(c: &impl ConnectionTrait, book_id: i64, (from, until): (Day, Day)) -> Result<Vec<Subject>> {
    let query = format!(
        "SELECT DISTINCT x.account, SUBSTR(x.day, 1, 7) AS month FROM (
            SELECT b.paying_account AS account, b.released_on AS day FROM batches b
            WHERE b.book_id = ? AND b.state = 'released' AND b.released_on BETWEEN ? AND ?
            UNION SELECT b.paying_account, l.completed_on FROM {ANSWERED}
            UNION SELECT f.paying_account, COALESCE(l.completed_on, f.to_on) FROM bank_files f
            JOIN bank_lines l ON l.book_id = f.book_id AND l.file = f.id
            WHERE f.book_id = ? AND f.opening_fen IS NOT NULL AND f.state <> 'undone'
                AND COALESCE(l.completed_on, f.to_on) BETWEEN ? AND ?
            UNION SELECT k.paying_account, k.booked_on FROM line_bookings k
            WHERE k.book_id = ? AND k.withdrawn_at IS NULL AND k.booked_on BETWEEN ? AND ?
            UNION SELECT e.paying_account, e.effective_on FROM account_entries e
            WHERE e.book_id = ? AND e.kind IN ('issued', 'withdrawn') AND e.effective_on BETWEEN ? AND ?
            UNION SELECT r.paying_account, r.received_on FROM receipts r
            WHERE r.book_id = ? AND r.state IN ('standing', 'undo_pending') AND r.received_on BETWEEN ? AND ?) x
         WHERE x.account IS NOT NULL ORDER BY account, month"
    );
    let values: Vec<Value> = vec![book_id.into(), from.to_string().into(), until.to_string().into()];
    let rows: Vec<MonthRow> = sql::all(c, &query, vec![values; 6].concat()).await?;
    rows.into_iter().map(|row| Ok(Subject::month(row.account, day(&format!("{}-01", row.month))?))).collect()
}

async fn batches(c: &impl ConnectionTrait, book_id: i64, (from, until): (Day, Day)) -> Result<Vec<Subject>> {
    let query = format!(
        "SELECT x.id FROM batches x WHERE x.book_id = ? AND x.state = 'released' AND x.paying_account IS NULL
            AND (x.released_on BETWEEN ? AND ? OR x.id IN (SELECT b.id FROM {ANSWERED}))
            AND NOT EXISTS (SELECT 1 FROM whole_payments y
                WHERE y.book_id = x.book_id AND y.batch = x.id AND y.state = 'in_transit')
         ORDER BY x.id"
    );
    let values: Vec<Value> = vec![book_id.into(), from.to_string().into(), until.to_string().into()];
    let rows: Vec<Id> = sql::all(c, &query, vec![values; 2].concat()).await?;
    Ok(rows.into_iter().map(|row| Subject::Batch(row.id)).collect())
}
