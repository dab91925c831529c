//! Who may receive, the history of their particulars, and their payees' accounts.

mod events;

pub use events::APPLIER;
