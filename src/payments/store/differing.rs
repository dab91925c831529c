//! Lines of the bank's files and what differs about them, as pages show them.

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::bank::{Discrepancy, Line, of_row};
use super::{AT_ONCE, places};
use crate::db::entity::{bank_lines, discrepancies as rows};
use crate::db::sql;
use crate::kernel::money::Fen;
use crate::kernel::tree::{Hash, root_of};
use crate::kernel::{Error, Result};
use crate::payments::rules::Name;

/// Which lines of a file are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WhichLines {
    /// All of them.
    #[default]
    All,
    /// Those from which something followed.
    Applied,
    /// Those about which something differs or differed.
    Differing,
    /// Those that say nothing about a payment: fees, interest, transfers.
    Other,
}

impl WhichLines {
    /// All choices.
    pub const ALL: [Self; 4] = [Self::All, Self::Applied, Self::Differing, Self::Other];

    /// The word of addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Applied => "applied",
            Self::Differing => "differing",
            Self::Other => "other",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|which| which.code() == code)
    }

    const fn condition(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Applied => " AND l.applied = 1",
            Self::Differing => {
                " AND EXISTS (SELECT 1 FROM discrepancies d WHERE d.book_id = l.book_id AND d.line_id = l.id)"
            }
            Self::Other => {
                " AND l.applied = 0
                 AND NOT EXISTS (SELECT 1 FROM discrepancies d WHERE d.book_id = l.book_id AND d.line_id = l.id)"
            }
        }
    }
}

/// Lines of a file in their order, `limit` of them after the id `after`.
pub async fn lines_of(
    c: &impl ConnectionTrait,
    book_id: i64,
    file: i64,
    which: WhichLines,
    (after, limit): (i64, u64),
) -> Result<Vec<Line>> {
    let query = format!(
        "SELECT l.* FROM bank_lines l WHERE l.book_id = ? AND l.file = ? AND l.id > ?{} ORDER BY l.id LIMIT {limit}",
        which.condition()
    );
    sql::all(c, &query, vec![book_id.into(), file.into(), after.into()]).await
}

#[derive(Debug, FromQueryResult)]
struct Count {
    n: i64,
}

/// How many lines of a file there are of a kind.
pub async fn count_lines(c: &impl ConnectionTrait, book_id: i64, file: i64, which: WhichLines) -> Result<i64> {
    let query =
        format!("SELECT COUNT(*) AS n FROM bank_lines l WHERE l.book_id = ? AND l.file = ?{}", which.condition());
    Ok(sql::one::<Count>(c, &query, vec![book_id.into(), file.into()]).await?.map_or(0, |count| count.n))
}

/// Which differences a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DifferenceFilter {
    /// Of this name.
    pub name: Option<Name>,
    /// `open`, `settled` or `undone`.
    pub state: Option<String>,
    /// Of this file.
    pub file: Option<i64>,
    /// Of this line.
    pub line: Option<i64>,
}

impl DifferenceFilter {
    fn conditions(&self, book_id: i64) -> (String, Vec<Value>) {
        let mut conditions = String::from("book_id = ?");
        let mut values: Vec<Value> = vec![book_id.into()];
        let mut add = |condition: &str, value: Value| {
            conditions.push_str(" AND ");
            conditions.push_str(condition);
            values.push(value);
        };
        if let Some(name) = self.name {
            add("name = ?", name.code().into());
        }
        if let Some(state) = &self.state {
            add("state = ?", state.clone().into());
        }
        if let Some(file) = self.file {
            add("file = ?", file.into());
        }
        if let Some(line) = self.line {
            add("line_id = ?", line.into());
        }
        (conditions, values)
    }
}

#[derive(Debug, FromQueryResult)]
struct LineId {
    line_id: i64,
}

