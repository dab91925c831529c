//! All policies with what they hold; those that wait for a second person first.

use askama::Template;
use rocket::{State as Managed, get};

use super::{Look, look};
use crate::journal::Door;
use crate::people::{Reader, Role};
use crate::policies::{Held, Standing, State, standings};
use crate::web::{Answer, Frame, Page};

/// The list.
#[derive(Template)]
#[template(path = "policies/pages/list.html")]
pub struct List {
    frame: Frame,
    policies: Vec<Standing>,
    /// Of those in force or closed.
    total: Held,
    /// Whether this person may record one.
    keeps: bool,
}

impl List {
    fn look(&self, state: &State) -> Look {
        look(*state)
    }
}

/// Shows the list.
#[get("/policies")]
pub async fn show(who: Reader, frame: Frame, door: &Managed<Door>) -> Answer<List> {
    let door = &who.looking(door).await?;
    let mut policies = standings(&door.db.read, who.book_id()).await?;
    policies.sort_by_key(|standing| match standing.policy.state {
        State::Pending => 0,
        State::Open => 1,
        State::Closed => 2,
        State::Refused | State::Struck => 3,
    });
    let in_force = policies.iter().filter(|s| matches!(s.policy.state, State::Open | State::Closed));
    let total = Held::sum(in_force.map(|standing| standing.total))?;
    let title = frame.t.s("policies.title");
    Ok(Page::new(List {
        frame: frame.following_position().page("policies", title),
        policies,
        total,
        keeps: who.acts(Role::Manager),
    }))
}
