//! Grants out of the tables. Decides nothing.

mod detail;
mod facts;
mod held_back;
mod import;
mod intake;
mod list;
mod money;
mod review;
mod shown;

pub use detail::{Acted, Detail, Grant, StepTaken, TransferLine, detail, grant, grants};
pub use facts::{FormFacts, Loaded, form_facts, load, reference_used};
pub use held_back::{held_back, which_held_back};
pub use import::{Awaited, ImportRow, ImportSums, Remaining, Wanted, awaited, import_rows, import_sums, remaining};
pub use intake::{intake, load_portion};
pub use list::{Cursor, Filter, Line, Order, Sort, Sums, found_by, net, nets, page, sums};
pub use money::{held, held_in_import, import_moves, moved_since, moves_back, offsets, transfers_of};
pub use review::{Waiting, digest_of, waiting};
pub use shown::{by_reference, count_waiting, own_waiting, subdistricts};

use crate::db::sql::{day, optional_day, places};

/// Ids asked for in one query.
const AT_ONCE: usize = 500;
/// The grants `g` that count: against a cap, for their reference.
const LIVING: &str = "g.living = 1";
