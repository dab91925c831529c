//! What the money of grants is made of: shares of allotments, transfers.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, DatabaseConnection, FromQueryResult, Value};

use super::import::Remaining;
use super::{AT_ONCE, day, optional_day, places};
use crate::db::entity::{grant_offsets, grant_splits, transfers};
use crate::db::sql;
use crate::funds::{Move, Stage};
use crate::grants::rules::Held;
use crate::journal::{Cell, scan};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};

/// What a grant's transfers carry, of its row.
const COLUMNS: &str = "id, policy, recipient, allotment, amount_fen, paid_on, kind, subdistrict, industry, size";

/// The shares of grants that several allotments pay.
pub(super) async fn splits(
    c: &impl ConnectionTrait,
    book_id: i64,
    grants: &[i64],
) -> Result<HashMap<i64, Vec<(i64, Fen)>>> {
    let mut found: HashMap<i64, Vec<(i64, Fen)>> = HashMap::new();
    for chunk in grants.chunks(AT_ONCE) {
        let query = format!(
            "SELECT * FROM grant_splits WHERE book_id = ? AND grant_id IN ({}) ORDER BY grant_id, allotment",
            places(chunk.len())
        );
        let mut values: Vec<Value> = vec![book_id.into()];
        values.extend(chunk.iter().map(|id| Value::from(*id)));
        for row in sql::all::<grant_splits::Model>(c, &query, values).await? {
            found.entry(row.grant_id).or_default().push((row.allotment, Fen::new(row.amount_fen)));
        }
    }
    Ok(found)
}

#[derive(Debug, FromQueryResult)]
struct Row {
    id: i64,
    policy: i64,
    recipient: i64,
    allotment: Option<i64>,
    amount_fen: i64,
    paid_on: Option<String>,
    kind: String,
    subdistrict: String,
    industry: String,
    size: String,
}

/// What the transfers of these grants carry, in the order of their ids. Their splits are what is paid to their accounts:
/// what was settled without cash is taken off.
pub async fn held(c: &impl ConnectionTrait, book_id: i64, ids: &[i64]) -> Result<Vec<Held>> {
    let mut rows: Vec<Row> = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(AT_ONCE) {
        let query = format!("SELECT {COLUMNS} FROM grants WHERE book_id = ? AND id IN ({})", places(chunk.len()));
        let mut values: Vec<Value> = vec![book_id.into()];
        values.extend(chunk.iter().map(|id| Value::from(*id)));
        rows.extend(sql::all::<Row>(c, &query, values).await?);
    }
    rows.sort_unstable_by_key(|row| row.id);
    let offsets = offsets(c, book_id, ids).await?;
    let mut found = whole(c, book_id, rows).await?;
    for held in &mut found {
        if let Some(offset) = offsets.get(&held.grant) {
            take_off(&mut held.split, offset);
        }
    }
    Ok(found)
}

/// Takes what was settled without cash off a split; parts of nothing are left out.
fn take_off(split: &mut Vec<(i64, Fen)>, offset: &[(i64, Fen)]) {
    for (allotment, amount) in split.iter_mut() {
        let of_allotment = offset.iter().filter(|(other, _)| other == allotment);
        let settled: i64 = of_allotment.map(|(_, settled)| settled.get()).sum();
        *amount = Fen::new(amount.get() - settled);
    }
    split.retain(|(_, amount)| *amount > Fen::ZERO);
}

/// What of these grants was settled without cash, by allotment; those of which nothing was are left out.
pub async fn offsets(c: &impl ConnectionTrait, book_id: i64, grants: &[i64]) -> Result<HashMap<i64, Vec<(i64, Fen)>>> {
    let mut found: HashMap<i64, Vec<(i64, Fen)>> = HashMap::new();
    for chunk in grants.chunks(AT_ONCE) {
        let query = format!(
            "SELECT * FROM grant_offsets WHERE book_id = ? AND amount_fen > 0 AND grant_id IN ({})
             ORDER BY grant_id, allotment",
            places(chunk.len())
        );
        let mut values: Vec<Value> = vec![book_id.into()];
        values.extend(chunk.iter().map(|id| Value::from(*id)));
        for row in sql::all::<grant_offsets::Model>(c, &query, values).await? {
            found.entry(row.grant_id).or_default().push((row.allotment, Fen::new(row.amount_fen)));
        }
    }
    Ok(found)
}

#[derive(Debug, FromQueryResult)]
struct Count {
    n: i64,
}

/// How many grants of an import have money that moved since the event at a position, other than to be exactly reversed.
pub async fn moved_since(c: &impl ConnectionTrait, book_id: i64, import: i64, approved_at: i64) -> Result<i64> {
    let query = "SELECT COUNT(DISTINCT t.grant_id) AS n FROM grants g
        JOIN transfers t ON t.book_id = g.book_id AND t.grant_id = g.id
        WHERE g.book_id = ? AND g.import_id = ? AND t.position <> ? AND t.reverses_position IS NULL
            AND NOT EXISTS (SELECT 1 FROM transfers r WHERE r.book_id = t.book_id
                AND r.reverses_position = t.position AND r.reverses_line = t.line)";
    let values = vec![book_id.into(), import.into(), approved_at.into()];
    Ok(sql::one::<Count>(c, query, values).await?.map_or(0, |count| count.n))
}

/// The same for rows of an import that wait, `limit` of them after the id `after`.
pub async fn held_in_import(
    c: &DatabaseConnection,
    book_id: i64,
    import: i64,
    after: i64,
    limit: u64,
) -> Result<Vec<Held>> {
    let query = format!(
        "SELECT {COLUMNS} FROM whole_grants
         WHERE book_id = {book_id} AND import_id = {import} AND id > {after} AND state = 'submitted'
         ORDER BY id LIMIT {limit}"
    );
    let mut rows = Vec::new();
    scan(c, &query, |cells| {
        rows.push(read(cells)?);
        Ok(())
    })
    .await?;
    whole(c, book_id, rows).await
}

