//! A grant goes back to its preparer.

use super::{GrantAnswer, ReasonForm, by_hand, load};
use crate::grants::events::{KIND_GRANT_RETURNED, WithReason};
use crate::grants::rules::Step;
use crate::journal::{Ask, Door};
use crate::kernel::Result;
use crate::people::{Role, must};

/// Gives a grant that waits for review back to its preparer. Reviewers, and the preparer, who takes it back.
///
/// # Errors
/// `illegal_step`, `part_of_import`; the reason's.
pub async fn give_back(door: &Door, ask: Ask, form: ReasonForm) -> Result<GrantAnswer> {
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            let grant = load(desk, form.grant).await?;
            let is_own = grant.prepared.person == desk.actor().person;
            must(desk, if is_own { &[Role::Clerk, Role::Reviewer] } else { &[Role::Reviewer] }).await?;
            by_hand(&grant)?;
            grant.life()?.take(Step::GiveBack, &desk.actor().person)?;
            desk.emit(KIND_GRANT_RETURNED, 1, &WithReason { grant: form.grant, reason: form.reason()? })?;
            Ok(GrantAnswer { grant: form.grant })
        })
    })
    .await
}
