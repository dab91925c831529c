//! Payments as lists and pages show them.

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::{AT_ONCE, optional_day, places, state};
use crate::db::sql;
use crate::kernel::Result;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::payments::rules::PaymentState;

/// A payment as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentLine {
    /// The payment.
    pub id: i64,
    /// Its batch.
    pub batch: i64,
    /// Its grant.
    pub grant: i64,
    /// The part of its grant that it pays; 0 for all of it.
    pub instalment: i64,
    /// How many parts the grant has by its schedule.
    pub parts: i64,
    /// Which attempt.
    pub attempt: i64,
    /// The attempt before it, and the one after it.
    pub beside: (Option<i64>, Option<i64>),
    /// The grant's reference.
    pub reference: String,
    /// The recipient's name.
    pub name: String,
    /// How much.
    pub amount: Fen,
    /// What of its grant was settled without cash, and so is not in it.
    pub offset: Fen,
    /// Account holder.
    pub account_name: String,
    /// Account number.
    pub account_number: String,
    /// Code of its bank.
    pub bank_code: String,
    /// Bank.
    pub bank_name: String,
    /// Where it stands.
    pub state: PaymentState,
    /// From which day it is on its way.
    pub released_on: Option<Day>,
    /// The bank's date.
    pub completed_on: Option<Day>,
    /// The bank's number.
    pub bank_serial: String,
    /// Why it was refused or came back.
    pub reason: String,
    /// Whether it may be made again.
    pub is_reissued: bool,
}

impl PaymentLine {
    /// What was granted and what of it an offset settled, where the payment pays the rest.
    pub fn gross_and_offset(&self) -> Option<(Fen, Fen)> {
        let gross = self.amount.checked_add(self.offset)?;
        (self.state.is_living() && self.offset > Fen::ZERO).then_some((gross, self.offset))
    }
}

#[derive(Debug, FromQueryResult)]
struct Row {
    id: i64,
    batch: i64,
    grant_id: i64,
    instalment: i64,
    parts: i64,
    attempt: i64,
    previous: Option<i64>,
    next: Option<i64>,
    reference: String,
    name: String,
    amount_fen: i64,
    offset_fen: i64,
    account_name: String,
    account_number: String,
    bank_code: String,
    bank_name: String,
    state: String,
    released_on: Option<String>,
    completed_on: Option<String>,
    bank_serial: String,
    reason: String,
    reissued: i64,
}

fn line(row: Row) -> Result<PaymentLine> {
    Ok(PaymentLine {
        state: state(&row.state)?,
        released_on: optional_day(row.released_on.as_deref())?,
        completed_on: optional_day(row.completed_on.as_deref())?,
        amount: Fen::new(row.amount_fen),
        offset: Fen::new(row.offset_fen),
        is_reissued: row.reissued == 1,
        id: row.id,
        batch: row.batch,
        grant: row.grant_id,
        instalment: row.instalment,
        parts: row.parts,
        attempt: row.attempt,
        beside: (row.previous, row.next),
        reference: row.reference,
        name: row.name,
        account_name: row.account_name,
        account_number: row.account_number,
        bank_code: row.bank_code,
        bank_name: row.bank_name,
        bank_serial: row.bank_serial,
        reason: row.reason,
    })
}

const SELECT: &str =
    "SELECT p.id, p.batch, p.grant_id, p.instalment, p.attempt, p.previous,
        (SELECT MIN(q.id) FROM payments q WHERE q.book_id = p.book_id AND q.grant_id = p.grant_id
            AND q.previous = p.id) AS next, p.reference, g.name, p.amount_fen, p.account_name,
        p.account_number, p.bank_code, p.bank_name, p.state, p.released_on, p.completed_on, p.bank_serial, p.reason, p.reissued,
        CASE WHEN p.instalment > 0 THEN (SELECT COUNT(*) FROM schedules s
            JOIN instalments i ON i.book_id = s.book_id AND i.schedule = s.id
            WHERE s.book_id = p.book_id AND s.grant_id = p.grant_id AND s.state = 'standing') ELSE 0 END AS parts,
        CASE WHEN p.instalment > 0 THEN CAST(0 AS BIGINT) ELSE CAST(COALESCE((SELECT SUM(o.amount_fen) FROM grant_offsets o
            WHERE o.book_id = p.book_id AND o.grant_id = p.grant_id), 0) AS BIGINT) END AS offset_fen
    FROM whole_payments p JOIN grants g ON g.book_id = p.book_id AND g.id = p.grant_id WHERE p.book_id = ?";

