//! A text is pasted and every figure of it judged; what came of it is kept, found again and opened to its rows.

mod asked;
mod check;
mod kept;
mod part;
mod rows;

use rocket::fairing::AdHoc;
use rocket::routes;

use crate::people::{Place, Role};

/// The pages of statements.
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("claims", |rocket| async {
        let routes = routes![
            check::show,
            check::check_again,
            check::keep,
            check::figures,
            kept::list,
            kept::show,
            kept::figures,
            rows::show
        ];
        rocket.mount("/", routes)
    })
}

/// Statements in the navigation.
pub fn places() -> Vec<Place> {
    vec![Place::new("claim", &Role::READERS)]
}
