//! Which vouchers transfers take back, and which transfers no voucher stands for.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::db::sql;
use crate::funds::Stage;
use crate::journal::ActorUid;
use crate::kernel::{Error, Result};
use crate::vouchers::rules::{Act, VoucherKind};

/// Positions from the first to the last.
pub type Span = (i64, i64);

#[derive(FromQueryResult)]
struct Ends {
    first: Option<i64>,
    last: Option<i64>,
}

/// A voucher of which something is taken back.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Cancelled {
    /// The voucher.
    pub id: i64,
    /// Its month.
    pub month: String,
    /// Its number in its month.
    pub number: i64,
    /// Its day.
    pub made_on: String,
    /// What it comes to.
    pub sum_fen: i64,
    /// What is taken back of it.
    pub taken_fen: i64,
}

/// The vouchers of a type whose transfers those at these positions reverse that count in `month` and went the `ways`: a
/// voucher stands only for the moves that its rules post, not for all of its act.
pub async fn cancelled(
    c: &impl ConnectionTrait,
    book_id: i64,
    (kind, month, ways): (VoucherKind, &str, &BTreeSet<(Stage, Stage)>),
    (first, last): Span,
) -> Result<Vec<Cancelled>> {
    let ends = "SELECT MIN(reverses_position) AS first, MAX(reverses_position) AS last FROM transfers
         WHERE book_id = ? AND position BETWEEN ? AND ? AND reverses_position IS NOT NULL";
    let ends: Option<Ends> = sql::one(c, ends, vec![book_id.into(), first.into(), last.into()]).await?;
    let Some((from, to)) = ends.and_then(|ends| ends.first.zip(ends.last)) else { return Ok(Vec::new()) };
    let gone: Vec<String> = ways
        .iter()
        .map(|(from, to)| format!("o.from_stage = '{}' AND o.to_stage = '{}'", from.code(), to.code()))
        .collect();
    let query = format!(
        "SELECT v.id, v.month, v.number, v.made_on, v.sum_fen, CAST(SUM(t.amount_fen) AS BIGINT) AS taken_fen
         FROM transfers t
         JOIN transfers o ON o.book_id = t.book_id AND o.position = t.reverses_position AND o.line = t.reverses_line
         JOIN vouchers v ON v.book_id = o.book_id AND o.position BETWEEN v.first_position AND v.last_position
             AND v.month = substr(o.effective_on, 1, 7)
         WHERE t.book_id = ? AND t.position BETWEEN ? AND ? AND substr(t.effective_on, 1, 7) = ?
             AND v.kind = ? AND v.is_red = 0 AND v.last_position >= ? AND v.first_position <= ?
             AND ({})
             AND (v.act <> 'gathering' OR NOT EXISTS (SELECT 1 FROM vouchers w WHERE w.book_id = v.book_id
                 AND w.act <> 'gathering' AND w.last_position >= o.position AND w.first_position <= o.position))
         GROUP BY v.id, v.month, v.number, v.made_on, v.sum_fen ORDER BY v.month, v.number",
        gone.join(" OR ")
    );
    let values =
        vec![book_id.into(), first.into(), last.into(), month.into(), kind.code().into(), from.into(), to.into()];
    sql::all(c, &query, values).await
}

#[derive(FromQueryResult)]
struct SpanRow {
    first_position: i64,
    last_position: i64,
}

/// The positions up to `head` for which no voucher stands: those behind what was gathered last, without those of acts
/// with vouchers of their own.
pub async fn open_spans(c: &impl ConnectionTrait, book_id: i64, head: i64) -> Result<Vec<Span>> {
    let gathered = "SELECT MIN(first_position) AS first, MAX(last_position) AS last FROM vouchers
         WHERE book_id = ? AND act = ?";
    let values = vec![book_id.into(), Act::Gathering.code().into()];
    let gathered = sql::one::<Ends>(c, gathered, values).await?.and_then(|ends| ends.last).unwrap_or_default();
    let query = "SELECT DISTINCT first_position, last_position FROM vouchers
         WHERE book_id = ? AND last_position > ? AND act <> ? ORDER BY first_position, last_position";
    let values = vec![book_id.into(), gathered.into(), Act::Gathering.code().into()];
    let rows: Vec<SpanRow> = sql::all(c, query, values).await?;
    let mut between = Vec::new();
    let mut next = gathered + 1;
    for row in rows {
        if row.first_position > next {
            between.push((next, row.first_position - 1));
        }
        next = next.max(row.last_position + 1);
    }
    if next <= head {
        between.push((next, head));
    }
    Ok(between)
}

/// Who let the money of these positions move.
pub async fn movers(c: &impl ConnectionTrait, book_id: i64, (first, last): Span) -> Result<Vec<ActorUid>> {
    #[derive(FromQueryResult)]
    struct Mover {
        actor_uid: ActorUid,
    }
    let query = "SELECT DISTINCT e.actor_uid FROM events e WHERE e.book_id = ? AND e.position IN (
        SELECT t.position FROM transfers t WHERE t.book_id = ? AND t.position BETWEEN ? AND ?)";
    let values = vec![book_id.into(), book_id.into(), first.into(), last.into()];
    let rows: Vec<Mover> = sql::all(c, query, values).await?;
    Ok(rows.into_iter().map(|row| row.actor_uid).collect())
}

/// How many documents the money of these positions moved by: those of the awards, and those of allotments whose budgets
/// moved.
pub async fn papers(c: &impl ConnectionTrait, book_id: i64, spans: &[Span]) -> Result<i64> {
    #[derive(FromQueryResult)]
    struct Named {
        document: String,
    }
    let mut documents = BTreeSet::new();
    for (first, last) in spans {
        let query =
            "SELECT DISTINCT CASE WHEN t.grant_id IS NULL THEN a.document_number ELSE g.award_document END AS document
             FROM transfers t
             JOIN allotments a ON a.book_id = t.book_id AND a.id = t.allotment
             LEFT JOIN grants g ON g.book_id = t.book_id AND g.id = t.grant_id
             WHERE t.book_id = ? AND t.position BETWEEN ? AND ?";
        let rows: Vec<Named> = sql::all(c, query, vec![book_id.into(), (*first).into(), (*last).into()]).await?;
        documents.extend(rows.into_iter().map(|row| row.document).filter(|document| !document.is_empty()));
    }
    i64::try_from(documents.len()).map_err(Error::internal)
}

/// Transfers up to the head of which no voucher speaks: their number, by month.
pub async fn uncovered(c: &impl ConnectionTrait, book_id: i64, head: i64) -> Result<Vec<(String, i64)>> {
    #[derive(FromQueryResult)]
    struct Count {
        month: String,
        n: i64,
    }
    let mut months = std::collections::BTreeMap::new();
    for (first, last) in open_spans(c, book_id, head).await? {
        let query = "SELECT substr(effective_on, 1, 7) AS month, COUNT(*) AS n FROM transfers
             WHERE book_id = ? AND position BETWEEN ? AND ? GROUP BY 1";
        let rows: Vec<Count> = sql::all(c, query, vec![book_id.into(), first.into(), last.into()]).await?;
        for row in rows {
            *months.entry(row.month).or_insert(0) += row.n;
        }
    }
    Ok(months.into_iter().collect())
}
