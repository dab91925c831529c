//! Batches, payments and files of the bank out of the tables. Decides nothing.

mod accounts;
mod applying;
mod bank;
mod batches;
mod checks;
mod differing;
mod due;
mod eligible;
mod known;
mod listing;
mod profiles;
mod schedules;
mod shown;
mod splits;
mod standing;
mod wholes;

pub use accounts::{PayingAccount, paying_account, paying_accounts};
pub use applying::{
    Before, Brief, before_file, briefs, built_after, built_of, line, makers, sent_of, with_open_differences,
};
pub use bank::{
    BankFile, Discrepancy, Line, bank_file, bank_files, counted, discrepancies, discrepancy, lines, of_content,
    open_count,
};
pub use batches::{Batch, MadeFile, barred, batch, batches, batches_after, left, made_files, orders};
pub use checks::{
    CONTACTS, ChangedAccount, ConfirmedAccount, ExplainedAccount, ReleaseChecks, SharedAccount, accounts_with_number,
    confirmed_accounts, explained_accounts, release_checks,
};
pub use differing::{
    DifferenceFilter, OpenTogether, WhichLines, count_lines, difference_counts, differences_of, differing_lines,
    lines_of, open_together,
};
pub use due::{DuePart, DueSum, due_parts, due_sums};
pub use eligible::{Eligible, Gather, eligible, held_back, held_in};
pub use known::{by_cues, by_ids, hands, moved_on};
pub use listing::{PaymentLine, by_state, payment, payments_by_ids, payments_of, payments_of_grant, recipient_of};
pub use profiles::{
    InUse, OwnProfile, Profiles, own_profile, profile, profiles_of_statements, profiles_retired, profiles_to_decide,
    profiles_waiting, versions_of,
};
pub use schedules::{
    Instalment, Met, Reissue, Schedule, ToDecide, engaged, instalments_to_decide, reissue_waiting, schedule,
    schedule_of, schedules_waiting, to_decide,
};
pub use shown::{
    PaymentStep, accounts_to_decide, answerings, batch_totals, by_policy, makings, progress_of, steps_of, to_release,
    undos_to_decide,
};
pub use splits::{Split, by_allotment, carried, parts, remaining};
pub use standing::Course;
pub use wholes::{
    Frozen, LineWhole, SentFrom, account_of, came_back, effects_of, frozen, members_of, parts_of, released_between,
    said_of, sent_from, told, wholes_of_file,
};

use crate::db::sql::{day, optional_day, places};
use crate::kernel::{Error, Result};
use crate::payments::rules::PaymentState;

/// Ids asked for in one query.
const AT_ONCE: usize = 500;

fn state(code: &str) -> Result<PaymentState> {
    PaymentState::from_code(code).ok_or_else(|| Error::internal(format!("no payment is {code}")))
}
