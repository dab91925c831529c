//! The preparer gives a draft up.

use super::{GrantAnswer, ReasonForm, load};
use crate::grants::events::{GrantCancelled, KIND_GRANT_CANCELLED};
use crate::grants::rules::Step;
use crate::journal::{Ask, Door};
use crate::kernel::Result;
use crate::people::{Role, must};

/// Gives a draft up: its reference is free again and it counts against no cap. Its preparer.
///
/// # Errors
/// `illegal_step`, `draft_of_another`; the reason's.
pub async fn withdraw(door: &Door, ask: Ask, form: ReasonForm) -> Result<GrantAnswer> {
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            must(desk, &[Role::Clerk]).await?;
            load(desk, form.grant).await?.life()?.take(Step::Withdraw, &desk.actor().person)?;
            let payload = GrantCancelled { grant: form.grant, reason: form.reason()?, effective_on: None };
            desk.emit(KIND_GRANT_CANCELLED, 1, &payload)?;
            Ok(GrantAnswer { grant: form.grant })
        })
    })
    .await
}
