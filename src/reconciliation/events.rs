//! What can happen to reconciliations, and to what an account's own book holds; and what it does to the tables.

mod inquiry;

pub use inquiry::{InquiryAnswered, InquiryMade, KIND_INQUIRY_ANSWERED, KIND_INQUIRY_MADE};

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use crate::db::entity::{account_entries, line_bookings, reconciliation_hands, reconciliation_items, reconciliations};
use crate::journal::{Applier, Recorded, Tx};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::payments::{self, Frozen};
use crate::people::Persons;
use crate::reconciliation::rules::{EntryKind, Item, Subject};

/// A reconciliation was prepared; its id is the position of this event.
pub const KIND_RECONCILIATION_PREPARED: &str = "reconciliation_prepared";
/// Another person signed it: from here on it is frozen.
pub const KIND_RECONCILIATION_SIGNED: &str = "reconciliation_signed";
/// Another person would not sign it.
pub const KIND_RECONCILIATION_REFUSED: &str = "reconciliation_refused";
/// Somebody wants a signed one reopened.
pub const KIND_REOPENING_PREPARED: &str = "reconciliation_reopening_prepared";
/// Another person reopened it.
pub const KIND_REOPENING_APPROVED: &str = "reconciliation_reopening_approved";
/// Another person let it stand.
pub const KIND_REOPENING_REFUSED: &str = "reconciliation_reopening_refused";
/// A line of a statement was booked; the booking's id is the position of this event.
pub const KIND_LINE_BOOKED: &str = "statement_line_booked";
/// A booking was taken back: the line is open again.
pub const KIND_BOOKING_WITHDRAWN: &str = "statement_booking_withdrawn";
/// An account's own book begins with a balance, or a quota was issued; the entry's id is the position of this event.
pub const KIND_ACCOUNT_ENTRY_RECORDED: &str = "account_entry_recorded";

/// What was shown when a reconciliation was prepared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReconciliationPrepared {
    /// What is reconciled.
    pub subject: Subject,
    /// The position at which it was shown.
    pub at: i64,
    /// Hex SHA-256 of what was shown: levels, items, position.
    pub digest: String,
    /// By the bank.
    pub bank: Fen,
    /// By the book.
    pub book: Fen,
    /// Both adjusted.
    pub adjusted: Fen,
    /// The open items, each with its group.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
    /// The persons who had a hand in it, and so do not sign it.
    pub hands: Vec<String>,
}

/// Which reconciliation was signed, by the digest of what was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReconciliationSigned {
    /// The reconciliation.
    pub reconciliation: i64,
    /// What is reconciled.
    pub subject: Subject,
    /// Hex SHA-256 of what was shown.
    pub digest: String,
}

/// Which reconciliation was refused, or shall be reopened or stand, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReconciliationReason {
    /// The reconciliation.
    pub reconciliation: i64,
    /// Why.
    pub reason: String,
}

/// Which reconciliation was reopened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReconciliationReopened {
    /// The reconciliation.
    pub reconciliation: i64,
}

/// A line of a statement that the book took in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineBooked {
    /// The line.
    pub line: i64,
    /// The account.
    pub account: i64,
    /// The entry of the account's own book that it is; else it is booked as one of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<i64>,
    /// The money that was recovered and that it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<i64>,
    /// From which day the book has it.
    pub booked_on: Day,
    /// By which document.
    pub document: String,
    /// A remark.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// A booking that was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingWithdrawn {
    /// The booking.
    pub booking: i64,
    /// The line.
    pub line: i64,
    /// Why; nothing where the line's file had been undone and something else is booked in its place.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// What an account's own book holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountEntryRecorded {
    /// The account.
    pub account: i64,
    /// What it is.
    pub kind: EntryKind,
    /// From which day.
    pub on: Day,
    /// How much.
    pub amount: Fen,
    /// By which document.
    pub document: String,
    /// A remark.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// This feature's part in replay.
pub static APPLIER: Applier = Applier {
    feature: "reconciliation",
    kinds: &[
        (KIND_RECONCILIATION_PREPARED, 1),
        (KIND_RECONCILIATION_SIGNED, 1),
        (KIND_RECONCILIATION_REFUSED, 1),
        (KIND_REOPENING_PREPARED, 1),
        (KIND_REOPENING_APPROVED, 1),
        (KIND_REOPENING_REFUSED, 1),
        (KIND_LINE_BOOKED, 1),
        (KIND_BOOKING_WITHDRAWN, 1),
        (KIND_ACCOUNT_ENTRY_RECORDED, 1),
        (KIND_INQUIRY_MADE, 1),
        (KIND_INQUIRY_ANSWERED, 1),
    ],
    slots: &[],
    apply,
};

