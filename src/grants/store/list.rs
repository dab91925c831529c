//! Lists of grants: filtered, searched, sorted, page after page without counting what was passed.

use std::collections::HashMap;
use std::fmt::Write as _;

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::day;
use super::import::state;
use crate::db::sql;
use crate::grants::rules::State;
use crate::kernel::dates::Day;
use crate::kernel::keyset::{Cut, Near};
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result, text};
use crate::recipients;

/// Most lines of one page.
const PAGE_MAX: usize = 500;

/// Which grants are wanted; what is empty filters nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this policy.
    pub policy: Option<i64>,
    /// In one of these states.
    pub states: Vec<State>,
    /// Of this sub-district.
    pub subdistrict: Option<String>,
    /// Applied for on this day or later.
    pub applied_from: Option<Day>,
    /// Applied for on this day or earlier.
    pub applied_to: Option<Day>,
    /// Of at least so much.
    pub amount_from: Option<Fen>,
    /// Of at most so much.
    pub amount_to: Option<Fen>,
    /// Of this recipient.
    pub recipient: Option<i64>,
    /// Of this import.
    pub import: Option<i64>,
    /// Prepared by this actor.
    pub prepared_by: Option<String>,
    /// The name holds this, or the recipient's number or the reference begins with it.
    pub search: String,
}

impl Filter {
    /// Conditions on the table `g`, with their values.
    fn conditions(&self, book_id: i64) -> (String, Vec<Value>) {
        let mut sql = "g.book_id = ?".to_owned();
        let mut values: Vec<Value> = vec![book_id.into()];
        let mut and = |condition: &str, value: Value| {
            sql.push_str(" AND ");
            sql.push_str(condition);
            values.push(value);
        };
        let day = |day: Day| Value::from(day.to_string());
        self.policy.into_iter().for_each(|id| and("g.policy = ?", id.into()));
        self.recipient.into_iter().for_each(|id| and("g.recipient = ?", id.into()));
        self.import.into_iter().for_each(|id| and("g.import_id = ?", id.into()));
        self.subdistrict.iter().for_each(|name| and("g.subdistrict = ?", name.clone().into()));
        self.prepared_by.iter().for_each(|uid| and("g.prepared_by = ?", uid.clone().into()));
        self.applied_from.into_iter().for_each(|from| and("g.applied_on >= ?", day(from)));
        self.applied_to.into_iter().for_each(|to| and("g.applied_on <= ?", day(to)));
        self.amount_from.into_iter().for_each(|from| and("g.amount_fen >= ?", from.get().into()));
        self.amount_to.into_iter().for_each(|to| and("g.amount_fen <= ?", to.get().into()));
        if !self.states.is_empty() {
            let _ = write!(sql, " AND g.state IN ({})", super::places(self.states.len()));
            values.extend(self.states.iter().map(|state| Value::from(state.code())));
        }
        let (found, more) = found_by(book_id, &self.search);
        sql.push_str(&found);
        values.extend(more);
        (sql, values)
    }
}

/// A further condition on the grant `g`, with its values: that its recipient is found by words, or its reference begins so.
/// Words of which nothing is left when they are folded ask for nothing.
pub fn found_by(book_id: i64, search: &str) -> (String, Vec<Value>) {
    let folded = text::fold(search);
    if folded.is_empty() {
        return (String::new(), Vec::new());
    }
    let (matching, of_recipient) = recipients::matching("r", &folded);
    let condition = format!(
        " AND (g.recipient IN (SELECT r.id FROM recipients r WHERE r.book_id = ? AND {matching})
            OR g.reference >= ? AND g.reference < ?)"
    );
    let prefix = search.trim().to_owned();
    let end = format!("{prefix}\u{10FFFF}");
    let of_reference = [Value::from(prefix), Value::from(end)];
    let values = [vec![book_id.into()], of_recipient.into_iter().collect(), of_reference.to_vec()].concat();
    (condition, values)
}

/// By what a list is sorted; the position decides among equals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// When it was recorded.
    #[default]
    Position,
    /// Amount.
    Amount,
    /// Name.
    Name,
    /// Day of the application.
    AppliedOn,
}

