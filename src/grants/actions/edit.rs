//! The preparer changes a draft.

use super::{GrantAnswer, fix, load};
use crate::grants::events::{GrantEdited, GrantSubmitted, KIND_GRANT_EDITED, KIND_GRANT_SUBMITTED};
use crate::grants::rules::{Form, Step};
use crate::journal::{Ask, Door};
use crate::kernel::Result;
use crate::people::{Role, must};

/// Changes a draft, and sends it to review if asked to. Its preparer.
///
/// # Errors
/// `illegal_step`, `draft_of_another`; refusals of the fields and of the hard checks.
pub async fn edit(door: &Door, ask: Ask, grant: i64, form: Form, submit: bool) -> Result<GrantAnswer> {
    let content = (grant, form.clone(), submit);
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            must(desk, &[Role::Clerk]).await?;
            let person = desk.actor().person.clone();
            let life = load(desk, grant).await?.life()?.take(Step::Edit, &person)?;
            let draft = form.read(desk.today())?;
            let content = fix(desk, draft, grant).await?;
            desk.emit(KIND_GRANT_EDITED, 1, &GrantEdited { grant, content })?;
            if submit {
                life.take(Step::Submit, &person)?;
                desk.emit(KIND_GRANT_SUBMITTED, 1, &GrantSubmitted { grant })?;
            }
            Ok(GrantAnswer { grant })
        })
    })
    .await
}