/// The payment with this id.
pub async fn payment(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<Option<PaymentLine>> {
    sql::one::<Row>(c, &format!("{SELECT} AND p.id = ?"), vec![book_id.into(), id.into()]).await?.map(line).transpose()
}

/// Payments of a batch in the order of their ids, `limit` of them after the id `after`; those in one state if named.
pub async fn payments_of(
    c: &impl ConnectionTrait,
    book_id: i64,
    batch: i64,
    state: Option<PaymentState>,
    (after, limit): (i64, u64),
) -> Result<Vec<PaymentLine>> {
    let mut query = format!("{SELECT} AND p.batch = ? AND p.id > ?");
    let mut values: Vec<Value> = vec![book_id.into(), batch.into(), after.into()];
    if let Some(state) = state {
        query.push_str(" AND p.state = ?");
        values.push(state.code().into());
    }
    query.push_str(&format!(" ORDER BY p.id LIMIT {limit}"));
    sql::all::<Row>(c, &query, values).await?.into_iter().map(line).collect()
}

/// These payments, in the order of their ids.
pub async fn payments_by_ids(c: &impl ConnectionTrait, book_id: i64, ids: &[i64]) -> Result<Vec<PaymentLine>> {
    let mut found: Vec<PaymentLine> = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(AT_ONCE) {
        let mut values: Vec<Value> = vec![book_id.into()];
        values.extend(chunk.iter().map(|id| Value::from(*id)));
        for row in sql::all::<Row>(c, &format!("{SELECT} AND p.id IN ({})", places(chunk.len())), values).await? {
            found.push(line(row)?);
        }
    }
    found.sort_unstable_by_key(|payment| payment.id);
    Ok(found)
}

/// All attempts to pay a grant, oldest first.
pub async fn payments_of_grant(c: &impl ConnectionTrait, book_id: i64, grant: i64) -> Result<Vec<PaymentLine>> {
    let query = format!("{SELECT} AND p.grant_id = ? ORDER BY p.id");
    sql::all::<Row>(c, &query, vec![book_id.into(), grant.into()]).await?.into_iter().map(line).collect()
}

#[derive(Debug, FromQueryResult)]
struct Group {
    state: String,
    n: i64,
    fen: i64,
}

/// How many payments of a batch stand where, and their sums.
pub async fn by_state(c: &impl ConnectionTrait, book_id: i64, batch: i64) -> Result<Vec<(PaymentState, i64, Fen)>> {
    let query = "SELECT state, COUNT(*) AS n, CAST(SUM(amount_fen) AS BIGINT) AS fen FROM whole_payments
        WHERE book_id = ? AND batch = ? GROUP BY state ORDER BY state";
    let groups: Vec<Group> = sql::all(c, query, vec![book_id.into(), batch.into()]).await?;
    groups.into_iter().map(|group| Ok((state(&group.state)?, group.n, Fen::new(group.fen)))).collect()
}

#[derive(Debug, FromQueryResult)]
struct Whose {
    recipient: i64,
}

/// The recipient of a payment's grant.
///
/// # Errors
/// `NotFound`.
pub async fn recipient_of(c: &impl ConnectionTrait, book_id: i64, payment: i64) -> Result<i64> {
    let query = "SELECT recipient FROM payments WHERE book_id = ? AND id = ?";
    let found: Option<Whose> = sql::one(c, query, vec![book_id.into(), payment.into()]).await?;
    Ok(found.ok_or(crate::kernel::Error::NotFound)?.recipient)
}
