//! Files of rows: read whole, shown, signed, taken or refused.

mod events;

pub use events::APPLIER;
