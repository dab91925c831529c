//! Balances and transfers out of the book, and what a decision about money needs of them.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::rules::{DaySums, Move, Short, Stage, short_in_order};
use crate::db::entity::{balances, transfers};
use crate::db::sql;
use crate::journal::Desk;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Refusal, Result};
use crate::periods;

/// Ids in one condition.
const IDS_AT_ONCE: usize = 5_000;
/// A range is read whole if at least one in so many of it is wanted.
const SPARSE: i64 = 4;

/// A condition that finds some of the rows that are wanted.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pick {
    pub(super) condition: String,
    pub(super) values: Vec<Value>,
}

/// Conditions that together find the rows with these ids, and perhaps others between them: one range where they lie
/// close together. `ids` ascend.
pub(super) fn picks(column: &str, ids: &[i64]) -> Vec<Pick> {
    match (ids.first(), ids.last()) {
        (Some(first), Some(last)) if ids.len() > 8 && (last - first) / SPARSE <= length(ids) => {
            vec![Pick { condition: format!("{column} BETWEEN ? AND ?"), values: vec![(*first).into(), (*last).into()] }]
        }
        _ => some_of(column, ids),
    }
}

/// Conditions that together find the rows with these ids and no others. The numbers stand in the text: PostgreSQL looks
/// constants up in a hash table, but compares each row with hundreds of parameters one after another wherever its
/// statistics are older than the rows of this transaction.
pub(super) fn some_of(column: &str, ids: &[i64]) -> Vec<Pick> {
    ids.chunks(IDS_AT_ONCE)
        .map(|chunk| {
            let list: Vec<String> = chunk.iter().map(i64::to_string).collect();
            Pick { condition: format!("{column} IN ({})", list.join(",")), values: vec![] }
        })
        .collect()
}

fn length(ids: &[i64]) -> i64 {
    i64::try_from(ids.len()).unwrap_or(i64::MAX)
}

/// Holds that the book can bear these moves: they go lawful ways, none takes effect in a closed month, and no stage but
/// source is below zero on any day from the first of them on, nor after any of their events. Sees what the transaction wrote, not what waits at the desk:
/// give all moves of the command at once, or flush between.
///
/// # Errors
/// `period_closed` (`month`, `on`, `open`); `budget_short` (`policy`, `missing`, `on`) if the budget does not suffice; `payable_short`, `in_transit_short`,
/// `disbursed_short` with the same facts if the money is not where it is taken from.
pub async fn prove(desk: &Desk, moves: &[Move]) -> Result<()> {
    if let Some(wrong) = moves.iter().find(|m| !m.is_lawful()) {
        return Err(wrong.unlawful());
    }
    let sums = DaySums::of(moves);
    all_open(desk, &sums).await?;
    let held = held(desk.tx.connection(), desk.book_id(), &sums.allotments()).await?;
    match sums.shortfall(&held).or_else(|| short_in_order(&held, moves)) {
        Some(short) => Err(refused(desk, short).await?),
        None => Ok(()),
    }
}

/// Like [`prove`], for more moves than fit in memory, of which only sums are known.
pub async fn prove_sums(desk: &Desk, sums: &DaySums) -> Result<()> {
    all_open(desk, sums).await?;
    let held = held(desk.tx.connection(), desk.book_id(), &sums.allotments()).await?;
    match sums.shortfall(&held) {
        Some(short) => Err(refused(desk, short).await?),
        None => Ok(()),
    }
}

/// Holds that nothing takes effect in a closed month.
async fn all_open(desk: &Desk, sums: &DaySums) -> Result<()> {
    match sums.first_day() {
        Some(first) => periods::must_be_open(desk, first).await,
        None => Ok(()),
    }
}

#[derive(FromQueryResult)]
struct StageDay {
    allotment: i64,
    stage: String,
    effective_on: String,
    net_fen: i64,
}

/// What the stages of these allotments hold, by day.
async fn held(c: &impl ConnectionTrait, book_id: i64, allotments: &[i64]) -> Result<DaySums> {
    let mut held = DaySums::default();
    for pick in some_of("allotment", allotments) {
        let query = format!(
            "SELECT allotment, stage, effective_on, in_fen - out_fen AS net_fen FROM stage_days
             WHERE book_id = ? AND {}",
            pick.condition
        );
        let rows: Vec<StageDay> = sql::all(c, &query, [vec![book_id.into()], pick.values].concat()).await?;
        for row in rows {
            held.enter(row.allotment, stage(&row.stage)?, day(&row.effective_on)?, i128::from(row.net_fen));
        }
    }
    Ok(held)
}