fn read(cells: &[Cell]) -> Result<Row> {
    let [id, policy, recipient, allotment, amount, paid_on, kind, subdistrict, industry, size] = cells else {
        return Err(Error::internal("a grant was asked for with other columns"));
    };
    Ok(Row {
        id: id.int()?,
        policy: policy.int()?,
        recipient: recipient.int()?,
        allotment: allotment.opt_int(),
        amount_fen: amount.int()?,
        paid_on: (!paid_on.text().is_empty()).then(|| paid_on.text().to_owned()),
        kind: kind.text().to_owned(),
        subdistrict: subdistrict.text().to_owned(),
        industry: industry.text().to_owned(),
        size: size.text().to_owned(),
    })
}

async fn whole(c: &impl ConnectionTrait, book_id: i64, rows: Vec<Row>) -> Result<Vec<Held>> {
    let shared: Vec<i64> = rows.iter().filter(|row| row.allotment.is_none()).map(|row| row.id).collect();
    let mut splits = splits(c, book_id, &shared).await?;
    rows.into_iter()
        .map(|row| {
            let split = match row.allotment {
                Some(allotment) => vec![(allotment, Fen::new(row.amount_fen))],
                None => splits.remove(&row.id).unwrap_or_default(),
            };
            Ok(Held {
                grant: row.id,
                policy: row.policy,
                recipient: row.recipient,
                split,
                paid_on: optional_day(row.paid_on.as_deref())?,
                kind: row.kind,
                subdistrict: row.subdistrict,
                industry: row.industry,
                size: row.size,
            })
        })
        .collect()
}

/// The money that approving an import would move, summed by allotment and day: enough to prove that it is there. New
/// grants move on `effective_on`, history on its own days.
pub fn import_moves(remaining: &Remaining, history: bool, effective_on: Day) -> Result<Vec<Move>> {
    let to = if history { Stage::Disbursed } else { Stage::Payable };
    let parts = remaining.parts.iter().zip(1..);
    let moved = parts.map(|(((policy, allotment, paid_on), amount), line)| {
        let effective_on = paid_on.filter(|_| history).unwrap_or(effective_on);
        Ok(Move { to, effective_on, ..sum(*policy, *allotment, line, *amount)? })
    });
    moved.collect()
}

#[derive(Debug, FromQueryResult)]
struct Back {
    policy: i64,
    allotment: i64,
    from_stage: String,
    to_stage: String,
    effective_on: String,
    fen: i64,
}

/// The money that reversing the event at a position would move, summed by allotment and day.
pub async fn moves_back(c: &impl ConnectionTrait, book_id: i64, position: i64) -> Result<Vec<Move>> {
    let query = "SELECT policy, allotment, from_stage, to_stage, effective_on, CAST(SUM(amount_fen) AS BIGINT) AS fen
        FROM transfers WHERE book_id = ? AND position = ?
        GROUP BY policy, allotment, from_stage, to_stage, effective_on ORDER BY allotment, effective_on";
    let rows: Vec<Back> = sql::all(c, query, vec![book_id.into(), position.into()]).await?;
    let summed = |(row, line): (Back, i64)| {
        Ok(Move {
            from: stage(&row.to_stage)?,
            to: stage(&row.from_stage)?,
            effective_on: day(&row.effective_on)?,
            ..sum(row.policy, row.allotment, line, Fen::new(row.fen))?
        })
    };
    rows.into_iter().zip(1..).map(summed).collect()
}

/// A sum of moves, of which only allotment, stages, day and amount matter.
fn sum(policy: i64, allotment: i64, line: i64, amount: Fen) -> Result<Move> {
    Ok(Move {
        position: 0,
        line,
        allotment,
        policy,
        grant: None,
        recipient: None,
        from: Stage::Available,
        to: Stage::Payable,
        amount,
        effective_on: day("1970-01-01")?,
        kind: String::new(),
        subdistrict: String::new(),
        industry: String::new(),
        size: String::new(),
        reverses: None,
    })
}

/// The transfers of the event at a position, `limit` of them after the line `after`.
pub async fn transfers_of(
    c: &impl ConnectionTrait,
    book_id: i64,
    position: i64,
    after: i64,
    limit: u64,
) -> Result<Vec<Move>> {
    let query =
        format!("SELECT * FROM transfers WHERE book_id = ? AND position = ? AND line > ? ORDER BY line LIMIT {limit}");
    let values = vec![book_id.into(), position.into(), after.into()];
    sql::all::<transfers::Model>(c, &query, values).await?.into_iter().map(moved).collect()
}

/// A transfer as a move.
pub(super) fn moved(row: transfers::Model) -> Result<Move> {
    Ok(Move {
        position: row.position,
        line: row.line,
        allotment: row.allotment,
        policy: row.policy,
        grant: row.grant_id,
        recipient: row.recipient,
        from: stage(&row.from_stage)?,
        to: stage(&row.to_stage)?,
        amount: Fen::new(row.amount_fen),
        effective_on: day(&row.effective_on)?,
        kind: row.kind,
        subdistrict: row.subdistrict,
        industry: row.industry,
        size: row.size,
        reverses: row.reverses_position.zip(row.reverses_line),
    })
}

fn stage(code: &str) -> Result<Stage> {
    Stage::from_code(code).ok_or_else(|| Error::internal(format!("no stage is called {code}")))
}