fn apply<'a>(tx: &'a mut Tx, events: &'a [Recorded]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let persons = Persons::behind(tx, events).await?;
        for event in events {
            match event.kind.as_str() {
                KIND_RECONCILIATION_PREPARED => prepared(tx, event, &persons).await?,
                KIND_RECONCILIATION_SIGNED => signed(tx, event, &persons).await?,
                KIND_RECONCILIATION_REFUSED => refused(tx, event).await?,
                KIND_REOPENING_PREPARED => reopening(tx, event, &persons).await?,
                KIND_REOPENING_APPROVED => reopened(tx, event, &persons).await?,
                KIND_REOPENING_REFUSED => stands(tx, event).await?,
                KIND_LINE_BOOKED => booked(tx, event, &persons).await?,
                KIND_BOOKING_WITHDRAWN => withdrawn(tx, event, &persons).await?,
                KIND_ACCOUNT_ENTRY_RECORDED => entry(tx, event).await?,
                KIND_INQUIRY_MADE => inquiry::made(tx, event).await?,
                KIND_INQUIRY_ANSWERED => inquiry::answered(tx, event).await?,
                other => return Err(Error::internal(format!("reconciliation does not apply {other}"))),
            }
        }
        Ok(())
    })
}

async fn prepared(tx: &mut Tx, event: &Recorded, persons: &Persons) -> Result<()> {
    let shown: ReconciliationPrepared = event.payload()?;
    let book_id = tx.book_id();
    let (batch, days) = match shown.subject {
        Subject::Batch(batch) => (Some(batch), None),
        Subject::Account { account, from, until } => (None, Some((account, from, until))),
    };
    let row = reconciliations::Model {
        book_id,
        id: event.position,
        scope: shown.subject.word(),
        batch,
        paying_account: days.map(|(account, ..)| account),
        from_on: days.map(|(_, from, _)| from.to_string()),
        to_on: days.map(|(.., until)| until.to_string()),
        state: "prepared".to_owned(),
        at_position: shown.at,
        digest: shown.digest,
        bank_fen: shown.bank.get(),
        book_fen: shown.book.get(),
        adjusted_fen: shown.adjusted.get(),
        prepared_by: event.actor_uid.clone(),
        prepared_person: persons.of(&event.actor_uid)?.to_owned(),
        prepared_at_ms: event.recorded_at.get(),
        signed_by: None,
        signed_person: None,
        signed_at_ms: None,
        reason: String::new(),
        reopen_by: None,
        reopen_person: None,
        reopen_reviewed_by: None,
        reopen_reviewed_person: None,
    };
    tx.insert(vec![row]).await?;
    let hand = |person: String| reconciliation_hands::Model {
        book_id,
        reconciliation: event.position,
        person,
        signed_person: None,
    };
    tx.insert(shown.hands.into_iter().map(hand).collect()).await?;
    let item = |(number, item): (i64, Item)| reconciliation_items::Model {
        book_id,
        reconciliation: event.position,
        number,
        item_group: item.group.code().to_owned(),
        since_on: item.on.to_string(),
        counterparty: item.counterparty,
        serial: item.serial,
        what: item.what.code().to_owned(),
        amount_fen: item.amount.get(),
    };
    tx.insert((1..).zip(shown.items).map(item).collect()).await
}

async fn signed(tx: &mut Tx, event: &Recorded, persons: &Persons) -> Result<()> {
    let signed: ReconciliationSigned = event.payload()?;
    let (book_id, person) = (tx.book_id(), persons.of(&event.actor_uid)?.to_owned());
    tx.run(
        "UPDATE reconciliations SET state = 'signed', signed_by = ?, signed_person = ?, signed_at_ms = ?
         WHERE book_id = ? AND id = ?",
        vec![
            event.actor_uid.clone().into(),
            person.clone().into(),
            event.recorded_at.get().into(),
            book_id.into(),
            signed.reconciliation.into(),
        ],
    )
    .await?;
    tx.run(
        "UPDATE reconciliation_hands SET signed_person = ? WHERE book_id = ? AND reconciliation = ?",
        vec![person.into(), book_id.into(), signed.reconciliation.into()],
    )
    .await?;
    let frozen = match signed.subject {
        Subject::Batch(batch) => Frozen::Batch(batch),
        Subject::Account { account, from, until } => Frozen::Days(account, from, until),
    };
    payments::freeze(tx, signed.reconciliation, frozen).await
}

