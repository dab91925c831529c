//! The first start: a link that works once, while there is no account.

use super::accounts::{NewUser, make};
use super::roles::give_role;
use super::{Attempt, Visit};
use crate::journal::{Actor, Ask, Door, Head, Keeper, NewBook, create};
use crate::kernel::{Error, Result};
use crate::people::role::Role;
use crate::people::store::{accounts, setup_links};
use crate::people::{rules, secrets};

/// What the first page asks for.
#[derive(Debug, Clone)]
pub struct FirstSetup {
    /// The first administrator.
    pub user: NewUser,
    /// The first book; used only where there is none.
    pub book: NewBook,
}

/// The token of a new link, if there is no account yet; earlier links stop working. The link is `/setup/TOKEN`.
pub async fn setup_token(door: &Door) -> Result<Option<String>> {
    if !accounts::none(&door.db.office).await? {
        return Ok(None);
    }
    let token = door.surroundings.chance.token();
    setup_links::replace(&door.db.office, &secrets::token_hash(&token), door.surroundings.clock.now()).await?;
    Ok(Some(token))
}

/// Whether a link works: unused, not too old, and there is still no account.
pub async fn setup_opens(door: &Door, token: &str) -> Result<bool> {
    let made = setup_links::unused(&door.db.office, &secrets::token_hash(token)).await?;
    let now = door.surroundings.clock.now();
    Ok(made.is_some_and(|made| rules::setup_link_opens(made, now)) && accounts::none(&door.db.office).await?)
}

/// Makes the first account, administrator in every book there is, and the first book where there is none. The machine's
/// operator is who acts, for the link came from there.
///
/// # Errors
/// `NotFound` if the link does not work; what is wrong with the account or the book, at its field.
pub async fn first_setup(
    door: &Door,
    keeper: &Keeper,
    visit: &Visit,
    token: &str,
    first: &FirstSetup,
) -> Result<Actor> {
    let made = set_up(door, keeper, visit, token, first).await;
    let operator = Actor::operator();
    let login = made.as_ref().map_or(String::new(), |made| made.login.clone());
    let attempt = Attempt { actor_uid: &operator.uid, book_id: None, what: "first_setup", about: &login };
    attempt.logged(door, visit, made).await
}

async fn set_up(door: &Door, keeper: &Keeper, visit: &Visit, token: &str, first: &FirstSetup) -> Result<Actor> {
    if !setup_opens(door, token).await? {
        return Err(Error::NotFound);
    }
    first.user.check()?;
    let token_hash = secrets::token_hash(token);
    if !setup_links::take(&door.db.office, &token_hash, door.surroundings.clock.now()).await? {
        return Err(Error::NotFound);
    }
    let made = make_both(door, keeper, first).await;
    match made {
        Ok(actor) => {
            administer_all(door, visit, &actor).await?;
            Ok(actor)
        }
        Err(error) => {
            setup_links::give_back(&door.db.office, &token_hash).await?;
            Err(error)
        }
    }
}

/// The book first: a refused code must not leave an account behind that closes the link.
async fn make_both(door: &Door, keeper: &Keeper, first: &FirstSetup) -> Result<Actor> {
    if Head::all(&door.db.read).await?.is_empty() {
        let chance = door.surroundings.chance.as_ref();
        let key = |origin: &str| keeper.make_key(origin, chance);
        create(&door.db, door.registry, &door.surroundings, &first.book, key).await?;
    }
    make(door, &first.user).await
}

async fn administer_all(door: &Door, visit: &Visit, actor: &Actor) -> Result<()> {
    for head in Head::all(&door.db.read).await? {
        let ask = Ask {
            book_id: head.book_id,
            actor: Actor::operator(),
            request_key: format!("setup-{}", door.surroundings.chance.token()),
            verb: "give_role",
        };
        give_role(door, visit, ask, &actor.login, Role::Administrator).await?;
    }
    Ok(())
}
