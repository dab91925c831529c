//! The first page.

mod chart;
mod show;

use rocket::{Route, routes};

/// All routes.
pub fn routes() -> Vec<Route> {
    routes![show::show]
}
