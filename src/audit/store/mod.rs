//! Sums and counts: from what is kept by day and by interval, or from the transfers themselves.

pub mod checks;
pub mod moved;
pub mod nets;
pub mod selected;

use std::collections::{BTreeMap, HashMap};

use sea_orm::{ConnectionTrait, FromQueryResult, QueryResult, Value};

use super::rules::GroupBy;
use super::totals::Figures;
use crate::db::constraint::refused_or_internal;
use crate::db::sql;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};

/// A book at a pair of clocks.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// The book.
    pub book_id: i64,
    /// Effective day.
    pub as_of: Day,
    /// Position.
    pub at: i64,
    /// Whether `at` is the head of the snapshot that is read.
    pub is_head: bool,
}

/// Figures by the values of the group columns.
pub(super) type ByGroup = BTreeMap<Vec<String>, Figures>;

async fn rows(c: &impl ConnectionTrait, query: &str, values: Vec<Value>) -> Result<Vec<QueryResult>> {
    c.query_all_raw(sql::statement(c.get_database_backend(), query, values)).await.map_err(refused_or_internal)
}

/// Comes in to `disbursed` as a payment, or takes back a payment that was none.
const PAID: &str = "CAST(SUM(CASE WHEN t.to_stage = 'disbursed' AND t.reverses_position IS NULL THEN t.amount_fen
    WHEN t.from_stage = 'disbursed' AND t.reverses_position IS NOT NULL THEN -t.amount_fen ELSE 0 END) AS BIGINT)";
/// Leaves `disbursed` as a return or recovery, or takes back one that was none.
const RETURNED: &str = "CAST(SUM(CASE WHEN t.from_stage = 'disbursed' AND t.reverses_position IS NULL THEN t.amount_fen
    WHEN t.to_stage = 'disbursed' AND t.reverses_position IS NOT NULL THEN -t.amount_fen ELSE 0 END) AS BIGINT)";

/// The column of a table, called `t` (its allotment `a`), that holds a group's value.
const fn column(group: GroupBy) -> &'static str {
    match group {
        GroupBy::Policy => "t.policy",
        GroupBy::Subdistrict => "t.subdistrict",
        GroupBy::Industry => "t.industry",
        GroupBy::Size => "t.size",
        GroupBy::Kind => "t.kind",
        GroupBy::Month => "''",
        GroupBy::Allotment => "a.document_number",
        GroupBy::Level => "a.level",
    }
}

/// `expression AS k0, expression AS k1, …,` — with a comma behind, for figures follow.
fn keys(by: &[GroupBy], expression: impl Fn(usize, GroupBy) -> String) -> String {
    by.iter().enumerate().map(|(n, group)| format!("{} AS k{n}, ", expression(n, *group))).collect()
}

fn text_of(group: GroupBy) -> String {
    match group {
        GroupBy::Policy => "CAST(t.policy AS TEXT)".to_owned(),
        other => column(other).to_owned(),
    }
}

/// ` GROUP BY a, b`, or nothing where there is nothing to group by.
fn group_by(expressions: &[String]) -> String {
    if expressions.is_empty() { String::new() } else { format!(" GROUP BY {}", expressions.join(", ")) }
}

fn columns(by: &[GroupBy]) -> Vec<String> {
    by.iter().map(|group| column(*group).to_owned()).collect()
}

/// What a number of a row says of its group.
type Put = fn(&mut Figures, i64);

const SUMS: [(&str, Put); 2] =
    [("paid", |group, fen| group.paid = Fen::new(fen)), ("returned", |group, fen| group.returned = Fen::new(fen))];
const COUNTS: [(&str, Put); 2] =
    [("grants", |group, n| group.grants = n), ("recipients", |group, n| group.recipients = n)];

/// Runs a query whose rows are keys `k0, k1, …` and numbers, and adds them to the groups.
async fn gather(
    c: &impl ConnectionTrait,
    by: &[GroupBy],
    (query, values): (String, Vec<Value>),
    numbers: &[(&str, Put)],
    groups: &mut ByGroup,
) -> Result<()> {
    for row in rows(c, &query, values).await? {
        let mut keys = Vec::with_capacity(by.len());
        for n in 0..by.len() {
            keys.push(row.try_get::<String>("", &format!("k{n}")).map_err(refused_or_internal)?);
        }
        let group = groups.entry(keys).or_default();
        for (name, put) in numbers {
            // A sum of no rows is nothing at all.
            let value: Option<i64> = row.try_get("", name).map_err(refused_or_internal)?;
            put(group, value.unwrap_or(0));
        }
    }
    Ok(())
}

