//! What can happen to batches, payments and the files of the bank, and what it does to the tables.
//!
//! A run of events of one kind is applied together, the kinds in the order in which they happened. Money moves through
//! `funds`, grants through `grants::step`.

mod accounts;
mod bank;
mod batches;
mod differing;
mod profiles;
mod frozen;
mod reissued;
mod rows;
mod scheduled;
mod settled;
mod stepping;
mod told;
mod undone;

pub use frozen::{freeze, thaw};
pub use reissued::{
    KIND_PAYMENT_REISSUED, KIND_REISSUE_PREPARED, KIND_REISSUE_REFUSED, PaymentReissued, ReissuePrepared,
    ReissueRefused,
};
pub use scheduled::{
    ConditionDecided, ConditionRecorded, KIND_CONDITION_MET, KIND_CONDITION_RECORDED, KIND_CONDITION_REFUSED,
    KIND_SCHEDULE_APPROVED, KIND_SCHEDULE_REFUSED, KIND_SCHEDULE_SET, ScheduleApproved, ScheduleRefused, ScheduleSet,
};
pub use told::{BankLineRead, LineMatched, StandsFor};

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use super::rules::{AccountConfirmed, AccountExplained, How, Name, PayerKind, PaymentState};
use super::store::CONTACTS;
use crate::journal::{Applier, Recorded, Tx};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::people::Persons;
use crate::periods::Closed;

pub use profiles::{
    KIND_PROFILE_APPROVED, KIND_PROFILE_RECORDED, KIND_PROFILE_REFUSED, KIND_PROFILE_RETIRED, ProfileDecided,
    ProfileRecorded, ProfileRetired,
};

/// An account from which the book pays was recorded; its id is the position of this event.
pub const KIND_PAYING_ACCOUNT_RECORDED: &str = "paying_account_recorded";
/// Another person confirmed it.
pub const KIND_PAYING_ACCOUNT_APPROVED: &str = "paying_account_approved";
/// Another person refused it.
pub const KIND_PAYING_ACCOUNT_REFUSED: &str = "paying_account_refused";
/// A batch was opened; its id is the position of this event. Its payments follow.
pub const KIND_BATCH_OPENED: &str = "batch_opened";
/// A payment was put into a batch; its id is the position of this event.
pub const KIND_PAYMENT_BUILT: &str = "payment_built";
/// All payments of a batch are there; another person may release it.
pub const KIND_BATCH_BUILT: &str = "batch_built";
/// Payments were taken out of a batch before it was released.
pub const KIND_PAYMENTS_DROPPED: &str = "payments_dropped";
/// A batch was taken back before it was released.
pub const KIND_BATCH_WITHDRAWN: &str = "batch_withdrawn";
/// Another person released a batch: its money is on its way.
pub const KIND_BATCH_RELEASED: &str = "batch_released";
/// Files were made for the bank.
pub const KIND_PAYMENT_FILE_MADE: &str = "payment_file_made";
/// A file of the bank was opened; its id is the position of this event. Its lines follow.
pub const KIND_BANK_FILE_OPENED: &str = "bank_file_opened";
/// A line of a bank's file was read, with what follows from it.
pub const KIND_BANK_LINE_READ: &str = "bank_line_read";
/// All lines of a bank's file were read.
pub const KIND_BANK_FILE_TAKEN: &str = "bank_file_taken";
/// Somebody prepared that a bank's file be undone.
pub const KIND_BANK_UNDO_PREPARED: &str = "bank_undo_prepared";
/// Another person had it undone.
pub const KIND_BANK_UNDO_APPROVED: &str = "bank_undo_approved";
/// Another person let it stand.
pub const KIND_BANK_UNDO_REFUSED: &str = "bank_undo_refused";
/// A difference between bank and book was settled.
pub const KIND_DISCREPANCY_SETTLED: &str = "discrepancy_settled";
/// Somebody chose the batch for which a line of a statement stands.
pub const KIND_BANK_LINE_MATCHED: &str = "bank_line_matched";

