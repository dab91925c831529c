//! Takes back what was booked wrongly of a statement: the line is open again, until it is booked as it should be.

use super::{EntryAnswer, reason};
use crate::journal::{Ask, Door};
use crate::kernel::{Refusal, Result};
use crate::payments;
use crate::people::{Role, must};
use crate::reconciliation::events::{BookingWithdrawn, KIND_BOOKING_WITHDRAWN};
use crate::reconciliation::store;

/// Takes back the booking of a line. Cashiers, as long as nobody signed the days on which it counts; who signs them then is
/// another person.
///
/// # Errors
/// `booking_withdrawn`, `reconciliation_signed` (`reconciliation`); those of the reason; `NotFound`.
pub async fn withdraw_booking(door: &Door, ask: Ask, booking: i64, why: String) -> Result<EntryAnswer> {
    let content = (booking, why.clone());
    door.command(ask, &content, move |desk| {
        let why = why.clone();
        Box::pin(async move {
            must(desk, &[Role::Cashier]).await?;
            let booked = store::booking(desk.tx.connection(), desk.book_id(), booking).await?;
            if booked.withdrawn_by.is_some() {
                return Err(Refusal::new("booking_withdrawn").into());
            }
            payments::must_be_open(desk, Some(booked.account), (booked.on, booked.on)).await?;
            let payload = BookingWithdrawn { booking, line: booked.line, reason: reason(&why)? };
            desk.emit(KIND_BOOKING_WITHDRAWN, 1, &payload)?;
            Ok(EntryAnswer { entry: booking })
        })
    })
    .await
}
