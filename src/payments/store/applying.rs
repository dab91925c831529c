//! What appliers read: payments in brief, who made their grants, where they stood before.

use std::collections::{HashMap, HashSet};

use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, Value};

use super::{AT_ONCE, optional_day, places, state};
use crate::db::constraint::refused_or_internal;
use crate::db::entity::bank_lines;
use crate::db::sql;
use crate::kernel::Result;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::payments::rules::PaymentState;

/// A payment in brief.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brief {
    /// The payment.
    pub id: i64,
    /// Its batch.
    pub batch: i64,
    /// Its grant.
    pub grant: i64,
    /// The part of its grant that it pays; 0 for all of it.
    pub instalment: i64,
    /// How much.
    pub amount: Fen,
    /// Where it stands.
    pub state: PaymentState,
}

#[derive(Debug, FromQueryResult)]
struct BriefRow {
    id: i64,
    batch: i64,
    grant_id: i64,
    instalment: i64,
    amount_fen: i64,
    state: String,
}

fn brief(row: BriefRow) -> Result<Brief> {
    Ok(Brief {
        id: row.id,
        batch: row.batch,
        grant: row.grant_id,
        instalment: row.instalment,
        amount: Fen::new(row.amount_fen),
        state: state(&row.state)?,
    })
}

const BRIEF: &str = "SELECT id, batch, grant_id, instalment, amount_fen, state FROM whole_payments WHERE book_id = ?";

/// These payments, in the order of their ids.
pub async fn briefs(c: &impl ConnectionTrait, book_id: i64, ids: &[i64]) -> Result<Vec<Brief>> {
    let mut found: Vec<Brief> = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(AT_ONCE) {
        let mut values: Vec<Value> = vec![book_id.into()];
        values.extend(chunk.iter().map(|id| Value::from(*id)));
        let query = format!("{BRIEF} AND id IN ({})", places(chunk.len()));
        for row in sql::all::<BriefRow>(c, &query, values).await? {
            found.push(brief(row)?);
        }
    }
    found.sort_unstable_by_key(|payment| payment.id);
    Ok(found)
}

/// Payments of a batch that wait for its release, `limit` of them after the id `after`.
pub async fn built_after(
    c: &impl ConnectionTrait,
    book_id: i64,
    batch: i64,
    after: i64,
    limit: u64,
) -> Result<Vec<Brief>> {
    let query = format!("{BRIEF} AND batch = ? AND state = 'built' AND id > ? ORDER BY id LIMIT {limit}");
    let values = vec![book_id.into(), batch.into(), after.into()];
    sql::all::<BriefRow>(c, &query, values).await?.into_iter().map(brief).collect()
}

#[derive(Debug, FromQueryResult)]
struct Id {
    id: i64,
}

/// All payments of a batch that wait for its release.
pub async fn built_of(c: &impl ConnectionTrait, book_id: i64, batch: i64) -> Result<Vec<i64>> {
    let query = "SELECT id FROM whole_payments WHERE book_id = ? AND batch = ? AND state = 'built' ORDER BY id";
    Ok(sql::all::<Id>(c, query, vec![book_id.into(), batch.into()]).await?.into_iter().map(|row| row.id).collect())
}

/// All payments of a batch that went to the bank, wherever they stand by now.
pub async fn sent_of(c: &impl ConnectionTrait, book_id: i64, batch: i64) -> Result<Vec<i64>> {
    let query = "SELECT id FROM whole_payments WHERE book_id = ? AND batch = ?
        AND state IN ('in_transit', 'paid', 'refused', 'returned') ORDER BY id";
    Ok(sql::all::<Id>(c, query, vec![book_id.into(), batch.into()]).await?.into_iter().map(|row| row.id).collect())
}

/// The persons who made a grant what it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Maker {
    /// Who prepared it.
    pub prepared: String,
    /// Who reduced it.
    pub reduced: Option<String>,
}

#[derive(Debug, FromQueryResult)]
struct MakerRow {
    grant_id: i64,
    prepared_person: String,
    reduced_person: Option<String>,
}

/// Who made these grants.
pub async fn makers(c: &impl ConnectionTrait, book_id: i64, grants: &[i64]) -> Result<HashMap<i64, Maker>> {
    let mut found = HashMap::with_capacity(grants.len());
    for chunk in grants.chunks(AT_ONCE) {
        let mut values: Vec<Value> = vec![book_id.into()];
        values.extend(chunk.iter().map(|id| Value::from(*id)));
        let query = format!(
            "SELECT grant_id, prepared_person, reduced_person FROM grant_lives WHERE book_id = ? AND grant_id IN ({})",
            places(chunk.len())
        );
        for row in sql::all::<MakerRow>(c, &query, values).await? {
            found.insert(row.grant_id, Maker { prepared: row.prepared_person, reduced: row.reduced_person });
        }
    }
    Ok(found)
}

