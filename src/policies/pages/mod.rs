//! Policies, their budgets and what is prepared to change them.

mod budget;
mod change;
mod decide;
mod decide_budget;
mod decide_change;
mod detail;
mod list;
mod record;
mod sources;

use rocket::{Route, routes};

use super::{CONFIRMERS, Level, Standing, State, standing};
use crate::journal::Door;
use crate::kernel::codes::Instrument;
use crate::kernel::{Error, Refusal, Result};
use crate::people::{Admission, In, Role};
use crate::web::form::Choice;
use crate::web::{Lang, T};

/// The roles of [`Confirmer`].
#[derive(Debug, Clone, Copy)]
pub enum OfConfirmer {}

impl Admission for OfConfirmer {
    const ROLES: &'static [Role] = &CONFIRMERS;
}

/// Who may decide on what a manager prepared.
pub type Confirmer = In<OfConfirmer>;

/// All routes.
pub fn routes() -> Vec<Route> {
    routes![
        list::show,
        detail::show,
        record::show,
        record::save,
        decide::show,
        decide::approve,
        decide::refuse,
        change::show,
        change::save,
        decide_change::show,
        decide_change::approve,
        decide_change::refuse,
        budget::show,
        budget::save,
        decide_budget::show,
        decide_budget::approve,
        decide_budget::refuse,
    ]
}

/// How a state of a policy looks.
struct Look {
    class: &'static str,
    icon: &'static str,
    key: &'static str,
}

const fn look(state: State) -> Look {
    match state {
        State::Pending => Look { class: "submitted", icon: "clock", key: "policies.state.pending" },
        State::Open => Look { class: "paid", icon: "circle-check", key: "policies.state.open" },
        State::Closed => Look { class: "draft", icon: "lock", key: "policies.state.closed" },
        State::Refused => Look { class: "refused", icon: "circle-x", key: "policies.state.refused" },
        State::Struck => Look { class: "cancelled", icon: "x", key: "policies.state.struck" },
    }
}

/// How the state of a prepared change looks: what is in force is done.
const fn change_look(state: State) -> Look {
    match state {
        State::Open | State::Closed => {
            Look { class: "paid", icon: "circle-check", key: "policies.state.change_approved" }
        }
        State::Pending | State::Refused | State::Struck => look(state),
    }
}

/// The word of a level.
fn level_word(t: T, level: Level) -> &'static str {
    t.s(match level {
        Level::Central => "policies.level.central",
        Level::Province => "policies.level.province",
        Level::City => "policies.level.city",
        Level::District => "policies.level.district",
    })
}

/// The word of an instrument.
fn instrument_word(t: T, instrument: Instrument) -> &'static str {
    match t.lang() {
        Lang::Zh => instrument.zh(),
        Lang::En => t.s(match instrument {
            Instrument::Grant => "policies.instrument.grant",
            Instrument::InterestSubsidy => "policies.instrument.interest_subsidy",
            Instrument::TaxRelief => "policies.instrument.tax_relief",
            Instrument::SocialInsuranceDeferral => "policies.instrument.social_insurance_deferral",
            Instrument::Loan => "policies.instrument.loan",
        }),
    }
}

fn level_choices(t: T) -> Vec<Choice> {
    Level::ALL.into_iter().rev().map(|level| Choice::new(level.code(), level_word(t, level))).collect()
}

fn instrument_choices(t: T) -> Vec<Choice> {
    Instrument::ALL.iter().map(|one| Choice::new(one.code(), instrument_word(t, *one))).collect()
}

async fn found(door: &Door, book_id: i64, id: i64) -> Result<Standing> {
    standing(&door.db.read, book_id, id).await?.ok_or(Error::NotFound)
}

/// A text that must be there.
fn filled(text: &str) -> Result<String, Refusal> {
    if text.is_empty() { Err(Refusal::new("field_empty")) } else { Ok(text.to_owned()) }
}
