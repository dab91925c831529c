//! Pages of holds: all of them, one with its decisions, a new one, and what holds a grant or a recipient.

mod decide;
mod list;
mod new;
mod notice;
mod words;

use rocket::{Route, routes};

use crate::people::{Admission, In, Role};

/// The roles of [`Setter`].
#[derive(Debug, Clone, Copy)]
pub enum OfSetter {}

impl Admission for OfSetter {
    const ROLES: &'static [Role] = &super::SETTERS;
}

/// Sets holds and wants them lifted.
type Setter = In<OfSetter>;

/// The roles of [`Decider`].
#[derive(Debug, Clone, Copy)]
pub enum OfDecider {}

impl Admission for OfDecider {
    const ROLES: &'static [Role] = &super::DECIDERS;
}

/// Decides on what another person prepared.
type Decider = In<OfDecider>;

/// All of them.
pub fn routes() -> Vec<Route> {
    routes![
        list::show,
        new::show,
        new::set,
        notice::of_grant,
        notice::of_recipient,
        decide::show,
        decide::confirm,
        decide::refuse,
        decide::lift,
        decide::lift_confirm,
        decide::lift_refuse,
    ]
}
