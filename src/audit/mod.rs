//! Figures as of a date and at a position: totals and trial balance, each from one snapshot; and the book itself as a
//! log whose every line is proven, verified on request.

mod checks;
mod pages;
mod render;
mod rules;
mod store;
mod totals;
mod trial_balance;
mod under_way;

use std::sync::Arc;

use rocket::fairing::AdHoc;

use crate::people::{Place, Role};

pub use checks::{Check, Outcome, keep_check, last_check};
pub use rules::GroupBy;
pub use store::Moment;
pub use store::nets::{Net, nets};
pub use store::selected::{Allotted, Behind, Selected, Selection, Slice, allotted, appropriated, behind, selected};
pub use totals::{Figures, Group, Totals, position, totals};
pub use trial_balance::{Line, TrialBalance, trial_balance};

/// The pages of audit, and the verifications under way. The server must manage the door and the keeper.
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("audit", |rocket| async {
        rocket.manage(Arc::new(under_way::UnderWay::default())).mount("/", pages::routes())
    })
}

/// Totals, the trial balance and the log in the navigation.
pub fn places() -> Vec<Place> {
    vec![
        Place::new("totals", &Role::READERS),
        Place::new("trial-balance", &Role::READERS),
        Place::new("log", &Role::READERS),
    ]
}
