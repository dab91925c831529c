//! Bank and book beside each other: which batches close, and one of them, or a month, at its three levels.

mod list;
mod show;

use rocket::{Route, routes};

/// All routes.
pub fn routes() -> Vec<Route> {
    routes![list::show, show::batch, show::period]
}
