//! Both sides out of the tables, and what was signed of them. Decides nothing.

mod balances;
mod bookings;
mod compared;
mod entries;
mod inquiries;
mod records;
mod shown;
mod sides;
mod unsigned;

pub use bookings::{Booking, booking, bookings, stale_booking};
pub use compared::{compare, reconcile};
pub use entries::{AccountEntry, BookableLine, bookable, entries_of, unmatched_entries, unmatched_receipts};
pub use inquiries::{Inquiry, inquiries, inquiry, inquiry_payments, missing_at_bank};
pub use records::{
    Record, account_months, hands_of, hands_of_account, hands_of_batch, living, record, records, to_sign,
};
pub use shown::{open_differences, shown};
pub use sides::{AccountMonth, account_month, accounts_at};
pub use unsigned::unsigned;

use crate::db::sql::{day, optional_day};
