//! What one can do with vouchers: write those of an act, gather those of all that has none, change the rules.

mod gather;
mod posting;
mod write;

pub use gather::{Gathered, gather};
pub use posting::{RulesAnswer, approve_rules, prepare_rules, refuse_rules};
pub use write::{Draft, Hands, write};
