//! What banks were asked and what they answered, and the payments of which nothing was heard.

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::day;
use crate::db::sql;
use crate::kernel::instant::Instant;
use crate::kernel::{Error, Result};
use crate::reconciliation::rules::Subject;

/// An inquiry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inquiry {
    /// Its id.
    pub id: i64,
    /// About what.
    pub about: Subject,
    /// About how many payments.
    pub payments: i64,
    /// How many of them the bank has said nothing of to this day.
    pub silent: i64,
    /// The number of the letter.
    pub document: String,
    /// A remark.
    pub note: String,
    /// Who asked.
    pub made_by: String,
    /// When.
    pub made_at: Instant,
    /// What the bank answered, if it did.
    pub answered: Option<Answered>,
}

/// What a bank answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The position at which that was kept.
    pub position: i64,
    /// The number of its letter.
    pub document: String,
    /// What it says.
    pub answer: String,
    /// Who kept it.
    pub by: String,
    /// When.
    pub at: Instant,
}

#[derive(Debug, FromQueryResult)]
struct Row {
    id: i64,
    batch: Option<i64>,
    paying_account: Option<i64>,
    until_on: Option<String>,
    document: String,
    note: String,
    made_by: String,
    made_at_ms: i64,
    answer_document: String,
    answer: String,
    answered_position: Option<i64>,
    answered_by: Option<String>,
    answered_at_ms: Option<i64>,
    payments: i64,
    silent: i64,
}

/// Inquiries `i`.
const INQUIRIES: &str =
    "SELECT i.id, i.batch, i.paying_account, i.until_on, i.document, i.note, i.made_by, i.made_at_ms,
        i.answer_document, i.answer, i.answered_position, i.answered_by, i.answered_at_ms,
        (SELECT COUNT(*) FROM inquiry_payments x WHERE x.book_id = i.book_id AND x.inquiry = i.id) AS payments,
        (SELECT COUNT(*) FROM inquiry_payments x
            JOIN whole_payments p ON p.book_id = x.book_id AND p.id = x.payment AND p.state = 'in_transit'
            WHERE x.book_id = i.book_id AND x.inquiry = i.id) AS silent
    FROM inquiries i WHERE i.book_id = ?";

fn view(row: Row) -> Result<Inquiry> {
    let about = match (row.batch, row.paying_account, &row.until_on) {
        (Some(batch), ..) => Subject::Batch(batch),
        (None, Some(account), Some(until)) => Subject::month(account, day(until)?),
        _ => return Err(Error::internal(format!("inquiry {} is about nothing", row.id))),
    };
    let answered = row.answered_position.zip(row.answered_by).zip(row.answered_at_ms);
    let answered = answered.map(|((position, by), at)| Answered {
        position,
        document: row.answer_document,
        answer: row.answer,
        by,
        at: Instant::new(at),
    });
    Ok(Inquiry {
        id: row.id,
        about,
        payments: row.payments,
        silent: row.silent,
        document: row.document,
        note: row.note,
        made_by: row.made_by,
        made_at: Instant::new(row.made_at_ms),
        answered,
    })
}

async fn read(c: &impl ConnectionTrait, condition: &str, values: Vec<Value>) -> Result<Vec<Inquiry>> {
    let rows: Vec<Row> = sql::all(c, &format!("{INQUIRIES} AND {condition} ORDER BY i.id"), values).await?;
    rows.into_iter().map(view).collect()
}

/// An inquiry.
///
/// # Errors
/// `NotFound`.
pub async fn inquiry(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<Inquiry> {
    read(c, "i.id = ?", vec![book_id.into(), id.into()]).await?.pop().ok_or(Error::NotFound)
}

/// What banks were asked about a batch, or about an account and a month, the first one first.
pub async fn inquiries(c: &impl ConnectionTrait, book_id: i64, about: Subject) -> Result<Vec<Inquiry>> {
    match about {
        Subject::Batch(batch) => read(c, "i.batch = ?", vec![book_id.into(), batch.into()]).await,
        Subject::Account { account, until, .. } => {
            let values = vec![book_id.into(), account.into(), until.to_string().into()];
            read(c, "i.paying_account = ? AND i.until_on = ?", values).await
        }
    }
}

/// The payments that an inquiry is about, by their ids.
pub async fn inquiry_payments(c: &impl ConnectionTrait, book_id: i64, inquiry: i64) -> Result<Vec<i64>> {
    let query = "SELECT payment AS id FROM inquiry_payments WHERE book_id = ? AND inquiry = ? ORDER BY payment";
    let rows: Vec<Id> = sql::all(c, query, vec![book_id.into(), inquiry.into()]).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

#[derive(Debug, FromQueryResult)]
struct Id {
    id: i64,
}

/// The payments of a batch that are on their way and of which no difference is open: nothing was heard of them.
pub async fn missing_at_bank(c: &impl ConnectionTrait, book_id: i64, batch: i64) -> Result<Vec<i64>> {
    let query = "SELECT p.id FROM whole_payments p WHERE p.book_id = ? AND p.batch = ? AND p.state = 'in_transit'
        AND NOT EXISTS (SELECT 1 FROM discrepancies d
            WHERE d.book_id = p.book_id AND d.payment = p.id AND d.state = 'open')
        ORDER BY p.id";
    let rows: Vec<Id> = sql::all(c, query, vec![book_id.into(), batch.into()]).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
