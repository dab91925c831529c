//! Taking back what was taken over as history: prepared with a reason, approved by another person.

use serde::Serialize;

use super::ImportAnswer;
use crate::grants;
use crate::imports::events::{
    ImportRefused, ImportUndone, KIND_IMPORT_UNDO_APPROVED, KIND_IMPORT_UNDO_PREPARED, KIND_IMPORT_UNDO_REFUSED,
};
use crate::imports::rules::{ImportStep, reason, take};
use crate::imports::store;
use crate::journal::{Ask, Desk, Door};
use crate::kernel::Result;
use crate::kernel::dates::Day;
use crate::people::{Role, must};

#[derive(Debug, Serialize)]
struct Reasoned<'a> {
    import: i64,
    reason: &'a str,
}

/// Prepares that a history import be undone. Clerks and reviewers.
///
/// # Errors
/// `import_step`, `undo_history_only`, `reason_needed`, `import_moved_on`.
pub async fn prepare_undo(door: &Door, ask: Ask, import: i64, why: String) -> Result<ImportAnswer> {
    let content = Reasoned { import, reason: &why };
    let why = why.clone();
    door.command(ask, &content, move |desk| {
        let why = why.clone();
        Box::pin(async move {
            must(desk, &[Role::Clerk, Role::Reviewer]).await?;
            step(desk, import, ImportStep::PrepareUndo).await?;
            may_undo(desk, import).await?;
            desk.emit(KIND_IMPORT_UNDO_PREPARED, 1, &ImportRefused { import, reason: reason(&why)? })?;
            Ok(ImportAnswer { import })
        })
    })
    .await
}

/// Has an import undone: every transfer is reversed exactly, on its own day or, where that is closed, the first open one. Reviewers, and not who prepared it.
///
/// # Errors
/// `import_step`, `two_people`, `import_moved_on`, `budget_short`.
pub async fn approve_undo(door: &Door, ask: Ask, import: i64) -> Result<ImportAnswer> {
    door.command(ask, &import, move |desk| {
        Box::pin(async move {
            must(desk, &[Role::Reviewer]).await?;
            step(desk, import, ImportStep::ApproveUndo).await?;
            let (approved_at, first_open_on) = may_undo(desk, import).await?;
            desk.emit(KIND_IMPORT_UNDO_APPROVED, 1, &ImportUndone { import, approved_at, first_open_on })?;
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
    let (view, remaining) = store::with_rows(desk.tx.connection(), desk.book_id(), import).await?;
    take(&store::life(&view, &remaining), step, &desk.actor().person)?;
    Ok(())
}

/// Holds that the money of an import rests where its approval brought it; tells at which position that was, and the first
/// open day where some of it was paid in a closed month.
async fn may_undo(desk: &Desk, import: i64) -> Result<(i64, Option<Day>)> {
    let approved_at = store::approved_at(desk.tx.connection(), desk.book_id(), import).await?;
    Ok((approved_at, grants::may_undo_import(desk, import, approved_at).await?))
}
