//! The calendar out of the tables. Decides nothing.

use sea_orm::{ConnectionTrait, FromQueryResult};

use super::rules::{Calendar, Due, Expectation, Received, Rhythm, Said, missing};
use crate::db::entity::{calendar_days, expected_files};
use crate::db::sql;
use crate::db::sql::day;
use crate::kernel::dates::Day;
use crate::kernel::{Error, Result};

/// The working days of a book.
pub async fn calendar(c: &impl ConnectionTrait, book_id: i64) -> Result<Calendar> {
    calendar_at(c, book_id, i64::MAX).await
}

/// The working days of a book, as said by a position.
pub async fn calendar_at(c: &impl ConnectionTrait, book_id: i64, at: i64) -> Result<Calendar> {
    let query = "SELECT * FROM calendar_days WHERE book_id = ? AND id <= ? ORDER BY id";
    let rows: Vec<calendar_days::Model> = sql::all(c, query, vec![book_id.into(), at.into()]).await?;
    let said = rows.into_iter().map(|row| Ok((day(&row.day)?, Said { is_working: row.working == 1, name: row.name })));
    Ok(Calendar::new(said.collect::<Result<Vec<_>>>()?))
}

/// The files that are or were expected, oldest first.
pub async fn expectations(c: &impl ConnectionTrait, book_id: i64) -> Result<Vec<Expectation>> {
    let query = "SELECT * FROM expected_files WHERE book_id = ? ORDER BY id";
    let rows: Vec<expected_files::Model> = sql::all(c, query, vec![book_id.into()]).await?;
    let read = rows.into_iter().map(|row| {
        let rhythm = Rhythm::from_code(&row.rhythm);
        Ok(Expectation {
            id: row.id,
            account: row.paying_account,
            profile: row.profile,
            rhythm: rhythm.ok_or_else(|| Error::internal(format!("no file is expected {}", row.rhythm)))?,
            nth: row.nth_day,
            from: day(&row.from_on)?,
            ended: row.ended_on.as_deref().map(day).transpose()?,
        })
    });
    read.collect()
}

#[derive(Debug, FromQueryResult)]
struct ReceivedRow {
    paying_account: i64,
    profile: String,
    from_on: Option<String>,
    to_on: Option<String>,
}

/// The files of the bank that stand, with the days of which they tell: of statements their own, else those of their lines. A
/// file that names no account is of those from which the payments went out that it tells of.
pub async fn received(c: &impl ConnectionTrait, book_id: i64) -> Result<Vec<Received>> {
    let query = "SELECT a.paying_account, f.profile,
            COALESCE(f.from_on, (SELECT MIN(l.completed_on) FROM bank_lines l WHERE l.book_id = f.book_id AND l.file = f.id))
                AS from_on,
            COALESCE(f.to_on, (SELECT MAX(l.completed_on) FROM bank_lines l WHERE l.book_id = f.book_id AND l.file = f.id))
                AS to_on
        FROM bank_files f
        JOIN (SELECT DISTINCT paying_account FROM expected_files WHERE book_id = ?) a
            ON a.paying_account = f.paying_account
            OR f.paying_account IS NULL AND EXISTS (SELECT 1 FROM bank_lines l
                JOIN payments p ON p.book_id = l.book_id AND p.id = l.payment
                JOIN batches b ON b.book_id = p.book_id AND b.id = p.batch
                WHERE l.book_id = f.book_id AND l.file = f.id AND b.paying_account = a.paying_account)
        WHERE f.book_id = ? AND f.state <> 'undone' ORDER BY f.id, a.paying_account";
    let rows: Vec<ReceivedRow> = sql::all(c, query, vec![book_id.into(), book_id.into()]).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let (Some(from), Some(to)) = (row.from_on, row.to_on) else { continue };
        let (account, profile) = (row.paying_account, row.profile);
        found.push(Received { account, profile, from: day(&from)?, to: day(&to)? });
    }
    Ok(found)
}

/// What is missing today.
pub async fn missing_by(c: &impl ConnectionTrait, book_id: i64, today: Day) -> Result<Vec<Due>> {
    let expected = expectations(c, book_id).await?;
    if expected.is_empty() {
        return Ok(Vec::new());
    }
    let (calendar, received) = (calendar(c, book_id).await?, received(c, book_id).await?);
    Ok(missing(&calendar, &expected, &received, today))
}
