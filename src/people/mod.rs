//! Who works here: users, sessions, roles in a book, and the guards by which a page knows them.
//!
//! A role is given and withdrawn by an event of the book; accounts, passwords and sessions are the office's and are
//! never replayed. What a person may do is read inside the transaction that does it, so a withdrawal counts at once.

mod events;
mod role;
mod store;

use crate::journal::{Desk, OPERATOR};
use crate::kernel::{Error, Result};

pub use events::{APPLIER, KIND_ROLE_GIVEN, KIND_ROLE_WITHDRAWN, RoleChanged};
pub use role::Role;
pub use store::roles_of;

/// Holds that the one who asks has one of these roles in this book, at this moment, inside the transaction.
///
/// # Errors
/// `Forbidden`; also for the operator of the machine, who keeps users and books and nothing else.
pub async fn must(desk: &Desk, any_of: &[Role]) -> Result<()> {
    let actor_uid = &desk.actor().uid;
    if actor_uid == OPERATOR {
        return Err(Error::Forbidden);
    }
    let held = roles_of(desk.tx.connection(), desk.book_id(), actor_uid).await?;
    if held.iter().any(|role| any_of.contains(role)) { Ok(()) } else { Err(Error::Forbidden) }
}
