//! Roles in a book: given and withdrawn, through the door.

use serde::{Deserialize, Serialize};

use super::{Attempt, Visit};
use crate::journal::{Actor, Ask, Desk, Door};
use crate::kernel::{Error, Refusal, Result};
use crate::people::events::{KIND_ROLE_GIVEN, KIND_ROLE_WITHDRAWN, RoleChanged};
use crate::people::role::Role;
use crate::people::rules;
use crate::people::store::{accounts, roles_of};

/// Where it is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleAnswer {
    /// Position of the event.
    pub position: i64,
}

/// Which of the two verbs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Give,
    Withdraw,
}

/// Gives the person called `login` a role in the book of the request.
///
/// # Errors
/// `user_unknown` and `user_disabled` at `login`, `role_own`, `role_held`; `Forbidden` unless operator or administrator.
pub async fn give_role(door: &Door, visit: &Visit, ask: Ask, login: &str, role: Role) -> Result<RoleAnswer> {
    change(door, visit, Change::Give, ask, login, role).await
}

/// Withdraws a role; it counts from the next event on.
///
/// # Errors
/// As [`give_role`], `role_not_held` in the place of `role_held`.
pub async fn withdraw_role(door: &Door, visit: &Visit, ask: Ask, login: &str, role: Role) -> Result<RoleAnswer> {
    change(door, visit, Change::Withdraw, ask, login, role).await
}

async fn change(door: &Door, visit: &Visit, which: Change, ask: Ask, login: &str, role: Role) -> Result<RoleAnswer> {
    let (actor_uid, book_id) = (ask.actor.uid.clone(), ask.book_id);
    let changed = async {
        let target = whose(door, which, login).await?;
        let content = RoleChanged { actor_uid: target.uid.clone(), role, scope: String::new() };
        let named = content.clone();
        door.command(ask, &named, move |desk| {
            let (target, content) = (target.clone(), content.clone());
            Box::pin(async move { decide(desk, which, &target, &content).await })
        })
        .await
    }
    .await;
    let what = if which == Change::Give { "give_role" } else { "withdraw_role" };
    let about = format!("{} {}", rules::login(login).unwrap_or_default(), role.code());
    Attempt { actor_uid: &actor_uid, book_id: Some(book_id), what, about: &about }.logged(door, visit, changed).await
}

async fn whose(door: &Door, which: Change, login: &str) -> Result<Actor> {
    let unknown = || Refusal::new("user_unknown").at("login").with("login", login.trim());
    let login = rules::login(login).map_err(|_| unknown())?;
    let account = accounts::by_login(&door.db.office, &login).await?.ok_or_else(unknown)?;
    if which == Change::Give && account.disabled_at.is_some() {
        return Err(Refusal::new("user_disabled").at("login").with("login", login).into());
    }
    Ok(account.actor)
}

async fn decide(desk: &mut Desk, which: Change, target: &Actor, content: &RoleChanged) -> Result<RoleAnswer> {
    let (book, connection) = (desk.book_id(), desk.tx.connection());
    let held = roles_of(connection, book, &desk.actor().uid).await?;
    let holds = roles_of(connection, book, &target.uid).await?.contains(&content.role);
    rules::may_change_role(desk.actor(), &held, target)?;
    let kind = match (which, holds) {
        (Change::Give, false) => KIND_ROLE_GIVEN,
        (Change::Withdraw, true) => KIND_ROLE_WITHDRAWN,
        (Change::Give, true) => return Err(refused("role_held", target)),
        (Change::Withdraw, false) => return Err(refused("role_not_held", target)),
    };
    desk.introduce(target).await?;
    Ok(RoleAnswer { position: desk.emit(kind, 1, content)? })
}

fn refused(code: &'static str, target: &Actor) -> Error {
    Refusal::new(code).at("role").with("login", &target.login).into()
}
