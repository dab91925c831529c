//! How a sample is drawn, what may be said of its items, and what their errors come to for the whole population. The
//! draw is a function of seed, parameters and population alone; docs/formats.md says it byte for byte.

mod draw;
mod finding;
mod project;
mod rank;

pub use draw::{Item, Member, Method, Parameters, Population, Stratum, StratumBy, draw};
pub use finding::{ItemResult, NoteForm, noted};
pub use project::{Examined, Projection, project};
