//! What one can do with batches, payments and files of the bank. One verb, one file; each goes through the door.

mod account;
mod again;
mod build;
mod choose;
mod choose_payment;
mod condition;
mod frozen;
mod load;
mod make_file;
mod profiles;
mod reissue;
mod release;
mod schedule;
mod sender;
mod settle;
mod settle_many;
mod stands;
mod undo;
mod whole;

pub use account::{NewPayingAccount, PayingAccountAnswer, decide_paying_account, record_paying_account};
pub use build::{BatchMade, build, drop_payments, withdraw};
pub use choose::{Choosing, choose_batch};
pub use choose_payment::{ChoosingPayment, choose_payment};
pub use condition::{ConditionForm, decide_condition, record_condition};
pub use frozen::must_be_open;
pub use load::{Loaded, Through, load_bank_file};
pub use make_file::{bank_file_bytes, make_file};
pub use profiles::{NewProfile, ProfileAnswer, decide_profile, record_profile, retire_profile};
pub use reissue::{ReissueAnswer, ReissueForm, Reissued, decide_reissue, reissue};
pub use release::release;
pub use schedule::{ScheduleAnswer, ScheduleForm, Verdict, decide_schedule, set_schedule};
pub use settle::{Settling, settle};
pub use settle_many::{SettledMany, SettlingMany, settle_many};
pub use undo::{approve_undo, prepare_undo, refuse_undo};

use serde::{Deserialize, Serialize};

use crate::journal::Head;
use crate::kernel::Result;
use crate::recipients::{REASON_MAX, required};

/// Which batch an action changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchAnswer {
    /// The batch.
    pub batch: i64,
}

/// Which file of the bank an action changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileAnswer {
    /// The file.
    pub file: i64,
}

/// The name by which a bank knows a payment: the book's code and the payment's position.
pub fn payment_name(head: &Head, payment: i64) -> String {
    format!("{}-{payment}", head.code)
}

/// The payment that a bank names, if it is one of this book.
fn named_payment(head: &Head, written: &str) -> Option<i64> {
    let (code, position) = written.trim().rsplit_once('-')?;
    let is_number = position.bytes().all(|byte| byte.is_ascii_digit()) && !position.starts_with('0');
    (code == head.code && is_number).then(|| position.parse().ok())?
}

/// A reason, which must be there.
fn reason(written: &str) -> Result<String> {
    Ok(required(written, REASON_MAX).map_err(|refusal| refusal.at("reason"))?)
}