/// The lines about which something differs, in their order: `limit` of them after the id `after`.
pub async fn differing_lines(
    c: &impl ConnectionTrait,
    book_id: i64,
    filter: &DifferenceFilter,
    (after, limit): (i64, u64),
) -> Result<Vec<Line>> {
    let (conditions, mut values) = filter.conditions(book_id);
    values.push(after.into());
    let query = format!(
        "SELECT DISTINCT line_id FROM discrepancies WHERE {conditions} AND line_id > ? ORDER BY line_id LIMIT {limit}"
    );
    let ids: Vec<LineId> = sql::all(c, &query, values).await?;
    let ids: Vec<i64> = ids.into_iter().map(|row| row.line_id).collect();
    let mut found: Vec<bank_lines::Model> = by_lines(c, book_id, "SELECT * FROM bank_lines", "id", &ids).await?;
    found.sort_unstable_by_key(|line| line.id);
    Ok(found)
}

/// All that differs about these lines.
pub async fn differences_of(c: &impl ConnectionTrait, book_id: i64, lines: &[i64]) -> Result<Vec<Discrepancy>> {
    let found: Vec<rows::Model> = by_lines(c, book_id, "SELECT * FROM discrepancies", "line_id", lines).await?;
    found.into_iter().map(of_row).collect()
}

async fn by_lines<M: FromQueryResult>(
    c: &impl ConnectionTrait,
    book_id: i64,
    select: &str,
    column: &str,
    ids: &[i64],
) -> Result<Vec<M>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(AT_ONCE) {
        let mut values: Vec<Value> = vec![book_id.into()];
        values.extend(chunk.iter().map(|id| Value::from(*id)));
        let query = format!("{select} WHERE book_id = ? AND {column} IN ({})", places(chunk.len()));
        found.extend(sql::all::<M>(c, &query, values).await?);
    }
    Ok(found)
}

#[derive(Debug, FromQueryResult)]
struct Named {
    name: String,
    n: i64,
}

/// How many differences of each name a filter finds, whatever name it asks for.
pub async fn difference_counts(
    c: &impl ConnectionTrait,
    book_id: i64,
    filter: &DifferenceFilter,
) -> Result<Vec<(Name, i64)>> {
    let (conditions, values) = DifferenceFilter { name: None, ..filter.clone() }.conditions(book_id);
    let query = format!("SELECT name, COUNT(*) AS n FROM discrepancies WHERE {conditions} GROUP BY name");
    let named: Vec<Named> = sql::all(c, &query, values).await?;
    let named = named.into_iter().filter_map(|row| Some((Name::from_code(&row.name)?, row.n)));
    let mut counted: Vec<(Name, i64)> = named.collect();
    counted.sort_unstable();
    Ok(counted)
}

/// The open differences of a file that have one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenTogether {
    /// The lines, in their order.
    pub lines: Vec<i64>,
    /// What they add up to, as far as they say an amount.
    pub sum: Fen,
    /// Hex root over the leaves of the events of these lines: what a person looked at.
    pub digest: String,
}

#[derive(Debug, FromQueryResult)]
struct OpenRow {
    line_id: i64,
    amount_fen: Option<i64>,
    leaf_hash: Vec<u8>,
}

/// All open differences of a file that have a name, to be settled together.
pub async fn open_together(c: &impl ConnectionTrait, book_id: i64, file: i64, name: Name) -> Result<OpenTogether> {
    let query = "SELECT d.line_id, l.amount_fen, e.leaf_hash FROM discrepancies d
        JOIN bank_lines l ON l.book_id = d.book_id AND l.id = d.line_id
        JOIN events e ON e.book_id = d.book_id AND e.position = d.line_id
        WHERE d.book_id = ? AND d.file = ? AND d.name = ? AND d.state = 'open' ORDER BY d.line_id";
    let rows: Vec<OpenRow> = sql::all(c, query, vec![book_id.into(), file.into(), name.code().into()]).await?;
    let leaves: Vec<Hash> =
        rows.iter().map(|row| Hash::from_slice(&row.leaf_hash).map_err(Error::internal)).collect::<Result<_>>()?;
    let sum = Fen::sum(rows.iter().filter_map(|row| row.amount_fen).map(Fen::new));
    Ok(OpenTogether {
        lines: rows.iter().map(|row| row.line_id).collect(),
        sum: sum.ok_or_else(|| Error::internal(format!("the lines of file {file} add up to more than an amount")))?,
        digest: root_of(leaves).to_string(),
    })
}
