//! Reading and posting: `transfers`, and what is derived from them set by set.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait, Value};

use super::rules::{DayChanges, Move, Stage};
use crate::db::entity::{balances, stage_days, transfers};
use crate::db::sql;
use crate::journal::Tx;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Refusal, Result};

/// Ids asked for in one query.
pub(super) const AT_ONCE: usize = 500;

/// A balance of one stage of an allotment, at the head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Balance {
    /// The allotment.
    pub allotment: i64,
    /// The stage.
    pub stage: Stage,
    /// What stands there; below zero only for the source.
    pub amount: Fen,
}

/// The balances of these allotments at the head.
pub async fn balances_of(c: &impl ConnectionTrait, book_id: i64, allotments: &[i64]) -> Result<Vec<Balance>> {
    let mut found = Vec::new();
    for chunk in allotments.chunks(AT_ONCE) {
        let query = format!(
            "SELECT * FROM balances WHERE book_id = ? AND allotment IN ({}) ORDER BY allotment, stage",
            places(chunk.len())
        );
        let rows: Vec<balances::Model> = sql::all(c, &query, with_ids(book_id, chunk)).await?;
        for row in rows {
            let stage = Stage::from_code(&row.stage).ok_or_else(|| Error::internal("unknown stage"))?;
            found.push(Balance { allotment: row.allotment, stage, amount: Fen::new(row.amount_fen) });
        }
    }
    Ok(found)
}

pub(super) fn places(n: usize) -> String {
    vec!["?"; n].join(",")
}

pub(super) fn with_ids(book_id: i64, ids: &[i64]) -> Vec<Value> {
    std::iter::once(book_id).chain(ids.iter().copied()).map(Value::from).collect()
}

/// What has changed the stages of these allotments so far, day by day.
pub(super) async fn day_changes(
    c: &impl ConnectionTrait,
    book_id: i64,
    allotments: &BTreeSet<i64>,
) -> Result<BTreeMap<(i64, Stage), DayChanges>> {
    let mut found: BTreeMap<(i64, Stage), DayChanges> = BTreeMap::new();
    let allotments: Vec<i64> = allotments.iter().copied().collect();
    for chunk in allotments.chunks(AT_ONCE) {
        let query = format!("SELECT * FROM stage_days WHERE book_id = ? AND allotment IN ({})", places(chunk.len()));
        let rows: Vec<stage_days::Model> = sql::all(c, &query, with_ids(book_id, chunk)).await?;
        for row in rows {
            let stage = Stage::from_code(&row.stage).ok_or_else(|| Error::internal("unknown stage"))?;
            let day = Day::parse(&row.effective_on).map_err(Error::from)?;
            found.entry((row.allotment, stage)).or_default().insert(day, row.in_fen - row.out_fen);
        }
    }
    Ok(found)
}

/// The five balances of new allotments, at zero.
pub async fn open_stages(tx: &mut Tx, allotments: &[i64]) -> Result<()> {
    let rows: Vec<balances::Model> = allotments
        .iter()
        .flat_map(|allotment| {
            Stage::ALL.map(|stage| balances::Model {
                book_id: tx.book_id(),
                allotment: *allotment,
                stage: stage.code().to_owned(),
                amount_fen: 0,
            })
        })
        .collect();
    tx.insert(&rows).await
}

/// Writes the transfers and moves the balances; `moves` are in order of (position, line).
pub(super) async fn write(tx: &mut Tx, moves: &[Move]) -> Result<()> {
    let rows: Vec<transfers::Model> = moves.iter().map(|one| row(tx.book_id(), one)).collect();
    tx.insert(&rows).await?;
    let mut deltas: BTreeMap<(i64, &str), i64> = BTreeMap::new();
    for one in moves {
        for (stage, fen) in [(one.from, -one.amount.get()), (one.to, one.amount.get())] {
            let delta = deltas.entry((one.allotment, stage.code())).or_default();
            *delta = delta.checked_add(fen).ok_or_else(|| Refusal::new("amount_too_large"))?;
        }
    }
    for ((allotment, stage), delta) in deltas {
        let touched = tx
            .run(
                "UPDATE balances SET amount_fen = amount_fen + ? WHERE book_id = ? AND allotment = ? AND stage = ?",
                vec![delta.into(), tx.book_id().into(), allotment.into(), stage.into()],
            )
            .await?;
        if touched != 1 {
            return Err(Error::internal(format!("allotment {allotment} has no stage {stage}")));
        }
    }
    roll_up(tx, moves).await
}

