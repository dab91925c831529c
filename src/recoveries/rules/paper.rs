//! The life that demands, receipts and offsets have alike: prepared by one person, decided by another, and undone in
//! the same way.

use serde::{Deserialize, Serialize};

use crate::funds::Stage;
use crate::kernel::Refusal;

/// Where a demand, a receipt or an offset stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// 待复核: waits for another person.
    Pending,
    /// 生效: counts.
    Standing,
    /// 未通过: another person refused it.
    Refused,
    /// 待撤销: somebody wants it undone; it still counts.
    UndoPending,
    /// 已撤销: undone, a demand: withdrawn.
    Undone,
}

impl State {
    /// All states, in the order of a life.
    pub const ALL: [Self; 5] = [Self::Pending, Self::Standing, Self::Refused, Self::UndoPending, Self::Undone];

    /// The word of tables and addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Standing => "standing",
            Self::Refused => "refused",
            Self::UndoPending => "undo_pending",
            Self::Undone => "undone",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether it claims what it is about: nobody else may demand that, too.
    pub const fn is_in_force(self) -> bool {
        matches!(self, Self::Pending | Self::Standing | Self::UndoPending)
    }
}

/// What can be done to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Another person signs it.
    Approve,
    /// Another person refuses it.
    Refuse,
    /// Somebody wants it undone.
    AskUndo,
    /// Another person has it undone.
    Undo,
    /// Another person lets it stand.
    Keep,
}

impl Step {
    const fn code(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Refuse => "refuse",
            Self::AskUndo => "ask_undo",
            Self::Undo => "undo",
            Self::Keep => "keep",
        }
    }
}

/// The state after a step.
///
/// Refusal: `recovery_step` (`step`, `state`).
pub fn take(state: State, step: Step) -> Result<State, Refusal> {
    match (state, step) {
        (State::Pending, Step::Approve) | (State::UndoPending, Step::Keep) => Ok(State::Standing),
        (State::Pending, Step::Refuse) => Ok(State::Refused),
        (State::Standing, Step::AskUndo) => Ok(State::UndoPending),
        (State::UndoPending, Step::Undo) => Ok(State::Undone),
        _ => Err(Refusal::new("recovery_step").with("step", step.code()).with("state", state.code())),
    }
}

/// Whether a person may decide on what somebody prepared, who may have had a hand in what is settled by it.
///
/// Refusal: `two_people`.
pub fn may_decide(person: &str, prepared: &str, also: &[&str]) -> Result<(), Refusal> {
    if person == prepared || also.contains(&person) { Err(Refusal::new("two_people")) } else { Ok(()) }
}

/// Whether a person may decide on an undoing.
///
/// Refusal: `two_people`.
pub fn may_decide_undo(person: &str, asked: Option<&str>) -> Result<(), Refusal> {
    if asked == Some(person) { Err(Refusal::new("two_people")) } else { Ok(()) }
}

/// Where money that came back goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Destination {
    /// 恢复指标: the budget has it again.
    Available,
    /// 上缴国库: it is paid to the treasury.
    Source,
}

impl Destination {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Available, Self::Source];

    /// The word of tables and forms.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Source => "source",
        }
    }

    /// The key of its word in the catalogue.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Available => "recoveries.destination.available",
            Self::Source => "recoveries.destination.source",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|destination| destination.code() == code)
    }

    /// The stage that it is.
    pub const fn stage(self) -> Stage {
        match self {
            Self::Available => Stage::Available,
            Self::Source => Stage::Source,
        }
    }
}
