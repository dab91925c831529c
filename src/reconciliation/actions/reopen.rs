//! A signed reconciliation is reopened by two people: prepared with a reason, approved by another person.

use super::{ReconciliationAnswer, Record, in_state, reason};
use crate::journal::{Ask, Desk, Door};
use crate::kernel::{Refusal, Result};
use crate::people::{Role, must};
use crate::periods;
use crate::reconciliation::events::{
    KIND_REOPENING_APPROVED, KIND_REOPENING_PREPARED, KIND_REOPENING_REFUSED, ReconciliationReason,
    ReconciliationReopened,
};
use crate::reconciliation::rules::{RecordState, Subject};

/// Asks that a signed reconciliation be reopened. Cashiers, reviewers and managers.
///
/// # Errors
/// `reconciliation_state` (`state`), `period_closed` (`month`); the reason's.
pub async fn prepare_reopening(door: &Door, ask: Ask, id: i64, why: String) -> Result<ReconciliationAnswer> {
    let content = (id, why.clone());
    door.command(ask, &content, move |desk| {
        let why = why.clone();
        Box::pin(async move {
            must(desk, &[Role::Cashier, Role::Reviewer, Role::Manager]).await?;
            let found = in_state(desk, id, RecordState::Signed).await?;
            month_is_open(desk, found.subject).await?;
            let payload = ReconciliationReason { reconciliation: id, reason: reason(&why)? };
            desk.emit(KIND_REOPENING_PREPARED, 1, &payload)?;
            Ok(ReconciliationAnswer { reconciliation: id })
        })
    })
    .await
}

/// Reopens it: what it froze may change again, and it can be prepared anew. Reviewers and managers, and not who asked.
///
/// # Errors
/// `reconciliation_state` (`state`), `two_people`, `period_closed` (`month`).
pub async fn approve_reopening(door: &Door, ask: Ask, id: i64) -> Result<ReconciliationAnswer> {
    door.command(ask, &id, move |desk| {
        Box::pin(async move {
            let found = another(desk, id).await?;
            month_is_open(desk, found.subject).await?;
            desk.emit(KIND_REOPENING_APPROVED, 1, &ReconciliationReopened { reconciliation: id })?;
            Ok(ReconciliationAnswer { reconciliation: id })
        })
    })
    .await
}

/// Lets it stand. Reviewers and managers, and not who asked.
///
/// # Errors
/// `reconciliation_state` (`state`), `two_people`; the reason's.
pub async fn refuse_reopening(door: &Door, ask: Ask, id: i64, why: String) -> Result<ReconciliationAnswer> {
    let content = (id, why.clone());
    door.command(ask, &content, move |desk| {
        let why = why.clone();
        Box::pin(async move {
            another(desk, id).await?;
            let payload = ReconciliationReason { reconciliation: id, reason: reason(&why)? };
            desk.emit(KIND_REOPENING_REFUSED, 1, &payload)?;
            Ok(ReconciliationAnswer { reconciliation: id })
        })
    })
    .await
}

async fn another(desk: &Desk, id: i64) -> Result<Record> {
    must(desk, &[Role::Reviewer, Role::Manager]).await?;
    let found = in_state(desk, id, RecordState::ReopenPending).await?;
    if found.reopen_person.as_deref() == Some(desk.actor().person.as_str()) {
        return Err(Refusal::new("two_people").into());
    }
    Ok(found)
}

/// Months are closed on the ground of what was signed of their accounts, so that stands until its month is opened again. A
/// batch belongs to no month: money may come back later.
async fn month_is_open(desk: &Desk, subject: Subject) -> Result<()> {
    match subject {
        Subject::Batch(_) => Ok(()),
        Subject::Account { until, .. } => periods::must_be_open(desk, until).await,
    }
}
