//! What the pages show of an import beyond its own row: its rows, totals by policy, warnings by kind, names of people.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::Deserialize;

use super::ImportView;
use crate::db::sql;
use crate::imports::reading::What;
use crate::kernel::keyset::{Cut, Near};
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};

/// Most policies of one file that are shown with their effect.
const POLICIES_MAX: usize = 10_000;

/// A warning of a row, as far as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RowWarning {
    /// Its code; the sentence is `warning.CODE`.
    pub code: String,
}

/// A row as the page of its import shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowLine {
    /// The grant, or the policy.
    pub id: i64,
    /// Line in the file.
    pub line: i64,
    /// 编号; of a policy its 文号.
    pub reference: String,
    /// The recipient, or the title of a policy.
    pub name: String,
    /// The recipient's number as the book holds it; empty for a policy.
    pub number: String,
    /// Code of the policy.
    pub policy: String,
    /// What remains of the amount; a policy's first budget.
    pub amount: Fen,
    /// Where it stands.
    pub state: String,
    /// Whether it was reduced in review.
    pub is_reduced: bool,
    /// Why it was struck or reduced.
    pub reason: String,
    /// What approving confirms.
    pub warnings: Vec<RowWarning>,
}

/// Which rows are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// All of them.
    All,
    /// Those with warnings that still count.
    Warned,
    /// Those struck or reduced in review.
    Changed,
}

#[derive(Debug, FromQueryResult)]
struct GrantLine {
    id: i64,
    row_line: Option<i64>,
    reference: String,
    name: String,
    number: String,
    policy_code: String,
    amount_fen: i64,
    state: String,
    content_position: i64,
    reason: Option<String>,
    warnings: String,
}

#[derive(Debug, FromQueryResult)]
struct PolicyLine {
    id: i64,
    document_number: String,
    title: String,
    code: String,
    row_line: Option<i64>,
    amount_fen: i64,
    state: String,
    reason: String,
}

/// A page of the rows of an import, in the order of its file.
pub async fn rows(
    c: &impl ConnectionTrait,
    book_id: i64,
    view: &ImportView,
    which: Which,
    near: Near<i64>,
    limit: usize,
) -> Result<Cut<RowLine>> {
    let (beyond, direction) = if near.is_back() { ("<", "DESC") } else { (">", "ASC") };
    let values = vec![book_id.into(), view.id.into(), near.row().copied().unwrap_or_default().into()];
    let limited = limit + 1;
    let rows = if view.what == What::Policies {
        let condition = match which {
            Which::All => "",
            Which::Warned => " AND 1 = 0",
            Which::Changed => " AND p.state = 'struck'",
        };
        let query = format!(
            "SELECT p.id, p.document_number, p.title, p.code, p.row_line, p.state,
                COALESCE((SELECT v.reason FROM policy_versions v WHERE v.book_id = p.book_id AND v.policy = p.id
                    AND v.state = 'struck' ORDER BY v.position LIMIT 1), '') AS reason,
                CAST(COALESCE((SELECT SUM(b.amount_fen) FROM budget_changes b
                    JOIN allotments a ON a.book_id = b.book_id AND a.id = b.allotment
                    WHERE a.book_id = p.book_id AND a.policy = p.id
                    AND b.id BETWEEN {} AND {}), 0) AS BIGINT) AS amount_fen
             FROM policies p WHERE p.book_id = ? AND p.import_id = ? AND p.id {beyond} ?{condition}
             ORDER BY p.id {direction} LIMIT {limited}",
            view.first, view.last
        );
        let lines: Vec<PolicyLine> = sql::all(c, &query, values).await?;
        lines.into_iter().map(of_policy).collect()
    } else {
        let query = grant_lines(which, beyond, direction, limited);
        let lines: Vec<GrantLine> = sql::all(c, &query, values).await?;
        lines.into_iter().map(of_grant).collect::<Result<Vec<_>>>()?
    };
    Ok(near.cut(rows, limit))
}

/// One row of an import.
pub async fn row(c: &impl ConnectionTrait, book_id: i64, view: &ImportView, id: i64) -> Result<RowLine> {
    let found = rows(c, book_id, view, Which::All, Near::After(id - 1), 1).await?.rows;
    found.into_iter().find(|row| row.id == id).ok_or(Error::NotFound)
}

fn grant_lines(which: Which, beyond: &str, direction: &str, limit: usize) -> String {
    let condition = match which {
        Which::All => "",
        Which::Warned => " AND g.warnings NOT IN ('', '[]') AND g.state <> 'struck'",
        Which::Changed => " AND (g.state = 'struck' OR g.content_position <> g.id)",
    };
    format!(
        "SELECT g.id, g.row_line, g.reference, g.name, r.number, p.code AS policy_code, g.amount_fen, g.state,
            g.content_position, g.warnings,
            (SELECT s.reason FROM grant_steps s WHERE s.book_id = g.book_id AND s.grant_id = g.id AND s.reason <> ''
                ORDER BY s.position DESC LIMIT 1) AS reason
         FROM whole_grants g
         JOIN recipients r ON r.book_id = g.book_id AND r.id = g.recipient
         JOIN policies p ON p.book_id = g.book_id AND p.id = g.policy
         WHERE g.book_id = ? AND g.import_id = ? AND g.id {beyond} ?{condition}
         ORDER BY g.id {direction} LIMIT {limit}"
    )
}

fn of_policy(line: PolicyLine) -> RowLine {
    RowLine {
        id: line.id,
        line: line.row_line.unwrap_or_default(),
        reference: line.document_number,
        name: line.title,
        number: String::new(),
        policy: line.code,
        amount: Fen::new(line.amount_fen),
        state: line.state,
        is_reduced: false,
        reason: line.reason,
        warnings: Vec::new(),
    }
}

