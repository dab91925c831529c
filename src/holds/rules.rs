//! Where a hold stands, and who may bring it further.

use serde::{Deserialize, Serialize};

use crate::kernel::Refusal;
use crate::kernel::dates::Day;

/// Why money is held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 法院: a court froze it.
    Court,
    /// 纪检: the discipline inspection looks into it.
    Discipline,
    /// 异议: somebody objected.
    Objection,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Court, Self::Discipline, Self::Objection];

    /// The word of tables and forms.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Court => "court",
            Self::Discipline => "discipline",
            Self::Objection => "objection",
        }
    }

    /// The key of its word in the catalogue.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Court => "holds.kind.court",
            Self::Discipline => "holds.kind.discipline",
            Self::Objection => "holds.kind.objection",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// Where a hold stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldState {
    /// Set by one person; stops money already.
    Pending,
    /// Confirmed by another.
    Held,
    /// A second person found that it should not be.
    Refused,
    /// One person wants it lifted; stops money still.
    LiftPending,
    /// Lifted by two people.
    Lifted,
}

impl HoldState {
    /// All states, in the order of a life.
    pub const ALL: [Self; 5] = [Self::Pending, Self::Held, Self::Refused, Self::LiftPending, Self::Lifted];

    /// The word of tables.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Held => "held",
            Self::Refused => "refused",
            Self::LiftPending => "lift_pending",
            Self::Lifted => "lifted",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether it stops money while its days last.
    pub const fn stops(self) -> bool {
        matches!(self, Self::Pending | Self::Held | Self::LiftPending)
    }

    /// Whether a second person has something to decide.
    pub const fn waits(self) -> bool {
        matches!(self, Self::Pending | Self::LiftPending)
    }
}

/// What is done to a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Another person confirms it.
    Confirm,
    /// Another person refuses it.
    Refuse,
    /// Somebody wants it lifted.
    PrepareLift,
    /// Another person lifts it.
    Lift,
    /// Another person lets it stand.
    KeepHeld,
}

/// Takes a step. `before` is the person who prepared what is decided.
///
/// Refusals: `hold_state` (`state`), `two_people`.
pub fn take(state: HoldState, step: Step, person: &str, before: &str) -> Result<HoldState, Refusal> {
    let another = |to| if person == before { Err(Refusal::new("two_people")) } else { Ok(to) };
    match (state, step) {
        (HoldState::Pending, Step::Confirm) | (HoldState::LiftPending, Step::KeepHeld) => another(HoldState::Held),
        (HoldState::Pending, Step::Refuse) => another(HoldState::Refused),
        (HoldState::Held, Step::PrepareLift) => Ok(HoldState::LiftPending),
        (HoldState::LiftPending, Step::Lift) => another(HoldState::Lifted),
        _ => Err(Refusal::new("hold_state").with("state", state.code())),
    }
}

/// Whether a hold stops money on a day: its first and last days included.
pub fn stops_on(state: HoldState, (from, until): (Day, Day), on: Day) -> bool {
    state.stops() && from <= on && on <= until
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: [Step; 5] = [Step::Confirm, Step::Refuse, Step::PrepareLift, Step::Lift, Step::KeepHeld];

    /// Walks all sequences of two people; whether one of them alone ends a hold or confirms one.
    fn alone(take: fn(HoldState, Step, &str, &str) -> Result<HoldState, Refusal>) -> bool {
        fn walk(
            take: fn(HoldState, Step, &str, &str) -> Result<HoldState, Refusal>,
            (state, before): (HoldState, &'static str),
            depth: u32,
        ) -> bool {
            depth > 0
                && STEPS.into_iter().any(|step| {
                    let Ok(next) = take(state, step, "wang", before) else { return false };
                    let decides = !matches!(step, Step::PrepareLift);
                    // All steps are those of one person, who also set it.
                    decides || walk(take, (next, "wang"), depth - 1)
                })
        }
        [HoldState::Pending, HoldState::Held].into_iter().any(|state| walk(take, (state, "wang"), 4))
    }

    #[test]
    fn nobody_confirms_or_lifts_alone() {
        assert!(!alone(take));
    }

    #[test]
    fn the_same_walk_finds_rules_that_forget_the_second_person() {
        assert!(alone(|state, step, _, _| take(state, step, "one", "other")));
    }

    #[test]
    fn two_people_set_and_lift() {
        let held = take(HoldState::Pending, Step::Confirm, "li", "wang").unwrap();
        assert_eq!(held, HoldState::Held);
        let wanted = take(held, Step::PrepareLift, "li", "li").unwrap();
        assert!(wanted.stops(), "until a second person agrees");
        assert_eq!(take(wanted, Step::KeepHeld, "wang", "li"), Ok(HoldState::Held));
        assert_eq!(take(wanted, Step::Lift, "wang", "li"), Ok(HoldState::Lifted));
        assert_eq!(take(HoldState::Lifted, Step::PrepareLift, "wang", "li").unwrap_err().code, "hold_state");
        assert_eq!(take(HoldState::Pending, Step::Refuse, "li", "wang"), Ok(HoldState::Refused));
    }

    #[test]
    fn a_hold_ends_when_its_last_day_is_over() {
        let day = |text| Day::parse(text).unwrap();
        let days = (day("2020-03-02"), day("2020-03-31"));
        let on = |text| stops_on(HoldState::Held, days, day(text));
        assert!(!on("2020-03-01") && on("2020-03-02") && on("2020-03-31") && !on("2020-04-01"));
        for state in HoldState::ALL {
            assert_eq!(HoldState::from_code(state.code()), Some(state));
            assert_eq!(stops_on(state, days, day("2020-03-05")), state.stops());
        }
        for kind in Kind::ALL {
            assert_eq!(Kind::from_code(kind.code()), Some(kind));
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.code()));
            assert_eq!(kind.key(), format!("holds.kind.{}", kind.code()));
        }
    }
}
