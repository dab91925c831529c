//! Coming in and going out.

use super::{Attempt, Visit};
use crate::journal::{Actor, Door};
use crate::kernel::{Error, Refusal, Result};
use crate::people::store::accounts::{self, Account};
use crate::people::store::sessions::{self, Session};
use crate::people::store::{attempts, books_of, roles_of};
use crate::people::{rules, secrets};

/// How often an attempt is counted anew when others count at the same time.
const COUNT_ATTEMPTS: usize = 8;

/// Somebody who came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The token of the session, for the cookie alone.
    pub token: String,
    /// Who it is.
    pub actor: Actor,
    /// The book, where there is no choice.
    pub book_id: Option<i64>,
}

/// Signs somebody in: a new session with a new token.
///
/// # Errors
/// `sign_in_wrong` for an unknown login, a wrong password and a disabled account alike; `sign_in_wait`.
pub async fn sign_in(door: &Door, visit: &Visit, login: &str, password: &str) -> Result<Entry> {
    let found = check(door, login, password).await;
    let known = found.known.clone();
    let attempt = Attempt {
        actor_uid: known.as_ref().map_or("", |actor| &actor.uid),
        book_id: None,
        what: "sign_in",
        about: known.as_ref().map_or("", |actor| &actor.login),
    };
    let actor = attempt.logged(door, visit, found.result).await?;
    let (office, now) = (&door.db.office, door.surroundings.clock.now());
    sessions::sweep(office, now.plus_ms(-rules::SESSION_IDLE_MS), now.plus_ms(-rules::SESSION_LONGEST_MS)).await?;
    begin(door, visit, actor, None).await
}

/// Begins a session; without a book in mind it takes the only one there is for this person.
pub async fn begin(door: &Door, visit: &Visit, actor: Actor, book_id: Option<i64>) -> Result<Entry> {
    let book_id = match book_id {
        Some(book_id) => Some(book_id),
        None => match books_of(&door.db.read, &actor.uid).await?.as_slice() {
            [(only, _)] => Some(only.book_id),
            _ => None,
        },
    };
    let (token, now) = (door.surroundings.chance.token(), door.surroundings.clock.now());
    let session = Session {
        token_hash: secrets::token_hash(&token),
        actor_uid: actor.uid.clone(),
        book_id,
        created_at: now,
        seen_at: now,
        address: visit.address.clone(),
        agent: visit.agent.clone(),
    };
    sessions::insert(&door.db.office, &session).await?;
    Ok(Entry { token, actor, book_id })
}

/// Holds that a password is that of a login, without a session: for commands `--as LOGIN`. Waits and the access log are
/// the same as on the page.
///
/// # Errors
/// As [`sign_in`].
pub async fn authenticate(door: &Door, login: &str, password: &str) -> Result<Actor> {
    let found = check(door, login, password).await;
    let known = found.known.clone();
    let attempt = Attempt {
        actor_uid: known.as_ref().map_or("", |actor| &actor.uid),
        book_id: None,
        what: "authenticate",
        about: known.as_ref().map_or("", |actor| &actor.login),
    };
    attempt.logged(door, &Visit::default(), found.result).await
}

/// What came of checking a password, and whose account it was if there is one: a login that nobody has is not written
/// down, for people type passwords there.
struct Checked {
    known: Option<Actor>,
    result: Result<Actor>,
}

async fn check(door: &Door, typed: &str, password: &str) -> Checked {
    let wrong = || Error::from(Refusal::new("sign_in_wrong"));
    let Ok(login) = rules::login(typed) else {
        // Takes as long as any other wrong answer.
        let result = secrets::verify(password, None).await.and_then(|_| Err(wrong()));
        return Checked { known: None, result };
    };
    let account = match accounts::by_login(&door.db.office, &login).await {
        Ok(account) => account,
        Err(error) => return Checked { known: None, result: Err(error) },
    };
    let known = account.as_ref().map(|account| account.actor.clone());
    let proven = prove(door, &login, account.as_ref(), password).await;
    let result = proven.and_then(|proven| usable(account).filter(|_| proven).ok_or_else(wrong));
    Checked { known, result }
}

/// Who it is, unless the account is disabled.
fn usable(account: Option<Account>) -> Option<Actor> {
    account.filter(|account| account.disabled_at.is_none()).map(|account| account.actor)
}

/// Whether the password is right, with the count of failures kept.
///
/// # Errors
/// `sign_in_wait`.
pub async fn prove(door: &Door, login: &str, account: Option<&Account>, password: &str) -> Result<bool> {
    count_attempt(door, login).await?;
    let enabled = account.filter(|account| account.disabled_at.is_none());
    let proven = secrets::verify(password, enabled.map(|account| account.password_hash.as_str())).await?;
    if proven {
        attempts::forget(&door.db.office, login).await?;
    }
    Ok(proven)
}

/// Counts the attempt as failed before it is made: of many at once each counts.
async fn count_attempt(door: &Door, login: &str) -> Result<()> {
    let (office, now) = (&door.db.office, door.surroundings.clock.now());
    attempts::sweep(office, now.plus_ms(-rules::FAILURES_FORGOTTEN_MS)).await?;
    for _ in 0..COUNT_ATTEMPTS {
        let before = attempts::of(office, login).await?;
        let failures = rules::attempt(before, now)?;
        if attempts::count(office, login, before, failures.saturating_add(1), now).await? {
            return Ok(());
        }
    }
    Err(Refusal::new("sign_in_wait").with("seconds", 1).into())
}

/// Signs out: the session of this token ends.
pub async fn sign_out(door: &Door, visit: &Visit, token: &str) -> Result<()> {
    let token_hash = secrets::token_hash(token);
    let Some(session) = sessions::by_hash(&door.db.office, &token_hash).await? else { return Ok(()) };
    let ended = sessions::delete(&door.db.office, &token_hash).await;
    let attempt = Attempt { actor_uid: &session.actor_uid, book_id: session.book_id, what: "sign_out", about: "" };
    attempt.logged(door, visit, ended).await
}

/// The living session of a token, and whose it is. A dead one is removed; a disabled account has none.
pub async fn session_of(door: &Door, token: &str) -> Result<Option<(Actor, Session)>> {
    let (office, now) = (&door.db.office, door.surroundings.clock.now());
    let Some(session) = sessions::by_hash(office, &secrets::token_hash(token)).await? else { return Ok(None) };
    if !rules::session_lives(session.created_at, session.seen_at, now) {
        sessions::delete(office, &session.token_hash).await?;
        return Ok(None);
    }
    let account = accounts::by_uid(office, &session.actor_uid).await?;
    let Some(actor) = usable(account) else { return Ok(None) };
    if rules::session_seen_is_old(session.seen_at, now) {
        sessions::touch(office, &session.token_hash, now).await?;
    }
    Ok(Some((actor, session)))
}

/// Turns a session to another book.
///
/// # Errors
/// `NotFound` for a book in which the person has no role: whether it exists is nobody else's business.
pub async fn choose_book(door: &Door, visit: &Visit, session: &Session, book_id: i64) -> Result<()> {
    let chosen = async {
        if roles_of(&door.db.read, book_id, &session.actor_uid).await?.is_empty() {
            return Err(Error::NotFound);
        }
        sessions::choose_book(&door.db.office, &session.token_hash, book_id).await
    }
    .await;
    let attempt = Attempt { actor_uid: &session.actor_uid, book_id: Some(book_id), what: "choose_book", about: "" };
    attempt.logged(door, visit, chosen).await
}
