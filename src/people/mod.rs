//! Who works here: users, sessions, roles in a book, and the guards by which a page knows them.

mod events;

pub use events::APPLIER;
