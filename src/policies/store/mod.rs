//! Policies, allotments and budget changes out of their tables.

mod standing;

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Value};

use super::rules::{Level, State};
use crate::db::constraint::refused_or_internal;
use crate::db::entity::{allotments, budget_changes, policies, policy_changes, policy_versions};
use crate::db::sql::places;
use crate::kernel::codes::Instrument;
use crate::kernel::dates::Day;
use crate::kernel::instant::Instant;
use crate::kernel::money::Fen;
use crate::kernel::tree::Hash;
use crate::kernel::{Error, Result};

pub use standing::{Held, Standing, owners, standing, standings, waiting};

/// Budget of a policy from one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allotment {
    /// Position of its event.
    pub id: i64,
    /// 指标文号.
    pub document_number: String,
    /// Level of the source.
    pub level: Level,
    /// 直达.
    pub direct: bool,
    /// Fiscal year.
    pub fiscal_year: i64,
    /// 功能分类, may be empty.
    pub functional_class: String,
    /// 经济分类, may be empty.
    pub economic_class: String,
    /// Department.
    pub department: String,
    /// Share of each grant.
    pub share: i64,
    /// From when the money is there.
    pub starts_on: Day,
    /// Leaf of its event, for the digest.
    pub leaf: Hash,
}

/// A policy as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Position of its event.
    pub id: i64,
    /// 政策编号.
    pub code: String,
    /// 政策名称.
    pub title: String,
    /// 文号.
    pub document_number: String,
    /// 资金方式.
    pub instrument: Instrument,
    /// First day of the window.
    pub starts_on: Day,
    /// Last day of the window.
    pub ends_on: Day,
    /// Most per recipient.
    pub cap: Option<Fen>,
    /// How far it has come.
    pub state: State,
    /// The import that brought it.
    pub import: Option<i64>,
    /// Its line in that file.
    pub line: Option<i64>,
    /// Leaf of its event, for the digest.
    pub leaf: Hash,
    /// Who prepared it.
    pub prepared_by: String,
    /// The person behind.
    pub prepared_person: String,
    /// When.
    pub prepared_at: Instant,
    /// Who decided.
    pub reviewed_by: Option<String>,
    /// When.
    pub reviewed_at: Option<Instant>,
    /// Its allotments in order.
    pub allotments: Vec<Allotment>,
}

impl Policy {
    /// Allotments with their shares, for splitting a grant.
    pub fn shares(&self) -> Vec<(i64, i64)> {
        self.allotments.iter().map(|a| (a.id, a.share)).collect()
    }
}

pub(super) fn with_ids(book_id: i64, ids: &[i64]) -> Vec<Value> {
    std::iter::once(book_id).chain(ids.iter().copied()).map(Value::from).collect()
}

/// All policies of a book by code, those that were not taken last.
pub async fn all(c: &impl ConnectionTrait, book_id: i64) -> Result<Vec<Policy>> {
    let rows = policies::Entity::find()
        .filter(policies::Column::BookId.eq(book_id))
        .order_by_asc(policies::Column::Code)
        .order_by_asc(policies::Column::Id)
        .all(c)
        .await
        .map_err(refused_or_internal)?;
    let mut found = with_allotments(c, book_id, rows).await?;
    found.sort_by_key(|policy| !policy.state.holds_code());
    Ok(found)
}

/// The policy with this code among those that were neither refused nor struck.
pub async fn by_code(c: &impl ConnectionTrait, book_id: i64, code: &str) -> Result<Option<Policy>> {
    let rows = policies::Entity::find()
        .filter(policies::Column::BookId.eq(book_id))
        .filter(policies::Column::Code.eq(code))
        .filter(policies::Column::State.is_not_in([State::Refused, State::Struck].map(State::code)))
        .all(c)
        .await
        .map_err(refused_or_internal)?;
    Ok(with_allotments(c, book_id, rows).await?.pop())
}

