//! Changes of what a policy says: a manager prepares, a second person decides.

use serde::{Deserialize, Serialize};

use super::verdict::{decided, may_decide};
use super::{Made, Verdict, a_reason};
use crate::journal::{Ask, Door};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Refusal, Result, text};
use crate::people::{self, Role};
use crate::policies::CONFIRMERS;
use crate::policies::events::{
    KIND_POLICY_CHANGE_APPROVED, KIND_POLICY_CHANGE_PREPARED, KIND_POLICY_CHANGE_REFUSED, PolicyChangePrepared,
};
use crate::policies::rules::{State, window_fault};
use crate::policies::store;

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

/// A second person decides on a change of a policy: signs exactly what was shown, or refuses with a reason.
pub async fn decide_change(door: &Door, ask: Ask, id: i64, verdict: Verdict) -> Result<Made> {
    let content = (id, verdict.clone());
    door.command(ask, &content, move |desk| {
        let verdict = verdict.clone();
        Box::pin(async move {
            people::must(desk, &CONFIRMERS).await?;
            let change = store::change_by_id(desk.tx.connection(), desk.book_id(), id).await?.ok_or(Error::NotFound)?;
            may_decide(desk, change.state, &change.prepared_person, &change.title)?;
            let decided = decided(&verdict, id, change.leaf)?;
            let kind = match verdict {
                Verdict::Approved { .. } => KIND_POLICY_CHANGE_APPROVED,
                Verdict::Refused { .. } => KIND_POLICY_CHANGE_REFUSED,
            };
            Ok(Made { id: desk.emit(kind, 1, &decided)? })
        })
    })
    .await
}
