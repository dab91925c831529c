//! Corrections 更正: a booking error is corrected, not disguised as a recovery.
//!
//! The wrong transfers of a paid grant, all that stand, are reversed exactly, each named by its position and line, and the
//! right ones are posted for another grant record of the same recipient: under the right policy or allotment, with the right
//! amount or on the right day. A clerk or manager prepares it with reason and document, a reviewer signs it. What was really
//! paid above the right amount stays booked and is demanded back.

mod actions;
mod events;
mod pages;
mod rules;
mod store;

pub use actions::{CorrectionAnswer, CorrectionForm, Verdict, decide_correction, digest, prepare_correction};
pub use events::{APPLIER, CorrectionApproved, CorrectionPrepared, CorrectionRefused};
pub use pages::{places, stage};
pub use rules::State;
pub use store::{Correction, correction, corrections, corrections_of_grant, prepared};
