//! The rows of an import, as its pages and its review need them.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait, DatabaseConnection, FromQueryResult, Value};

use super::day;
use crate::db::sql;
use crate::grants::rules::{State, Warning};
use crate::journal::{Cell, scan};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::tree::{Edge, Hash};
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
    let query = "SELECT state, COUNT(*) AS n, CAST(SUM(amount_fen) AS BIGINT) AS fen FROM whole_grants
        WHERE book_id = ? AND import_id = ? GROUP BY state ORDER BY state";
    let groups: Vec<Group> = sql::all(c, query, vec![book_id.into(), import.into()]).await?;
    let by_state: Result<_> =
        groups.into_iter().map(|group| Ok((state(&group.state)?, group.n, Fen::new(group.fen)))).collect();
    Ok(ImportSums { by_state: by_state? })
}

/// What a part of an import's money is.
pub type Part = (i64, i64, Option<Day>);

/// The rows of an import that remain, as a decision on them needs to know them; from one reading of the rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remaining {
    /// Rows.
    pub rows: i64,
    /// Their sum.
    pub sum: Fen,
    /// Rows with a warning.
    pub warnings: i64,
    /// Rows struck in review.
    pub struck: i64,
    /// Rows reduced in review.
    pub reduced: i64,
    /// Hex digest of the rows that wait: root over the leaves of the events that fixed them, in position order.
    pub digest: String,
    /// The persons who reduced one that waits: none of them may review it.
    pub reducers: BTreeSet<String>,
    /// Whether one that waits opened a change of account, or waits for one.
    pub(in crate::grants) changes_accounts: bool,
    /// What the rows that wait move, by policy, allotment and day of payment.
    pub(in crate::grants) parts: BTreeMap<Part, Fen>,
}

/// Reads the rows of an import one by one, so that a million of them need no memory.
pub async fn remaining(c: &DatabaseConnection, book_id: i64, import: i64) -> Result<Remaining> {
    let mut reading = Reading::default();
    let query = format!(
        "SELECT id, state, amount_fen, warnings, content_position, content_leaf, reduced_person, account_change, policy,
            allotment, paid_on
         FROM whole_grants WHERE book_id = {book_id} AND import_id = {import} ORDER BY id"
    );
    scan(c, &query, |cells| reading.take(cells)).await?;
    if reading.is_shared {
        let query = format!(
            "SELECT g.policy, s.allotment, g.paid_on, CAST(SUM(s.amount_fen) AS BIGINT) FROM whole_grants g
             JOIN grant_splits s ON s.book_id = g.book_id AND s.grant_id = g.id
             WHERE g.book_id = {book_id} AND g.import_id = {import} AND g.state = 'submitted' AND g.allotment IS NULL
             GROUP BY g.policy, s.allotment, g.paid_on"
        );
        scan(c, &query, |cells| match cells {
            [policy, allotment, paid_on, fen] => reading.pay(policy.int()?, allotment.int()?, paid_on, fen.int()?),
            _ => Err(Error::internal("a part has four columns")),
        })
        .await?;
    }
    reading.end()
}

/// What is known while the rows go by.
#[derive(Default)]
struct Reading {
    found: Remaining,
    edge: Edge,
    /// Leaves of later events than the rows' own, by position.
    later: BTreeMap<i64, Hash>,
    is_shared: bool,
}

impl Reading {
    fn take(&mut self, cells: &[Cell]) -> Result<()> {
        let [id, state, amount, warnings, position, leaf, reducer, change, policy, allotment, paid_on] = cells else {
            return Err(Error::internal("a row has eleven columns"));
        };
        let (is_reduced, fen) = (position != id, amount.int()?);
        if state.text() == State::Struck.code() {
            self.found.struck += 1;
            return Ok(());
        }
        self.found.rows += 1;
        self.found.sum = added(self.found.sum, fen)?;
        self.found.warnings += i64::from(!matches!(warnings.text(), "" | "[]"));
        self.found.reduced += i64::from(is_reduced);
        if state.text() != State::Submitted.code() {
            return Ok(());
        }
        let leaf = Hash::from_slice(leaf.bytes()).map_err(Error::internal)?;
        if is_reduced {
            self.later.insert(position.int()?, leaf);
        } else {
            self.edge.push(leaf);
        }
        if !reducer.text().is_empty() && !self.found.reducers.contains(reducer.text()) {
            self.found.reducers.insert(reducer.text().to_owned());
        }
        self.found.changes_accounts |= *change != Cell::Null;
        match allotment.opt_int() {
            Some(allotment) => self.pay(policy.int()?, allotment, paid_on, fen),
            None => {
                self.is_shared = true;
                Ok(())
            }
        }
    }

    fn pay(&mut self, policy: i64, allotment: i64, paid_on: &Cell, fen: i64) -> Result<()> {
        let paid_on = Some(paid_on.text()).filter(|day| !day.is_empty()).map(day).transpose()?;
        let sum = self.found.parts.entry((policy, allotment, paid_on)).or_default();
        *sum = added(*sum, fen)?;
        Ok(())
    }

    fn end(mut self) -> Result<Remaining> {
        for leaf in self.later.into_values() {
            self.edge.push(leaf);
        }
        self.found.digest = self.edge.root().to_string();
        Ok(self.found)
    }
}

fn added(sum: Fen, fen: i64) -> Result<Fen> {
    sum.checked_add(Fen::new(fen)).ok_or_else(|| Error::internal("a sum leaves the range"))
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
        "SELECT g.reference, a.id AS account, a.state FROM whole_grants g
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
         FROM whole_grants g JOIN recipients r ON r.book_id = g.book_id AND r.id = g.recipient
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
