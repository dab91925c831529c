//! The rows of an import, as its pages and its review need them.

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use crate::db::sql;
use crate::grants::rules::{State, Warning};
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};

#[derive(Debug, FromQueryResult)]
struct Group {
    state: String,
    n: i64,
    fen: i64,
}

/// How many rows of an import stand where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportSums {
    /// Rows and their sum in each state that occurs.
    pub by_state: Vec<(State, i64, Fen)>,
}

impl ImportSums {
    /// Rows and sum in one state.
    pub fn of(&self, state: State) -> (i64, Fen) {
        self.by_state.iter().find(|(other, ..)| *other == state).map_or((0, Fen::ZERO), |(_, n, sum)| (*n, *sum))
    }
}

pub(super) fn state(code: &str) -> Result<State> {
    State::from_code(code).ok_or_else(|| Error::internal(format!("no state is called {code}")))
}

/// Counts and sums the rows of an import by state.
pub async fn import_sums(c: &impl ConnectionTrait, book_id: i64, import: i64) -> Result<ImportSums> {
    let query = "SELECT state, COUNT(*) AS n, CAST(SUM(amount_fen) AS BIGINT) AS fen FROM grants
        WHERE book_id = ? AND import_id = ? GROUP BY state ORDER BY state";
    let groups: Vec<Group> = sql::all(c, query, vec![book_id.into(), import.into()]).await?;
    let by_state: Result<_> =
        groups.into_iter().map(|group| Ok((state(&group.state)?, group.n, Fen::new(group.fen)))).collect();
    Ok(ImportSums { by_state: by_state? })
}

#[derive(Debug, FromQueryResult)]
struct Person {
    person: String,
}

/// The persons who reduced rows of an import that still wait: none of them may review it.
pub async fn reducers(c: &impl ConnectionTrait, book_id: i64, import: i64) -> Result<Vec<String>> {
    let query = "SELECT DISTINCT reduced_person AS person FROM grants
        WHERE book_id = ? AND import_id = ? AND state = 'submitted' AND reduced_person IS NOT NULL ORDER BY person";
    let found: Vec<Person> = sql::all(c, query, vec![book_id.into(), import.into()]).await?;
    Ok(found.into_iter().map(|row| row.person).collect())
}

/// A change of account that a grant waits for, or that was refused.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Awaited {
    /// The grant's reference.
    pub reference: String,
    /// The change of account.
    pub account: i64,
    /// `pending` or `refused`.
    pub state: String,
}

/// The rows of an import that wait for review and whose change of account is not approved, at most `limit` of them.
pub async fn awaited(c: &impl ConnectionTrait, book_id: i64, import: i64, limit: u64) -> Result<Vec<Awaited>> {
    let query = format!(
        "SELECT g.reference, a.id AS account, a.state FROM grants g
         JOIN accounts a ON a.book_id = g.book_id AND a.id = g.account_change
         WHERE g.book_id = ? AND g.import_id = ? AND g.state = 'submitted' AND a.state IN ('pending', 'refused')
         ORDER BY g.id LIMIT {limit}"
    );
    sql::all(c, &query, vec![book_id.into(), import.into()]).await
}

#[derive(Debug, FromQueryResult)]
struct Found {
    id: i64,
    row_line: Option<i64>,
    reference: String,
    number: String,
    name: String,
    amount_fen: i64,
    applied_fen: i64,
    state: String,
    warnings: String,
    account_change: Option<i64>,
    reason: Option<String>,
}

/// A row of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRow {
    /// The grant.
    pub id: i64,
    /// Line in the file.
    pub line: i64,
    /// Its reference.
    pub reference: String,
    /// The recipient's number, masked if personal.
    pub number: String,
    /// The recipient's name.
    pub name: String,
    /// Granted, after a reduction.
    pub amount: Fen,
    /// Applied for.
    pub applied_amount: Fen,
    /// Where it stands.
    pub state: State,
    /// What the second person confirms by approving.
    pub warnings: Vec<Warning>,
    /// The change of account that it opened or waits for.
    pub account_change: Option<i64>,
    /// Why it was struck or reduced, or refused.
    pub reason: String,
}

/// Which rows of an import are wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Only those in this state.
    pub state: Option<State>,
    /// Only those with warnings.
    pub warned: bool,
}

/// Rows of an import in the order of the file, `limit` of them after the grant `after`.
pub async fn import_rows(
    c: &impl ConnectionTrait,
    book_id: i64,
    import: i64,
    wanted: Wanted,
    after: i64,
    limit: u64,
) -> Result<Vec<ImportRow>> {
    let mut condition = String::new();
    let mut values: Vec<Value> = vec![book_id.into(), import.into(), after.into()];
    if let Some(state) = wanted.state {
        condition.push_str(" AND g.state = ?");
        values.push(state.code().into());
    }
    if wanted.warned {
        condition.push_str(" AND g.warnings <> '[]'");
    }
    let query = format!(
        "SELECT g.id, g.row_line, g.reference, r.number, g.name, g.amount_fen, g.applied_fen, g.state, g.warnings,
            g.account_change,
            (SELECT s.reason FROM grant_steps s WHERE s.book_id = g.book_id AND s.grant_id = g.id AND s.reason <> ''
                ORDER BY s.position DESC LIMIT 1) AS reason
         FROM grants g JOIN recipients r ON r.book_id = g.book_id AND r.id = g.recipient
         WHERE g.book_id = ? AND g.import_id = ? AND g.id > ?{condition} ORDER BY g.id LIMIT {limit}"
    );
    sql::all::<Found>(c, &query, values).await?.into_iter().map(read).collect()
}

fn read(row: Found) -> Result<ImportRow> {
    Ok(ImportRow {
        id: row.id,
        line: row.row_line.unwrap_or_default(),
        reference: row.reference,
        number: row.number,
        name: row.name,
        amount: Fen::new(row.amount_fen),
        applied_amount: Fen::new(row.applied_fen),
        state: state(&row.state)?,
        warnings: serde_json::from_str(&row.warnings).map_err(Error::internal)?,
        account_change: row.account_change,
        reason: row.reason.unwrap_or_default(),
    })
}