/// An account from which the book pays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayingAccountRecorded {
    /// Account holder.
    pub name: String,
    /// What it is.
    pub kind: PayerKind,
    /// Its number.
    pub account_number: String,
    /// Code of its bank.
    pub bank_code: String,
    /// Its bank.
    pub bank_name: String,
}

/// Which paying account was confirmed or refused, by the leaf of the event that recorded it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayingAccountDecided {
    /// The account.
    pub account: i64,
    /// Hex leaf hash of what was signed.
    pub digest: String,
}

/// A batch that is being built.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchOpened {
    /// The account from which it is paid, if the book keeps one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paying_account: Option<i64>,
    /// The policy by which its grants were gathered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<i64>,
}

/// One attempt to pay a grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentBuilt {
    /// The batch.
    pub batch: i64,
    /// The grant.
    pub grant: i64,
    /// The part of the grant that it pays; none if it pays all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instalment: Option<i64>,
    /// Which attempt, from 1.
    pub attempt: i64,
    /// The attempt before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<i64>,
    /// The grant's recipient.
    pub recipient: i64,
    /// The grant's policy.
    pub policy: i64,
    /// The grant's reference.
    pub reference: String,
    /// How much.
    pub amount: Fen,
    /// What a part takes from each allotment; nothing for a whole grant, whose own split it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub split: Vec<(i64, Fen)>,
    /// Account holder.
    pub account_name: String,
    /// Account number.
    pub account_number: String,
    /// Bank code.
    pub bank_code: String,
    /// Bank.
    pub bank_name: String,
}

/// What a batch holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchBuilt {
    /// The batch.
    pub batch: i64,
    /// Payments.
    pub payments: i64,
    /// Their sum.
    pub sum: Fen,
    /// Position of the first payment's event.
    pub first: i64,
    /// Position of the last payment's event.
    pub last: i64,
    /// Hex root over the leaf hashes of the payments' events.
    pub digest: String,
}

/// Payments taken out of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentsDropped {
    /// The batch.
    pub batch: i64,
    /// Which payments, in the order of their ids.
    pub payments: Vec<i64>,
    /// Why.
    pub reason: String,
    /// What remains: payments.
    pub left: i64,
    /// What remains: their sum.
    pub sum: Fen,
    /// What remains: hex root over the leaf hashes of the payments' events.
    pub digest: String,
}

/// A batch that was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchWithdrawn {
    /// The batch.
    pub batch: i64,
    /// Why.
    pub reason: String,
}

/// What another person signed. The transfers are (position, line 1…n) in the order of the payments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchReleased {
    /// The batch.
    pub batch: i64,
    /// Payments.
    pub payments: i64,
    /// Their sum.
    pub sum: Fen,
    /// Hex root over the leaf hashes of the payments' events.
    pub digest: String,
    /// Effective day of the transfers.
    pub released_on: Day,
    /// Changed accounts that the releaser confirmed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub confirmed: Vec<AccountConfirmed>,
    /// With whom and through which numbers: SHA-256 of salt and what is sealed at this position.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmation_contacts: Option<String>,
    /// Account numbers of several recipients that the releaser explained.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub explained: Vec<AccountExplained>,
}

/// One file for the bank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeFile {
    /// SHA-256 of its bytes, which are kept.
    pub file: String,
    /// Its name.
    pub file_name: String,
    /// Payments in it.
    pub payments: i64,
    /// Their sum.
    pub sum: Fen,
}

/// The files of a batch in one profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentFileMade {
    /// The batch.
    pub batch: i64,
    /// Name of the profile.
    pub profile: String,
    /// Its version; 0 for one that comes with the program.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub profile_version: i64,
    /// The files: one, or several where the bank takes no more rows in one.
    pub files: Vec<MadeFile>,
}

/// The balances that a statement names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatedBalances {
    /// First day.
    pub from_on: Day,
    /// Last day.
    pub to_on: Day,
    /// Before the first line.
    pub opening: Fen,
    /// After the last line.
    pub closing: Fen,
}

