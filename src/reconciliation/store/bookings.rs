//! Lines of statements that the book took in, and those that it gave back.

use sea_orm::{ConnectionTrait, FromQueryResult};

use super::day;
use crate::db::sql;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};

/// A line of a statement that the book took in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    /// The booking.
    pub id: i64,
    /// The line.
    pub line: i64,
    /// The account.
    pub account: i64,
    /// Code of the line's kind.
    pub kind: String,
    /// Whether it came in.
    pub is_credit: bool,
    /// How much.
    pub amount: Fen,
    /// From which day the book has it.
    pub on: Day,
    /// By which document.
    pub document: String,
    /// A remark.
    pub note: String,
    /// Who booked it.
    pub by: String,
    /// Who took it back, if somebody did.
    pub withdrawn_by: Option<String>,
    /// Why; empty where the line's file had been undone.
    pub withdrawn_because: String,
}

#[derive(Debug, FromQueryResult)]
struct Row {
    id: i64,
    line_id: i64,
    paying_account: i64,
    kind: String,
    side: String,
    amount_fen: Option<i64>,
    booked_on: String,
    document: String,
    note: String,
    booked_by: String,
    withdrawn_by: Option<String>,
    withdrawn_because: Option<String>,
}

/// Bookings `k` with their lines `l` and files `f`.
const BOOKINGS: &str =
    "SELECT k.id, k.line_id, k.paying_account, l.kind, l.side, l.amount_fen, k.booked_on, k.document,
        k.note, k.booked_by, k.withdrawn_by, k.withdrawn_because
    FROM line_bookings k
    JOIN bank_lines l ON l.book_id = k.book_id AND l.id = k.line_id
    JOIN bank_files f ON f.book_id = l.book_id AND f.id = l.file
    WHERE k.book_id = ?";

fn view(row: Row) -> Result<Booking> {
    Ok(Booking {
        id: row.id,
        line: row.line_id,
        account: row.paying_account,
        is_credit: row.side == "credit",
        kind: row.kind,
        amount: Fen::new(row.amount_fen.ok_or(Error::NotFound)?),
        on: day(&row.booked_on)?,
        document: row.document,
        note: row.note,
        by: row.booked_by,
        withdrawn_by: row.withdrawn_by,
        withdrawn_because: row.withdrawn_because.unwrap_or_default(),
    })
}

/// A booking.
///
/// # Errors
/// `NotFound`.
pub async fn booking(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<Booking> {
    let query = format!("{BOOKINGS} AND k.id = ?");
    view(sql::one(c, &query, vec![book_id.into(), id.into()]).await?.ok_or(Error::NotFound)?)
}

/// What was booked on an account in these days, from lines of statements that still stand, and what of it was withdrawn.
pub async fn bookings(
    c: &impl ConnectionTrait,
    book_id: i64,
    account: i64,
    (from, until): (Day, Day),
) -> Result<Vec<Booking>> {
    let query = format!(
        "{BOOKINGS} AND k.paying_account = ? AND k.booked_on BETWEEN ? AND ? AND f.state <> 'undone'
         ORDER BY k.booked_on, k.id"
    );
    let values = vec![book_id.into(), account.into(), from.to_string().into(), until.to_string().into()];
    let rows: Vec<Row> = sql::all(c, &query, values).await?;
    rows.into_iter().map(view).collect()
}

/// The booking of an entry or a receipt by a line whose file was undone since.
pub async fn stale_booking(
    c: &impl ConnectionTrait,
    book_id: i64,
    (entry, receipt): (Option<i64>, Option<i64>),
) -> Result<Option<Booking>> {
    let query =
        format!("{BOOKINGS} AND k.withdrawn_at IS NULL AND f.state = 'undone' AND (k.entry = ? OR k.receipt = ?)");
    let row: Option<Row> = sql::one(c, &query, vec![book_id.into(), entry.into(), receipt.into()]).await?;
    row.map(view).transpose()
}
