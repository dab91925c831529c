//! Figures as of a date and at a position: totals and trial balance, each from one snapshot.

mod render;
mod rules;
mod store;
mod totals;
mod trial_balance;

pub use rules::GroupBy;
pub use totals::{Figures, Group, Totals, totals};
pub use trial_balance::{Line, TrialBalance, trial_balance};