impl Sort {
    /// All ways to sort.
    pub const ALL: [Self; 4] = [Self::Position, Self::Amount, Self::Name, Self::AppliedOn];

    /// The word in addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Position => "position",
            Self::Amount => "amount",
            Self::Name => "name",
            Self::AppliedOn => "applied_on",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.code() == code)
    }

    const fn column(self) -> &'static str {
        match self {
            Self::Position => "g.id",
            Self::Amount => "g.amount_fen",
            Self::Name => "g.name_folded",
            Self::AppliedOn => "g.applied_on",
        }
    }

    /// The value of a cursor as the column holds it.
    fn value(self, cursor: &Cursor) -> Result<Value> {
        Ok(match self {
            Self::Position => cursor.id.into(),
            Self::Amount => cursor.value.parse::<i64>().map_err(|_| Error::NotFound)?.into(),
            Self::Name | Self::AppliedOn => cursor.value.clone().into(),
        })
    }
}

/// In which order a list stands; without more said, the newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Order {
    /// By what.
    pub by: Sort,
    /// Smallest first.
    pub ascending: bool,
}

/// A place in a list: a line's sort value and id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    value: String,
    id: i64,
}

impl Cursor {
    /// Reads what `Display` writes into an address.
    pub fn parse(written: &str) -> Option<Self> {
        let (id, value) = written.split_once('.')?;
        Some(Self { value: value.to_owned(), id: id.parse().ok()? })
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.id, self.value)
    }
}

/// One line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The grant.
    pub id: i64,
    /// Its reference.
    pub reference: String,
    /// Its policy.
    pub policy: i64,
    /// The policy's code.
    pub policy_code: String,
    /// Its recipient.
    pub recipient: i64,
    /// The recipient's number, masked if personal.
    pub number: String,
    /// Name when it was recorded.
    pub name: String,
    /// Sub-district when it was recorded.
    pub subdistrict: String,
    /// Granted.
    pub amount: Fen,
    /// Day of the application.
    pub applied_on: Day,
    /// Where it stands.
    pub state: State,
    /// `page`, `file` or `history`.
    pub origin: String,
    /// Its import.
    pub import: Option<i64>,
    /// Whether a second person must confirm something.
    pub warned: bool,
}

#[derive(Debug, FromQueryResult)]
struct Row {
    id: i64,
    reference: String,
    policy: i64,
    policy_code: String,
    recipient: i64,
    number: String,
    name: String,
    name_folded: String,
    subdistrict: String,
    amount_fen: i64,
    applied_on: String,
    state: String,
    origin: String,
    import_id: Option<i64>,
    warnings: String,
}

impl Row {
    fn cursor(&self, by: Sort) -> Cursor {
        let value = match by {
            Sort::Position => String::new(),
            Sort::Amount => self.amount_fen.to_string(),
            Sort::Name => self.name_folded.clone(),
            Sort::AppliedOn => self.applied_on.clone(),
        };
        Cursor { value, id: self.id }
    }

    fn line(self) -> Result<Line> {
        Ok(Line {
            id: self.id,
            reference: self.reference,
            policy: self.policy,
            policy_code: self.policy_code,
            recipient: self.recipient,
            number: self.number,
            name: self.name,
            subdistrict: self.subdistrict,
            amount: Fen::new(self.amount_fen),
            applied_on: day(&self.applied_on)?,
            state: state(&self.state)?,
            origin: self.origin,
            import: self.import_id,
            warned: self.warnings != "[]",
        })
    }
}

