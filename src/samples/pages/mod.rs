//! All samples, a new one, and one with its items.

mod list;
mod new;
mod show;

use rocket::{Route, routes};

use super::AUDITORS;
use crate::people::{Admission, In, Role};

/// The roles of [`Auditor`].
#[derive(Debug, Clone, Copy)]
pub enum OfAuditor {}

impl Admission for OfAuditor {
    const ROLES: &'static [Role] = &AUDITORS;
}

/// Draws samples and looks at their items.
type Auditor = In<OfAuditor>;

/// All routes.
pub fn routes() -> Vec<Route> {
    routes![list::show, new::show, new::draw, show::show, show::note, show::conclude, show::file]
}