#[derive(FromQueryResult)]
struct Code {
    code: String,
}

async fn refused(desk: &Desk, short: Short) -> Result<Error> {
    let found: Option<Code> = desk
        .tx
        .one(
            "SELECT p.code FROM policies p JOIN allotments a ON a.book_id = p.book_id AND a.policy = p.id
             WHERE a.book_id = ? AND a.id = ?",
            vec![desk.book_id().into(), short.allotment.into()],
        )
        .await?;
    let policy = found.map_or_else(String::new, |row| row.code);
    let missing = i64::try_from(short.missing).map_or(Fen::new(i64::MAX), Fen::new).grouped();
    let refusal = match short.stage {
        Stage::Payable => Refusal::new("payable_short"),
        Stage::InTransit => Refusal::new("in_transit_short"),
        Stage::Disbursed => Refusal::new("disbursed_short"),
        Stage::Available | Stage::Source => Refusal::new("budget_short"),
    };
    Ok(refusal.with("policy", policy).with("missing", missing).with("on", short.on).into())
}

/// What one stage of an allotment holds at the head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Balance {
    /// The allotment.
    pub allotment: i64,
    /// The stage.
    pub stage: Stage,
    /// What stands there; below zero only for the source.
    pub amount: Fen,
}

/// The balances of these allotments at the head. `allotments` may come in any order.
pub async fn balances_of(c: &impl ConnectionTrait, book_id: i64, allotments: &[i64]) -> Result<Vec<Balance>> {
    let mut found = Vec::new();
    for pick in some_of("allotment", allotments) {
        let query =
            format!("SELECT * FROM balances WHERE book_id = ? AND {} ORDER BY allotment, stage", pick.condition);
        let rows: Vec<balances::Model> = sql::all(c, &query, [vec![book_id.into()], pick.values].concat()).await?;
        for row in rows {
            let amount = Fen::new(row.amount_fen);
            found.push(Balance { allotment: row.allotment, stage: stage(&row.stage)?, amount });
        }
    }
    Ok(found)
}

/// Where the money of an allotment stands at the head. The stages add up: budget = available + payable + in transit +
/// disbursed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The policy.
    pub policy: i64,
    /// The allotment.
    pub allotment: i64,
    /// What was appropriated, less what was reduced or went back to the treasury.
    pub budget: Fen,
    /// 可用.
    pub available: Fen,
    /// 应付.
    pub payable: Fen,
    /// 在途.
    pub in_transit: Fen,
    /// 已发放, net of what came back.
    pub disbursed: Fen,
}

#[derive(FromQueryResult)]
struct Row {
    policy: i64,
    allotment: i64,
    stage: String,
    amount_fen: i64,
}

/// Where the money stands, by allotment in the order of their making.
pub async fn standings(c: &impl ConnectionTrait, book_id: i64) -> Result<Vec<Standing>> {
    read_standings(c, "", vec![book_id.into()]).await
}

/// Where the money of one policy stands, by allotment.
pub async fn standing_of(c: &impl ConnectionTrait, book_id: i64, policy: i64) -> Result<Vec<Standing>> {
    read_standings(c, "AND a.policy = ?", vec![book_id.into(), policy.into()]).await
}

/// Where the money stood at the end of a day, by allotment, as known at the head.
pub async fn standings_on(c: &impl ConnectionTrait, book_id: i64, on: Day) -> Result<Vec<Standing>> {
    let query = "SELECT a.policy, s.allotment, s.stage, CAST(SUM(s.in_fen - s.out_fen) AS BIGINT) AS amount_fen
        FROM stage_days s JOIN allotments a ON a.book_id = s.book_id AND a.id = s.allotment
        WHERE s.book_id = ? AND s.effective_on <= ? GROUP BY a.policy, s.allotment, s.stage ORDER BY s.allotment";
    grouped(sql::all(c, query, vec![book_id.into(), on.to_string().into()]).await?)
}

