//! Choosing a file, and the file; the auditor's package.

mod choose;
mod file;
mod listed;
mod package;
mod question;

use rocket::{Route, routes};

/// All routes.
pub fn routes() -> Vec<Route> {
    routes![
        choose::show,
        file::download,
        file::manifest,
        listed::download,
        package::show,
        package::make,
        package::progress,
        package::file
    ]
}
