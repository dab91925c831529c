//! A clerk records a grant.

use super::{GrantAnswer, fix};
use crate::grants::events::{GrantRecorded, KIND_GRANT_RECORDED};
use crate::grants::rules::Form;
use crate::journal::{Ask, Door};
use crate::kernel::Result;
use crate::people::{Role, must};

/// Records a grant as a draft, or sends it to review at once. Clerks.
///
/// # Errors
/// Refusals of the fields and of the hard checks.
pub async fn record(door: &Door, ask: Ask, form: Form, submit: bool) -> Result<GrantAnswer> {
    let content = (form.clone(), submit);
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            must(desk, &[Role::Clerk]).await?;
            let draft = form.read(desk.today())?;
            let content = fix(desk, draft, 0).await?;
            let grant = desk.emit(KIND_GRANT_RECORDED, 1, &GrantRecorded { submitted: submit, content })?;
            Ok(GrantAnswer { grant })
        })
    })
    .await
}
