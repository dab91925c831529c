//! Who works here: users, sessions, roles in a book, and the guards by which a page knows them.
//!
//! A role is given and withdrawn by an event of the book; accounts, passwords and sessions are the office's and are
//! never replayed. What a person may do is read inside the transaction that does it, so a withdrawal counts at once.

pub mod actions;
mod events;
mod guards;
mod machine;
mod pages;
mod role;
mod rules;
mod secrets;
mod store;
mod verdict;

use rocket::fairing::AdHoc;

use crate::journal::{Desk, OPERATOR};
use crate::kernel::{Error, Result};

pub use actions::no_accounts;
pub use actions::{
    Attempt, Authority, Entry, Listed, NewUser, RoleAnswer, Visit, accesses, authenticate, reset_password, setup_token,
    users_in,
};
pub use events::{APPLIER, KIND_ROLE_GIVEN, KIND_ROLE_WITHDRAWN, RoleChanged};
pub use guards::{
    Administrator, Admission, Auditor, Cashier, Clerk, In, Manager, Member, Place, Reader, Reviewer, Seating, SignedIn,
    Waiting,
};
pub use machine::{actor, add_user, give_role, is_demonstration, mark_as_demonstration, withdraw_role};
pub use role::Role;
pub use store::access_log::Access;
pub use store::accounts::Account;
pub use store::persons::Persons;
pub use store::sessions::Session;
pub use store::{books_of, roles_in, roles_of};
pub use verdict::{Verdict, digest_of_one};

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

/// People's part of the server: pages, what the frame shows to whom, and the log of refusals. The door and the keeper of
/// the keys must be managed by the server as well.
pub fn stage(seating: Seating) -> AdHoc {
    AdHoc::on_ignite("people", |rocket| async {
        let demo = guards::is_demo(rocket.state()).await;
        let rocket = rocket.manage(seating).manage(demo).attach(guards::Refusals);
        rocket.mount("/", pages::routes()).register("/", pages::catchers())
    })
}
