//! Sums and distinct counts out of the roll-ups at the head, out of the transfers for any moment.

pub mod checks;

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, QueryResult};

use super::rules::GroupBy;
use super::totals::Figures;
use crate::db::constraint::refused_or_internal;
use crate::db::sql;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};

/// A book at a pair of clocks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) book_id: i64,
    pub(super) as_of: Day,
    pub(super) at: i64,
}

/// Figures by the values of the group columns.
pub(super) type ByGroup = BTreeMap<Vec<String>, Figures>;

/// The expression of a group column over rows `x` that carry the grant's values.
fn column(by: GroupBy) -> &'static str {
    match by {
        GroupBy::Policy => "p.code",
        GroupBy::Subdistrict => "x.subdistrict",
        GroupBy::Industry => "x.industry",
        GroupBy::Size => "x.size",
        GroupBy::Kind => "x.kind",
        GroupBy::Month => "SUBSTR(m.first_on, 1, 7)",
        GroupBy::Allotment => "a.document_number",
        GroupBy::Level => "a.level",
    }
}

fn listed(by: &[GroupBy], suffix: &str) -> (String, String) {
    let columns: Vec<&str> = by.iter().map(|b| column(*b)).collect();
    if columns.is_empty() {
        return (String::new(), String::new());
    }
    (format!("{}{suffix} ", columns.join(", ")), format!(" GROUP BY {}", columns.join(", ")))
}

const JOIN_POLICY: &str = " JOIN policies p ON p.book_id = x.book_id AND p.id = x.policy";

async fn rows(c: &impl ConnectionTrait, query: &str, values: Vec<sea_orm::Value>) -> Result<Vec<QueryResult>> {
    c.query_all_raw(sql::statement(c.get_database_backend(), query, values)).await.map_err(refused_or_internal)
}

fn keys(row: &QueryResult, count: usize) -> Result<Vec<String>> {
    (0..count)
        .map(|index| {
            let value: Option<String> = row.try_get_by_index(index).map_err(Error::internal)?;
            Ok(value.unwrap_or_default())
        })
        .collect()
}

fn number(row: &QueryResult, index: usize) -> Result<i64> {
    let value: Option<i64> = row.try_get_by_index(index).map_err(Error::internal)?;
    Ok(value.unwrap_or(0))
}

/// Figures at the head: counts from the spans, sums from the days. Never scans the transfers.
pub(super) async fn at_head(c: &impl ConnectionTrait, moment: &Moment, by: &[GroupBy]) -> Result<ByGroup> {
    let mut found = ByGroup::new();
    counts(c, moment, by, &mut found).await?;
    sums(c, moment, by, &mut found).await?;
    Ok(found)
}

async fn counts(c: &impl ConnectionTrait, moment: &Moment, by: &[GroupBy], found: &mut ByGroup) -> Result<()> {
    const STANDS: &str =
        "x.book_id = ? AND x.from_on <= ? AND (x.to_on IS NULL OR x.to_on > ?) AND x.closed_at IS NULL";
    let (columns, grouped) = listed(by, ",");
    let join = if by.contains(&GroupBy::Policy) { JOIN_POLICY } else { "" };
    // Over the whole book recipients have spans of their own.
    let recipients = if by.is_empty() { "0" } else { "COUNT(DISTINCT x.recipient)" };
    let query = format!("SELECT {columns}COUNT(*), {recipients} FROM grant_spans x{join} WHERE {STANDS}{grouped}");
    let day = moment.as_of.to_string();
    let values = || vec![moment.book_id.into(), day.clone().into(), day.clone().into()];
    for row in rows(c, &query, values()).await? {
        let figures = found.entry(keys(&row, by.len())?).or_default();
        figures.grants = number(&row, by.len())?;
        if !by.is_empty() {
            figures.recipients = number(&row, by.len() + 1)?;
        }
    }
    if by.is_empty() {
        let query = format!("SELECT COUNT(*) FROM recipient_spans x WHERE {STANDS}");
        for row in rows(c, &query, values()).await? {
            found.entry(Vec::new()).or_default().recipients = number(&row, 0)?;
        }
    }
    Ok(())
}