/// The policy with this id.
pub async fn by_id(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<Option<Policy>> {
    let row = policies::Entity::find_by_id((book_id, id)).one(c).await.map_err(refused_or_internal)?;
    Ok(with_allotments(c, book_id, row.into_iter().collect()).await?.pop())
}

/// The policies of an import in order.
pub async fn of_import(c: &impl ConnectionTrait, book_id: i64, import: i64) -> Result<Vec<Policy>> {
    let rows = policies::Entity::find()
        .filter(policies::Column::BookId.eq(book_id))
        .filter(policies::Column::ImportId.eq(import))
        .order_by_asc(policies::Column::Id)
        .all(c)
        .await
        .map_err(refused_or_internal)?;
    with_allotments(c, book_id, rows).await
}

async fn with_allotments(c: &impl ConnectionTrait, book_id: i64, rows: Vec<policies::Model>) -> Result<Vec<Policy>> {
    let mut by_policy: BTreeMap<i64, Vec<Allotment>> = BTreeMap::new();
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    for chunk in ids.chunks(500) {
        let found = allotments::Entity::find()
            .filter(allotments::Column::BookId.eq(book_id))
            .filter(allotments::Column::Policy.is_in(chunk.iter().copied()))
            .order_by_asc(allotments::Column::Id)
            .all(c)
            .await
            .map_err(refused_or_internal)?;
        for row in found {
            by_policy.entry(row.policy).or_default().push(allotment(row)?);
        }
    }
    rows.into_iter().map(|row| policy(row, &mut by_policy)).collect()
}

fn allotment(row: allotments::Model) -> Result<Allotment> {
    Ok(Allotment {
        id: row.id,
        document_number: row.document_number,
        level: Level::parse(&row.level).ok_or_else(|| Error::internal("unknown level"))?,
        direct: row.direct == 1,
        fiscal_year: row.fiscal_year,
        functional_class: row.functional_class,
        economic_class: row.economic_class,
        department: row.department,
        share: row.share,
        starts_on: Day::parse(&row.starts_on)?,
        leaf: leaf(&row.leaf_hash)?,
    })
}

fn leaf(stored: &[u8]) -> Result<Hash> {
    Hash::from_slice(stored).map_err(Error::internal)
}

fn policy(row: policies::Model, allotments: &mut BTreeMap<i64, Vec<Allotment>>) -> Result<Policy> {
    Ok(Policy {
        id: row.id,
        code: row.code,
        title: row.title,
        document_number: row.document_number,
        instrument: Instrument::from_code(&row.instrument).ok_or_else(|| Error::internal("unknown instrument"))?,
        starts_on: Day::parse(&row.starts_on)?,
        ends_on: Day::parse(&row.ends_on)?,
        cap: row.cap_fen.map(Fen::new),
        state: State::from_code(&row.state).ok_or_else(|| Error::internal("unknown state"))?,
        import: row.import_id,
        line: row.row_line,
        leaf: leaf(&row.leaf_hash)?,
        prepared_by: row.prepared_by,
        prepared_person: row.prepared_person,
        prepared_at: Instant::new(row.prepared_at_ms),
        reviewed_by: row.reviewed_by,
        reviewed_at: row.reviewed_at_ms.map(Instant::new),
        allotments: allotments.remove(&row.id).unwrap_or_default(),
    })
}

/// What a policy said from a position on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// From here on.
    pub position: i64,
    /// How far it had come.
    pub state: State,
    /// 政策名称.
    pub title: String,
    /// 文号.
    pub document_number: String,
    /// First day of the window.
    pub starts_on: Day,
    /// Last day of the window.
    pub ends_on: Day,
    /// Most per recipient.
    pub cap: Option<Fen>,
    /// Why it changed, where somebody had to say.
    pub reason: String,
}

fn state(code: &str) -> Result<State> {
    State::from_code(code).ok_or_else(|| Error::internal("unknown state"))
}

/// What a policy said over time, newest first.
pub async fn versions(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<Vec<Version>> {
    let rows = policy_versions::Entity::find()
        .filter(policy_versions::Column::BookId.eq(book_id))
        .filter(policy_versions::Column::Policy.eq(id))
        .order_by_desc(policy_versions::Column::Position)
        .all(c)
        .await
        .map_err(refused_or_internal)?;
    let version = |row: policy_versions::Model| {
        Ok(Version {
            position: row.position,
            state: state(&row.state)?,
            title: row.title,
            document_number: row.document_number,
            starts_on: Day::parse(&row.starts_on)?,
            ends_on: Day::parse(&row.ends_on)?,
            cap: row.cap_fen.map(Fen::new),
            reason: row.reason,
        })
    };
    rows.into_iter().map(version).collect()
}

/// The first appropriations of these policies that wait, with their policy, in order of the allotments.
pub(super) async fn pending_appropriations(
    c: &impl ConnectionTrait,
    book_id: i64,
    policies: &[i64],
) -> Result<Vec<(budget_changes::Model, i64)>> {
    let mut found = Vec::new();
    for chunk in policies.chunks(500) {
        let query = format!(
            "SELECT b.* FROM budget_changes b JOIN allotments a ON a.book_id = b.book_id AND a.id = b.id
             WHERE b.book_id = ? AND a.policy IN ({}) AND b.state = 'pending' ORDER BY b.id",
            places(chunk.len())
        );
        let rows: Vec<budget_changes::Model> = crate::db::sql::all(c, &query, with_ids(book_id, chunk)).await?;
        for row in rows {
            let owner = allotments::Entity::find_by_id((book_id, row.allotment)).one(c).await;
            let owner = owner.map_err(refused_or_internal)?.ok_or_else(|| Error::internal("no such allotment"))?;
            found.push((row, owner.policy));
        }
    }
    found.sort_by_key(|(row, _)| row.id);
    Ok(found)
}

/// A prepared or decided budget change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetChange {
    /// Position at which it was prepared.
    pub id: i64,
    /// The allotment.
    pub allotment: i64,
    /// `increase` or `reduce`.
    pub direction: String,
    /// How much.
    pub amount: Fen,
    /// From when.
    pub effective_on: Day,
    /// By which document.
    pub document_number: String,
    /// Why.
    pub reason: String,
    /// How far it has come.
    pub state: State,
    /// Leaf of its event, for the digest.
    pub leaf: Hash,
    /// Who prepared it.
    pub prepared_by: String,
    /// The person behind.
    pub prepared_person: String,
    /// When.
    pub prepared_at: Instant,
}

