//! What policies hold: each with the balances of its allotments, at the head.

use std::collections::BTreeMap;

use sea_orm::ConnectionTrait;

use super::{Policy, all, budget_changes_of, by_id, with_ids};
use crate::db::sql;
use crate::funds::{self, Stage};
use crate::kernel::money::Fen;
use crate::kernel::{Refusal, Result};
use crate::policies::rules::State;

/// Amounts of an allotment, or of a policy's allotments together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Held {
    /// Appropriated, less what was taken back.
    pub budget: Fen,
    /// First appropriation that waits with its policy for a second person.
    pub prepared: Fen,
    /// Not promised yet.
    pub available: Fen,
    /// Promised, not with the recipient yet: payable or at the bank.
    pub payable: Fen,
    /// With recipients.
    pub disbursed: Fen,
}

impl Held {
    fn plus(self, other: Self) -> Option<Self> {
        Some(Self {
            budget: self.budget.checked_add(other.budget)?,
            prepared: self.prepared.checked_add(other.prepared)?,
            available: self.available.checked_add(other.available)?,
            payable: self.payable.checked_add(other.payable)?,
            disbursed: self.disbursed.checked_add(other.disbursed)?,
        })
    }

    /// The sum of many; refused beyond the range of amounts.
    pub fn sum(many: impl IntoIterator<Item = Self>) -> Result<Self> {
        let sum = many.into_iter().try_fold(Self::default(), Self::plus);
        sum.ok_or_else(|| Refusal::new("amount_too_large").into())
    }

    /// Promised or paid: what the budget is used for.
    pub fn used(self) -> Fen {
        self.payable.checked_add(self.disbursed).unwrap_or(Fen::new(i64::MAX))
    }

    /// The budget in force, or the one that waits where none is.
    pub fn planned(self) -> Fen {
        if self.budget == Fen::ZERO { self.prepared } else { self.budget }
    }
}

/// A policy with what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The policy.
    pub policy: Policy,
    /// What each allotment holds, in their order.
    pub held: Vec<Held>,
    /// Their sum.
    pub total: Held,
}

/// All policies with what they hold, in the order of [`all`].
pub async fn standings(c: &impl ConnectionTrait, book_id: i64) -> Result<Vec<Standing>> {
    standings_of(c, book_id, all(c, book_id).await?).await
}

/// One policy with what it holds.
pub async fn standing(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<Option<Standing>> {
    let found = by_id(c, book_id, id).await?.into_iter().collect();
    Ok(standings_of(c, book_id, found).await?.pop())
}

async fn standings_of(c: &impl ConnectionTrait, book_id: i64, policies: Vec<Policy>) -> Result<Vec<Standing>> {
    let ids: Vec<i64> = policies.iter().flat_map(|policy| policy.allotments.iter().map(|a| a.id)).collect();
    let mut held: BTreeMap<i64, Held> = BTreeMap::new();
    for balance in funds::balances_of(c, book_id, &ids).await? {
        let held = held.entry(balance.allotment).or_default();
        match balance.stage {
            Stage::Source => held.budget = Fen::new(-balance.amount.get()),
            Stage::Available => held.available = balance.amount,
            Stage::Payable | Stage::InTransit => {
                let sum = held.payable.checked_add(balance.amount);
                held.payable = sum.ok_or_else(|| Refusal::new("amount_too_large"))?;
            }
            Stage::Disbursed => held.disbursed = balance.amount,
        }
    }
    for chunk in ids.chunks(500) {
        for first in budget_changes_of(c, book_id, chunk).await? {
            if first.id == first.allotment && first.state == State::Pending {
                held.entry(first.allotment).or_default().prepared = first.amount;
            }
        }
    }
    policies
        .into_iter()
        .map(|policy| {
            let held: Vec<Held> =
                policy.allotments.iter().map(|a| held.get(&a.id).copied().unwrap_or_default()).collect();
            let total = Held::sum(held.iter().copied())?;
            Ok(Standing { policy, held, total })
        })
        .collect()
}

#[derive(Debug, sea_orm::FromQueryResult)]
struct Counted {
    n: i64,
}

/// How many policies, changes of policies and changes of budgets wait for somebody else than this person. Policies of
/// an import wait with it.
pub async fn waiting(c: &impl ConnectionTrait, book_id: i64, person: &str) -> Result<i64> {
    let mut all = 0;
    for (table, others) in
        [("policies", " AND import_id IS NULL"), ("policy_changes", ""), ("budget_changes", " AND id <> allotment")]
    {
        let query = format!(
            "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM {table}
             WHERE book_id = ? AND state = 'pending' AND prepared_person <> ?{others}"
        );
        let counted: Option<Counted> = sql::one(c, &query, vec![book_id.into(), person.into()]).await?;
        all += counted.map_or(0, |counted| counted.n);
    }
    Ok(all)
}

#[derive(Debug, sea_orm::FromQueryResult)]
struct Owned {
    id: i64,
    policy: i64,
}

/// Which policy each of these allotments belongs to.
pub async fn owners(c: &impl ConnectionTrait, book_id: i64, allotments: &[i64]) -> Result<BTreeMap<i64, i64>> {
    let mut found = BTreeMap::new();
    for chunk in allotments.chunks(500) {
        let query =
            format!("SELECT id, policy FROM allotments WHERE book_id = ? AND id IN ({})", super::places(chunk.len()));
        let rows: Vec<Owned> = sql::all(c, &query, with_ids(book_id, chunk)).await?;
        found.extend(rows.into_iter().map(|row| (row.id, row.policy)));
    }
    Ok(found)
}
