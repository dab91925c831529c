//! What is done at the machine itself, without a browser: by its operator, and by commands `--as LOGIN`.

use super::actions::{self, Authority, NewUser, RoleAnswer, Visit};
use super::role::Role;
use super::rules;
use super::store::{accounts, marks};
use crate::journal::{Actor, Ask, Door};
use crate::kernel::{Refusal, Result};

/// Adds an account, as the operator.
///
/// # Errors
/// As [`actions::add_user`].
pub async fn add_user(door: &Door, login: &str, name: &str, password: &str) -> Result<Actor> {
    let new = NewUser { login: login.to_owned(), name: name.to_owned(), password: password.to_owned() };
    actions::add_user(door, &Visit::default(), &Authority::Operator, &new).await
}

/// Gives the person called `login` a role in the book of the request.
///
/// # Errors
/// As [`actions::give_role`].
pub async fn give_role(door: &Door, ask: Ask, login: &str, role: Role) -> Result<RoleAnswer> {
    actions::give_role(door, &Visit::default(), ask, login, role).await
}

/// Withdraws a role.
///
/// # Errors
/// As [`actions::withdraw_role`].
pub async fn withdraw_role(door: &Door, ask: Ask, login: &str, role: Role) -> Result<RoleAnswer> {
    actions::withdraw_role(door, &Visit::default(), ask, login, role).await
}

/// Who is called `login`. Knowing who it is gives no right to act as that person: see [`actions::authenticate`].
///
/// # Errors
/// `user_unknown` at `login`.
pub async fn actor(door: &Door, login: &str) -> Result<Actor> {
    let found = match rules::login(login) {
        Ok(login) => accounts::by_login(&door.db.office, &login).await?,
        Err(_) => None,
    };
    let unknown = || Refusal::new("user_unknown").at("login").with("login", login.trim()).into();
    found.map(|account| account.actor).ok_or_else(unknown)
}

/// Marks the installation as a demonstration, for good: every page says so from the next start on.
pub async fn mark_as_demonstration(door: &Door) -> Result<()> {
    marks::set(&door.db.office, marks::DEMONSTRATION, door.surroundings.clock.now()).await
}

/// Whether the installation is a demonstration.
pub async fn is_demonstration(door: &Door) -> Result<bool> {
    marks::is_set(&door.db.office, marks::DEMONSTRATION).await
}
