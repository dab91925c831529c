//! Choosing a file, and the file.

mod choose;
mod file;
mod listed;
mod question;

use rocket::{Route, routes};

/// All routes.
pub fn routes() -> Vec<Route> {
    routes![choose::show, file::download, file::manifest, listed::download]
}
