//! Policies under which money is granted, their allotments and budget changes.
//!
//! A manager prepares, a reviewer or another manager confirms; a policy's first budget is appropriated when it comes
//! into force.

mod actions;
mod events;
mod rules;
mod store;

pub use actions::{
    BudgetForm, Change, Made, approve, decide_budget_change, decide_change, digest, emit, prepare_budget_change,
    prepare_change, record, refuse,
};
pub use events::{
    APPLIER, Direction, approve as apply_approval, refuse as apply_refusal, withdraw as apply_withdrawal,
};
pub use rules::{Level, NewAllotment, NewPolicy, State, split};
pub use store::{
    Allotment, BudgetChange, Policy, all, budget_changes_of, by_code, by_id, change_by_id, of_import, pending_changes,
    versions,
};
