//! What stands in reports, out of transfers as known at a position; and the reports that were filed.

mod accounts;
mod filings;
mod grants;
mod lines;
mod paid;
mod publications;

use accounts::accounts;
pub use filings::{Filing, FilingsPage, filing, filings, living, pending_for, standing};
use grants::{Granted, granted};
pub use lines::{lines, reporting_unit};
pub use paid::paid;
use paid::{Key, titled, titles};
pub use publications::{Publication, publications};

use crate::kernel::dates::Day;
use crate::periods::Month;

/// A book as of a day, known at a position.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// The book.
    pub book_id: i64,
    /// Effective day.
    pub as_of: Day,
    /// Position.
    pub at: i64,
}

impl Moment {
    /// First day of the month of the day.
    fn month(&self) -> Day {
        self.as_of.month_start()
    }

    /// First day of its fiscal year.
    fn year(&self) -> Day {
        Month::of(self.as_of).january().first()
    }
}
