//! Corrections: prepared from a grant's page, decided on their own.

mod list;
mod new;
mod of_grant;
mod show;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use rocket::fairing::AdHoc;
use rocket::routes;

use super::rules::State;
use super::store;
use crate::journal::{Actor, Door};
use crate::kernel::Result;
use crate::people::{Admission, In, Place, Role, roles_of};
use crate::web::T;

/// The roles of [`Corrector`].
#[derive(Debug, Clone, Copy)]
pub enum OfCorrector {}

impl Admission for OfCorrector {
    const ROLES: &'static [Role] = &[Role::Clerk, Role::Manager];
}

/// Prepares corrections.
type Corrector = In<OfCorrector>;

/// The pages of corrections.
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("corrections", |rocket| async {
        rocket.mount("/", routes![list::show, new::show, new::save, of_grant::show, show::show, show::decide])
    })
}

/// Where people go, with what waits for them there.
pub fn places() -> Vec<Place> {
    vec![Place::new("corrections", &Role::READERS).counting(waiting)]
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

/// How a state looks: the end of its class, its icon, its word.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    class: &'static str,
    icon: &'static str,
    word: &'static str,
}

fn look(t: T, state: State) -> Look {
    match state {
        State::Pending => Look { class: "submitted", icon: "clock", word: t.s("corrections.state.pending") },
        State::Approved => Look { class: "paid", icon: "circle-check", word: t.s("corrections.state.approved") },
        State::Refused => Look { class: "refused", icon: "circle-x", word: t.s("corrections.state.refused") },
    }
}