/// The figures of every group in which something is left; without group columns, of the whole.
pub(super) async fn figures(c: &impl ConnectionTrait, moment: &Moment, by: &[GroupBy]) -> Result<ByGroup> {
    let mut groups = ByGroup::new();
    if by.iter().all(|column| column.is_rolled_up()) {
        if moment.is_head {
            sums_at_head(c, moment, by, &mut groups).await?;
        } else {
            sums_at(c, moment, by, &mut groups).await?;
        }
        counts(c, moment, by, &mut groups).await?;
    } else {
        from_transfers(c, moment, by, &mut groups).await?;
    }
    for group in groups.values_mut() {
        let net = group.paid.checked_sub(group.returned);
        group.net = net.ok_or_else(|| Error::internal("a sum is too large"))?;
    }
    // What corrections took back altogether never was.
    groups.retain(|_, group| *group != Figures::default());
    named(c, moment.book_id, by, groups).await
}

#[derive(FromQueryResult)]
struct Code {
    id: i64,
    code: String,
}

/// Groups with the code of each policy in place of its id: grouping by numbers needs no join.
async fn named(c: &impl ConnectionTrait, book_id: i64, by: &[GroupBy], groups: ByGroup) -> Result<ByGroup> {
    let Some(place) = by.iter().position(|column| *column == GroupBy::Policy) else { return Ok(groups) };
    let codes: Vec<Code> = sql::all(c, "SELECT id, code FROM policies WHERE book_id = ?", vec![book_id.into()]).await?;
    let codes: HashMap<String, String> = codes.into_iter().map(|row| (row.id.to_string(), row.code)).collect();
    let rename = |mut keys: Vec<String>| {
        if let Some(key) = keys.get_mut(place)
            && let Some(code) = codes.get(key)
        {
            key.clone_from(code);
        }
        keys
    };
    Ok(groups.into_iter().map(|(keys, figures)| (rename(keys), figures)).collect())
}

/// Adds what was paid and came back by the head, from the sums kept by day.
async fn sums_at_head(c: &impl ConnectionTrait, moment: &Moment, by: &[GroupBy], groups: &mut ByGroup) -> Result<()> {
    let query = format!(
        "SELECT {}CAST(SUM(t.paid_fen) AS BIGINT) AS paid, CAST(SUM(t.returned_fen) AS BIGINT) AS returned
         FROM paid_days t WHERE t.book_id = ? AND t.effective_on <= ?{}",
        keys(by, |_, group| text_of(group)),
        group_by(&columns(by))
    );
    let values = vec![moment.book_id.into(), moment.as_of.to_string().into()];
    gather(c, by, (query, values), &SUMS, groups).await
}

/// Adds what was paid and came back as known at an older position, from the transfers.
async fn sums_at(c: &impl ConnectionTrait, moment: &Moment, by: &[GroupBy], groups: &mut ByGroup) -> Result<()> {
    let query = format!(
        "SELECT {}{PAID} AS paid, {RETURNED} AS returned FROM transfers t
         WHERE t.book_id = ? AND t.position <= ? AND t.effective_on <= ?
           AND (t.to_stage = 'disbursed' OR t.from_stage = 'disbursed'){}",
        keys(by, |_, group| text_of(group)),
        group_by(&columns(by))
    );
    let values = vec![moment.book_id.into(), moment.at.into(), moment.as_of.to_string().into()];
    gather(c, by, (query, values), &SUMS, groups).await
}

/// What a row of spans must be to hold as of the date, as known at the position.
const HOLDS: &str = "t.book_id = ? AND t.opened_at <= ? AND (t.closed_at IS NULL OR t.closed_at > ?)
    AND t.from_on <= ? AND (t.to_on IS NULL OR t.to_on > ?)";

fn holds(moment: &Moment) -> Vec<Value> {
    let as_of = moment.as_of.to_string();
    vec![moment.book_id.into(), moment.at.into(), moment.at.into(), as_of.clone().into(), as_of.into()]
}

/// Adds how many grants and recipients stood above zero, from the intervals in which they did.
async fn counts(c: &impl ConnectionTrait, moment: &Moment, by: &[GroupBy], groups: &mut ByGroup) -> Result<()> {
    if by.is_empty() {
        let whole = groups.entry(Vec::new()).or_default();
        whole.grants = standing(c, moment, "grant_spans").await?;
        whole.recipients = standing(c, moment, "recipient_spans").await?;
        return Ok(());
    }
    let inner: Vec<String> = (0..by.len()).map(|n| format!("k{n}")).collect();
    let of_recipient: Vec<String> = columns(by).into_iter().chain(["t.recipient".to_owned()]).collect();
    let query = format!(
        "SELECT {}CAST(SUM(n) AS BIGINT) AS grants, COUNT(*) AS recipients
         FROM (SELECT {}COUNT(*) AS n FROM grant_spans t WHERE {HOLDS}{}) of_recipient{}",
        keys(by, |n, _| format!("k{n}")),
        keys(by, |_, group| text_of(group)),
        group_by(&of_recipient),
        group_by(&inner)
    );
    gather(c, by, (query, holds(moment)), &COUNTS, groups).await
}

#[derive(FromQueryResult)]
struct Count {
    n: i64,
}