fn row(book_id: i64, one: &Move) -> transfers::Model {
    transfers::Model {
        book_id,
        position: one.position,
        line: one.line,
        allotment: one.allotment,
        policy: one.policy,
        grant_id: one.grant,
        recipient: one.recipient,
        from_stage: one.from.code().to_owned(),
        to_stage: one.to.code().to_owned(),
        amount_fen: one.amount.get(),
        effective_on: one.effective_on.to_string(),
        kind: one.kind.clone(),
        subdistrict: one.subdistrict.clone(),
        industry: one.industry.clone(),
        size: one.size.clone(),
        reverses_position: one.reverses.map(|r| r.0),
        reverses_line: one.reverses.map(|r| r.1),
    }
}

/// Adds the transfers just written, known by their range, to the sums by day.
async fn roll_up(tx: &mut Tx, moves: &[Move]) -> Result<()> {
    let (Some(first), Some(last)) = (moves.first(), moves.last()) else { return Ok(()) };
    let range = || -> Vec<Value> {
        vec![
            tx.book_id().into(),
            first.position.into(),
            last.position.into(),
            first.position.into(),
            first.line.into(),
            last.position.into(),
            last.line.into(),
        ]
    };
    const RANGE: &str = "book_id = ? AND position BETWEEN ? AND ?
        AND NOT (position = ? AND line < ?) AND NOT (position = ? AND line > ?)";
    let mut values = range();
    values.extend(range());
    let days = format!(
        "INSERT INTO stage_days (book_id, allotment, stage, effective_on, in_fen, out_fen)
         SELECT book_id, allotment, stage, effective_on, CAST(SUM(in_fen) AS BIGINT), CAST(SUM(out_fen) AS BIGINT) FROM (
             SELECT book_id, allotment, to_stage AS stage, effective_on, amount_fen AS in_fen, 0 AS out_fen
             FROM transfers WHERE {RANGE}
             UNION ALL
             SELECT book_id, allotment, from_stage AS stage, effective_on, 0 AS in_fen, amount_fen AS out_fen
             FROM transfers WHERE {RANGE}) moved
         WHERE true GROUP BY book_id, allotment, stage, effective_on
         ON CONFLICT (book_id, allotment, stage, effective_on) DO UPDATE SET
             in_fen = stage_days.in_fen + excluded.in_fen, out_fen = stage_days.out_fen + excluded.out_fen"
    );
    let paid_values = range();
    tx.run(&days, values).await?;
    // A reversal takes back what it reverses: a payment undone was not paid, a return undone was not returned.
    let paid = format!(
        "INSERT INTO paid_days (book_id, policy, subdistrict, industry, size, kind, effective_on, paid_fen, returned_fen)
         SELECT book_id, policy, subdistrict, industry, size, kind, effective_on,
             CAST(SUM(CASE WHEN to_stage = 'disbursed' AND reverses_position IS NULL THEN amount_fen
                           WHEN from_stage = 'disbursed' AND reverses_position IS NOT NULL THEN -amount_fen
                           ELSE 0 END) AS BIGINT),
             CAST(SUM(CASE WHEN from_stage = 'disbursed' AND reverses_position IS NULL THEN amount_fen
                           WHEN to_stage = 'disbursed' AND reverses_position IS NOT NULL THEN -amount_fen
                           ELSE 0 END) AS BIGINT)
         FROM transfers WHERE {RANGE} AND (to_stage = 'disbursed' OR from_stage = 'disbursed')
         GROUP BY book_id, policy, subdistrict, industry, size, kind, effective_on
         ON CONFLICT (book_id, policy, subdistrict, industry, size, kind, effective_on) DO UPDATE SET
             paid_fen = paid_days.paid_fen + excluded.paid_fen,
             returned_fen = paid_days.returned_fen + excluded.returned_fen"
    );
    tx.run(&paid, paid_values).await.map(|_| ())
}