fn of_grant(line: GrantLine) -> Result<RowLine> {
    let warnings = if line.warnings.is_empty() { "[]" } else { line.warnings.as_str() };
    Ok(RowLine {
        warnings: serde_json::from_str(warnings).map_err(Error::internal)?,
        is_reduced: line.state != "struck" && line.content_position != line.id,
        id: line.id,
        line: line.row_line.unwrap_or_default(),
        reference: line.reference,
        name: line.name,
        number: line.number,
        policy: line.policy_code,
        amount: Fen::new(line.amount_fen),
        state: line.state,
        reason: line.reason.unwrap_or_default(),
    })
}

/// What an import means for one policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyEffect {
    /// Code of the policy.
    pub code: String,
    /// Its title.
    pub title: String,
    /// Rows that count.
    pub rows: i64,
    /// Their sum; the first budget of a policy that the file brings.
    pub sum: Fen,
    /// What is available of its budget now.
    pub available: Fen,
}

#[derive(Debug, FromQueryResult)]
struct EffectLine {
    code: String,
    title: String,
    row_count: i64,
    sum_fen: i64,
    available_fen: i64,
}

/// Rows and sums of an import by policy, with what is available of each budget now.
pub async fn by_policy(c: &impl ConnectionTrait, book_id: i64, view: &ImportView) -> Result<Vec<PolicyEffect>> {
    if view.what == What::Policies {
        let all = rows(c, book_id, view, Which::All, Near::Start, POLICIES_MAX).await?;
        let remain = all.rows.into_iter().filter(|row| row.state != "struck");
        let effect = |row: RowLine| PolicyEffect {
            code: row.policy,
            title: row.name,
            rows: 1,
            sum: row.amount,
            available: Fen::new(0),
        };
        return Ok(remain.map(effect).collect());
    }
    let lines: Vec<EffectLine> = sql::all(
        c,
        "SELECT p.code, p.title, w.row_count, w.sum_fen,
            CAST(COALESCE((SELECT SUM(b.amount_fen) FROM balances b
                JOIN allotments a ON a.book_id = b.book_id AND a.id = b.allotment
                WHERE a.book_id = p.book_id AND a.policy = p.id AND b.stage = 'available'), 0) AS BIGINT)
                AS available_fen
         FROM policies p JOIN (
            SELECT g.policy, CAST(COUNT(*) AS BIGINT) AS row_count, CAST(SUM(g.amount_fen) AS BIGINT) AS sum_fen
            FROM whole_grants g WHERE g.book_id = ? AND g.import_id = ? AND g.state <> 'struck' GROUP BY g.policy
         ) w ON w.policy = p.id
         WHERE p.book_id = ? ORDER BY p.code",
        vec![book_id.into(), view.id.into(), book_id.into()],
    )
    .await?;
    let effect = |line: EffectLine| PolicyEffect {
        code: line.code,
        title: line.title,
        rows: line.row_count,
        sum: Fen::new(line.sum_fen),
        available: Fen::new(line.available_fen),
    };
    Ok(lines.into_iter().map(effect).collect())
}

#[derive(Debug, FromQueryResult)]
struct Number {
    n: i64,
}

/// How many rows that count have each of these kinds of warning; kinds that none has are left out.
pub async fn warned_by_kind(
    c: &impl ConnectionTrait,
    book_id: i64,
    view: &ImportView,
    codes: &[&'static str],
) -> Result<Vec<(&'static str, i64)>> {
    let mut found = Vec::new();
    if view.what == What::Policies || view.warnings == 0 {
        return Ok(found);
    }
    for code in codes {
        let counted: Option<Number> = sql::one(
            c,
            "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM whole_grants
             WHERE book_id = ? AND import_id = ? AND state <> 'struck' AND warnings LIKE ? ESCAPE '\\'",
            vec![book_id.into(), view.id.into(), sql::contains(&format!("\"code\":\"{code}\"")).into()],
        )
        .await?;
        found.extend(counted.map(|counted| (*code, counted.n)).filter(|(_, n)| *n > 0));
    }
    Ok(found)
}

#[derive(Debug, FromQueryResult)]
struct Named {
    actor_uid: String,
    name: String,
}

/// The names of everybody who ever acted in the book, by their uid.
pub async fn names(c: &impl ConnectionTrait, book_id: i64) -> Result<HashMap<String, String>> {
    let query = "SELECT actor_uid, name FROM actors WHERE book_id = ? ORDER BY position";
    let named: Vec<Named> = sql::all(c, query, vec![book_id.into()]).await?;
    Ok(named.into_iter().map(|named| (named.actor_uid, named.name)).collect())
}

/// How many imports wait for this person to decide: files of policies if `policies`, of grants if `grants`.
pub async fn waiting_for(
    c: &impl ConnectionTrait,
    book_id: i64,
    person: &str,
    policies: bool,
    grants: bool,
) -> Result<i64> {
    let what = match (policies, grants) {
        (true, true) => "",
        (true, false) => " AND what = 'policies'",
        (false, true) => " AND what <> 'policies'",
        (false, false) => return Ok(0),
    };
    let query = format!(
        "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM imports WHERE book_id = ?{what}
         AND ((state = 'submitted' AND prepared_person <> ?) OR (state = 'undo_pending' AND undo_person <> ?))"
    );
    let counted: Option<Number> = sql::one(c, &query, vec![book_id.into(), person.into(), person.into()]).await?;
    Ok(counted.map_or(0, |counted| counted.n))
}