/// The least that is available on any day from this one on, by allotment: so much of it nothing has needed since.
pub async fn least_available(c: &impl ConnectionTrait, book_id: i64, from: Day) -> Result<BTreeMap<i64, Fen>> {
    let query = "SELECT allotment, stage, effective_on, in_fen - out_fen AS net_fen FROM stage_days
        WHERE book_id = ? AND stage = 'available' ORDER BY allotment, effective_on";
    let mut found: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
    for row in sql::all::<StageDay>(c, query, vec![book_id.into()]).await? {
        let (balance, least) = found.entry(row.allotment).or_default();
        *balance += row.net_fen;
        // Up to the day itself only its last balance counts.
        *least = if day(&row.effective_on)? <= from { *balance } else { (*least).min(*balance) };
    }
    Ok(found.into_iter().map(|(allotment, (_, least))| (allotment, Fen::new(least))).collect())
}

async fn read_standings(c: &impl ConnectionTrait, condition: &str, values: Vec<Value>) -> Result<Vec<Standing>> {
    let query = format!(
        "SELECT a.policy, b.allotment, b.stage, b.amount_fen FROM balances b
         JOIN allotments a ON a.book_id = b.book_id AND a.id = b.allotment
         WHERE b.book_id = ? {condition} ORDER BY b.allotment"
    );
    grouped(sql::all(c, &query, values).await?)
}

fn grouped(rows: Vec<Row>) -> Result<Vec<Standing>> {
    let mut standings: Vec<Standing> = Vec::new();
    for row in rows {
        if standings.last().is_none_or(|last| last.allotment != row.allotment) {
            standings.push(Standing {
                policy: row.policy,
                allotment: row.allotment,
                budget: Fen::ZERO,
                available: Fen::ZERO,
                payable: Fen::ZERO,
                in_transit: Fen::ZERO,
                disbursed: Fen::ZERO,
            });
        }
        let Some(standing) = standings.last_mut() else { continue };
        match stage(&row.stage)? {
            Stage::Source => standing.budget = Fen::new(-row.amount_fen),
            Stage::Available => standing.available = Fen::new(row.amount_fen),
            Stage::Payable => standing.payable = Fen::new(row.amount_fen),
            Stage::InTransit => standing.in_transit = Fen::new(row.amount_fen),
            Stage::Disbursed => standing.disbursed = Fen::new(row.amount_fen),
        }
    }
    Ok(standings)
}

/// All moves of a grant, in order.
pub async fn moves_of_grant(c: &impl ConnectionTrait, book_id: i64, grant: i64) -> Result<Vec<Move>> {
    let rows: Vec<transfers::Model> = sql::all(
        c,
        "SELECT * FROM transfers WHERE book_id = ? AND grant_id = ? ORDER BY position, line",
        vec![book_id.into(), grant.into()],
    )
    .await?;
    rows.into_iter().map(of_row).collect()
}

/// The moves behind the position and line `after` up to the position `last`, in order, `limit` of them.
pub async fn moves_after(
    c: &impl ConnectionTrait,
    book_id: i64,
    after: (i64, i64),
    last: i64,
    limit: u64,
) -> Result<Vec<Move>> {
    let query = format!(
        "SELECT * FROM transfers WHERE book_id = ? AND (position, line) > (?, ?) AND position <= ?
         ORDER BY position, line LIMIT {limit}"
    );
    let values = vec![book_id.into(), after.0.into(), after.1.into(), last.into()];
    sql::all::<transfers::Model>(c, &query, values).await?.into_iter().map(of_row).collect()
}

fn of_row(row: transfers::Model) -> Result<Move> {
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

fn day(text: &str) -> Result<Day> {
    Day::parse(text).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_lie_close_are_a_range_and_others_are_listed() {
        let near: Vec<i64> = (100..200).step_by(2).collect();
        assert_eq!(
            picks("id", &near),
            [Pick { condition: "id BETWEEN ? AND ?".into(), values: vec![100_i64.into(), 198_i64.into()] }]
        );
        let far: Vec<i64> = (0..5_001).map(|n| n * 1_000).collect();
        let found = picks("id", &far);
        assert_eq!(found.len(), 2);
        assert_eq!(found.last().map(|pick| pick.condition.as_str()), Some("id IN (5000000)"));
        assert_eq!(picks("id", &[]), []);
    }
}
