//! The book as a log, one event with its proof, verification, totals.

mod checkpoint;
mod event;
mod log;
mod totals;
mod verify;

use rocket::{Route, routes};

use crate::journal::OPERATOR;
use crate::web::T;

/// All routes.
pub fn routes() -> Vec<Route> {
    routes![checkpoint::download, event::show, log::show, totals::show, verify::show, verify::run, verify::progress,]
}

/// The name of an actor on a screen.
fn person<'n>(t: T, uid: &str, name: &'n str) -> &'n str {
    if uid == OPERATOR { t.s("audit.operator") } else { name }
}

/// The words of a kind of event.
fn kind_words(t: T, kind: &str) -> &'static str {
    t.s(&format!("audit.kind.{kind}"))
}
