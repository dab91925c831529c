//! One policy: what it says, what it holds, what it said before.

use askama::Template;
use rocket::{State as Managed, get};

use super::{Look, change_look, found, instrument_word, level_word, look};
use crate::journal::{Door, Names};
use crate::people::{Reader, Role};
use crate::policies::{
    Allotment, BudgetChange, CONFIRMERS, Held, Level, PolicyChange, Standing, State, Version, budget_changes_of,
    changes_of, digest, versions,
};
use crate::web::{Answer, Frame, Page};

/// The policy.
#[derive(Template)]
#[template(path = "policies/pages/detail.html")]
pub struct Detail {
    frame: Frame,
    standing: Standing,
    versions: Vec<Version>,
    changes: Vec<PolicyChange>,
    budget_changes: Vec<BudgetChange>,
    names: Names,
    digest: String,
    /// Whether this person may prepare changes.
    keeps: bool,
    /// Whether this person may decide on what is prepared.
    confirms: bool,
}

impl Detail {
    fn look(&self, state: &State) -> Look {
        look(*state)
    }

    fn change_look(&self, state: &State) -> Look {
        change_look(*state)
    }

    fn level(&self, level: &Level) -> &'static str {
        level_word(self.frame.t, *level)
    }

    fn instrument(&self) -> &'static str {
        instrument_word(self.frame.t, self.standing.policy.instrument)
    }

    fn sources(&self) -> impl Iterator<Item = (&Allotment, &Held)> {
        self.standing.policy.allotments.iter().zip(&self.standing.held)
    }

    /// Whether it waits for a second person.
    fn waits(&self) -> bool {
        self.standing.policy.state == State::Pending
    }

    /// Whether it is in force or was.
    fn in_force(&self) -> bool {
        matches!(self.standing.policy.state, State::Open | State::Closed)
    }
}

/// Shows the policy.
#[get("/policies/<id>")]
pub async fn show(who: Reader, id: i64, frame: Frame, door: &Managed<Door>) -> Answer<Detail> {
    let door = &who.looking(door).await?;
    let (c, book_id) = (&door.db.read, who.book_id());
    let standing = found(door, book_id, id).await?;
    let allotments: Vec<i64> = standing.policy.allotments.iter().map(|one| one.id).collect();
    let title = format!("{} {}", standing.policy.code, standing.policy.title);
    let (up, list) = (frame.href("policies"), frame.t.s("policies.title"));
    Ok(Page::new(Detail {
        versions: versions(c, book_id, id).await?,
        changes: changes_of(c, book_id, id).await?,
        budget_changes: budget_changes_of(c, book_id, &allotments).await?,
        names: Names::read(c, book_id).await?,
        digest: digest(std::slice::from_ref(&standing.policy)),
        keeps: who.acts(Role::Manager),
        confirms: CONFIRMERS.into_iter().any(|role| who.acts(role)),
        frame: frame.following_position().page("policies", title).crumb(up, list),
        standing,
    }))
}
