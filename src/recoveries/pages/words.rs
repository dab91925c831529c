//! How demands, receipts and offsets are worded and coloured on all their pages.

use crate::kernel::money::Fen;
use crate::recoveries::rules::State;
use crate::recoveries::store::{Demand, Signed};
use crate::web::T;

/// A state as it is shown: the end of its class, its icon, its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// `state-CLASS` colours the word.
    pub class: &'static str,
    /// Its icon.
    pub icon: &'static str,
    /// Its word.
    pub word: &'static str,
}

/// The look of a demand: one that stands is to be received, in part or whole.
pub(super) fn demand(t: T, demand: &Demand) -> Look {
    if demand.signed.state != State::Standing {
        return of_state(t, demand.signed.state);
    }
    if demand.open() == Fen::ZERO {
        return Look { class: "paid", icon: "circle-check", word: t.s("recoveries.state.received") };
    }
    Look { class: "recovered", icon: "receipt-refund", word: t.s("recoveries.state.open") }
}

/// The look of a receipt or an offset.
pub(super) fn movement(t: T, signed: &Signed) -> Look {
    of_state(t, signed.state)
}

fn of_state(t: T, state: State) -> Look {
    match state {
        State::Pending => Look { class: "submitted", icon: "clock", word: t.s("recoveries.state.pending") },
        State::Standing => Look { class: "paid", icon: "circle-check", word: t.s("recoveries.state.standing") },
        State::Refused => Look { class: "refused", icon: "circle-x", word: t.s("recoveries.state.refused") },
        State::UndoPending => Look { class: "returned", icon: "clock", word: t.s("recoveries.state.undo_pending") },
        State::Undone => Look { class: "cancelled", icon: "arrow-back-up", word: t.s("recoveries.state.undone") },
    }
}

/// Icon, word and colour of what happened to a demand, by the kind of the event.
pub(super) fn step(t: T, kind: &str) -> (&'static str, &'static str, &'static str) {
    let (icon, key, class) = match kind {
        "demand_prepared" => ("plus", "recoveries.step.demand_prepared", ""),
        "demand_raised" => ("transfer", "recoveries.step.demand_raised", ""),
        "demand_approved" => ("check", "recoveries.step.demand_approved", "good"),
        "demand_refused" => ("circle-x", "recoveries.step.demand_refused", "bad"),
        "demand_undo_prepared" => ("arrow-back-up", "recoveries.step.demand_undo_prepared", ""),
        "demand_undo_approved" => ("x", "recoveries.step.demand_undo_approved", "bad"),
        "receipt_prepared" => ("plus", "recoveries.step.receipt_prepared", ""),
        "receipt_approved" => ("receipt-refund", "recoveries.step.receipt_approved", "good"),
        "receipt_refused" => ("circle-x", "recoveries.step.receipt_refused", "bad"),
        "receipt_undo_prepared" => ("arrow-back-up", "recoveries.step.receipt_undo_prepared", ""),
        "receipt_undo_approved" => ("x", "recoveries.step.receipt_undo_approved", "bad"),
        "offset_prepared" => ("plus", "recoveries.step.offset_prepared", ""),
        "offset_approved" => ("transfer", "recoveries.step.offset_approved", "good"),
        "offset_refused" => ("circle-x", "recoveries.step.offset_refused", "bad"),
        "offset_undo_prepared" => ("arrow-back-up", "recoveries.step.offset_undo_prepared", ""),
        "offset_undo_approved" => ("x", "recoveries.step.offset_undo_approved", "bad"),
        _ => ("check", "recoveries.step.kept", ""),
    };
    (icon, t.s(key), class)
}
