//! Both sides out of the tables, and what was signed of them. Decides nothing.

mod compared;
mod entries;
mod records;
mod shown;
mod sides;

pub use compared::{compare, reconcile};
pub use entries::{AccountEntry, BookableLine, bookable, entries_of, unmatched_entries};
pub use records::{
    Record, account_months, hands_of, hands_of_account, hands_of_batch, living, record, records, to_sign,
};
pub use shown::shown;
pub use sides::{AccountMonth, account_month, accounts_at, open_differences};

use crate::kernel::dates::Day;
use crate::kernel::{Error, Result};

fn day(stored: &str) -> Result<Day> {
    Day::parse(stored).map_err(|_| Error::internal(format!("{stored} is no day")))
}

fn optional_day(stored: Option<&str>) -> Result<Option<Day>> {
    stored.map(day).transpose()
}
