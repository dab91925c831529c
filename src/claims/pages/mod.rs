//! A text is pasted and every figure of it judged; what came of it is kept, found again and opened to its rows.

mod asked;
mod check;
mod kept;
mod rows;

use rocket::fairing::AdHoc;
use rocket::routes;

use crate::people::{Place, Role};

/// The pages of statements.
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("claims", |rocket| async {
        rocket.mount("/", routes![check::show, check::check_again, check::keep, kept::list, kept::show, rows::show])
    })
}

/// Statements in the navigation.
pub fn places() -> Vec<Place> {
    vec![Place::new("claim", &Role::READERS)]
}
