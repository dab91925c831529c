//! Money between five stages: transfers, balances and what is derived from them.

mod events;

pub use events::APPLIER;