async fn sums(c: &impl ConnectionTrait, moment: &Moment, by: &[GroupBy], found: &mut ByGroup) -> Result<()> {
    let (columns, grouped) = listed(by, ",");
    let join = if by.contains(&GroupBy::Policy) { JOIN_POLICY } else { "" };
    let query = format!(
        "SELECT {columns}CAST(COALESCE(SUM(x.paid_fen), 0) AS BIGINT), CAST(COALESCE(SUM(x.returned_fen), 0) AS BIGINT)
         FROM paid_days x{join} WHERE x.book_id = ? AND x.effective_on <= ?{grouped}"
    );
    for row in rows(c, &query, vec![moment.book_id.into(), moment.as_of.to_string().into()]).await? {
        let figures = found.entry(keys(&row, by.len())?).or_default();
        set_sums(figures, number(&row, by.len())?, number(&row, by.len() + 1)?)?;
    }
    Ok(())
}

fn set_sums(figures: &mut Figures, paid: i64, returned: i64) -> Result<()> {
    figures.paid = Fen::new(paid);
    figures.returned = Fen::new(returned);
    let net = figures.paid.checked_sub(figures.returned);
    figures.net = net.ok_or_else(|| Error::internal("a sum is too large"))?;
    Ok(())
}

/// Figures at any moment and by any column, out of the transfers themselves.
pub(super) async fn from_transfers(c: &impl ConnectionTrait, moment: &Moment, by: &[GroupBy]) -> Result<ByGroup> {
    const MOVED: &str = "x.book_id = ? AND (x.to_stage = 'disbursed' OR x.from_stage = 'disbursed')
        AND x.effective_on <= ? AND x.position <= ?";
    let named: Vec<String> = by.iter().enumerate().map(|(n, b)| format!("{} AS k{n}", column(*b))).collect();
    let outer: Vec<String> = (0..by.len()).map(|n| format!("k{n}")).collect();
    let mut join = String::new();
    if by.contains(&GroupBy::Policy) {
        join.push_str(JOIN_POLICY);
    }
    if by.contains(&GroupBy::Allotment) || by.contains(&GroupBy::Level) {
        join.push_str(" JOIN allotments a ON a.book_id = x.book_id AND a.id = x.allotment");
    }
    let day = moment.as_of.to_string();
    let mut values: Vec<sea_orm::Value> = Vec::new();
    if by.contains(&GroupBy::Month) {
        join.push_str(
            " JOIN (SELECT y.grant_id, MIN(y.effective_on) AS first_on FROM transfers y
                WHERE y.book_id = ? AND y.to_stage = 'disbursed' AND y.reverses_position IS NULL
                AND y.effective_on <= ? AND y.position <= ? GROUP BY y.grant_id) m ON m.grant_id = x.grant_id",
        );
        values.extend([moment.book_id.into(), day.clone().into(), moment.at.into()]);
    }
    values.extend([moment.book_id.into(), day.into(), moment.at.into()]);
    let comma = if by.is_empty() { "" } else { ", " };
    let inner_group: Vec<&str> = by.iter().map(|b| column(*b)).collect();
    let outer_group = if by.is_empty() { String::new() } else { format!(" GROUP BY {}", outer.join(", ")) };
    let query = format!(
        "SELECT {keys}{comma}
             CAST(COALESCE(SUM(CASE WHEN net > 0 THEN 1 ELSE 0 END), 0) AS BIGINT),
             COUNT(DISTINCT CASE WHEN net > 0 THEN recipient END),
             CAST(COALESCE(SUM(paid), 0) AS BIGINT), CAST(COALESCE(SUM(returned), 0) AS BIGINT)
         FROM (SELECT {named}{comma} x.grant_id, x.recipient,
                 SUM(CASE WHEN x.to_stage = 'disbursed' THEN x.amount_fen ELSE -x.amount_fen END) AS net,
                 SUM(CASE WHEN x.to_stage = 'disbursed' AND x.reverses_position IS NULL THEN x.amount_fen
                          WHEN x.from_stage = 'disbursed' AND x.reverses_position IS NOT NULL THEN -x.amount_fen
                          ELSE 0 END) AS paid,
                 SUM(CASE WHEN x.from_stage = 'disbursed' AND x.reverses_position IS NULL THEN x.amount_fen
                          WHEN x.to_stage = 'disbursed' AND x.reverses_position IS NOT NULL THEN -x.amount_fen
                          ELSE 0 END) AS returned
             FROM transfers x{join} WHERE {MOVED}
             GROUP BY {inner}{comma} x.grant_id, x.recipient) g{outer_group}",
        keys = outer.join(", "),
        named = named.join(", "),
        inner = inner_group.join(", "),
    );
    let mut found = ByGroup::new();
    let n = by.len();
    for row in rows(c, &query, values).await? {
        let figures = found.entry(keys(&row, n)?).or_default();
        figures.grants = number(&row, n)?;
        figures.recipients = number(&row, n + 1)?;
        set_sums(figures, number(&row, n + 2)?, number(&row, n + 3)?)?;
    }
    Ok(found)
}

