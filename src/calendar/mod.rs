//! The calendar 日历: which days are worked, which files each bank is expected to send, and what is missing.
//!
//! The official days off and make-up working days are data that ships with the program; a manager records what it does not
//! know yet. A file is expected for every working day, or for every month by its nth following working day.

mod actions;
mod events;
mod pages;
mod rules;
mod store;

pub use actions::{DayAnswer, DayForm, ExpectationAnswer, ExpectationForm, end_expectation, expect, set_day};
pub use events::{APPLIER, DaySet, FileExpected, FileNoLongerExpected};
pub use rules::{Calendar, Due, Expectation, Received, Rhythm, missing};
pub use store::{calendar as working_days, calendar_at as working_days_at, missing_by};

use rocket::fairing::AdHoc;

use crate::people::{Place, Role};

/// The pages of the calendar. The server must manage the door.
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("calendar", |rocket| async { rocket.mount("/", pages::routes()) })
}

/// The calendar in the navigation.
pub fn places() -> Vec<Place> {
    vec![Place::new("calendar", &Role::READERS)]
}
