//! A list is brought, what its columns mean is shown and corrected, and what differs is looked at and taken away.

mod bring;
mod held;
mod show;

use std::sync::Arc;

use rocket::fairing::AdHoc;
use rocket::routes;

use crate::people::{Place, Role};

/// The pages of comparing. The server must manage the door.
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("comparing", |rocket| async {
        let held = Arc::new(held::HeldLists::default());
        rocket.manage(held).mount("/", routes![bring::show, bring::take, show::show, show::read_again, show::download])
    })
}

/// Comparing in the navigation.
pub fn places() -> Vec<Place> {
    vec![Place::new("compare", &Role::READERS)]
}
