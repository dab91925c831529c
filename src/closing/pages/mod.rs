//! Months and how they stand; a month prepared, closed, opened again; the monthly report.

mod decide;
mod list;
mod monthly;
mod prepare;
mod reopen;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use rocket::{Route, routes};

use super::CONFIRMERS;
use super::store;
use crate::journal::{Actor, Door};
use crate::kernel::Result;
use crate::people::{Admission, In, Role, roles_of};

/// The roles of [`Confirmer`].
#[derive(Debug, Clone, Copy)]
pub enum OfConfirmer {}

impl Admission for OfConfirmer {
    const ROLES: &'static [Role] = &CONFIRMERS;
}

/// Who may decide on what a manager prepared.
type Confirmer = In<OfConfirmer>;

/// All routes.
pub fn routes() -> Vec<Route> {
    routes![
        list::show,
        prepare::show,
        prepare::save,
        decide::show,
        decide::approve,
        decide::refuse,
        reopen::new,
        reopen::save,
        reopen::show,
        reopen::approve,
        reopen::refuse,
        monthly::show,
    ]
}

/// How many closings and reopenings wait for this person.
pub fn waiting<'a>(door: &'a Door, book_id: i64, actor: &'a Actor) -> BoxFuture<'a, Result<i64>> {
    async move {
        let held = roles_of(&door.db.read, book_id, &actor.uid).await?;
        if !held.iter().any(|role| CONFIRMERS.contains(role)) {
            return Ok(0);
        }
        store::to_decide(&door.db.read, book_id, &actor.person).await
    }
    .boxed()
}

/// How a state of a closing, a reopening or a month looks.
struct Look {
    class: &'static str,
    icon: &'static str,
    key: &'static str,
}

fn look(state: &str) -> Look {
    match state {
        "closed" => Look { class: "paid", icon: "lock", key: "closing.state.closed" },
        "opened" => Look { class: "approved", icon: "rotate", key: "closing.state.opened" },
        "refused" => Look { class: "refused", icon: "circle-x", key: "closing.state.refused" },
        "open" => Look { class: "draft", icon: "circle-dashed", key: "closing.state.open" },
        _ => Look { class: "submitted", icon: "clock", key: "closing.state.prepared" },
    }
}
