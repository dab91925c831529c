//! The paper, the file, and the page for whoever holds the paper.

mod check;
mod paper;

use rocket::{Route, routes};

/// All routes.
pub fn routes() -> Vec<Route> {
    routes![check::show, paper::file, paper::show]
}
