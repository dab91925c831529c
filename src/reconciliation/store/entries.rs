//! What an account's own book holds besides payments, and lines that wait to be booked.

use sea_orm::{ConnectionTrait, FromQueryResult};

use super::{day, optional_day};
use crate::db::entity::account_entries;
use crate::db::sql;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::reconciliation::rules::EntryKind;
use crate::recoveries::{self, Received};

/// An entry of an account's own book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountEntry {
    /// The entry.
    pub id: i64,
    /// What it is.
    pub kind: EntryKind,
    /// From which day.
    pub on: Day,
    /// How much.
    pub amount: Fen,
    /// By which document.
    pub document: String,
    /// A remark.
    pub note: String,
    /// Who recorded it.
    pub recorded_by: String,
}

fn view(row: account_entries::Model) -> Result<AccountEntry> {
    let kind = EntryKind::from_code(&row.kind);
    Ok(AccountEntry {
        kind: kind.ok_or_else(|| Error::internal(format!("no entry is {}", row.kind)))?,
        on: day(&row.effective_on)?,
        amount: Fen::new(row.amount_fen),
        id: row.id,
        document: row.document,
        note: row.note,
        recorded_by: row.recorded_by,
    })
}

/// The entries of an account, by their days.
pub async fn entries_of(c: &impl ConnectionTrait, book_id: i64, account: i64) -> Result<Vec<AccountEntry>> {
    let query = "SELECT * FROM account_entries WHERE book_id = ? AND paying_account = ? ORDER BY effective_on, id";
    let rows: Vec<account_entries::Model> = sql::all(c, query, vec![book_id.into(), account.into()]).await?;
    rows.into_iter().map(view).collect()
}

/// Entries of an account that no line is matched to yet, of the kind that a line of this side can be.
pub async fn unmatched_entries(
    c: &impl ConnectionTrait,
    book_id: i64,
    line: &BookableLine,
) -> Result<Vec<AccountEntry>> {
    let query = "SELECT e.* FROM account_entries e WHERE e.book_id = ? AND e.paying_account = ? AND e.kind = ?
        AND e.amount_fen = ? AND NOT EXISTS (
            SELECT 1 FROM line_bookings k
            JOIN bank_lines l ON l.book_id = k.book_id AND l.id = k.line_id
            JOIN bank_files f ON f.book_id = l.book_id AND f.id = l.file AND f.state <> 'undone'
            WHERE k.book_id = e.book_id AND k.entry = e.id AND k.withdrawn_at IS NULL)
        ORDER BY e.effective_on, e.id";
    let kind = if line.is_credit { EntryKind::Issued } else { EntryKind::Withdrawn };
    let values = vec![book_id.into(), line.account.into(), kind.code().into(), line.amount.get().into()];
    let rows: Vec<account_entries::Model> = sql::all(c, query, values).await?;
    rows.into_iter().map(view).collect()
}

/// Money that was recovered to the account of a line, of the same amount, that no line tells of yet.
pub async fn unmatched_receipts(c: &impl ConnectionTrait, book_id: i64, line: &BookableLine) -> Result<Vec<Received>> {
    if !line.is_credit {
        return Ok(Vec::new());
    }
    let query = "SELECT k.receipt AS id FROM line_bookings k
        JOIN bank_lines l ON l.book_id = k.book_id AND l.id = k.line_id
        JOIN bank_files f ON f.book_id = l.book_id AND f.id = l.file AND f.state <> 'undone'
        WHERE k.book_id = ? AND k.paying_account = ? AND k.receipt IS NOT NULL AND k.withdrawn_at IS NULL";
    let told: Vec<Id> = sql::all(c, query, vec![book_id.into(), line.account.into()]).await?;
    let received = recoveries::received_on_account(c, (book_id, i64::MAX), line.account).await?;
    let is_open = |one: &Received| one.amount == line.amount && told.iter().all(|told| told.id != one.receipt);
    Ok(received.into_iter().filter(is_open).collect())
}

#[derive(Debug, FromQueryResult)]
struct Id {
    id: i64,
}

/// A line of a statement that the book may take in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookableLine {
    /// The line.
    pub id: i64,
    /// The bank's file.
    pub file: i64,
    /// The account.
    pub account: i64,
    /// Whether it came in.
    pub is_credit: bool,
    /// What it is.
    pub kind: String,
    /// How much.
    pub amount: Fen,
    /// The other side.
    pub counterparty: String,
    /// The bank's words.
    pub summary: String,
    /// The bank's number.
    pub serial: String,
    /// The bank's date.
    pub on: Day,
    /// Whether the file still stands.
    pub stands: bool,
    /// Its booking, if it is booked already.
    pub booking: Option<i64>,
}

#[derive(Debug, FromQueryResult)]
struct LineRow {
    id: i64,
    file: i64,
    paying_account: Option<i64>,
    side: String,
    kind: String,
    amount_fen: Option<i64>,
    account_name: String,
    reason: String,
    bank_serial: String,
    completed_on: Option<String>,
    to_on: Option<String>,
    state: String,
    booking: Option<i64>,
}

/// A line of an account's statement.
///
/// # Errors
/// `NotFound` if there is no such line, or if it is of no account of the book.
pub async fn bookable(c: &impl ConnectionTrait, book_id: i64, line: i64) -> Result<BookableLine> {
    let query = "SELECT l.id, l.file, f.paying_account, l.side, l.kind, l.amount_fen, l.account_name, l.reason,
            l.bank_serial, l.completed_on, f.to_on, f.state, k.id AS booking
        FROM bank_lines l
        JOIN bank_files f ON f.book_id = l.book_id AND f.id = l.file
        LEFT JOIN line_bookings k ON k.book_id = l.book_id AND k.line_id = l.id AND k.withdrawn_at IS NULL
        WHERE l.book_id = ? AND l.id = ? AND f.opening_fen IS NOT NULL";
    let row: LineRow = sql::one(c, query, vec![book_id.into(), line.into()]).await?.ok_or(Error::NotFound)?;
    let on = optional_day(row.completed_on.as_deref().or(row.to_on.as_deref()))?;
    Ok(BookableLine {
        account: row.paying_account.ok_or(Error::NotFound)?,
        on: on.ok_or(Error::NotFound)?,
        amount: Fen::new(row.amount_fen.ok_or(Error::NotFound)?),
        is_credit: row.side == "credit",
        stands: row.state != "undone",
        booking: row.booking,
        id: row.id,
        file: row.file,
        kind: row.kind,
        counterparty: row.account_name,
        summary: row.reason,
        serial: row.bank_serial,
    })
}
