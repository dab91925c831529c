//! What one can do to a grant. One verb, one file; each goes through the door: load, decide, write down.

mod approve;
mod cancel;
mod edit;
mod give_back;
mod import;
mod record;
mod reduce;
mod refuse;
mod strike;
mod submit;
mod withdraw;

pub use approve::{Approval, ApproveForm, approve};
pub use cancel::cancel;
pub use edit::edit;
pub use give_back::give_back;
pub use import::{may_approve_import, may_refuse_import, may_undo_import, record_row};
pub use record::record;
pub use reduce::{ReduceForm, reduce};
pub use refuse::refuse;
pub use strike::strike;
pub use submit::submit;
pub use withdraw::withdraw;

use serde::{Deserialize, Serialize};

use super::rules::{Content, Draft, Source, check, written};
use super::store::{self, Grant};
use crate::journal::Desk;
use crate::kernel::{Error, Refusal, Result};
use crate::recipients::{self, REASON_MAX, masked_number, required};

/// Which grant an action made or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantAnswer {
    /// The grant.
    pub grant: i64,
}

/// A grant, and why something is done to it, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasonForm {
    /// The grant.
    pub grant: i64,
    /// Why.
    pub reason: String,
}

impl ReasonForm {
    /// The reason, which must be there.
    fn reason(&self) -> Result<String> {
        Ok(required(&self.reason, REASON_MAX).map_err(|refusal| refusal.at("reason"))?)
    }
}

/// The grant as it stands under the lock.
async fn load(desk: &Desk, id: i64) -> Result<Grant> {
    store::grant(desk.tx.connection(), desk.book_id(), id).await?.ok_or(Error::NotFound)
}

/// Rows of a file are reviewed with their file.
fn by_hand(grant: &Grant) -> Result<(), Refusal> {
    match grant.import {
        Some(import) => Err(Refusal::new("part_of_import").with("import", import)),
        None => Ok(()),
    }
}

/// Holds a draft against the book and writes it down; `itself` is the grant that it is already, or 0. The next event
/// must carry the content: a new personal number is sealed for it.
async fn fix(desk: &mut Desk, mut draft: Draft, itself: i64) -> Result<Content> {
    if draft.reference.is_empty() {
        draft.reference = format!("{}-{}", draft.policy, desk.next_position());
    }
    let (book_id, today) = (desk.book_id(), desk.today());
    let loaded = store::load(desk.tx.connection(), book_id, &draft, Source::Page, today, itself).await?;
    let facts = loaded.facts();
    let (hard, warnings) = check(&facts, &draft);
    if !hard.is_empty() {
        return Err(hard.into());
    }
    let identity = draft.identity.clone();
    let number = match &loaded.recipient {
        Some(recipient) => recipient.number.clone(),
        None => masked_number(&identity, loaded.alike_numbers),
    };
    let mut content = written(draft, &facts, number, warnings)?;
    if content.recipient.is_none() {
        content.personal_id = recipients::seal(desk, &identity);
    }
    Ok(content)
}
