//! Keeping a checked statement.

use serde::{Deserialize, Serialize};

use super::check::{Question, check};
use super::events::{KIND_STATEMENT_CHECKED, StatementChecked};
use crate::journal::{Ask, Door, Head};
use crate::kernel::Result;
use crate::people::{Role, must};

/// Who may sign what came of a check.
pub const SIGNERS: [Role; 3] = [Role::Auditor, Role::Manager, Role::Reviewer];

/// Which statement was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementAnswer {
    /// The statement.
    pub statement: i64,
}

/// Checks a statement at its clocks and keeps text, bindings and verdicts with the name of who asks. Auditors, managers
/// and reviewers.
///
/// # Errors
/// Those of [`check`]; `Forbidden`.
pub async fn keep(door: &Door, ask: Ask, head: &Head, question: Question) -> Result<StatementAnswer> {
    // The position is fixed, so what is read here outside the door is what stands there for good.
    let question = Question { at: Some(question.at.unwrap_or(head.position)), ..question };
    let checked = check(&door.db, head, &question).await?;
    let content = question.clone();
    door.command(ask, &content, move |desk| {
        let payload = StatementChecked {
            text: question.text.clone(),
            year: question.year,
            bindings: question.bindings.clone(),
            checked: checked.clone(),
        };
        Box::pin(async move {
            must(desk, &SIGNERS).await?;
            let statement = desk.emit(KIND_STATEMENT_CHECKED, 1, &payload)?;
            Ok(StatementAnswer { statement })
        })
    })
    .await
}
