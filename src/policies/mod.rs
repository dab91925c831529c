//! Policies under which money is granted, their allotments and budget changes.

mod events;

pub use events::APPLIER;
