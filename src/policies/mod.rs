//! Policies under which money is granted, their allotments and budget changes.
//!
//! A manager prepares, a reviewer or another manager confirms; a policy's first budget is appropriated when it comes
//! into force.

mod actions;
mod events;
mod pages;
mod rules;
mod store;

use futures::FutureExt as _;
use rocket::fairing::AdHoc;

use crate::people::{Place, Role, roles_of};

pub use actions::{
    BudgetForm, Change, Made, Verdict, approve, decide_budget_change, decide_change, digest, digest_of_change, emit,
    may_appropriate, prepare_budget_change, prepare_change, record, refuse, strike,
};
pub use events::{APPLIER, approve as apply_approval, refuse as apply_refusal, withdraw as apply_withdrawal};
pub use rules::{Direction, Level, NewAllotment, NewPolicy, State, split};
pub use store::{
    Allotment, BudgetChange, Held, Policy, PolicyChange, Standing, Version, all, budget_change_by_id,
    budget_changes_of, by_code, by_id, change_by_id, changes_of, of_import, owners, standing, standings, versions,
    waiting,
};

/// Who confirms what a manager prepared: a reviewer or another manager.
pub const CONFIRMERS: [Role; 2] = [Role::Reviewer, Role::Manager];

/// The pages of policies.
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("policies", |rocket| async { rocket.mount("/", pages::routes()) })
}

/// Policies in the navigation, with the count of what waits there for whoever may confirm it.
pub fn places() -> Vec<Place> {
    vec![Place::new("policies", &Role::READERS).counting(|door, book_id, actor| {
        async move {
            let roles = roles_of(&door.db.read, book_id, &actor.uid).await?;
            if roles.iter().any(|role| CONFIRMERS.contains(role)) {
                waiting(&door.db.read, book_id, &actor.person).await
            } else {
                Ok(0)
            }
        }
        .boxed()
    })]
}
