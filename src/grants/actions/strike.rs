//! A row is struck out of its file in review.

use super::{GrantAnswer, ReasonForm, load};
use crate::grants::events::{GrantStruck, KIND_GRANT_STRUCK};
use crate::grants::rules::Step;
use crate::journal::{Ask, Door};
use crate::kernel::{Refusal, Result};
use crate::people::{Role, must};

/// Strikes a row out of a file that waits for review; the digest covers what remains. Clerks and reviewers.
///
/// # Errors
/// `illegal_step`, `not_of_import`; the reason's.
pub async fn strike(door: &Door, ask: Ask, form: ReasonForm) -> Result<GrantAnswer> {
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            must(desk, &[Role::Clerk, Role::Reviewer]).await?;
            let grant = load(desk, form.grant).await?;
            grant.life()?.take(Step::Strike, &desk.actor().person)?;
            let import = grant.import.ok_or_else(|| Refusal::new("not_of_import"))?;
            let payload = GrantStruck { grant: form.grant, import, reason: form.reason()? };
            desk.emit(KIND_GRANT_STRUCK, 1, &payload)?;
            Ok(GrantAnswer { grant: form.grant })
        })
    })
    .await
}
