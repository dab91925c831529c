//! A second person refuses a grant.

use super::{GrantAnswer, ReasonForm, by_hand, load};
use crate::grants::events::{KIND_GRANT_REFUSED, WithReason};
use crate::grants::rules::Step;
use crate::journal::{Ask, Door};
use crate::kernel::Result;
use crate::people::{Role, must};

/// Refuses a grant that waits for review. Reviewers, and nobody who prepared or reduced it.
///
/// # Errors
/// `illegal_step`, `two_people`, `part_of_import`; the reason's.
pub async fn refuse(door: &Door, ask: Ask, form: ReasonForm) -> Result<GrantAnswer> {
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            must(desk, &[Role::Reviewer]).await?;
            let grant = load(desk, form.grant).await?;
            by_hand(&grant)?;
            grant.life()?.take(Step::Refuse, &desk.actor().person)?;
            desk.emit(KIND_GRANT_REFUSED, 1, &WithReason { grant: form.grant, reason: form.reason()? })?;
            Ok(GrantAnswer { grant: form.grant })
        })
    })
    .await
}
