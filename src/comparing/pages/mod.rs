//! A list is brought, what its columns mean is shown and corrected, and what differs is looked at and taken away.

mod bring;
mod held;
mod show;

use std::sync::Arc;

use rocket::fairing::AdHoc;
use rocket::routes;

use crate::people::{Place, Role};
use crate::web::sweeper;

/// The pages of comparing. The server must manage the door.
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("comparing", |rocket| async {
        let held = Arc::new(held::HeldLists::default());
        let routes = routes![bring::show, bring::take, show::show, show::read_again, show::download];
        let sweeper = sweeper("comparing: held lists", Arc::clone(&held));
        rocket.manage(held).mount("/", routes).attach(sweeper)
    })
}

/// Comparing in the navigation.
pub fn places() -> Vec<Place> {
    vec![Place::new("compare", &Role::READERS)]
}
