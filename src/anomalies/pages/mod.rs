//! Every question at a glance, the groups behind one, the grants behind a group, and all of it as a file.

mod asked;
mod file;
mod groups;
mod plot;
mod show;

use rocket::fairing::AdHoc;
use rocket::routes;

use crate::people::{Place, Role};

/// The pages of anomalies. The server must manage the door.
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("anomalies", |rocket| async {
        rocket.mount("/", routes![show::show, groups::show, file::download])
    })
}

/// Anomalies in the navigation.
pub fn places() -> Vec<Place> {
    vec![Place::new("anomalies", &Role::READERS)]
}
