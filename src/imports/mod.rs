//! Files of rows 导入批: read whole, shown, signed, taken or refused.
//!
//! A clerk (for policies a manager) brings a file; every bad cell is told or the whole file goes in. A second person
//! signs the digest of exactly the rows that remain. What was taken over as history can be undone, by two people.

mod actions;
mod error_table;
mod events;
mod incoming;
mod pages;
mod preview;
mod reading;
mod rules;
mod spool;
mod store;
mod upload;

pub use actions::{
    ImportAnswer, approve, approve_undo, check, prepare_undo, preview, refuse, refuse_undo, submit, withdraw,
};
pub use events::{
    APPLIER, ImportApproved, ImportDecided, ImportOpened, ImportRefused, ImportSubmitted, ImportUndone,
    KIND_IMPORT_APPROVED, KIND_IMPORT_OPENED, KIND_IMPORT_REFUSED, KIND_IMPORT_SUBMITTED, KIND_IMPORT_UNDO_APPROVED,
    KIND_IMPORT_UNDO_PREPARED, KIND_IMPORT_UNDO_REFUSED, KIND_IMPORT_WITHDRAWN,
};
pub use pages::{places, stage};
pub use preview::{PolicyTotal, Preview, RowShown, Warned};
pub use reading::{Column, Notice, Summary, UnitFrom, What, column_of, decide_unit, split_unit, unit_in_titles};
pub use rules::ImportState;
pub use store::{ImportView, all, by_id, file_of, struck_rows_csv};
pub use upload::{Fault, Faults, Submitted, Upload, parse_unit};
