//! How holds look.

use crate::holds::rules::{HoldState, stops_on};
use crate::holds::store::Hold;
use crate::kernel::dates::Day;
use crate::web::T;

/// Icon, word and colour of a state.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Icon.
    pub icon: &'static str,
    /// Word.
    pub word: &'static str,
    /// Class of the colour.
    pub class: &'static str,
}

/// How a hold stands today; its days end it without anybody doing anything.
pub fn look(t: T, hold: &Hold, today: Day) -> Look {
    let (icon, key, class) = match hold.state {
        HoldState::Refused => ("circle-x", "holds.state.refused", "refused"),
        HoldState::Lifted => ("lock-open", "holds.state.lifted", "draft"),
        _ if today > hold.until_on => ("history", "holds.state.over", "draft"),
        state if !stops_on(state, (hold.from_on, hold.until_on), today) => ("clock", "holds.state.later", "submitted"),
        HoldState::Pending => ("lock", "holds.state.pending", "submitted"),
        HoldState::LiftPending => ("lock", "holds.state.lift_pending", "submitted"),
        HoldState::Held => ("lock", "holds.state.held", "wrong"),
    };
    Look { icon, word: t.s(key), class }
}
