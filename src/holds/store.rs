//! Holds out of the tables. Decides nothing.

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::rules::{HoldState, Kind};
use crate::db::sql;
use crate::kernel::dates::Day;
use crate::kernel::instant::Instant;
use crate::kernel::tree::Hash;
use crate::kernel::{Error, Result};

/// Who did something and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Did {
    /// The actor.
    pub by: String,
    /// The person behind.
    pub person: String,
    /// When.
    pub at: Instant,
}

/// A hold as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// The hold.
    pub id: i64,
    /// The grant that it holds, if it holds one.
    pub grant: Option<i64>,
    /// Reference of that grant.
    pub reference: String,
    /// The recipient whose grants it holds, if it holds all; else that of the grant.
    pub recipient: i64,
    /// Name of the recipient.
    pub name: String,
    /// Who wants it held.
    pub kind: Kind,
    /// Number of the document.
    pub document: String,
    /// Why.
    pub reason: String,
    /// First day.
    pub from_on: Day,
    /// Last day.
    pub until_on: Day,
    /// Where it stands.
    pub state: HoldState,
    /// Leaf of the event that set it.
    pub leaf: Hash,
    /// Who set it.
    pub set: Did,
    /// Who confirmed or refused it.
    pub confirmed: Option<Did>,
    /// On which document it shall be lifted.
    pub lift_document: String,
    /// Why.
    pub lift_reason: String,
    /// Leaf of the event that prepared that.
    pub lift_leaf: Option<Hash>,
    /// Who prepared that.
    pub lift: Option<Did>,
    /// Who lifted it.
    pub lifted: Option<Did>,
}

#[derive(Debug, FromQueryResult)]
struct Row {
    id: i64,
    grant_id: Option<i64>,
    reference: Option<String>,
    whose: i64,
    name: String,
    kind: String,
    document: String,
    reason: String,
    from_on: String,
    until_on: String,
    state: String,
    leaf_hash: Vec<u8>,
    set_by: String,
    set_person: String,
    set_at_ms: i64,
    confirmed_by: Option<String>,
    confirmed_person: Option<String>,
    confirmed_at_ms: Option<i64>,
    lift_document: String,
    lift_reason: String,
    lift_leaf: Option<Vec<u8>>,
    lift_by: Option<String>,
    lift_person: Option<String>,
    lift_at_ms: Option<i64>,
    lifted_by: Option<String>,
    lifted_person: Option<String>,
    lifted_at_ms: Option<i64>,
}

fn did(by: Option<String>, person: Option<String>, at_ms: Option<i64>) -> Option<Did> {
    Some(Did { by: by?, person: person?, at: Instant::new(at_ms?) })
}

fn view(row: Row) -> Result<Hold> {
    let unknown = |what: &str, code: &str| Error::internal(format!("hold {} has no {what} {code}", row.id));
    Ok(Hold {
        kind: Kind::from_code(&row.kind).ok_or_else(|| unknown("kind", &row.kind))?,
        state: HoldState::from_code(&row.state).ok_or_else(|| unknown("state", &row.state))?,
        from_on: Day::parse(&row.from_on)?,
        until_on: Day::parse(&row.until_on)?,
        leaf: Hash::from_slice(&row.leaf_hash).map_err(Error::internal)?,
        lift_leaf: row.lift_leaf.map(|leaf| Hash::from_slice(&leaf).map_err(Error::internal)).transpose()?,
        set: Did { by: row.set_by, person: row.set_person, at: Instant::new(row.set_at_ms) },
        confirmed: did(row.confirmed_by, row.confirmed_person, row.confirmed_at_ms),
        lift: did(row.lift_by, row.lift_person, row.lift_at_ms),
        lifted: did(row.lifted_by, row.lifted_person, row.lifted_at_ms),
        id: row.id,
        grant: row.grant_id,
        reference: row.reference.unwrap_or_default(),
        recipient: row.whose,
        name: row.name,
        document: row.document,
        reason: row.reason,
        lift_document: row.lift_document,
        lift_reason: row.lift_reason,
    })
}

const SELECT: &str = "SELECT h.*, g.reference, COALESCE(h.recipient, g.recipient) AS whose, r.name
    FROM holds h
    LEFT JOIN grants g ON g.book_id = h.book_id AND g.id = h.grant_id
    JOIN recipients r ON r.book_id = h.book_id AND r.id = COALESCE(h.recipient, g.recipient)
    WHERE h.book_id = ?";

/// Which holds are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All.
    All,
    /// Those that stop money on this day.
    On(Day),
    /// Those that a second person has to decide on.
    Waiting,
    /// Those that stop this grant on a day, by themselves or through its recipient.
    Grant(i64, Day),
    /// Those on this recipient and on its grants that stop money on a day.
    Recipient(i64, Day),
}

const STOPS: &str = "h.state IN ('pending', 'held', 'lift_pending')";

/// The hold with this id.
///
/// # Errors
/// `NotFound`.
pub async fn by_id(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<Hold> {
    let row: Option<Row> = sql::one(c, &format!("{SELECT} AND h.id = ?"), vec![book_id.into(), id.into()]).await?;
    view(row.ok_or(Error::NotFound)?)
}

/// Holds, the newest first: `limit` of them below the id `before`.
pub async fn holds(
    c: &impl ConnectionTrait,
    book_id: i64,
    scope: Scope,
    (before, limit): (i64, u64),
) -> Result<Vec<Hold>> {
    let lasting = |on: Day| format!("{STOPS} AND h.from_on <= '{on}' AND h.until_on >= '{on}'");
    let condition = match scope {
        Scope::All => "1 = 1".to_owned(),
        Scope::On(day) => lasting(day),
        Scope::Waiting => "h.state IN ('pending', 'lift_pending')".to_owned(),
        Scope::Grant(grant, day) => format!(
            "{} AND (h.grant_id = {grant} OR h.recipient = (SELECT x.recipient FROM grants x
                WHERE x.book_id = h.book_id AND x.id = {grant}))",
            lasting(day)
        ),
        Scope::Recipient(recipient, day) => {
            format!("{} AND (h.recipient = {recipient} OR g.recipient = {recipient})", lasting(day))
        }
    };
    let query = format!("{SELECT} AND {condition} AND h.id < ? ORDER BY h.id DESC LIMIT {limit}");
    let values: Vec<Value> = vec![book_id.into(), before.into()];
    sql::all::<Row>(c, &query, values).await?.into_iter().map(view).collect()
}

#[derive(Debug, FromQueryResult)]
struct Count {
    n: i64,
}

/// How many holds wait for another person than the one who prepared, and whose days are not over.
pub async fn to_decide(c: &impl ConnectionTrait, book_id: i64, person: &str, today: Day) -> Result<i64> {
    let query = "SELECT COUNT(*) AS n FROM holds WHERE book_id = ? AND until_on >= ?
        AND (state = 'pending' AND set_person <> ? OR state = 'lift_pending' AND lift_person <> ?)";
    let values: Vec<Value> = vec![book_id.into(), today.to_string().into(), person.into(), person.into()];
    Ok(sql::one::<Count>(c, query, values).await?.map_or(0, |count| count.n))
}