/// How many intervals of a table hold. Those of one grant or recipient do not overlap: each is another one.
async fn standing(c: &impl ConnectionTrait, moment: &Moment, table: &str) -> Result<i64> {
    let query = format!("SELECT COUNT(*) AS n FROM {table} t WHERE {HOLDS}");
    let row: Option<Count> = sql::one(c, &query, holds(moment)).await?;
    Ok(row.map_or(0, |row| row.n))
}

/// The month of a grant's first payment that no correction has taken back; of its first one if all were.
fn month(divided: bool) -> String {
    let first = |condition: &str| {
        let first = format!(
            "MIN(CASE WHEN t.to_stage = 'disbursed' AND t.reverses_position IS NULL{condition} THEN t.effective_on END)"
        );
        if divided { format!("MIN({first}) OVER (PARTITION BY t.grant_id)") } else { first }
    };
    format!("COALESCE(SUBSTR(COALESCE({}, {}), 1, 7), '')", first(" AND r.position IS NULL"), first(""))
}

/// Adds figures by groups for which no sums are kept, grant by grant from the transfers, in one statement.
async fn from_transfers(c: &impl ConnectionTrait, moment: &Moment, by: &[GroupBy], groups: &mut ByGroup) -> Result<()> {
    let divided = by.iter().any(|group| group.divides_grants());
    let monthly = by.contains(&GroupBy::Month);
    let allotments = if divided { " JOIN allotments a ON a.book_id = t.book_id AND a.id = t.allotment" } else { "" };
    let mut values: Vec<Value> = Vec::new();
    let as_of = moment.as_of.to_string();
    let corrections = if monthly {
        values.extend([Value::from(moment.at), as_of.clone().into()]);
        " LEFT JOIN transfers r ON r.book_id = t.book_id AND r.reverses_position = t.position
            AND r.reverses_line = t.line AND r.position <= ? AND r.effective_on <= ?"
    } else {
        ""
    };
    let grouped: Vec<String> = by
        .iter()
        .filter(|group| **group != GroupBy::Month)
        .map(|group| column(*group).to_owned())
        .chain(["t.grant_id".to_owned(), "t.recipient".to_owned()])
        .collect();
    let inner = keys(by, |_, group| if group == GroupBy::Month { month(divided) } else { text_of(group) });
    let outer: Vec<String> = (0..by.len()).map(|n| format!("k{n}")).collect();
    let query = format!(
        "SELECT {}CAST(SUM(paid) AS BIGINT) AS paid, CAST(SUM(returned) AS BIGINT) AS returned,
            COUNT(CASE WHEN paid > returned THEN 1 END) AS grants,
            COUNT(DISTINCT CASE WHEN paid > returned THEN recipient END) AS recipients
         FROM (SELECT {inner}t.recipient AS recipient, {PAID} AS paid, {RETURNED} AS returned
               FROM transfers t{allotments}{corrections}
               WHERE t.book_id = ? AND t.position <= ? AND t.effective_on <= ?
                 AND (t.to_stage = 'disbursed' OR t.from_stage = 'disbursed')
               GROUP BY {}) of_grant{}",
        keys(by, |n, _| format!("k{n}")),
        grouped.join(", "),
        group_by(&outer)
    );
    values.extend([Value::from(moment.book_id), moment.at.into(), as_of.into()]);
    let figures = [SUMS, COUNTS].concat();
    gather(c, by, (query, values), &figures, groups).await
}

/// What entered and left each stage of each allotment: (policy, allotment's document, id, stage) → (in, out).
pub(super) type Entered = BTreeMap<(String, String, i64, String), (i64, i64)>;

/// At the head from the days, else from the transfers.
pub(super) async fn entered(c: &impl ConnectionTrait, moment: &Moment) -> Result<Entered> {
    const NAMES: &str = "JOIN allotments a ON a.book_id = s.book_id AND a.id = s.allotment
        JOIN policies p ON p.book_id = a.book_id AND p.id = a.policy";
    const COLUMNS: &str =
        "p.code, a.document_number, a.id, s.stage, CAST(SUM(s.in_fen) AS BIGINT), CAST(SUM(s.out_fen) AS BIGINT)";
    const GROUPED: &str = "GROUP BY p.code, a.document_number, a.id, s.stage";
    let day = moment.as_of.to_string();
    let (query, values): (String, Vec<Value>) = if moment.is_head {
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
        let clocks = || -> Vec<Value> { vec![moment.book_id.into(), day.clone().into(), moment.at.into()] };
        (format!("SELECT {COLUMNS} FROM ({moved}) s {NAMES} {GROUPED}"), [clocks(), clocks()].concat())
    };
    let mut found = Entered::new();
    for row in rows(c, &query, values).await? {
        let name = |index: usize| row.try_get_by_index::<String>(index).map_err(refused_or_internal);
        let number = |index: usize| row.try_get_by_index::<i64>(index).map_err(refused_or_internal);
        found.insert((name(0)?, name(1)?, number(2)?, name(3)?), (number(4)?, number(5)?));
    }
    Ok(found)
}
