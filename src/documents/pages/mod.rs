//! All documents with the numbers under which none is filed, a new one, and one with its file.

mod list;
mod new;
mod show;

use rocket::{Route, routes};

use super::KEEPERS;
use crate::people::{Admission, In, Role};

/// The roles of [`Keeper`].
#[derive(Debug, Clone, Copy)]
pub enum OfKeeper {}

impl Admission for OfKeeper {
    const ROLES: &'static [Role] = &KEEPERS;
}

/// Files documents and strikes what was filed by mistake.
type Keeper = In<OfKeeper>;

/// The roles of [`Taker`].
#[derive(Debug, Clone, Copy)]
pub enum OfTaker {}

impl Admission for OfTaker {
    const ROLES: &'static [Role] = &[Role::Clerk, Role::Reviewer, Role::Cashier, Role::Manager, Role::Auditor];
}

/// Takes the file of a document away: it may name people.
type Taker = In<OfTaker>;

/// All routes.
pub fn routes() -> Vec<Route> {
    routes![list::show, new::show, new::file, show::show, show::strike, show::bytes]
}
