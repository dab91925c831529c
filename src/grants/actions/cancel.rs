//! An approved grant is given up before it is paid.

use super::{GrantAnswer, ReasonForm, load};
use crate::funds::{self, Stage};
use crate::grants::events::{GrantCancelled, KIND_GRANT_CANCELLED};
use crate::grants::rules::{Step, moves};
use crate::grants::store;
use crate::journal::{Ask, Door};
use crate::kernel::{Refusal, Result};
use crate::people::{Role, must};
use crate::periods;

/// Gives an approved grant up: its payable money is available again from today on. Reviewers and managers.
///
/// # Errors
/// `illegal_step`, `grant_offset_stands`; the reason's.
pub async fn cancel(door: &Door, ask: Ask, form: ReasonForm) -> Result<GrantAnswer> {
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            must(desk, &[Role::Reviewer, Role::Manager]).await?;
            load(desk, form.grant).await?.life()?.take(Step::Cancel, &desk.actor().person)?;
            let reason = form.reason()?;
            if !store::offsets(desk.tx.connection(), desk.book_id(), &[form.grant]).await?.is_empty() {
                return Err(Refusal::new("grant_offset_stands").into());
            }
            let on = periods::effective_day(desk, desk.today()).await?;
            let held = store::held(desk.tx.connection(), desk.book_id(), &[form.grant]).await?;
            let stages = (Stage::Payable, Stage::Available);
            funds::prove(desk, &moves((desk.next_position(), 1), &held, stages, |_| on)).await?;
            let payload = GrantCancelled { grant: form.grant, reason, effective_on: Some(on) };
            desk.emit(KIND_GRANT_CANCELLED, 1, &payload)?;
            Ok(GrantAnswer { grant: form.grant })
        })
    })
    .await
}
