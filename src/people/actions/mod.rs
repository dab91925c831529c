//! What people do with accounts, sessions and roles: one function per verb. Every coming, going, refusal and change of
//! a role leaves a line in the access log.

mod accounts;
mod listing;
mod roles;
mod setup;
mod sign_in;

pub use accounts::{Authority, NewUser, add_user, change_password, disable_user, enable_user, reset_password};
pub use listing::{Listed, no_accounts, user_in, users_in};
pub use roles::{RoleAnswer, give_role, withdraw_role};
pub use setup::{FirstSetup, first_setup, setup_opens, setup_token};
pub use sign_in::{Entry, authenticate, choose_book, session_of, sign_in, sign_out};

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::store::access_log::{self, Access};
use crate::journal::Door;
use crate::kernel::{Error, Result};

/// Longest text kept of what a browser sends about itself, in characters.
const TOLD_CHARS_MAX: usize = 200;

/// From where somebody acts: kept with the session and in the access log.
#[derive(Debug, Clone, Default)]
pub struct Visit {
    /// Network address; empty for the machine itself.
    pub address: String,
    /// What the browser calls itself.
    pub agent: String,
    written: Arc<AtomicBool>,
}

impl Visit {
    /// A visit over the network.
    pub fn new(address: impl ToString, agent: &str) -> Self {
        Self { address: address.to_string(), agent: on_one_line(agent), written: Arc::default() }
    }

    /// Whether the access log has a line about this visit already: one refusal is one line.
    pub fn is_written(&self) -> bool {
        self.written.load(Ordering::Relaxed)
    }
}

/// A text of strangers as it may stand in a log: one line, not too long.
fn on_one_line(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(TOLD_CHARS_MAX).collect()
}

/// What is written down of an attempt to do something.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'a> {
    /// Who; empty where nobody is signed in.
    pub actor_uid: &'a str,
    /// In which book, if in one.
    pub book_id: Option<i64>,
    /// The verb, or method and path.
    pub what: &'a str,
    /// About whom or what.
    pub about: &'a str,
}

impl Attempt<'_> {
    /// Writes down how it went and hands the result on. An internal fault is in the log of the program instead.
    pub async fn logged<V>(self, door: &Door, visit: &Visit, result: Result<V>) -> Result<V> {
        let (outcome, why) = match &result {
            Ok(_) => ("done", String::new()),
            Err(Error::Internal(_)) => return result,
            Err(error) => ("refused", reason(error)),
        };
        let detail =
            [self.about, why.as_str()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        let access = Access {
            at: door.surroundings.clock.now(),
            actor_uid: self.actor_uid.to_owned(),
            book_id: self.book_id,
            what: on_one_line(self.what),
            outcome: outcome.to_owned(),
            detail: on_one_line(&detail),
            address: visit.address.clone(),
        };
        access_log::insert(&door.db.office, &door.surroundings.chance.token(), &access).await?;
        visit.written.store(true, Ordering::Relaxed);
        result
    }
}

/// The codes of a refusal, for the log.
fn reason(error: &Error) -> String {
    match error {
        Error::Refused(refusals) => refusals.iter().map(|refusal| refusal.code).collect::<Vec<_>>().join(" "),
        Error::Forbidden => "forbidden".to_owned(),
        other => other.to_string(),
    }
}

/// The newest lines of the access log.
pub async fn accesses(door: &Door, limit: u64) -> Result<Vec<Access>> {
    access_log::newest(&door.db.office, limit).await
}
