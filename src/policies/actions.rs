//! One function per verb: record, approve, refuse; prepare and decide changes of policies and of budgets.

use serde::{Deserialize, Serialize};

use super::CONFIRMERS;
use super::events::{
    AllotmentRecorded, BudgetChangePrepared, Decided, KIND_ALLOTMENT_RECORDED, KIND_BUDGET_CHANGE_APPROVED,
    KIND_BUDGET_CHANGE_PREPARED, KIND_BUDGET_CHANGE_REFUSED, KIND_POLICIES_APPROVED, KIND_POLICIES_REFUSED,
    KIND_POLICY_CHANGE_APPROVED, KIND_POLICY_CHANGE_PREPARED, KIND_POLICY_CHANGE_REFUSED, KIND_POLICY_RECORDED,
    KIND_POLICY_STRUCK, PoliciesApproved, PoliciesRefused, PolicyChangePrepared, PolicyRecorded, PolicyStruck,
};
use super::rules::{Direction, NewPolicy, State, window_fault};
use super::store::{self, Policy};
use crate::funds::{self, Move};
use crate::journal::{Ask, Desk, Door};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::tree::root_of;
use crate::kernel::{Error, Refusal, Result, text};
use crate::people::{self, Role};

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
            Ok(Made { id: emit(desk, &policy, None)? })
        })
    })
    .await
}

/// The digest of these policies: root over the leaves of their events in order.
pub fn digest(policies: &[Policy]) -> String {
    root_of(policies.iter().map(|policy| policy.leaf)).to_string()
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

/// Takes a policy out of the file that brought it; the digest of the file covers what remains. Whoever may bring such a
/// file or decide on it: the file is still decided by a second person.
///
/// # Errors
/// `not_of_import`, `not_pending`; the reason's.
pub async fn strike(door: &Door, ask: Ask, id: i64, reason: String) -> Result<Made> {
    let content = (id, reason.clone());
    door.command(ask, &content, move |desk| {
        let reason = reason.clone();
        Box::pin(async move {
            people::must(desk, &CONFIRMERS).await?;
            let policy = store::by_id(desk.tx.connection(), desk.book_id(), id).await?.ok_or(Error::NotFound)?;
            let import = policy.import.ok_or_else(|| Refusal::new("not_of_import"))?;
            if policy.state != State::Pending {
                return Err(Refusal::new("not_pending").with("name", &policy.code).into());
            }
            let struck = PolicyStruck { policy: id, import, reason: a_reason(&reason)? };
            desk.emit(KIND_POLICY_STRUCK, 1, &struck)?;
            Ok(Made { id })
        })
    })
    .await
}

fn a_reason(reason: &str) -> Result<String> {
    let reason = text::clean(&reason.replace('\n', " "), REASON_CHARS).map_err(|refusal| refusal.at("reason"))?;
    if reason.is_empty() { Err(Refusal::new("reason_needed").at("reason").into()) } else { Ok(reason) }
}

/// What a policy should say from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The policy.
    pub policy: i64,
    /// New title.
    pub title: String,
    /// New document.
    pub document_number: String,
    /// New first day.
    pub starts_on: Day,
    /// New last day.
    pub ends_on: Day,
    /// New cap.
    pub cap: Option<Fen>,
    /// Whether it is closed for new grants.
    pub closes: bool,
    /// Why.
    pub reason: String,
}

/// A manager prepares a change of a policy.
pub async fn prepare_change(door: &Door, ask: Ask, change: Change) -> Result<Made> {
    let content = change.clone();
    door.command(ask, &content, move |desk| {
        let change = change.clone();
        Box::pin(async move {
            people::must(desk, &[Role::Manager]).await?;
            let policy = store::by_id(desk.tx.connection(), desk.book_id(), change.policy).await?;
            let policy = policy.ok_or(Error::NotFound)?;
            if !matches!(policy.state, State::Open | State::Closed) {
                return Err(Refusal::new("policy_not_open").with("policy", &policy.code).into());
            }
            if let Some(fault) = window_fault(change.starts_on, change.ends_on) {
                return Err(fault.into());
            }
            let prepared = PolicyChangePrepared {
                policy: change.policy,
                title: text::clean(&change.title, 200).map_err(|r| r.at("title"))?,
                document_number: text::clean(&change.document_number, 200).map_err(|r| r.at("document_number"))?,
                starts_on: change.starts_on,
                ends_on: change.ends_on,
                cap: change.cap,
                closes: change.closes,
                reason: a_reason(&change.reason)?,
            };
            Ok(Made { id: desk.emit(KIND_POLICY_CHANGE_PREPARED, 1, &prepared)? })
        })
    })
    .await
}

