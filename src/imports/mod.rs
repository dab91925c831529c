//! Files of rows: read whole, shown, signed, taken or refused.

mod events;
pub mod reading;

pub use events::APPLIER;
