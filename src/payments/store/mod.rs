//! Batches, payments and files of the bank out of the tables. Decides nothing.

mod accounts;
mod applying;
mod bank;
mod batches;
mod differing;
mod eligible;
mod known;
mod listing;
mod shown;
mod wholes;

pub use accounts::{PayingAccount, paying_account, paying_accounts};
pub use applying::{Brief, before_file, briefs, built_after, built_of, line, makers, sent_of, with_open_differences};
pub use bank::{
    BankFile, Discrepancy, Line, bank_file, bank_files, counted, discrepancies, discrepancy, lines, of_content,
    open_count,
};
pub use batches::{
    Batch, MadeFile, barred, batch, batches, batches_after, by_allotment, left, made_files, orders, parts,
};
pub use differing::{
    DifferenceFilter, WhichLines, count_lines, difference_counts, differences_of, differing_lines, lines_of,
};
pub use eligible::{Eligible, Gather, eligible};
pub use known::{by_cues, by_ids};
pub use listing::{PaymentLine, by_state, payment, payments_by_ids, payments_of, payments_of_grant, recipient_of};
pub use shown::{
    ChangedAccount, PaymentStep, accounts_to_decide, answerings, batch_totals, by_policy, changed_accounts, makings,
    progress_of, steps_of, to_release, undos_to_decide,
};
pub use wholes::{
    Frozen, LineWhole, account_of, came_back, effects_of, frozen, members_of, parts_of, released_between, told,
    wholes_of_file,
};

use crate::kernel::dates::Day;
use crate::kernel::{Error, Result};
use crate::payments::rules::PaymentState;

/// Ids asked for in one query.
const AT_ONCE: usize = 500;

fn places(count: usize) -> String {
    vec!["?"; count].join(",")
}

fn day(stored: &str) -> Result<Day> {
    Day::parse(stored).map_err(|_| Error::internal(format!("{stored} is no day")))
}

fn optional_day(stored: Option<&str>) -> Result<Option<Day>> {
    stored.map(day).transpose()
}

fn state(code: &str) -> Result<PaymentState> {
    PaymentState::from_code(code).ok_or_else(|| Error::internal(format!("no payment is {code}")))
}
