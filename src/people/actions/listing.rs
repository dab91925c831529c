//! Who there is.

use crate::journal::Door;
use crate::kernel::{Error, Result};
use crate::people::role::Role;
use crate::people::store::accounts::{self, Account};
use crate::people::store::{roles_in, roles_of};

/// An account with its roles in one book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The account.
    pub account: Account,
    /// Roles in the book, in the order of the work.
    pub roles: Vec<Role>,
}

/// Whether nobody can sign in yet.
pub async fn no_accounts(door: &Door) -> Result<bool> {
    accounts::none(&door.db.office).await
}

/// All accounts by login, with their roles in a book.
pub async fn users_in(door: &Door, book_id: i64) -> Result<Vec<Listed>> {
    let mut roles = roles_in(&door.db.read, book_id).await?;
    let accounts = accounts::all(&door.db.office).await?.into_iter();
    Ok(accounts
        .map(|account| Listed { roles: roles.remove(&account.actor.uid).unwrap_or_default(), account })
        .collect())
}

/// One account with its roles in a book.
///
/// # Errors
/// `NotFound`.
pub async fn user_in(door: &Door, book_id: i64, login: &str) -> Result<Listed> {
    let account = accounts::by_login(&door.db.office, login).await?.ok_or(Error::NotFound)?;
    Ok(Listed { roles: roles_of(&door.db.read, book_id, &account.actor.uid).await?, account })
}
