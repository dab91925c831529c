//! Accounting periods 会计期间: months that are closed, and on which day a fact may take effect.
//!
//! Months are closed in their order, so one month says which days are closed: all up to its end. Nothing takes effect on
//! a closed day; a late fact takes effect on the first open one. Who closes and reopens is the business of `closing`.

mod events;
mod rules;
mod store;

pub use events::{APPLIER, close, reopen};
pub use rules::{Closed, Month};
pub use store::{Period, closed, effective_day, must_be_open, periods, was_reopened};
