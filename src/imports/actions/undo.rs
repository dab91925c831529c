//! Taking back what was taken over as history: prepared with a reason, approved by another person.

use serde::Serialize;

use super::{ImportAnswer, life_of};
use crate::funds;
use crate::imports::events::{
    ImportRefused, ImportUndone, KIND_IMPORT_UNDO_APPROVED, KIND_IMPORT_UNDO_PREPARED, KIND_IMPORT_UNDO_REFUSED,
};
use crate::imports::rules::{ImportStep, reason, take};
use crate::imports::store;
use crate::journal::{Ask, Desk, Door};
use crate::kernel::{Refusal, Result};
use crate::people::{Role, must};

#[derive(Debug, Serialize)]
struct Reasoned<'a> {
    import: i64,
    reason: &'a str,
}

/// Prepares that a history import be undone. Clerks and reviewers.
///
/// # Errors
/// `import_step`, `undo_history_only`, `reason_needed`, `money_moved_since` (`reference`).
pub async fn prepare_undo(door: &Door, ask: Ask, import: i64, why: String) -> Result<ImportAnswer> {
    let content = Reasoned { import, reason: &why };
    let why = why.clone();
    door.command(ask, &content, move |desk| {
        let why = why.clone();
        Box::pin(async move {
            must(desk, &[Role::Clerk, Role::Reviewer]).await?;
            step(desk, import, ImportStep::PrepareUndo).await?;
            money_rests(desk, import).await?;
            desk.emit(KIND_IMPORT_UNDO_PREPARED, 1, &ImportRefused { import, reason: reason(&why)? })?;
            Ok(ImportAnswer { import })
        })
    })
    .await
}

/// Has an import undone: every transfer is reversed exactly. Reviewers, and not who prepared it.
///
/// # Errors
/// `import_step`, `two_people`, `money_moved_since` (`reference`), `budget_short`.
pub async fn approve_undo(door: &Door, ask: Ask, import: i64) -> Result<ImportAnswer> {
    door.command(ask, &import, move |desk| {
        Box::pin(async move {
            must(desk, &[Role::Reviewer]).await?;
            step(desk, import, ImportStep::ApproveUndo).await?;
            money_rests(desk, import).await?;
            let (c, book_id) = (desk.tx.connection(), desk.book_id());
            let moves = store::money_to_return(c, book_id, import).await?;
            let approved_at = store::approved_at(c, book_id, import).await?;
            funds::prove(desk, &moves).await?;
            desk.emit(KIND_IMPORT_UNDO_APPROVED, 1, &ImportUndone { import, approved_at })?;
            Ok(ImportAnswer { import })
        })
    })
    .await
}

/// Lets an import stand that somebody wanted undone. Reviewers, and not who prepared that.
///
/// # Errors
/// `import_step`, `two_people`, `reason_needed`.
pub async fn refuse_undo(door: &Door, ask: Ask, import: i64, why: String) -> Result<ImportAnswer> {
    let content = Reasoned { import, reason: &why };
    let why = why.clone();
    door.command(ask, &content, move |desk| {
        let why = why.clone();
        Box::pin(async move {
            must(desk, &[Role::Reviewer]).await?;
            step(desk, import, ImportStep::RefuseUndo).await?;
            desk.emit(KIND_IMPORT_UNDO_REFUSED, 1, &ImportRefused { import, reason: reason(&why)? })?;
            Ok(ImportAnswer { import })
        })
    })
    .await
}

async fn step(desk: &Desk, import: i64, step: ImportStep) -> Result<()> {
    let view = store::by_id(desk.tx.connection(), desk.book_id(), import).await?;
    take(&life_of(desk, &view).await?, step, &desk.actor().person)?;
    Ok(())
}

/// Nothing is undone of which the money has moved on.
async fn money_rests(desk: &Desk, import: i64) -> Result<()> {
    let moved = store::moved_since(desk.tx.connection(), desk.book_id(), import).await?;
    moved.map_or(Ok(()), |reference| Err(Refusal::new("money_moved_since").with("reference", reference).into()))
}