/// A file of the bank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankFileOpened {
    /// Name of the profile by which it was read.
    pub profile: String,
    /// Its version; 0 for one that comes with the program.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub profile_version: i64,
    /// SHA-256 of its bytes, which are kept.
    pub file: String,
    /// Its name where it came from.
    pub file_name: String,
    /// The account that it names, if the book knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paying_account: Option<i64>,
    /// The account's number as the file has it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub account_number: String,
    /// The balances, if it is a statement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balances: Option<StatedBalances>,
}

/// What a payment becomes by a bank's answer. The transfers are (position, line 1…n), one for each allotment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// `paid`, `refused` or `returned`.
    pub state: String,
    /// Effective day of the transfers.
    pub on: Day,
    /// The bank's date, where it lies in a closed month, so that the transfers take effect later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bank_on: Option<Day>,
}

impl Applied {
    /// What the bank said on its day, in effect on that day, the first open one, or the day of the move before it.
    pub fn new(state: PaymentState, bank_on: Day, closed: Closed, moved_on: Option<Day>) -> Self {
        let on = closed.effective(bank_on).max(moved_on.unwrap_or(bank_on));
        Self { state: state.code().to_owned(), on, bank_on: (bank_on != on).then_some(bank_on) }
    }

    /// The bank's date.
    pub fn completed_on(&self) -> Day {
        self.bank_on.unwrap_or(self.on)
    }
}

/// What a bank's file held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankFileTaken {
    /// The file.
    pub file: i64,
    /// Lines.
    pub lines: i64,
    /// Lines from which something followed.
    pub applied: i64,
    /// Position of the first line's event.
    pub first: i64,
    /// Position of the last line's event.
    pub last: i64,
}

/// Which file of the bank is to be undone, or stands, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankUndo {
    /// The file.
    pub file: i64,
    /// Why.
    pub reason: String,
}

/// Which file of the bank was undone. Its transfers reverse those of its lines, (position, line 1…n) in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankUndone {
    /// The file.
    pub file: i64,
    /// Position of the first line's event.
    pub first: i64,
    /// Position of the last line's event.
    pub last: i64,
    /// The first open day, where some of the transfers lie in a closed month: those are reversed on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_open_on: Option<Day>,
}

/// How a difference was settled. With `applied` the bank's answer counts as the book has the payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiscrepancySettled {
    /// The bank's line.
    pub line: i64,
    /// What differed.
    pub name: Name,
    /// How.
    pub how: How,
    /// The document on which that rests.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub document: String,
    /// A remark.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// The payment that the line is about, as somebody chose it of those that were offered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<i64>,
    /// What follows for the payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied: Option<Applied>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over references")]
const fn is_zero(n: &i64) -> bool {
    *n == 0
}

/// This feature's part in replay.
pub static APPLIER: Applier = Applier {
    feature: "payments",
    kinds: &[
        (KIND_PAYING_ACCOUNT_RECORDED, 1),
        (KIND_PAYING_ACCOUNT_APPROVED, 1),
        (KIND_PAYING_ACCOUNT_REFUSED, 1),
        (KIND_BATCH_OPENED, 1),
        (KIND_PAYMENT_BUILT, 1),
        (KIND_BATCH_BUILT, 1),
        (KIND_PAYMENTS_DROPPED, 1),
        (KIND_BATCH_WITHDRAWN, 1),
        (KIND_BATCH_RELEASED, 1),
        (KIND_PAYMENT_FILE_MADE, 1),
        (KIND_BANK_FILE_OPENED, 1),
        (KIND_BANK_LINE_READ, 1),
        (KIND_BANK_FILE_TAKEN, 1),
        (KIND_BANK_UNDO_PREPARED, 1),
        (KIND_BANK_UNDO_APPROVED, 1),
        (KIND_BANK_UNDO_REFUSED, 1),
        (KIND_DISCREPANCY_SETTLED, 1),
        (KIND_BANK_LINE_MATCHED, 1),
        (KIND_PAYMENT_REISSUED, 1),
        (KIND_REISSUE_PREPARED, 1),
        (KIND_REISSUE_REFUSED, 1),
        (KIND_SCHEDULE_SET, 1),
        (KIND_SCHEDULE_APPROVED, 1),
        (KIND_SCHEDULE_REFUSED, 1),
        (KIND_CONDITION_RECORDED, 1),
        (KIND_CONDITION_MET, 1),
        (KIND_CONDITION_REFUSED, 1),
        (KIND_PROFILE_RECORDED, 1),
        (KIND_PROFILE_APPROVED, 1),
        (KIND_PROFILE_REFUSED, 1),
        (KIND_PROFILE_RETIRED, 1),
    ],
    slots: &[CONTACTS],
    apply,
};

