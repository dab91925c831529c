//! What may be demanded, taken back and settled, and how old it is. Pure: facts in, decisions or refusals out.

mod ageing;
mod paper;
mod sharing;
#[cfg(test)]
mod tests;

pub use ageing::{Age, Undelivered};
pub use paper::{Destination, State, Step, may_decide, may_decide_undo, take};
pub use sharing::{less, may_demand, may_receive, share, standing, sum};
