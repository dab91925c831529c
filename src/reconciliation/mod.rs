//! Reconciliation 对账: bank and book compared at three levels, line, batch and account, and the ledger's own stages.
//!
//! It closes when every payment was answered, nothing that differs is open, the sums of both sides agree, every statement
//! leads from its opening to its closing balance, and the stages of the ledger hold what the payments say. An account closes
//! at the end of a month when both balances of its 余额调节表 agree once each open item is named.
//!
//! A batch, or an account and a month, is prepared by one person and signed 签认 by another, who had no hand in it, against
//! the digest of exactly what was shown; from then on it is frozen, until two people reopen it.

mod actions;
mod events;
mod pages;
mod rules;
mod store;

pub use actions::{
    AnswerForm, BookForm, EntryAnswer, EntryForm, InquiryAnswer, InquiryForm, ReconciliationAnswer, answer_inquiry,
    approve_reopening, book_line, inquire, prepare, prepare_reopening, record_entry, refuse, refuse_reopening, sign,
    withdraw_booking,
};
pub use events::{
    APPLIER, AccountEntryRecorded, BookingWithdrawn, InquiryAnswered, InquiryMade, LineBooked, ReconciliationPrepared,
    ReconciliationReason, ReconciliationReopened, ReconciliationSigned,
};
pub use rules::{
    AccountLevel, Adjustment, BatchLevel, Carried, Compared, EntryKind, Group, Item, LineLevel, Movements, Open,
    Opening, Quota, RecordState, Scope, Shown, StageLevel, Stated, Subject, Sums, What,
};
pub use store::{
    AccountMonth, Booking, Inquiry, Record, account_month, account_months, accounts_at, bookings, compare, inquiries,
    living, reconcile, record, records, shown, unsigned,
};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use rocket::fairing::AdHoc;

use crate::journal::{Actor, Door};
use crate::kernel::Result;
use crate::people::{Place, Role, roles_of};

/// The pages of reconciliation. The server must manage the door.
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("reconciliation", |rocket| async { rocket.mount("/", pages::routes()) })
}

/// Reconciliation in the navigation, with what waits to be signed.
pub fn places() -> Vec<Place> {
    vec![Place::new("reconciliation", &Role::READERS).counting(to_sign)]
}

fn to_sign<'a>(door: &'a Door, book_id: i64, actor: &'a Actor) -> BoxFuture<'a, Result<i64>> {
    async move {
        let held = roles_of(&door.db.read, book_id, &actor.uid).await?;
        if !held.iter().any(|role| matches!(role, Role::Reviewer | Role::Manager)) {
            return Ok(0);
        }
        store::to_sign(&door.db.read, book_id, &actor.person).await
    }
    .boxed()
}
