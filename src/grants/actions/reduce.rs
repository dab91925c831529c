//! A grant's amount is reduced in review.

use serde::{Deserialize, Serialize};

use super::{GrantAnswer, load};
use crate::grants::events::{GrantReduced, KIND_GRANT_REDUCED};
use crate::grants::rules::{Step, split_again};
use crate::journal::{Ask, Door};
use crate::kernel::money::Fen;
use crate::kernel::{Error, Refusal, Result};
use crate::people::{Role, must};
use crate::policies;
use crate::recipients::{REASON_MAX, Reading, required};

/// A smaller amount, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReduceForm {
    /// The grant.
    pub grant: i64,
    /// What shall be granted.
    pub amount: String,
    /// Why.
    pub reason: String,
}

/// Reduces a grant that waits for review. Who does it becomes a preparer of it and may not review it. Clerks and
/// reviewers.
///
/// # Errors
/// `illegal_step`, `reduced_before`, `amount_not_positive`, `reduction_not_below` (`amount`); refusals of the fields.
pub async fn reduce(door: &Door, ask: Ask, form: ReduceForm) -> Result<GrantAnswer> {
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            must(desk, &[Role::Clerk, Role::Reviewer]).await?;
            let mut reading = Reading::default();
            let amount = reading.take("amount", Fen::parse(&form.amount));
            let reason = reading.take("reason", required(&form.reason, REASON_MAX));
            let (amount, reason) = reading.done(amount.zip(reason))?;
            let grant = load(desk, form.grant).await?;
            grant.life()?.take(Step::Reduce, &desk.actor().person)?;
            is_below(amount, grant.content.amount)?;
            let policy = policies::by_id(desk.tx.connection(), desk.book_id(), grant.content.policy).await?;
            let split = split_again(&policy.ok_or(Error::NotFound)?, &grant.content.split, amount)?;
            desk.emit(KIND_GRANT_REDUCED, 1, &GrantReduced { grant: form.grant, amount, split, reason })?;
            Ok(GrantAnswer { grant: form.grant })
        })
    })
    .await
}

fn is_below(amount: Fen, before: Fen) -> Result<(), Refusal> {
    if amount <= Fen::ZERO {
        return Err(Refusal::new("amount_not_positive").at("amount"));
    }
    if amount >= before {
        return Err(Refusal::new("reduction_not_below").at("amount").with("amount", before.grouped()));
    }
    Ok(())
}
