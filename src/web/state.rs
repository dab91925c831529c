//! The states of a grant as screens show them: one colour, one icon, one word everywhere, readable without colour.

use super::i18n::T;

/// How a state looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// The state's code, which is also its CSS class `state-CODE`.
    pub code: &'static str,
    /// Its icon.
    pub icon: &'static str,
    /// Its word in the catalogue.
    pub key: &'static str,
}

/// All states, in the order of a grant's life.
pub const STATES: &[State] = &[
    State { code: "draft", icon: "pencil", key: "frame.state.draft" },
    State { code: "submitted", icon: "clock", key: "frame.state.submitted" },
    State { code: "approved", icon: "wallet", key: "frame.state.approved" },
    State { code: "in_batch", icon: "send", key: "frame.state.in_batch" },
    State { code: "part_paid", icon: "circle-half-2", key: "frame.state.part_paid" },
    State { code: "paid", icon: "circle-check", key: "frame.state.paid" },
    State { code: "returned", icon: "arrow-back-up", key: "frame.state.returned" },
    State { code: "recovered", icon: "receipt-refund", key: "frame.state.recovered" },
    State { code: "refused", icon: "circle-x", key: "frame.state.refused" },
    State { code: "cancelled", icon: "x", key: "frame.state.cancelled" },
    State { code: "struck", icon: "x", key: "frame.state.struck" },
    State { code: "undone", icon: "arrow-back-up", key: "frame.state.undone" },
    State { code: "corrected", icon: "transfer", key: "frame.state.corrected" },
];

/// What an unknown code looks like: grey, with a question in place of a promise.
const UNKNOWN: State = State { code: "unknown", icon: "circle-dashed", key: "frame.state.unknown" };

impl State {
    /// The state of this code.
    pub fn of(code: &str) -> Self {
        STATES.iter().copied().find(|state| state.code == code).unwrap_or(UNKNOWN)
    }
}

impl T {
    /// The look of a state, for the macro `ui::state` of `web/_ui.html`.
    pub fn state(self, code: impl AsRef<str>) -> State {
        State::of(code.as_ref())
    }

    /// The word of a state.
    pub fn state_word(self, code: impl AsRef<str>) -> &'static str {
        self.s(State::of(code.as_ref()).key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::{i18n, icons};

    #[test]
    fn every_state_has_a_word_and_an_icon() {
        for state in STATES.iter().chain([&UNKNOWN]) {
            assert!(i18n::has(state.key), "{}", state.key);
            assert!(icons::exists(state.icon), "{}", state.icon);
        }
    }
}
