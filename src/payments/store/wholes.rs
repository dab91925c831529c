//! What lines of statements may stand for, and do stand for.

use std::collections::{HashMap, HashSet};

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::{AT_ONCE, day, optional_day, places, state};
use crate::db::sql;
use crate::kernel::Result;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::payments::rules::Member;

#[derive(Debug, FromQueryResult)]
struct MemberRow {
    id: i64,
    batch: i64,
    amount_fen: i64,
    state: String,
    completed_on: Option<String>,
}

fn member(row: MemberRow) -> Result<Member> {
    Ok(Member {
        payment: row.id,
        batch: row.batch,
        amount: Fen::new(row.amount_fen),
        state: state(&row.state)?,
        completed_on: optional_day(row.completed_on.as_deref())?,
    })
}

const WENT_OUT: &str = "SELECT p.id, p.batch, p.amount_fen, p.state, p.completed_on FROM whole_payments p
    WHERE p.book_id = ? AND p.state IN ('in_transit', 'paid', 'refused', 'returned')";

/// The payments of a batch that went out, in the order of their ids.
pub async fn members_of(c: &impl ConnectionTrait, book_id: i64, batch: i64) -> Result<Vec<Member>> {
    let query = format!("{WENT_OUT} AND p.batch = ? ORDER BY p.id");
    let rows: Vec<MemberRow> = sql::all(c, &query, vec![book_id.into(), batch.into()]).await?;
    rows.into_iter().map(member).collect()
}

/// The payments from an account that were refused or came back in these days, in the order of their ids.
pub async fn came_back(
    c: &impl ConnectionTrait,
    book_id: i64,
    account: Option<i64>,
    (from, to): (Day, Day),
) -> Result<Vec<Member>> {
    let (whose, mut values) = of_account(book_id, account);
    let query = format!(
        "{WENT_OUT} AND p.state IN ('refused', 'returned') AND p.completed_on BETWEEN ? AND ?
         AND p.batch IN (SELECT b.id FROM batches b WHERE b.book_id = ? AND {whose}) ORDER BY p.id"
    );
    let mut all: Vec<Value> = vec![book_id.into(), from.to_string().into(), to.to_string().into()];
    all.append(&mut values);
    let rows: Vec<MemberRow> = sql::all(c, &query, all).await?;
    rows.into_iter().map(member).collect()
}

fn of_account(book_id: i64, account: Option<i64>) -> (&'static str, Vec<Value>) {
    match account {
        Some(account) => ("b.paying_account = ?", vec![book_id.into(), account.into()]),
        None => ("b.paying_account IS NULL", vec![book_id.into()]),
    }
}

#[derive(Debug, FromQueryResult)]
struct Id {
    id: i64,
}

/// The batches that were released from an account in these days.
pub async fn released_between(
    c: &impl ConnectionTrait,
    book_id: i64,
    account: Option<i64>,
    (from, to): (Day, Day),
) -> Result<Vec<i64>> {
    let (whose, mut values) = of_account(book_id, account);
    let query = format!(
        "SELECT b.id FROM batches b WHERE b.book_id = ? AND {whose} AND b.state = 'released'
         AND b.released_on BETWEEN ? AND ? ORDER BY b.id"
    );
    values.extend([from.to_string().into(), to.to_string().into()]);
    Ok(sql::all::<Id>(c, &query, values).await?.into_iter().map(|row| row.id).collect())
}

#[derive(Debug, FromQueryResult)]
struct PartRow {
    part: i64,
    payments_count: i64,
}

/// How many payments each file of a batch holds, where it went out as several: part and count, for each profile.
pub async fn parts_of(c: &impl ConnectionTrait, book_id: i64, batch: i64) -> Result<Vec<Vec<(i64, i64)>>> {
    let query = "SELECT f.part, f.payments_count FROM payment_files f WHERE f.book_id = ? AND f.batch = ?
        AND EXISTS (SELECT 1 FROM payment_files o WHERE o.book_id = f.book_id AND o.id = f.id AND o.part <> f.part)
        ORDER BY f.id, f.part";
    let rows: Vec<PartRow> = sql::all(c, query, vec![book_id.into(), batch.into()]).await?;
    let mut files: Vec<Vec<(i64, i64)>> = Vec::new();
    for row in rows {
        let part = (row.part, row.payments_count);
        match files.last_mut() {
            // Parts count up; a smaller number begins another profile.
            Some(file) if file.last().is_some_and(|(last, _)| *last < row.part) => file.push(part),
            _ => files.push(vec![part]),
        }
    }
    Ok(files)
}

