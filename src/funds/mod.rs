//! Money between five stages: transfers, balances and what is derived from them.
//!
//! A move is a double entry in one row, so the stages of an allotment always add up to zero. The features whose events
//! move money [`prove`] the moves before they emit, and [`post`] them when they apply.

mod events;
mod rules;
mod store;

pub use events::{APPLIER, Posting, open_stages, post};
pub use rules::{DaySums, Known, Move, Short, Span, Stage, learn, spans, union};
pub use store::{
    Balance, Standing, balances_of, least_available, moves_after, moves_of_grant, prove, prove_sums, standing_of,
    standings, standings_on,
};
