//! A month as a grid: which days are worked, which files came and which are missing.

mod month;

use rocket::{Route, routes};

use crate::people::{Admission, In, Role};

/// The roles of [`Expecter`].
#[derive(Debug, Clone, Copy)]
pub enum OfExpecter {}

impl Admission for OfExpecter {
    const ROLES: &'static [Role] = &[Role::Manager, Role::Cashier];
}

/// Says which files a bank is expected to send.
type Expecter = In<OfExpecter>;

/// All routes.
pub fn routes() -> Vec<Route> {
    routes![month::show, month::set_day, month::expect, month::end]
}
