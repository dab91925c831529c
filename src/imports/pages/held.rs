//! Files between preview and submit.

use crate::imports::preview::Preview;
use crate::imports::reading::What;
use crate::imports::upload::{Fault, Submitted};
use crate::kernel::money::Unit;
use crate::web::{Shelf, Spooled};

/// What was found in a file.
#[derive(Debug)]
pub(super) enum Found {
    /// It may go in; the file holds its bytes.
    Sound { submitted: Box<Submitted>, preview: Preview },
    /// It may not; the file holds the table of errors as CSV.
    Faulty { shown: Vec<Fault>, errors: usize, rows: u64 },
}

/// A file that waits for its person.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) what: What,
    pub(super) unit: Option<Unit>,
    pub(super) file_name: String,
    pub(super) found: Found,
    pub(super) file: Spooled,
}

/// All files that wait.
pub(super) type HeldFiles = Shelf<Waiting>;