/// A second person decides on a change of a policy; a refusal needs a reason.
pub async fn decide_change(door: &Door, ask: Ask, id: i64, refused: Option<String>) -> Result<Made> {
    let content = (id, refused.clone());
    door.command(ask, &content, move |desk| {
        let refused = refused.clone();
        Box::pin(async move {
            people::must(desk, &CONFIRMERS).await?;
            let change = store::change_by_id(desk.tx.connection(), desk.book_id(), id).await?.ok_or(Error::NotFound)?;
            may_decide(desk, change.state, &change.prepared_person, &change.title)?;
            let (kind, reason) = match &refused {
                None => (KIND_POLICY_CHANGE_APPROVED, String::new()),
                Some(reason) => (KIND_POLICY_CHANGE_REFUSED, a_reason(reason)?),
            };
            Ok(Made { id: desk.emit(kind, 1, &Decided { change: id, reason })? })
        })
    })
    .await
}

fn may_decide(desk: &Desk, state: State, prepared_person: &str, name: &str) -> Result<()> {
    if state != State::Pending {
        return Err(Refusal::new("not_pending").with("name", name).into());
    }
    if prepared_person == desk.actor().person {
        return Err(Refusal::new("two_people").into());
    }
    Ok(())
}

/// Budget to be added or taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetForm {
    /// The allotment.
    pub allotment: i64,
    /// Added or taken back.
    pub direction: Direction,
    /// How much.
    pub amount: Fen,
    /// From when.
    pub effective_on: Day,
    /// By which document.
    pub document_number: String,
    /// Why.
    pub reason: String,
}

/// A manager prepares a change of a budget.
pub async fn prepare_budget_change(door: &Door, ask: Ask, form: BudgetForm) -> Result<Made> {
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            people::must(desk, &[Role::Manager]).await?;
            if form.amount <= Fen::ZERO {
                return Err(Refusal::new("amount_not_positive").at("amount").into());
            }
            let document_number =
                text::clean(&form.document_number, 200).map_err(|refusal| refusal.at("document_number"))?;
            if document_number.is_empty() {
                return Err(Refusal::new("field_empty").at("document_number").into());
            }
            prove_budget(desk, &form).await?;
            let prepared = BudgetChangePrepared {
                allotment: form.allotment,
                direction: form.direction,
                amount: form.amount,
                effective_on: form.effective_on,
                document_number,
                reason: a_reason(&form.reason)?,
            };
            Ok(Made { id: desk.emit(KIND_BUDGET_CHANGE_PREPARED, 1, &prepared)? })
        })
    })
    .await
}

async fn prove_budget(desk: &Desk, form: &BudgetForm) -> Result<()> {
    let (from, to) = form.direction.stages();
    let one = Move {
        position: desk.next_position(),
        line: 1,
        allotment: form.allotment,
        policy: 0,
        grant: None,
        recipient: None,
        from,
        to,
        amount: form.amount,
        effective_on: form.effective_on,
        kind: String::new(),
        subdistrict: String::new(),
        industry: String::new(),
        size: String::new(),
        reverses: None,
    };
    funds::prove(desk, &[one]).await
}

/// A second person decides on a change of a budget; a refusal needs a reason.
pub async fn decide_budget_change(door: &Door, ask: Ask, id: i64, refused: Option<String>) -> Result<Made> {
    let content = (id, refused.clone());
    door.command(ask, &content, move |desk| {
        let refused = refused.clone();
        Box::pin(async move {
            people::must(desk, &CONFIRMERS).await?;
            let c = desk.tx.connection();
            let row = store::budget_change_row(c, desk.book_id(), id).await?;
            let row = row.ok_or(Error::NotFound)?;
            let change = store::budget_change_by_id(c, desk.book_id(), id).await?.ok_or(Error::NotFound)?;
            if change.allotment == change.id {
                // The first appropriation is decided with its policy.
                return Err(Refusal::new("budget_with_policy").into());
            }
            may_decide(desk, change.state, &change.prepared_person, &change.document_number)?;
            let (kind, reason) = match &refused {
                None => {
                    let one = super::events::budget_move(&row, 0, desk.next_position(), 1)?;
                    funds::prove(desk, &[one]).await?;
                    (KIND_BUDGET_CHANGE_APPROVED, String::new())
                }
                Some(reason) => (KIND_BUDGET_CHANGE_REFUSED, a_reason(reason)?),
            };
            Ok(Made { id: desk.emit(kind, 1, &Decided { change: id, reason })? })
        })
    })
    .await
}