/// Which of these payments a statement has told on this side (`debit`, `credit`), one by one or as a whole.
pub async fn told(c: &impl ConnectionTrait, book_id: i64, side: &str, payments: &[i64]) -> Result<HashSet<i64>> {
    let mut found = HashSet::new();
    for chunk in payments.chunks(AT_ONCE) {
        let ids = || chunk.iter().map(|id| Value::from(*id));
        let mut values: Vec<Value> = vec![book_id.into(), side.into()];
        values.extend(ids());
        let places = places(chunk.len());
        let alone = format!(
            "SELECT l.payment AS id FROM bank_lines l
             JOIN bank_files f ON f.book_id = l.book_id AND f.id = l.file AND f.state <> 'undone'
             WHERE l.book_id = ? AND f.opening_fen IS NOT NULL AND l.side = ? AND l.payment IN ({places})
             AND NOT EXISTS (SELECT 1 FROM discrepancies d
                WHERE d.book_id = l.book_id AND d.line_id = l.id AND d.name = 'order_differs')"
        );
        let whole = format!(
            "SELECT x.payment_id AS id FROM line_payments x
             JOIN bank_lines l ON l.book_id = x.book_id AND l.id = x.line_id
             JOIN bank_files f ON f.book_id = l.book_id AND f.id = l.file AND f.state <> 'undone'
             WHERE x.book_id = ? AND l.side = ? AND x.payment_id IN ({places})"
        );
        for query in [alone, whole] {
            found.extend(sql::all::<Id>(c, &query, values.clone()).await?.into_iter().map(|row| row.id));
        }
    }
    Ok(found)
}

/// That a file said what became of a payment, and by which profile it was read.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct SaidOf {
    /// The payment.
    pub payment: i64,
    /// What became of it, as tables say it.
    pub status: String,
    /// The profile's name.
    pub profile: String,
    /// Its version.
    pub profile_version: i64,
}

/// What files that stand said of these payments: answers that count, and lines that agree with one.
pub async fn said_of(c: &impl ConnectionTrait, book_id: i64, payments: &[i64]) -> Result<Vec<SaidOf>> {
    let mut found = Vec::new();
    for chunk in payments.chunks(AT_ONCE) {
        let query = format!(
            "SELECT DISTINCT l.payment, l.status, f.profile, f.profile_version FROM bank_lines l
             JOIN bank_files f ON f.book_id = l.book_id AND f.id = l.file AND f.state <> 'undone'
             WHERE l.book_id = ? AND l.payment IN ({}) AND (l.applied = 1 OR NOT EXISTS (SELECT 1 FROM discrepancies d
                WHERE d.book_id = l.book_id AND d.line_id = l.id AND d.how <> 'payment_chosen'))",
            places(chunk.len())
        );
        let mut values: Vec<Value> = vec![book_id.into()];
        values.extend(chunk.iter().map(|id| Value::from(*id)));
        found.extend(sql::all::<SaidOf>(c, &query, values).await?);
    }
    Ok(found)
}

/// What a line stands for as a whole.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct LineWhole {
    /// The line.
    pub line_id: i64,
    /// The batch, if all its payments are of one.
    pub batch: Option<i64>,
    /// The file of the batch, if it went out as several.
    pub part: Option<i64>,
    /// How many payments.
    pub payments_count: i64,
    /// What they add up to, in fen.
    pub sum_fen: i64,
}

/// What the lines of a file stand for as a whole.
pub async fn wholes_of_file(c: &impl ConnectionTrait, book_id: i64, file: i64) -> Result<Vec<LineWhole>> {
    let query = "SELECT w.line_id, w.batch, w.part, w.payments_count, w.sum_fen FROM line_wholes w
        JOIN bank_lines l ON l.book_id = w.book_id AND l.id = w.line_id
        WHERE w.book_id = ? AND l.file = ? ORDER BY w.line_id";
    sql::all(c, query, vec![book_id.into(), file.into()]).await
}

#[derive(Debug, FromQueryResult)]
struct FreezeRow {
    id: i64,
    batch: Option<i64>,
    paying_account: Option<i64>,
    from_on: Option<String>,
    to_on: Option<String>,
}

/// What is signed: nothing of it changes until it is reopened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frozen {
    /// The answers of the bank to a batch, as they were when it was signed.
    Batch(i64),
    /// The days of an account, from the first to the last.
    Days(i64, Day, Day),
}

