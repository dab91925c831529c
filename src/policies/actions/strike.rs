//! A policy is struck out of its file in review.

use super::{Made, a_reason};
use crate::journal::{Ask, Door};
use crate::kernel::{Error, Refusal, Result};
use crate::people;
use crate::policies::CONFIRMERS;
use crate::policies::events::{KIND_POLICY_STRUCK, PolicyStruck};
use crate::policies::rules::State;
use crate::policies::store;

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
