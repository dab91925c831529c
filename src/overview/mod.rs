//! What a person sees first: how much to how many, out of which budget, what waits, whether the book is sound.

mod pages;
mod rules;

use rocket::fairing::AdHoc;

use crate::people::{Place, Role};

/// The first page.
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("overview", |rocket| async { rocket.mount("/", pages::routes()) })
}

/// The first place of the navigation.
pub fn places() -> Vec<Place> {
    vec![Place::new("overview", &Role::ALL)]
}
