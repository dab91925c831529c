//! Audit samples 审计抽样: grants that an auditor looks at one by one, drawn by chance that can be drawn again.
//!
//! The population is what was disbursed as of a day and as known at a position; the draw is a function of seed, parameters
//! and population alone, so anybody draws the same grants again, with this program or without it. What is found of each is
//! noted, and its errors are projected onto the population.

mod actions;
mod events;
mod files;
mod pages;
mod rules;
mod store;

use rocket::fairing::AdHoc;

use crate::people::{Place, Role};

pub use actions::{DrawForm, Redrawn, SampleAnswer, conclude, draw, note, preview, redraw};
pub use events::{APPLIER, KIND_SAMPLE_CONCLUDED, KIND_SAMPLE_DRAWN, KIND_SAMPLE_ITEM_NOTED, SampleDrawn};
pub use files::{FileFormat, bytes};
pub use rules::{
    Examined, Item, ItemResult, Member, Method, NoteForm, Parameters, Population, Projection, Stratum, StratumBy,
    project,
};
pub use store::{ItemView, Sample, SamplesPage, items, sample, samples};

/// Who draws a sample, looks at its items and concludes it.
const AUDITORS: [Role; 1] = [Role::Auditor];

/// The pages of samples.
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("samples", |rocket| async { rocket.mount("/", pages::routes()) })
}

/// Samples in the navigation.
pub fn places() -> Vec<Place> {
    vec![Place::new("samples", &Role::READERS)]
}
