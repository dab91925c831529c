//! Holds 冻结: a court, the discipline inspection or an objection stops the money of a grant, or of all grants of a
//! recipient, until a day.
//!
//! One person sets a hold on a document, another confirms it; two people lift it as well. It stops money from the moment it
//! is prepared until a second person refuses it, for money that left cannot be stopped any more; and it ends by itself when
//! its last day is over. What is already on its way or arrived is not touched.

mod actions;
mod events;
mod pages;
mod rules;
mod store;

use rocket::fairing::AdHoc;

pub use actions::{HoldAnswer, HoldForm, LiftForm, Verdict, decide, decide_lift, lift, set};
pub use events::{APPLIER, HoldDecided, HoldSet, LiftPrepared};
pub use rules::{HoldState, Kind};
pub use store::{Hold, Scope, by_id, holds};

use futures::FutureExt as _;
use futures::future::BoxFuture;

use crate::journal::{Actor, Door};
use crate::kernel::Result;
use crate::people::{Place, Role, roles_of};

/// Who sets holds and prepares their lifting.
const SETTERS: [Role; 3] = [Role::Clerk, Role::Reviewer, Role::Manager];
/// Who decides on what another person prepared.
const DECIDERS: [Role; 2] = [Role::Reviewer, Role::Manager];

/// The pages of holds.
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("holds", |rocket| async { rocket.mount("/", pages::routes()) })
}

/// Holds in the navigation, with how many wait for another person.
pub fn places() -> Vec<Place> {
    vec![Place::new("holds", &Role::READERS).counting(waiting)]
}

fn waiting<'a>(door: &'a Door, book_id: i64, actor: &'a Actor) -> BoxFuture<'a, Result<i64>> {
    async move {
        let held = roles_of(&door.db.read, book_id, &actor.uid).await?;
        if !held.iter().any(|role| DECIDERS.contains(role)) {
            return Ok(0);
        }
        let today = door.surroundings.clock.now().day();
        store::to_decide(&door.db.read, book_id, &actor.person, today).await
    }
    .boxed()
}
