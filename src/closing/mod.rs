//! Closing 结账: months and years are closed by two people after verification, reconciliation and a check of open items.
//!
//! A manager prepares: what bars a closing is named, what may stay open is acknowledged with a reason, and at the end of
//! a year it is decided for each allotment what becomes of the rest and of unpaid grants. Another person closes against
//! the digest of exactly that. The last closed month can be opened again, by two people as well. The monthly report says
//! what was carried over, moved in the month and the year, and is left.

mod actions;
mod events;
mod pages;
mod report;
mod rules;
mod store;

use rocket::fairing::AdHoc;

use crate::people::{Place, Role};

pub use actions::{
    ClosingAnswer, PrepareForm, ReopeningAnswer, approve, approve_reopening, prepare, prepare_reopening, refuse,
    refuse_reopening,
};
pub use events::{
    APPLIER, ClosingApproved, ClosingPrepared, ClosingRefused, ReopeningApproved, ReopeningPrepared, ReopeningRefused,
};
pub use report::{MonthlyReport, monthly_report};
pub use rules::{
    Bucket, Chosen, Decision, Facts, Figures, Flow, Flowed, Item, Line, Noted, Rest, Standing, Unpaid, UnpaidGrant,
    Verified, figures,
};
pub use store::{
    Checklist, Closing, Moved, Reopening, checklist, closing, closings, digest, moved, next_month, reopening,
    reopenings,
};

/// Who decides on what a manager prepared: a reviewer or another manager.
pub const CONFIRMERS: [Role; 2] = [Role::Reviewer, Role::Manager];

/// The pages of closing. The server must manage the door.
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("closing", |rocket| async { rocket.mount("/", pages::routes()) })
}

/// Closing and the monthly report in the navigation, with the count of what waits for whoever may decide it.
pub fn places() -> Vec<Place> {
    vec![Place::new("monthly", &Role::READERS), Place::new("closing", &Role::READERS).counting(pages::waiting)]
}