fn apply<'a>(tx: &'a mut Tx, events: &'a [Recorded]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let persons = Persons::behind(tx, events).await?;
        for run in events.chunk_by(|one, next| one.kind == next.kind) {
            let Some(first) = run.first() else { continue };
            match first.kind.as_str() {
                KIND_PAYING_ACCOUNT_RECORDED => accounts::recorded(tx, run, &persons).await?,
                KIND_PAYING_ACCOUNT_APPROVED => accounts::decided(tx, run, &persons, "open").await?,
                KIND_PAYING_ACCOUNT_REFUSED => accounts::decided(tx, run, &persons, "refused").await?,
                KIND_BATCH_OPENED => batches::opened(tx, run, &persons).await?,
                KIND_PAYMENT_BUILT => batches::payments(tx, run, &persons).await?,
                KIND_BATCH_BUILT => batches::built(tx, run).await?,
                KIND_PAYMENTS_DROPPED => batches::dropped(tx, run).await?,
                KIND_BATCH_WITHDRAWN => batches::withdrawn(tx, run).await?,
                KIND_BATCH_RELEASED => batches::released(tx, run, &persons).await?,
                KIND_PAYMENT_FILE_MADE => batches::file_made(tx, run).await?,
                KIND_BANK_FILE_OPENED => bank::opened(tx, run, &persons).await?,
                KIND_BANK_LINE_READ => bank::lines(tx, run, &persons).await?,
                KIND_BANK_FILE_TAKEN => bank::taken(tx, run).await?,
                KIND_BANK_UNDO_PREPARED => undone::prepared(tx, run, &persons).await?,
                KIND_BANK_UNDO_APPROVED => undone::approved(tx, run, &persons).await?,
                KIND_BANK_UNDO_REFUSED => undone::refused(tx, run).await?,
                KIND_DISCREPANCY_SETTLED => settled::apply(tx, run, &persons).await?,
                KIND_BANK_LINE_MATCHED => settled::matched(tx, run, &persons).await?,
                KIND_PAYMENT_REISSUED => reissued::apply(tx, run, &persons).await?,
                KIND_REISSUE_PREPARED => reissued::prepared(tx, run, &persons).await?,
                KIND_REISSUE_REFUSED => reissued::refused(tx, run, &persons).await?,
                KIND_SCHEDULE_SET => scheduled::set(tx, run, &persons).await?,
                KIND_SCHEDULE_APPROVED => scheduled::approved(tx, run, &persons).await?,
                KIND_SCHEDULE_REFUSED => scheduled::refused(tx, run, &persons).await?,
                KIND_CONDITION_RECORDED => scheduled::recorded(tx, run, &persons).await?,
                KIND_CONDITION_MET => scheduled::met(tx, run, &persons).await?,
                KIND_CONDITION_REFUSED => scheduled::not_met(tx, run).await?,
                KIND_PROFILE_RECORDED => profiles::recorded(tx, run, &persons).await?,
                KIND_PROFILE_APPROVED => profiles::approved(tx, run, &persons).await?,
                KIND_PROFILE_REFUSED => profiles::refused(tx, run, &persons).await?,
                KIND_PROFILE_RETIRED => profiles::retired(tx, run).await?,
                other => return Err(Error::internal(format!("payments does not apply {other}"))),
            }
        }
        Ok(())
    })
}
