//! Demands, by themselves, by their grant and by their age.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::{day, leaf, state};
use crate::db::sql;
use crate::kernel::dates::Day;
use crate::kernel::instant::Instant;
use crate::kernel::money::Fen;
use crate::kernel::tree::Hash;
use crate::kernel::{Error, Result};
use crate::recoveries::rules::{Age, State, less};

/// Who prepared something and decided on it, and where it stands by that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// Where it stands.
    pub state: State,
    /// Why it was refused, is to be undone, or stands after all.
    pub remark: String,
    /// Leaf of the event that made it: what is signed.
    pub leaf: Hash,
    /// Who prepared it.
    pub prepared_by: String,
    /// The person who did.
    pub prepared_person: String,
    /// When.
    pub prepared_at: Instant,
    /// Who decided.
    pub reviewed_by: Option<String>,
    /// When.
    pub reviewed_at: Option<Instant>,
    /// Who wants it undone.
    pub undo_by: Option<String>,
    /// The person who does.
    pub undo_person: Option<String>,
}

/// A demand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demand {
    /// Its id.
    pub id: i64,
    /// The grant.
    pub grant: i64,
    /// Its reference.
    pub reference: String,
    /// Its recipient.
    pub recipient: i64,
    /// The recipient's name as fixed on the grant.
    pub name: String,
    /// Code of the grant's policy.
    pub policy_code: String,
    /// How much.
    pub amount: Fen,
    /// What of it was received or settled.
    pub received: Fen,
    /// Document number.
    pub document: String,
    /// Why.
    pub reason: String,
    /// Until when.
    pub due_on: Day,
    /// The correction that raised it.
    pub correction: Option<i64>,
    /// Who prepared it and decided on it.
    pub signed: Signed,
}

impl Demand {
    /// What is still to come; nothing of one that does not count.
    pub fn open(&self) -> Fen {
        if self.signed.state.is_in_force() { less(self.amount, self.received) } else { Fen::ZERO }
    }

    /// How old it is on a day, if anything of it is still to come.
    pub fn age(&self, on: Day) -> Option<Age> {
        let counts = matches!(self.signed.state, State::Standing | State::UndoPending);
        (counts && self.open() > Fen::ZERO).then(|| Age::of(self.due_on.days_between(on)))
    }
}

#[derive(Debug, FromQueryResult)]
struct Row {
    id: i64,
    grant_id: i64,
    reference: String,
    recipient: i64,
    name: String,
    policy_code: String,
    amount_fen: i64,
    received_fen: i64,
    document: String,
    reason: String,
    due_on: String,
    correction: Option<i64>,
    state: String,
    remark: String,
    leaf_hash: Vec<u8>,
    prepared_by: String,
    prepared_person: String,
    prepared_at_ms: i64,
    reviewed_by: Option<String>,
    reviewed_at_ms: Option<i64>,
    undo_by: Option<String>,
    undo_person: Option<String>,
}

fn view(row: Row) -> Result<Demand> {
    Ok(Demand {
        due_on: day(&row.due_on)?,
        signed: Signed {
            state: state(&row.state)?,
            remark: row.remark,
            leaf: leaf(&row.leaf_hash)?,
            prepared_by: row.prepared_by,
            prepared_person: row.prepared_person,
            prepared_at: Instant::new(row.prepared_at_ms),
            reviewed_by: row.reviewed_by,
            reviewed_at: row.reviewed_at_ms.map(Instant::new),
            undo_by: row.undo_by,
            undo_person: row.undo_person,
        },
        id: row.id,
        grant: row.grant_id,
        reference: row.reference,
        recipient: row.recipient,
        name: row.name,
        policy_code: row.policy_code,
        amount: Fen::new(row.amount_fen),
        received: Fen::new(row.received_fen),
        document: row.document,
        reason: row.reason,
        correction: row.correction,
    })
}

const SELECT: &str = "SELECT d.*, g.reference, g.name, o.code AS policy_code FROM demands d
    JOIN grants g ON g.book_id = d.book_id AND g.id = d.grant_id
    JOIN policies o ON o.book_id = g.book_id AND o.id = g.policy WHERE d.book_id = ?";

