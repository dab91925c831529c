//! The preparer sends a draft to review.

use super::{GrantAnswer, fix, load};
use crate::grants::events::{GrantEdited, GrantSubmitted, KIND_GRANT_EDITED, KIND_GRANT_SUBMITTED};
use crate::grants::rules::{AccountUse, Content, Step};
use crate::journal::{Ask, Door};
use crate::kernel::{Error, Refusal, Result};
use crate::people::{Role, must};
use crate::{policies, recipients};

/// Sends a draft to review as it is. The checks run again; what they find new goes into the content first, so that
/// the reviewer signs it. Its preparer.
///
/// # Errors
/// `illegal_step`, `draft_of_another`, `personal_id_erased`; refusals of the hard checks.
pub async fn submit(door: &Door, ask: Ask, grant: i64) -> Result<GrantAnswer> {
    door.command(ask, &grant, move |desk| {
        Box::pin(async move {
            must(desk, &[Role::Clerk]).await?;
            let person = desk.actor().person.clone();
            let before = load(desk, grant).await?;
            before.life()?.take(Step::Submit, &person)?;
            let (c, book_id) = (desk.tx.connection(), desk.book_id());
            let policy = policies::by_id(c, book_id, before.content.policy).await?.ok_or(Error::NotFound)?;
            let identity = recipients::identity_of(c, book_id, before.recipient)
                .await?
                .ok_or_else(|| Refusal::new("personal_id_erased").at("number"))?;
            let content = fix(desk, before.content.draft(identity, &policy), grant).await?;
            if is_news(&before.content, &content) {
                desk.emit(KIND_GRANT_EDITED, 1, &GrantEdited { grant, content })?;
            }
            desk.emit(KIND_GRANT_SUBMITTED, 1, &GrantSubmitted { grant })?;
            Ok(GrantAnswer { grant })
        })
    })
    .await
}

/// Whether the checks found what the draft did not know when it was written.
fn is_news(before: &Content, now: &Content) -> bool {
    now.warnings != before.warnings
        || now.split != before.split
        || now.renews
        || matches!(now.account, AccountUse::First | AccountUse::Change)
        || now.account != before.account && matches!(now.account, AccountUse::Open(_))
}
