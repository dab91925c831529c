//! Pages of holds.

use rocket::{Route, routes};

/// All of them.
pub fn routes() -> Vec<Route> {
    routes![]
}
