//! Reconciliation 对账: bank and book compared at three levels, line, batch and account, and the ledger's own stages.
//!
//! It closes when every payment was answered, nothing that differs is open, the sums of both sides agree, every statement
//! leads from its opening to its closing balance, and the stages of the ledger hold what the payments say.

mod pages;
mod rules;
mod store;

pub use rules::{AccountLevel, BatchLevel, Compared, LineLevel, Open, Scope, StageLevel, Stated, Sums};
pub use store::{compare, reconcile};

use rocket::fairing::AdHoc;

use crate::people::{Place, Role};

/// The pages of reconciliation. The server must manage the door.
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("reconciliation", |rocket| async { rocket.mount("/", pages::routes()) })
}

/// Reconciliation in the navigation.
pub fn places() -> Vec<Place> {
    vec![Place::new("reconciliation", &Role::READERS)]
}
