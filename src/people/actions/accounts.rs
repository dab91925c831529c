//! Accounts: added, their password changed, disabled and enabled.

use super::sign_in::{Entry, begin, prove};
use super::{Attempt, Visit};
use crate::journal::{Actor, Door};
use crate::kernel::{Error, Refusal, Result};
use crate::people::role::Role;
use crate::people::store::accounts::{self, Account};
use crate::people::store::books_of;
use crate::people::store::sessions::{self, Session};
use crate::people::{rules, secrets};

/// Language of the screens until a person chooses.
const LANGUAGE: &str = "zh";

/// By what right somebody keeps accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authority {
    /// Sits at the machine.
    Operator,
    /// Is an administrator of some book; looked up again when used.
    Administrator(Actor),
}

impl Authority {
    fn actor(&self) -> Actor {
        match self {
            Self::Operator => Actor::operator(),
            Self::Administrator(actor) => actor.clone(),
        }
    }

    /// The books that this right reaches into; the operator's needs no list.
    async fn books(&self, door: &Door) -> Result<Vec<i64>> {
        let Self::Administrator(actor) = self else { return Ok(Vec::new()) };
        let books = books_of(&door.db.read, &actor.uid).await?;
        let administers = books.into_iter().filter(|(_, roles)| roles.contains(&Role::Administrator));
        let administers: Vec<i64> = administers.map(|(head, _)| head.book_id).collect();
        if administers.is_empty() { Err(Error::Forbidden) } else { Ok(administers) }
    }
}

/// An account that is to be, as typed.
#[derive(Clone)]
pub struct NewUser {
    /// Name at the door.
    pub login: String,
    /// Name on paper.
    pub name: String,
    /// The first password.
    pub password: String,
}

impl std::fmt::Debug for NewUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewUser").field("login", &self.login).field("name", &self.name).finish_non_exhaustive()
    }
}

impl NewUser {
    /// The login and the name as they are kept.
    ///
    /// # Errors
    /// Everything that is wrong, at its field.
    pub fn check(&self) -> Result<(String, String), Vec<Refusal>> {
        let (login, name) = (rules::login(&self.login), rules::person_name(&self.name));
        let password = rules::password(&self.password, login.as_deref().unwrap_or(&self.login), "password");
        match (login, name, password) {
            (Ok(login), Ok(name), Ok(())) => Ok((login, name)),
            (login, name, password) => Err([login.err(), name.err(), password.err()].into_iter().flatten().collect()),
        }
    }
}

/// Adds an account for a new person. It has no role anywhere yet.
///
/// # Errors
/// What is wrong with login, name and password; `login_used`; `Forbidden`.
pub async fn add_user(door: &Door, visit: &Visit, by: &Authority, new: &NewUser) -> Result<Actor> {
    let actor = by.actor();
    let made = async {
        by.books(door).await?;
        make(door, new).await
    }
    .await;
    let login = made.as_ref().map_or(String::new(), |made| made.login.clone());
    let attempt = Attempt { actor_uid: &actor.uid, book_id: None, what: "add_user", about: &login };
    attempt.logged(door, visit, made).await
}

/// Makes the account; a person's number is that of the first account.
pub(super) async fn make(door: &Door, new: &NewUser) -> Result<Actor> {
    let (login, name) = new.check()?;
    let uid = door.surroundings.chance.token();
    let account = Account {
        actor: Actor { person: uid.clone(), uid, login, name },
        password_hash: secrets::hash(&new.password, door.surroundings.chance.as_ref()).await?,
        disabled_at: None,
        created_at: door.surroundings.clock.now(),
    };
    accounts::insert(&door.db.office, &account, LANGUAGE).await?;
    Ok(account.actor)
}

/// Changes one's own password. All sessions of the person end; the answer is a new one in the place of this.
///
/// # Errors
/// `password_old_wrong` at `old`, `sign_in_wait`, what is wrong with the new one at `new`.
pub async fn change_password(door: &Door, visit: &Visit, session: &Session, old: &str, new: &str) -> Result<Entry> {
    let changed = async {
        let office = &door.db.office;
        let account = accounts::by_uid(office, &session.actor_uid).await?.ok_or(Error::SignedOut)?;
        rules::password(new, &account.actor.login, "new")?;
        if !prove(door, &account.actor.login, Some(&account), old).await? {
            return Err(Refusal::new("password_old_wrong").at("old").into());
        }
        if old == new {
            return Err(Refusal::new("password_same").at("new").into());
        }
        store_password(door, &account.actor.uid, new).await?;
        begin(door, visit, account.actor, session.book_id).await
    }
    .await;
    let attempt =
        Attempt { actor_uid: &session.actor_uid, book_id: session.book_id, what: "change_password", about: "" };
    attempt.logged(door, visit, changed).await
}

/// Sets a forgotten password anew; only at the machine, for who sets it could come in as that person.
///
/// # Errors
/// `NotFound`, what is wrong with the password at `password`.
pub async fn reset_password(door: &Door, login: &str, new: &str) -> Result<()> {
    let reset = async {
        let account = accounts::by_login(&door.db.office, login).await?.ok_or(Error::NotFound)?;
        rules::password(new, &account.actor.login, "password")?;
        store_password(door, &account.actor.uid, new).await
    }
    .await;
    let operator = Actor::operator();
    let attempt = Attempt { actor_uid: &operator.uid, book_id: None, what: "reset_password", about: login };
    attempt.logged(door, &Visit::default(), reset).await
}

async fn store_password(door: &Door, actor_uid: &str, password: &str) -> Result<()> {
    let hash = secrets::hash(password, door.surroundings.chance.as_ref()).await?;
    accounts::set_password(&door.db.office, actor_uid, &hash, door.surroundings.clock.now()).await?;
    sessions::delete_of(&door.db.office, actor_uid).await
}

/// Disables an account: its sessions end and it signs in no more. Its roles stay in the book until they are withdrawn.
///
/// # Errors
/// `Forbidden`, `NotFound`, `account_own`, `account_elsewhere`.
pub async fn disable_user(door: &Door, visit: &Visit, by: &Authority, actor_uid: &str) -> Result<()> {
    switch(door, visit, by, actor_uid, false).await
}

/// Enables an account again.
///
/// # Errors
/// As [`disable_user`].
pub async fn enable_user(door: &Door, visit: &Visit, by: &Authority, actor_uid: &str) -> Result<()> {
    switch(door, visit, by, actor_uid, true).await
}

async fn switch(door: &Door, visit: &Visit, by: &Authority, actor_uid: &str, on: bool) -> Result<()> {
    let actor = by.actor();
    let switched = async {
        let administers = by.books(door).await?;
        let account = accounts::by_uid(&door.db.office, actor_uid).await?.ok_or(Error::NotFound)?;
        let works_in: Vec<i64> =
            books_of(&door.db.read, actor_uid).await?.iter().map(|(head, _)| head.book_id).collect();
        rules::may_disable(&actor, &administers, &account.actor, &works_in)?;
        let disabled_at = (!on).then(|| door.surroundings.clock.now());
        accounts::set_disabled(&door.db.office, actor_uid, disabled_at).await?;
        if !on {
            sessions::delete_of(&door.db.office, actor_uid).await?;
        }
        Ok(())
    }
    .await;
    let what = if on { "enable_user" } else { "disable_user" };
    Attempt { actor_uid: &actor.uid, book_id: None, what, about: actor_uid }.logged(door, visit, switched).await
}
