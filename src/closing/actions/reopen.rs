//! The last closed month is opened again by two people.

use serde::{Deserialize, Serialize};

use super::{may_decide, may_refuse, reason};
use crate::closing::events::{
    KIND_REOPENING_APPROVED, KIND_REOPENING_PREPARED, KIND_REOPENING_REFUSED, ReopeningApproved, ReopeningPrepared,
    ReopeningRefused,
};
use crate::closing::store::{self, digest};
use crate::journal::{Ask, Door};
use crate::kernel::{Refusal, Result};
use crate::people::{Role, must};
use crate::periods::{self, Month};

/// Which reopening an action made or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReopeningAnswer {
    /// The reopening.
    pub reopening: i64,
}

/// Prepares that a month be opened again: the last closed one. Managers.
///
/// # Errors
/// `reopening_waits`, `period_not_last` (`month`); the reason's.
pub async fn prepare_reopening(door: &Door, ask: Ask, month: Month, why: String) -> Result<ReopeningAnswer> {
    let content = (month, why.clone());
    door.command(ask, &content, move |desk| {
        let why = why.clone();
        Box::pin(async move {
            must(desk, &[Role::Manager]).await?;
            let (c, book_id) = (desk.tx.connection(), desk.book_id());
            if store::reopenings(c, book_id, 1).await?.iter().any(|one| one.state == "prepared") {
                return Err(Refusal::new("reopening_waits").into());
            }
            periods::closed(c, book_id).await?.may_reopen(month)?;
            let payload = ReopeningPrepared { month, reason: reason(&why)? };
            Ok(ReopeningAnswer { reopening: desk.emit(KIND_REOPENING_PREPARED, 1, &payload)? })
        })
    })
    .await
}

/// Opens a month again. What was moved at its closing stays as it is. Reviewers and managers, and not who prepared it.
///
/// # Errors
/// `already_decided`, `two_people`, `digest_changed`, `period_not_last` (`month`).
pub async fn approve_reopening(door: &Door, ask: Ask, reopening: i64, signed: String) -> Result<ReopeningAnswer> {
    let content = (reopening, signed.clone());
    door.command(ask, &content, move |desk| {
        let signed = signed.clone();
        Box::pin(async move {
            let (c, book_id) = (desk.tx.connection(), desk.book_id());
            let waiting = store::reopening(c, book_id, reopening).await?;
            may_decide(desk, &waiting.state, &waiting.by.prepared_person).await?;
            if digest(waiting.leaf) != signed.trim().to_ascii_lowercase() {
                return Err(Refusal::new("digest_changed").at("digest").into());
            }
            periods::closed(c, book_id).await?.may_reopen(waiting.month)?;
            let payload = ReopeningApproved { reopening, month: waiting.month, digest: digest(waiting.leaf) };
            desk.emit(KIND_REOPENING_APPROVED, 1, &payload)?;
            Ok(ReopeningAnswer { reopening })
        })
    })
    .await
}

/// Leaves a month closed that somebody wanted opened. Who prepared it takes it back by the same way.
///
/// # Errors
/// `already_decided`; the reason's.
pub async fn refuse_reopening(door: &Door, ask: Ask, reopening: i64, why: String) -> Result<ReopeningAnswer> {
    let content = (reopening, why.clone());
    door.command(ask, &content, move |desk| {
        let why = why.clone();
        Box::pin(async move {
            let waiting = store::reopening(desk.tx.connection(), desk.book_id(), reopening).await?;
            may_refuse(desk, &waiting.state).await?;
            desk.emit(KIND_REOPENING_REFUSED, 1, &ReopeningRefused { reopening, reason: reason(&why)? })?;
            Ok(ReopeningAnswer { reopening })
        })
    })
    .await
}
