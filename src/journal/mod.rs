//! The one door: every change of a book is an event, written, hashed and applied in one transaction.
//!
//! Open (book, actor, request key) → decide (pure rules) → append events → apply them → commit. Replay, loading
//! and verification apply the same events with the same code.

mod book;
mod bulk;
mod checkpoint;
mod daily;
mod desk;
mod door;
mod event;
mod events;
mod files;
mod head;
mod load;
mod log;
mod names;
mod past;
mod proof;
mod registry;
mod reopen;
mod rotate;
mod startup;
mod tx;
mod verify;

pub use book::{NewBook, create};
pub use bulk::{Cell, columns, scan};
pub use checkpoint::{Keeper, LastHandedOut, check as check_checkpoint, extends, key_at, keys_of};
pub use daily::sign_due;
pub use desk::{Desk, Opening, opening};
pub use door::{Ask, Door};
pub use event::{Actor, ActorUid, LEAF_FORMAT, OPERATOR, Recorded};
pub use events::APPLIER;
pub use files::{file, file_names};
pub use head::{Head, PROJECTION_VERSION};
pub use load::{Line, Sealed, load};
pub use log::{Entry, Filter, each_event, entries, event, events_between};
pub use names::Names;
pub use proof::{consistency, inclusion, root_at};
pub use registry::{Applier, Apply, Registry};
pub use reopen::reopen;
pub use rotate::rotate;
pub use startup::{rebuild, unknown_kind};
pub use tx::Tx;
pub use verify::{Finding, Report, verify};
