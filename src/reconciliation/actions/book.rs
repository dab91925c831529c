//! The book takes in what a statement tells of no payment: fees, interest, transfers, receipts. And what an account's own
//! book begins with, and quota that was issued to it.

use serde::{Deserialize, Serialize};

use super::DOCUMENT_MAX;
use crate::journal::{Ask, Desk, Door};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Refusal, Result, text};
use crate::payments;
use crate::people::{Role, must};
use crate::recipients::{REASON_MAX, Reading, required};
use crate::reconciliation::events::{
    AccountEntryRecorded, BookingWithdrawn, KIND_ACCOUNT_ENTRY_RECORDED, KIND_BOOKING_WITHDRAWN, KIND_LINE_BOOKED,
    LineBooked,
};
use crate::reconciliation::rules::EntryKind;
use crate::reconciliation::store::{self, BookableLine};

/// Kinds of lines that are about no payment.
const BOOKABLE: [&str; 4] = ["fee", "interest", "own_transfer", "receipt"];

/// A line to be booked, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookForm {
    /// The line.
    pub line: i64,
    /// From which day.
    pub booked_on: String,
    /// By which document.
    pub document: String,
    /// A remark.
    #[serde(default)]
    pub note: String,
    /// The entry of the account's own book, or the receipt of recovered money, that it is, if it is one.
    #[serde(default)]
    pub entry: Option<i64>,
}

/// Which booking or entry was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryAnswer {
    /// Its id.
    pub entry: i64,
}

/// Takes a line of a statement in. Cashiers.
///
/// # Errors
/// `line_not_bookable` (`kind`), `line_booked`, `booked_before_line` (`on`), `booked_ahead`, `entry_unknown` (`entry`),
/// `reconciliation_signed` (`reconciliation`); those of the fields; `NotFound`.
pub async fn book_line(door: &Door, ask: Ask, form: BookForm) -> Result<EntryAnswer> {
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            must(desk, &[Role::Cashier]).await?;
            let line = store::bookable(desk.tx.connection(), desk.book_id(), form.line).await?;
            may_book(&line)?;
            let (booked_on, document, note) = read(&form)?;
            on_time(desk, &line, booked_on)?;
            payments::must_be_open(desk, Some(line.account), (booked_on, booked_on)).await?;
            let (entry, receipt) = the_same(desk, &line, form.entry).await?;
            withdraw_stale(desk, entry, receipt).await?;
            let payload =
                LineBooked { line: line.id, account: line.account, entry, receipt, booked_on, document, note };
            Ok(EntryAnswer { entry: desk.emit(KIND_LINE_BOOKED, 1, &payload)? })
        })
    })
    .await
}

fn read(form: &BookForm) -> Result<(Day, String, String), Vec<Refusal>> {
    let mut reading = Reading::default();
    let on = reading.take("booked_on", Day::parse_lenient(&form.booked_on));
    let document = reading.take("document", required(&form.document, DOCUMENT_MAX));
    let note = reading.take("note", text::clean(&form.note, REASON_MAX));
    let read = || Some((on?, document?, note?));
    let read = read();
    reading.done(read)
}

fn may_book(line: &BookableLine) -> Result<(), Refusal> {
    if !line.stands || !BOOKABLE.contains(&line.kind.as_str()) {
        return Err(Refusal::new("line_not_bookable").with("line", line.id));
    }
    if line.booking.is_some() { Err(Refusal::new("line_booked")) } else { Ok(()) }
}

/// The book follows the bank: not before its line, and not ahead of today.
fn on_time(desk: &Desk, line: &BookableLine, booked_on: Day) -> Result<(), Refusal> {
    if booked_on < line.on {
        return Err(Refusal::new("booked_before_line").at("booked_on").with("on", line.on));
    }
    if booked_on > desk.today() {
        return Err(Refusal::new("booked_ahead").at("booked_on"));
    }
    Ok(())
}

/// The entry of the account's own book, or the receipt of recovered money, that a line is.
async fn the_same(desk: &Desk, line: &BookableLine, id: Option<i64>) -> Result<(Option<i64>, Option<i64>)> {
    let Some(id) = id else { return Ok((None, None)) };
    let (c, book_id) = (desk.tx.connection(), desk.book_id());
    if store::unmatched_entries(c, book_id, line).await?.iter().any(|one| one.id == id) {
        return Ok((Some(id), None));
    }
    if store::unmatched_receipts(c, book_id, line).await?.iter().any(|one| one.receipt == id) {
        return Ok((None, Some(id)));
    }
    Err(Refusal::new("entry_unknown").at("entry").with("entry", id).into())
}

/// What a line of an undone file was booked as is booked anew for the line that took its place.
async fn withdraw_stale(desk: &mut Desk, entry: Option<i64>, receipt: Option<i64>) -> Result<()> {
    if let Some(stale) = store::stale_booking(desk.tx.connection(), desk.book_id(), (entry, receipt)).await? {
        let payload = BookingWithdrawn { booking: stale.id, line: stale.line, reason: String::new() };
        desk.emit(KIND_BOOKING_WITHDRAWN, 1, &payload)?;
    }
    Ok(())
}

/// An entry of an account's own book, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryForm {
    /// The account.
    pub account: i64,
    /// Code of its kind.
    pub kind: String,
    /// From which day.
    pub on: String,
    /// How much.
    pub amount: String,
    /// By which document.
    pub document: String,
    /// A remark.
    #[serde(default)]
    pub note: String,
}

/// Records with what an account's own book begins, quota that was issued to it, or what the treasury states on paper.
/// Cashiers and managers; whoever signs the month is another person.
///
/// # Errors
/// `entry_not_for_account`, `booked_ahead`, `opening_known`, `reconciliation_signed` (`reconciliation`),
/// `paying_account_unknown`; those of the fields.
pub async fn record_entry(door: &Door, ask: Ask, form: EntryForm) -> Result<EntryAnswer> {
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            must(desk, &[Role::Cashier, Role::Manager]).await?;
            let account = payments::paying_account(desk.tx.connection(), desk.book_id(), form.account).await?;
            if account.state != "open" {
                return Err(Refusal::new("paying_account_unknown").at("account").into());
            }
            let payload = entry(&form)?;
            if !payload.kind.suits(account.kind.has_quota()) {
                return Err(Refusal::new("entry_not_for_account").at("kind").into());
            }
            if payload.on > desk.today() {
                return Err(Refusal::new("booked_ahead").at("on").into());
            }
            payments::must_be_open(desk, Some(account.id), (payload.on, payload.on)).await?;
            Ok(EntryAnswer { entry: desk.emit(KIND_ACCOUNT_ENTRY_RECORDED, 1, &payload)? })
        })
    })
    .await
}

fn entry(form: &EntryForm) -> Result<AccountEntryRecorded, Vec<Refusal>> {
    let mut reading = Reading::default();
    let kind = EntryKind::from_code(&form.kind).ok_or_else(|| Refusal::new("entry_kind"));
    let kind = reading.take("kind", kind);
    let on = reading.take("on", Day::parse_lenient(&form.on));
    let amount = reading.take("amount", Fen::parse_with_units(&form.amount));
    let document = reading.take("document", required(&form.document, DOCUMENT_MAX));
    let note = reading.take("note", text::clean(&form.note, REASON_MAX));
    let read = || {
        let (kind, on, amount, document, note) = (kind?, on?, amount?, document?, note?);
        Some(AccountEntryRecorded { account: form.account, kind, on, amount, document, note })
    };
    let read = read();
    reading.done(read)
}
