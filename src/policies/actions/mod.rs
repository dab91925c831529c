//! One function per verb: record, approve, refuse; prepare and decide changes of policies and of budgets.

mod budget;
mod change;
mod strike;
mod verdict;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::CONFIRMERS;
use super::events::{
    AllotmentRecorded, KIND_ALLOTMENT_RECORDED, KIND_POLICIES_APPROVED, KIND_POLICIES_REFUSED, KIND_POLICY_RECORDED,
    PoliciesApproved, PoliciesRefused, PolicyRecorded, budget_move,
};
use super::rules::{NewPolicy, State};
use super::store::{self, Policy};
use crate::journal::{Ask, Desk, Door};
use crate::kernel::tree::{Hash, root_of};
use crate::kernel::{Error, Refusal, Result, text};
use crate::people::{self, Role};
use crate::{funds, periods};

pub use budget::{BudgetForm, decide_budget_change, prepare_budget_change};
pub use change::{Change, decide_change, prepare_change};
pub use strike::strike;
pub use verdict::{Verdict, digest_of_change};

/// Longest reason.
const REASON_CHARS: usize = 500;

/// The id of what was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// Position of its event.
    pub id: i64,
}

/// Emits the events of a policy and its allotments; returns the policy's id. For pages and imports.
pub fn emit(desk: &mut Desk, policy: &NewPolicy, import: Option<(i64, u64)>) -> Result<i64> {
    let recorded = PolicyRecorded {
        code: policy.code.clone(),
        title: text::clean(&policy.title, 200)?,
        document_number: text::clean(&policy.document_number, 200)?,
        instrument: policy.instrument,
        starts_on: policy.starts_on,
        ends_on: policy.ends_on,
        cap: policy.cap,
        import: import.map(|i| i.0),
        line: import.map(|i| i.1),
    };
    let id = desk.emit(KIND_POLICY_RECORDED, 1, &recorded)?;
    for allotment in &policy.allotments {
        let recorded = AllotmentRecorded {
            policy: id,
            document_number: allotment.document_number.clone(),
            level: allotment.level,
            direct: allotment.direct,
            fiscal_year: allotment.fiscal_year,
            functional_class: allotment.functional_class.clone(),
            economic_class: allotment.economic_class.clone(),
            department: allotment.department.clone(),
            share: allotment.share,
            amount: allotment.amount,
            starts_on: allotment.starts_on,
        };
        desk.emit(KIND_ALLOTMENT_RECORDED, 1, &recorded)?;
    }
    Ok(id)
}

/// A manager records a policy; it waits for a second person.
pub async fn record(door: &Door, ask: Ask, policy: NewPolicy) -> Result<Made> {
    let faults = policy.faults();
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let content = policy.clone();
    door.command(ask, &content, move |desk| {
        let policy = policy.clone();
        Box::pin(async move {
            people::must(desk, &[Role::Manager]).await?;
            if store::by_code(desk.tx.connection(), desk.book_id(), &policy.code).await?.is_some() {
                return Err(Refusal::new("policy_code_used").at("code").into());
            }
            let closed = periods::closed(desk.tx.connection(), desk.book_id()).await?;
            for allotment in &policy.allotments {
                closed.must_be_open(allotment.starts_on).map_err(|refusal| refusal.at("starts_on"))?;
            }
            Ok(Made { id: emit(desk, &policy, None)? })
        })
    })
    .await
}

/// The digest of these policies: root over the leaves of their events and of their allotments' events, in order of
/// position, as the digest of an import of policies.
pub fn digest(policies: &[Policy]) -> String {
    let mut leaves: BTreeMap<i64, Hash> = BTreeMap::new();
    for policy in policies {
        leaves.insert(policy.id, policy.leaf);
        leaves.extend(policy.allotments.iter().map(|allotment| (allotment.id, allotment.leaf)));
    }
    root_of(leaves.into_values()).to_string()
}

async fn pending(desk: &Desk, ids: &[i64]) -> Result<Vec<Policy>> {
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        let policy = store::by_id(desk.tx.connection(), desk.book_id(), *id).await?.ok_or(Error::NotFound)?;
        if policy.state != State::Pending {
            return Err(Refusal::new("not_pending").with("name", &policy.code).into());
        }
        if policy.prepared_person == desk.actor().person {
            return Err(Refusal::new("two_people").into());
        }
        found.push(policy);
    }
    found.sort_by_key(|policy| policy.id);
    Ok(found)
}

/// Holds that the first budgets of these policies may be appropriated: none of them in a closed month.
///
/// # Errors
/// `period_closed` (`month`, `on`, `open`).
pub async fn may_appropriate(desk: &Desk, policies: &[i64]) -> Result<()> {
    let pending = store::pending_appropriations(desk.tx.connection(), desk.book_id(), policies).await?;
    let mut moves = Vec::with_capacity(pending.len());
    for (line, (row, policy)) in (1..).zip(&pending) {
        moves.push(budget_move(row, *policy, desk.next_position(), line)?);
    }
    funds::prove(desk, &moves).await
}

/// A second person puts policies in force, exactly as signed.
pub async fn approve(door: &Door, ask: Ask, ids: Vec<i64>, signed: String) -> Result<Made> {
    let content = (ids.clone(), signed.clone());
    door.command(ask, &content, move |desk| {
        let (ids, signed) = (ids.clone(), signed.clone());
        Box::pin(async move {
            people::must(desk, &CONFIRMERS).await?;
            let policies = pending(desk, &ids).await?;
            if digest(&policies) != signed {
                return Err(Refusal::new("digest_changed").into());
            }
            may_appropriate(desk, &ids).await?;
            let policies = policies.iter().map(|policy| policy.id).collect();
            Ok(Made { id: desk.emit(KIND_POLICIES_APPROVED, 1, &PoliciesApproved { policies, digest: signed })? })
        })
    })
    .await
}

/// A second person does not take policies.
pub async fn refuse(door: &Door, ask: Ask, ids: Vec<i64>, reason: String) -> Result<Made> {
    let content = (ids.clone(), reason.clone());
    door.command(ask, &content, move |desk| {
        let (ids, reason) = (ids.clone(), reason.clone());
        Box::pin(async move {
            people::must(desk, &CONFIRMERS).await?;
            let reason = a_reason(&reason)?;
            let policies = pending(desk, &ids).await?.iter().map(|policy| policy.id).collect();
            Ok(Made { id: desk.emit(KIND_POLICIES_REFUSED, 1, &PoliciesRefused { policies, reason })? })
        })
    })
    .await
}

fn a_reason(reason: &str) -> Result<String> {
    let reason = text::clean(&reason.replace('\n', " "), REASON_CHARS).map_err(|refusal| refusal.at("reason"))?;
    if reason.is_empty() { Err(Refusal::new("reason_needed").at("reason").into()) } else { Ok(reason) }
}