/// What is frozen now, with the reconciliation that froze it.
pub async fn frozen(c: &impl ConnectionTrait, book_id: i64) -> Result<Vec<(i64, Frozen)>> {
    let query = "SELECT id, batch, paying_account, from_on, to_on FROM freezes
        WHERE book_id = ? AND lifted_position IS NULL ORDER BY id";
    let rows: Vec<FreezeRow> = sql::all(c, query, vec![book_id.into()]).await?;
    let read = rows.into_iter().map(|row| {
        let frozen = match (row.batch, row.paying_account, row.from_on, row.to_on) {
            (Some(batch), ..) => Frozen::Batch(batch),
            (None, Some(account), Some(from), Some(to)) => Frozen::Days(account, day(&from)?, day(&to)?),
            _ => return Err(crate::kernel::Error::internal(format!("freeze {} freezes nothing", row.id))),
        };
        Ok((row.id, frozen))
    });
    read.collect()
}

/// An answer that counts: its payment's account and batch, and the day on which it took effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// The account from which the payment went.
    pub account: Option<i64>,
    /// Its batch.
    pub batch: i64,
    /// From which day it counts.
    pub on: Option<Day>,
}

#[derive(Debug, FromQueryResult)]
struct EffectRow {
    paying_account: Option<i64>,
    batch: i64,
    completed_on: Option<String>,
}

fn effect(row: EffectRow) -> Result<Effect> {
    Ok(Effect { account: row.paying_account, batch: row.batch, on: optional_day(row.completed_on.as_deref())? })
}

/// What the lines of a file, from the first to the last, did.
pub async fn effects_of(
    c: &impl ConnectionTrait,
    book_id: i64,
    (file, first, last): (i64, i64, i64),
) -> Result<Vec<Effect>> {
    let query = "SELECT DISTINCT b.paying_account, p.batch, s.completed_on FROM bank_lines l
        JOIN payments p ON p.book_id = l.book_id AND p.id = l.payment
        JOIN batches b ON b.book_id = p.book_id AND b.id = p.batch
        JOIN payment_steps s ON s.book_id = p.book_id AND s.payment_id = p.id AND s.position = l.id
        WHERE l.book_id = ? AND l.file = ? AND l.id BETWEEN ? AND ? AND l.applied = 1
        ORDER BY p.batch, s.completed_on";
    let values = vec![book_id.into(), file.into(), first.into(), last.into()];
    sql::all::<EffectRow>(c, query, values).await?.into_iter().map(effect).collect()
}

#[derive(Debug, FromQueryResult)]
struct AccountRow {
    paying_account: Option<i64>,
}

/// The account from which a payment went.
pub async fn account_of(c: &impl ConnectionTrait, book_id: i64, payment: i64) -> Result<Option<i64>> {
    let query = "SELECT b.paying_account FROM payments p JOIN batches b ON b.book_id = p.book_id AND b.id = p.batch
        WHERE p.book_id = ? AND p.id = ?";
    let found: Option<AccountRow> = sql::one(c, query, vec![book_id.into(), payment.into()]).await?;
    Ok(found.and_then(|row| row.paying_account))
}

/// How a payment went out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentFrom {
    /// Its batch.
    pub batch: i64,
    /// The number of the account from which it went, if the batch has one.
    pub account_number: Option<String>,
}

#[derive(Debug, FromQueryResult)]
struct SentRow {
    id: i64,
    batch: i64,
    account_number: Option<String>,
}

/// How these payments went out.
pub async fn sent_from(c: &impl ConnectionTrait, book_id: i64, payments: &[i64]) -> Result<HashMap<i64, SentFrom>> {
    let mut found = HashMap::with_capacity(payments.len());
    for chunk in payments.chunks(AT_ONCE) {
        let query = format!(
            "SELECT p.id, p.batch, a.account_number FROM payments p
             JOIN batches b ON b.book_id = p.book_id AND b.id = p.batch
             LEFT JOIN paying_accounts a ON a.book_id = b.book_id AND a.id = b.paying_account
             WHERE p.book_id = ? AND p.id IN ({})",
            places(chunk.len())
        );
        let mut values: Vec<Value> = vec![book_id.into()];
        values.extend(chunk.iter().map(|id| Value::from(*id)));
        for row in sql::all::<SentRow>(c, &query, values).await? {
            found.insert(row.id, SentFrom { batch: row.batch, account_number: row.account_number });
        }
    }
    Ok(found)
}