/// What entered and left each stage of each allotment: (policy, allotment's document, id, stage) → (in, out).
pub(super) type Entered = BTreeMap<(String, String, i64, String), (i64, i64)>;

/// At the head from the days, else from the transfers.
pub(super) async fn entered(c: &impl ConnectionTrait, moment: &Moment, at_head: bool) -> Result<Entered> {
    const NAMES: &str = "JOIN allotments a ON a.book_id = s.book_id AND a.id = s.allotment
        JOIN policies p ON p.book_id = a.book_id AND p.id = a.policy";
    const COLUMNS: &str =
        "p.code, a.document_number, a.id, s.stage, CAST(SUM(s.in_fen) AS BIGINT), CAST(SUM(s.out_fen) AS BIGINT)";
    const GROUPED: &str = "GROUP BY p.code, a.document_number, a.id, s.stage";
    let day = moment.as_of.to_string();
    let (query, values): (String, Vec<sea_orm::Value>) = if at_head {
        (
            format!("SELECT {COLUMNS} FROM stage_days s {NAMES} WHERE s.book_id = ? AND s.effective_on <= ? {GROUPED}"),
            vec![moment.book_id.into(), day.into()],
        )
    } else {
        let half = |stage: &str, fen: &str| {
            format!(
                "SELECT book_id, allotment, {stage} AS stage, {fen} FROM transfers
                 WHERE book_id = ? AND effective_on <= ? AND position <= ?"
            )
        };
        let moved = format!(
            "{} UNION ALL {}",
            half("to_stage", "amount_fen AS in_fen, 0 AS out_fen"),
            half("from_stage", "0 AS in_fen, amount_fen AS out_fen")
        );
        let clocks = || -> Vec<sea_orm::Value> { vec![moment.book_id.into(), day.clone().into(), moment.at.into()] };
        (format!("SELECT {COLUMNS} FROM ({moved}) s {NAMES} {GROUPED}"), [clocks(), clocks()].concat())
    };
    let mut found = Entered::new();
    for row in rows(c, &query, values).await? {
        let mut names = keys(&row, 2)?;
        let stage: String = row.try_get_by_index(3).map_err(Error::internal)?;
        let (document, policy) = (names.pop().unwrap_or_default(), names.pop().unwrap_or_default());
        found.insert((policy, document, number(&row, 2)?, stage), (number(&row, 4)?, number(&row, 5)?));
    }
    Ok(found)
}