fn budget_change(row: budget_changes::Model) -> Result<BudgetChange> {
    Ok(BudgetChange {
        id: row.id,
        allotment: row.allotment,
        direction: row.direction,
        amount: Fen::new(row.amount_fen),
        effective_on: Day::parse(&row.effective_on)?,
        document_number: row.document_number,
        reason: row.reason,
        state: state(&row.state)?,
        leaf: leaf(&row.leaf_hash)?,
        prepared_by: row.prepared_by,
        prepared_person: row.prepared_person,
        prepared_at: Instant::new(row.prepared_at_ms),
    })
}

/// The row of a budget change by id.
pub(super) async fn budget_change_row(
    c: &impl ConnectionTrait,
    book_id: i64,
    id: i64,
) -> Result<Option<budget_changes::Model>> {
    budget_changes::Entity::find_by_id((book_id, id)).one(c).await.map_err(refused_or_internal)
}

/// A budget change by id.
pub async fn budget_change_by_id(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<Option<BudgetChange>> {
    let row = budget_changes::Entity::find_by_id((book_id, id)).one(c).await.map_err(refused_or_internal)?;
    row.map(budget_change).transpose()
}

/// The budget changes of these allotments, newest first.
pub async fn budget_changes_of(
    c: &impl ConnectionTrait,
    book_id: i64,
    allotments: &[i64],
) -> Result<Vec<BudgetChange>> {
    let rows = budget_changes::Entity::find()
        .filter(budget_changes::Column::BookId.eq(book_id))
        .filter(budget_changes::Column::Allotment.is_in(allotments.iter().copied()))
        .order_by_desc(budget_changes::Column::Id)
        .all(c)
        .await
        .map_err(refused_or_internal)?;
    rows.into_iter().map(budget_change).collect()
}

/// A prepared or decided change of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyChange {
    /// Position at which it was prepared.
    pub id: i64,
    /// The policy.
    pub policy: i64,
    /// What it would say.
    pub title: String,
    /// By which document.
    pub document_number: String,
    /// New first day.
    pub starts_on: Day,
    /// New last day.
    pub ends_on: Day,
    /// New cap.
    pub cap: Option<Fen>,
    /// Whether it would be closed for new grants.
    pub closes: bool,
    /// Why.
    pub reason: String,
    /// How far it has come.
    pub state: State,
    /// Leaf of its event, for the digest.
    pub leaf: Hash,
    /// Who prepared it.
    pub prepared_by: String,
    /// The person behind.
    pub prepared_person: String,
    /// When.
    pub prepared_at: Instant,
}

fn policy_change(row: policy_changes::Model) -> Result<PolicyChange> {
    Ok(PolicyChange {
        id: row.id,
        policy: row.policy,
        title: row.title,
        document_number: row.document_number,
        starts_on: Day::parse(&row.starts_on)?,
        ends_on: Day::parse(&row.ends_on)?,
        cap: row.cap_fen.map(Fen::new),
        closes: row.closes == 1,
        reason: row.reason,
        state: state(&row.state)?,
        leaf: leaf(&row.leaf_hash)?,
        prepared_by: row.prepared_by,
        prepared_person: row.prepared_person,
        prepared_at: Instant::new(row.prepared_at_ms),
    })
}

/// The changes of a policy, newest first.
pub async fn changes_of(c: &impl ConnectionTrait, book_id: i64, policy: i64) -> Result<Vec<PolicyChange>> {
    let rows = policy_changes::Entity::find()
        .filter(policy_changes::Column::BookId.eq(book_id))
        .filter(policy_changes::Column::Policy.eq(policy))
        .order_by_desc(policy_changes::Column::Id)
        .all(c)
        .await
        .map_err(refused_or_internal)?;
    rows.into_iter().map(policy_change).collect()
}

/// A change of a policy by id.
pub async fn change_by_id(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<Option<PolicyChange>> {
    let row = policy_changes::Entity::find_by_id((book_id, id)).one(c).await.map_err(refused_or_internal)?;
    row.map(policy_change).transpose()
}
