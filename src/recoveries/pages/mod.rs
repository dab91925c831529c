//! Demands with their age, receipts, offsets, and money that was not delivered yet.

mod demand;
mod demand_new;
mod list;
mod movement;
mod of_grant;
mod offset_new;
mod signing;
mod undelivered;
mod words;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use rocket::fairing::AdHoc;
use rocket::routes;

use super::store;
use crate::journal::{Actor, Door};
use crate::kernel::Result;
use crate::people::{Admission, In, Place, Role, roles_of};

/// The roles of [`Claimant`].
#[derive(Debug, Clone, Copy)]
pub enum OfClaimant {}

impl Admission for OfClaimant {
    const ROLES: &'static [Role] = &[Role::Clerk, Role::Manager];
}

/// Demands money back, and wants a demand withdrawn.
type Claimant = In<OfClaimant>;

/// The roles of [`Settler`].
#[derive(Debug, Clone, Copy)]
pub enum OfSettler {}

impl Admission for OfSettler {
    const ROLES: &'static [Role] = &[Role::Clerk, Role::Cashier, Role::Manager];
}

/// Prepares offsets, and wants them undone.
type Settler = In<OfSettler>;

/// The roles of [`Booker`].
#[derive(Debug, Clone, Copy)]
pub enum OfBooker {}

impl Admission for OfBooker {
    const ROLES: &'static [Role] = &[Role::Cashier, Role::Reviewer];
}

/// Wants a receipt undone.
type Booker = In<OfBooker>;

/// The pages of recoveries.
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("recoveries", |rocket| async {
        rocket.mount(
            "/",
            routes![
                demand::show,
                demand::decide,
                demand::receive,
                demand::undo,
                demand_new::show,
                demand_new::save,
                list::show,
                movement::receipt,
                movement::decide_receipt,
                movement::undo_receipt,
                movement::offset,
                movement::decide_offset,
                movement::undo_offset,
                of_grant::show,
                offset_new::show,
                offset_new::save,
                undelivered::show,
                undelivered::rows,
            ],
        )
    })
}

/// Where people go, with what waits for them there.
pub fn places() -> Vec<Place> {
    vec![Place::new("recoveries", &Role::READERS).counting(waiting), Place::new("undelivered", &Role::READERS)]
}

fn waiting<'a>(door: &'a Door, book_id: i64, actor: &'a Actor) -> BoxFuture<'a, Result<i64>> {
    async move {
        let roles = roles_of(&door.db.read, book_id, &actor.uid).await?;
        if roles.contains(&Role::Reviewer) {
            store::to_decide(&door.db.read, book_id, &actor.person).await
        } else {
            Ok(0)
        }
    }
    .boxed()
}
