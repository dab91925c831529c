//! What one can do with a file and with an import. Each verb goes through the door: load, decide, write down.

mod decide;
mod rows;
mod submit;
mod undo;

pub use decide::{approve, refuse, withdraw};
pub use submit::{check, preview, submit};
pub use undo::{approve_undo, prepare_undo, refuse_undo};

use serde::{Deserialize, Serialize};

use super::reading::What;
use super::store::{self, ImportView};
use crate::grants::Remaining;
use crate::journal::Desk;
use crate::kernel::Result;
use crate::people::{Role, must};

/// Which import an action made or decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportAnswer {
    /// The import.
    pub import: i64,
}

/// Who brings such a file.
const fn preparers(what: What) -> &'static [Role] {
    match what {
        What::Policies => &[Role::Manager],
        What::Grants | What::History => &[Role::Clerk],
    }
}

/// Who decides on such a file.
const fn deciders(what: What) -> &'static [Role] {
    match what {
        What::Policies => &[Role::Reviewer, Role::Manager],
        What::Grants | What::History => &[Role::Reviewer],
    }
}

/// The import, for somebody who may decide on it.
async fn for_decider(desk: &Desk, import: i64) -> Result<(ImportView, Remaining)> {
    let found = store::with_rows(desk.tx.connection(), desk.book_id(), import).await?;
    must(desk, deciders(found.0.what)).await?;
    Ok(found)
}
