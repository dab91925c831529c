//! Grants: recorded, checked, reviewed, step by step.

mod events;

pub use events::APPLIER;