/// The payments about which something differs that is not settled.
pub async fn with_open_differences(c: &impl ConnectionTrait, book_id: i64) -> Result<HashSet<i64>> {
    let query = "SELECT DISTINCT payment AS id FROM discrepancies
        WHERE book_id = ? AND state = 'open' AND payment IS NOT NULL";
    Ok(sql::all::<Id>(c, query, vec![book_id.into()]).await?.into_iter().map(|row| row.id).collect())
}

/// A line of a bank's file.
pub async fn line(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<Option<bank_lines::Model>> {
    bank_lines::Entity::find_by_id((book_id, id)).one(c).await.map_err(refused_or_internal)
}

/// Where a payment stood before a file of the bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Before {
    /// The payment.
    pub payment: i64,
    /// Its grant.
    pub grant: i64,
    /// The part of its grant that it pays; 0 for all of it.
    pub instalment: i64,
    /// How much.
    pub amount: Fen,
    /// Where it stands now.
    pub now: PaymentState,
    /// Where it stood then.
    pub then: PaymentState,
    /// The bank's date then.
    pub completed_on: Option<Day>,
    /// The bank's number then.
    pub bank_serial: String,
    /// The reason then.
    pub reason: String,
    /// Whether its grant's money has moved on since, by something that was not undone.
    pub has_moved_on: bool,
    /// Whether it may be made again by now.
    pub is_reissued: bool,
    /// Whether the file itself brought it further, and not somebody who settled a difference of it later.
    pub by_file: bool,
}

#[derive(Debug, FromQueryResult)]
struct BeforeRow {
    payment_id: i64,
    grant_id: i64,
    instalment: i64,
    amount_fen: i64,
    now_state: String,
    then_state: String,
    completed_on: Option<String>,
    bank_serial: String,
    reason: String,
    own: i64,
    later: i64,
    reissued: i64,
}

/// Where the payments stood that the events of a file, from its first to its last line, brought further.
pub async fn before_file(c: &impl ConnectionTrait, book_id: i64, (first, last): (i64, i64)) -> Result<Vec<Before>> {
    // The sum keeps SQLite from reading all later transfers instead of those of the grant. What other parts of the grant
    // moved is none of this payment's business.
    let query = "SELECT p.id AS payment_id, p.grant_id, p.instalment, p.amount_fen, p.state AS now_state, b.state AS then_state, b.completed_on,
            b.bank_serial, b.reason, p.reissued,
            (SELECT COUNT(*) FROM payment_steps w WHERE w.book_id = p.book_id AND w.payment_id = p.id
                AND w.position BETWEEN ? AND ?) AS own,
            (SELECT COUNT(*) FROM transfers t
                WHERE t.book_id = p.book_id AND t.grant_id = p.grant_id AND t.position + 0 > ?
                AND t.reverses_position IS NULL AND NOT EXISTS (SELECT 1 FROM transfers r
                    WHERE r.book_id = t.book_id AND r.reverses_position = t.position AND r.reverses_line = t.line)
                AND (NOT EXISTS (SELECT 1 FROM payments q
                        JOIN payment_steps y ON y.book_id = q.book_id AND y.payment_id = q.id AND y.position = t.position
                        WHERE q.book_id = p.book_id AND q.grant_id = p.grant_id AND q.instalment <> p.instalment)
                    OR EXISTS (SELECT 1 FROM payments q
                        JOIN payment_steps y ON y.book_id = q.book_id AND y.payment_id = q.id AND y.position = t.position
                        WHERE q.book_id = p.book_id AND q.grant_id = p.grant_id AND q.instalment = p.instalment))
            ) AS later
        FROM whole_payments p
        JOIN payment_steps b ON b.book_id = p.book_id AND b.payment_id = p.id AND b.position = (
            SELECT MAX(x.position) FROM payment_steps x
            WHERE x.book_id = p.book_id AND x.payment_id = p.id AND x.position < ?)
        WHERE p.book_id = ? AND p.id IN (
            SELECT l.payment FROM bank_lines l
            WHERE l.book_id = ? AND l.id BETWEEN ? AND ? AND l.applied = 1 AND l.payment IS NOT NULL)
        ORDER BY p.id";
    let values = [first, last, last, first, book_id, book_id, first, last].map(Into::into).to_vec();
    sql::all::<BeforeRow>(c, query, values)
        .await?
        .into_iter()
        .map(|row| {
            Ok(Before {
                payment: row.payment_id,
                grant: row.grant_id,
                instalment: row.instalment,
                amount: Fen::new(row.amount_fen),
                now: state(&row.now_state)?,
                then: state(&row.then_state)?,
                completed_on: optional_day(row.completed_on.as_deref())?,
                bank_serial: row.bank_serial,
                reason: row.reason,
                has_moved_on: row.later > 0,
                is_reissued: row.reissued == 1,
                by_file: row.own > 0,
            })
        })
        .collect()
}
