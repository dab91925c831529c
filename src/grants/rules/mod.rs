//! What a grant may be and become. Pure: facts in, decisions or refusals out.

mod checks;
mod content;
mod form;
mod intake;
mod life;
mod moves;

pub use checks::{Alike, Facts, Known, Source, UsedBy, check};
pub use content::{AccountUse, Content, Draft, Warning, digest, split_again, split_of, unconfirmed, written};
pub use form::{Form, NUMBER_MAX, SUMMARY_MAX};
pub use intake::{Behind, Intake, RowKey};
pub use life::{Life, State, Step};
pub use moves::{Held, moves, reversed};

#[cfg(test)]
mod samples;