async fn refused(tx: &mut Tx, event: &Recorded) -> Result<()> {
    let refused: ReconciliationReason = event.payload()?;
    tx.run(
        "UPDATE reconciliations SET state = 'refused', signed_by = ?, signed_at_ms = ?, reason = ?
         WHERE book_id = ? AND id = ?",
        vec![
            event.actor_uid.clone().into(),
            event.recorded_at.get().into(),
            refused.reason.into(),
            tx.book_id().into(),
            refused.reconciliation.into(),
        ],
    )
    .await
    .map(|_| ())
}

async fn reopening(tx: &mut Tx, event: &Recorded, persons: &Persons) -> Result<()> {
    let wanted: ReconciliationReason = event.payload()?;
    tx.run(
        "UPDATE reconciliations SET state = 'reopen_pending', reason = ?, reopen_by = ?, reopen_person = ?
         WHERE book_id = ? AND id = ?",
        vec![
            wanted.reason.into(),
            event.actor_uid.clone().into(),
            persons.of(&event.actor_uid)?.into(),
            tx.book_id().into(),
            wanted.reconciliation.into(),
        ],
    )
    .await
    .map(|_| ())
}

async fn reopened(tx: &mut Tx, event: &Recorded, persons: &Persons) -> Result<()> {
    let reopened: ReconciliationReopened = event.payload()?;
    tx.run(
        "UPDATE reconciliations SET state = 'reopened', reopen_reviewed_by = ?, reopen_reviewed_person = ?
         WHERE book_id = ? AND id = ?",
        vec![
            event.actor_uid.clone().into(),
            persons.of(&event.actor_uid)?.into(),
            tx.book_id().into(),
            reopened.reconciliation.into(),
        ],
    )
    .await?;
    payments::thaw(tx, reopened.reconciliation, event.position).await
}

async fn stands(tx: &mut Tx, event: &Recorded) -> Result<()> {
    let stands: ReconciliationReason = event.payload()?;
    tx.run(
        "UPDATE reconciliations SET state = 'signed', reason = ?, reopen_by = NULL, reopen_person = NULL
         WHERE book_id = ? AND id = ?",
        vec![stands.reason.into(), tx.book_id().into(), stands.reconciliation.into()],
    )
    .await
    .map(|_| ())
}

async fn booked(tx: &mut Tx, event: &Recorded, persons: &Persons) -> Result<()> {
    let booked: LineBooked = event.payload()?;
    let row = line_bookings::Model {
        book_id: tx.book_id(),
        id: event.position,
        line_id: booked.line,
        paying_account: booked.account,
        entry: booked.entry,
        booked_on: booked.booked_on.to_string(),
        document: booked.document,
        note: booked.note,
        booked_by: event.actor_uid.clone(),
        booked_person: persons.of(&event.actor_uid)?.to_owned(),
        receipt: booked.receipt,
        withdrawn_at: None,
        withdrawn_by: None,
        withdrawn_person: None,
        withdrawn_because: None,
    };
    tx.insert(vec![row]).await
}

async fn withdrawn(tx: &mut Tx, event: &Recorded, persons: &Persons) -> Result<()> {
    let withdrawn: BookingWithdrawn = event.payload()?;
    tx.run(
        "UPDATE line_bookings SET withdrawn_at = ?, withdrawn_by = ?, withdrawn_person = ?, withdrawn_because = ?
         WHERE book_id = ? AND id = ?",
        vec![
            event.position.into(),
            event.actor_uid.clone().into(),
            persons.of(&event.actor_uid)?.into(),
            withdrawn.reason.into(),
            tx.book_id().into(),
            withdrawn.booking.into(),
        ],
    )
    .await
    .map(|_| ())
}

async fn entry(tx: &mut Tx, event: &Recorded) -> Result<()> {
    let recorded: AccountEntryRecorded = event.payload()?;
    let row = account_entries::Model {
        book_id: tx.book_id(),
        id: event.position,
        paying_account: recorded.account,
        kind: recorded.kind.code().to_owned(),
        effective_on: recorded.on.to_string(),
        amount_fen: recorded.amount.get(),
        document: recorded.document,
        note: recorded.note,
        recorded_by: event.actor_uid.clone(),
    };
    tx.insert(vec![row]).await
}