/// The grants that a filter lets through, in order, `limit` of them near a cursor; each with the cursor of its line.
pub async fn page(
    c: &impl ConnectionTrait,
    book_id: i64,
    filter: &Filter,
    order: Order,
    near: &Near<Cursor>,
    limit: usize,
) -> Result<Cut<(Cursor, Line)>> {
    let (mut conditions, mut values) = filter.conditions(book_id);
    let (column, limit) = (order.by.column(), limit.clamp(1, PAGE_MAX));
    let (direction, beyond) = if order.ascending == near.is_back() { ("DESC", "<") } else { ("ASC", ">") };
    if let Some(cursor) = near.row() {
        let _ = write!(conditions, " AND ({column}, g.id) {beyond} (?, ?)");
        values.extend([order.by.value(cursor)?, cursor.id.into()]);
    }
    let query = format!(
        "SELECT g.id, g.reference, g.policy, p.code AS policy_code, g.recipient, r.number, g.name, g.name_folded,
            g.subdistrict, g.amount_fen, g.applied_on, g.state, g.origin, g.import_id, g.warnings
         FROM whole_grants g
         JOIN recipients r ON r.book_id = g.book_id AND r.id = g.recipient
         JOIN policies p ON p.book_id = g.book_id AND p.id = g.policy
         WHERE {conditions} ORDER BY {column} {direction}, g.id {direction} LIMIT {}",
        limit + 1
    );
    let rows: Vec<Row> = sql::all(c, &query, values).await?;
    let lines: Vec<(Cursor, Line)> =
        rows.into_iter().map(|row| Ok((row.cursor(order.by), row.line()?))).collect::<Result<_>>()?;
    Ok(near.cut(lines, limit))
}

/// How many grants a filter lets through, and their sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromQueryResult)]
pub struct Counted {
    n: i64,
    fen: i64,
}

/// A count and a sum.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    /// Grants.
    pub grants: i64,
    /// What they come to.
    pub amount: Fen,
}

impl From<Counted> for Sums {
    fn from(counted: Counted) -> Self {
        Self { grants: counted.n, amount: Fen::new(counted.fen) }
    }
}

/// Counts and sums what a filter lets through.
pub async fn sums(c: &impl ConnectionTrait, book_id: i64, filter: &Filter) -> Result<Sums> {
    let (conditions, values) = filter.conditions(book_id);
    let query = format!(
        "SELECT COUNT(*) AS n, CAST(COALESCE(SUM(g.amount_fen), 0) AS BIGINT) AS fen FROM whole_grants g WHERE {conditions}"
    );
    Ok(sql::one::<Counted>(c, &query, values).await?.map_or_else(Sums::default, Sums::from))
}

/// What came in to disbursed less what left it, of the transfers `t`.
const NET: &str =
    "CAST(COALESCE(SUM(CASE WHEN t.to_stage = 'disbursed' THEN t.amount_fen ELSE -t.amount_fen END), 0) AS BIGINT)";
/// The transfers `t` that touched what is disbursed, until a day.
const DISBURSING: &str =
    "t.book_id = ? AND t.effective_on <= ? AND (t.to_stage = 'disbursed' OR t.from_stage = 'disbursed')";

/// What of these grants was disbursed until a day, net; those of which nothing ever was are left out.
pub async fn nets(c: &impl ConnectionTrait, book_id: i64, ids: &[i64], until: Day) -> Result<HashMap<i64, Fen>> {
    #[derive(FromQueryResult)]
    struct Net {
        grant_id: i64,
        fen: i64,
    }
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let query = format!(
        "SELECT t.grant_id, {NET} AS fen FROM transfers t WHERE {DISBURSING} AND t.grant_id IN ({}) GROUP BY t.grant_id",
        super::places(ids.len())
    );
    let mut values: Vec<Value> = vec![book_id.into(), until.to_string().into()];
    values.extend(ids.iter().map(|id| Value::from(*id)));
    Ok(sql::all::<Net>(c, &query, values).await?.into_iter().map(|net| (net.grant_id, Fen::new(net.fen))).collect())
}

/// The same of all grants that a filter lets through.
pub async fn net(c: &impl ConnectionTrait, book_id: i64, filter: &Filter, until: Day) -> Result<Fen> {
    #[derive(FromQueryResult)]
    struct Net {
        fen: i64,
    }
    let (conditions, more) = filter.conditions(book_id);
    let query = format!(
        "SELECT {NET} AS fen FROM transfers t
         WHERE {DISBURSING} AND t.grant_id IN (SELECT g.id FROM whole_grants g WHERE {conditions})"
    );
    let mut values: Vec<Value> = vec![book_id.into(), until.to_string().into()];
    values.extend(more);
    Ok(sql::one::<Net>(c, &query, values).await?.map_or(Fen::ZERO, |net| Fen::new(net.fen)))
}