/// The demand with this id.
///
/// # Errors
/// `NotFound`.
pub async fn demand(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<Demand> {
    let row: Option<Row> = sql::one(c, &format!("{SELECT} AND d.id = ?"), vec![book_id.into(), id.into()]).await?;
    view(row.ok_or(Error::NotFound)?)
}

/// The demands on a grant, oldest first.
pub async fn demands_of_grant(c: &impl ConnectionTrait, book_id: i64, grant: i64) -> Result<Vec<Demand>> {
    let query = format!("{SELECT} AND d.grant_id = ? ORDER BY d.id");
    let rows: Vec<Row> = sql::all(c, &query, vec![book_id.into(), grant.into()]).await?;
    rows.into_iter().map(view).collect()
}

/// What stands for a demand of this kind to be listed.
const OPEN: &str = "d.state IN ('standing', 'undo_pending') AND d.received_fen < d.amount_fen";

/// Demands of which something is to come, those due first first; of one age on a day if named. With `all` those that
/// wait, are settled, refused or withdrawn as well, the newest first. `limit` of them behind `skip`.
pub async fn demands(
    c: &impl ConnectionTrait,
    book_id: i64,
    (age, on): (Option<Age>, Day),
    all: bool,
    (skip, limit): (u64, u64),
) -> Result<Vec<Demand>> {
    let mut query = SELECT.to_owned();
    let mut values: Vec<Value> = vec![book_id.into()];
    if all {
        query.push_str(" ORDER BY d.id DESC");
    } else {
        query.push_str(&format!(" AND {OPEN}"));
        if let Some(age) = age {
            let (least, most) = age.days();
            // The older the claim, the earlier the day on which it was due.
            if let Some(least) = least {
                query.push_str(" AND d.due_on <= ?");
                values.push(on.plus_days(-least).to_string().into());
            }
            if let Some(most) = most {
                query.push_str(" AND d.due_on >= ?");
                values.push(on.plus_days(-most).to_string().into());
            }
        }
        query.push_str(" ORDER BY d.due_on, d.id");
    }
    query.push_str(&format!(" LIMIT {limit} OFFSET {skip}"));
    let rows: Vec<Row> = sql::all(c, &query, values).await?;
    rows.into_iter().map(view).collect()
}

#[derive(Debug, FromQueryResult)]
struct DueRow {
    due_on: String,
    n: i64,
    fen: i64,
}

/// What is open on a day, by age: count and sum.
pub async fn ageing(c: &impl ConnectionTrait, book_id: i64, on: Day) -> Result<BTreeMap<Age, (i64, Fen)>> {
    let query = format!(
        "SELECT d.due_on, COUNT(*) AS n, CAST(SUM(d.amount_fen - d.received_fen) AS BIGINT) AS fen
         FROM demands d WHERE d.book_id = ? AND {OPEN} GROUP BY d.due_on"
    );
    let mut ages: BTreeMap<Age, (i64, Fen)> = Age::ALL.into_iter().map(|age| (age, (0, Fen::ZERO))).collect();
    for row in sql::all::<DueRow>(c, &query, vec![book_id.into()]).await? {
        let (n, sum) = ages.entry(Age::of(day(&row.due_on)?.days_between(on))).or_default();
        *n += row.n;
        *sum = sum.checked_add(Fen::new(row.fen)).ok_or_else(|| Error::internal("a sum leaves the range"))?;
    }
    Ok(ages)
}

#[derive(Debug, FromQueryResult)]
struct Sum {
    fen: i64,
}

/// What demands in force have open of a grant.
pub async fn demanded(c: &impl ConnectionTrait, book_id: i64, grant: i64) -> Result<Fen> {
    let query = "SELECT CAST(COALESCE(SUM(amount_fen - received_fen), 0) AS BIGINT) AS fen FROM demands
        WHERE book_id = ? AND grant_id = ? AND state IN ('pending', 'standing', 'undo_pending')";
    let found: Option<Sum> = sql::one(c, query, vec![book_id.into(), grant.into()]).await?;
    Ok(Fen::new(found.map_or(0, |found| found.fen)))
}

/// One step of a demand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemandStep {
    /// Position of the event.
    pub position: i64,
    /// Its kind.
    pub kind: String,
    /// When.
    pub at: Instant,
    /// Who.
    pub actor_uid: String,
    /// What was received or settled by then.
    pub received: Fen,
    /// Why.
    pub remark: String,
}

#[derive(Debug, FromQueryResult)]
struct StepRow {
    position: i64,
    kind: String,
    recorded_at_ms: i64,
    actor_uid: String,
    received_fen: i64,
    remark: String,
}

/// What happened to a demand, oldest first.
pub async fn demand_steps(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<Vec<DemandStep>> {
    let query = "SELECT s.position, e.kind, e.recorded_at_ms, s.actor_uid, s.received_fen, s.remark
        FROM demand_steps s JOIN events e ON e.book_id = s.book_id AND e.position = s.position
        WHERE s.book_id = ? AND s.demand = ? ORDER BY s.position";
    let rows: Vec<StepRow> = sql::all(c, query, vec![book_id.into(), id.into()]).await?;
    let step = |row: StepRow| DemandStep {
        position: row.position,
        kind: row.kind,
        at: Instant::new(row.recorded_at_ms),
        actor_uid: row.actor_uid,
        received: Fen::new(row.received_fen),
        remark: row.remark,
    };
    Ok(rows.into_iter().map(step).collect())
}

/// What waits for the decision of a person: demands, receipts and offsets that somebody else prepared or wants undone.
pub async fn to_decide(c: &impl ConnectionTrait, book_id: i64, person: &str) -> Result<i64> {
    let of = |table: &str| {
        format!(
            "SELECT COUNT(*) AS fen FROM {table} WHERE book_id = ?
             AND (state = 'pending' AND prepared_person <> ? OR state = 'undo_pending' AND undo_person <> ?)"
        )
    };
    let mut count = 0;
    for table in ["demands", "receipts", "offsets"] {
        let values: Vec<Value> = vec![book_id.into(), person.into(), person.into()];
        count += sql::one::<Sum>(c, &of(table), values).await?.map_or(0, |found| found.fen);
    }
    Ok(count)
}
