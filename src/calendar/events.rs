//! What is said of days, and which files are expected; and what it does to the tables.

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use super::rules::Rhythm;
use crate::db::entity::{calendar_days, expected_files};
use crate::journal::{Applier, Recorded, Tx};
use crate::kernel::dates::Day;
use crate::kernel::{Error, Result};

/// Somebody said whether a day is worked.
pub const KIND_DAY_SET: &str = "calendar_day_set";
/// A bank is expected to send a file; the expectation's id is the position of this event.
pub const KIND_FILE_EXPECTED: &str = "bank_file_expected";
/// It is expected no more.
pub const KIND_FILE_NO_LONGER_EXPECTED: &str = "bank_file_no_longer_expected";

/// Whether a day is worked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DaySet {
    /// The day.
    pub day: Day,
    /// Whether it is worked.
    pub working: bool,
    /// Why.
    pub name: String,
}

/// A file that a bank is expected to send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileExpected {
    /// About which account.
    pub account: i64,
    /// In which profile.
    pub profile: String,
    /// How often.
    pub rhythm: Rhythm,
    /// By which working day of the next month.
    pub nth: i64,
    /// From which day on.
    pub from: Day,
}

/// Which file is expected no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileNoLongerExpected {
    /// The expectation.
    pub expectation: i64,
    /// The last day about which it was expected.
    pub ended_on: Day,
}

/// This feature's part in replay.
pub static APPLIER: Applier = Applier {
    feature: "calendar",
    kinds: &[(KIND_DAY_SET, 1), (KIND_FILE_EXPECTED, 1), (KIND_FILE_NO_LONGER_EXPECTED, 1)],
    slots: &[],
    apply,
};

fn apply<'a>(tx: &'a mut Tx, events: &'a [Recorded]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        for event in events {
            match event.kind.as_str() {
                KIND_DAY_SET => day_set(tx, event).await?,
                KIND_FILE_EXPECTED => expected(tx, event).await?,
                KIND_FILE_NO_LONGER_EXPECTED => ended(tx, event).await?,
                other => return Err(Error::internal(format!("calendar does not apply {other}"))),
            }
        }
        Ok(())
    })
}

async fn day_set(tx: &mut Tx, event: &Recorded) -> Result<()> {
    let said: DaySet = event.payload()?;
    let row = calendar_days::Model {
        book_id: tx.book_id(),
        id: event.position,
        day: said.day.to_string(),
        working: i64::from(said.working),
        name: said.name,
        set_by: event.actor_uid.clone(),
    };
    tx.insert(vec![row]).await
}

async fn expected(tx: &mut Tx, event: &Recorded) -> Result<()> {
    let expected: FileExpected = event.payload()?;
    let row = expected_files::Model {
        book_id: tx.book_id(),
        id: event.position,
        paying_account: expected.account,
        profile: expected.profile,
        rhythm: expected.rhythm.code().to_owned(),
        nth_day: expected.nth,
        from_on: expected.from.to_string(),
        ended_on: None,
        set_by: event.actor_uid.clone(),
    };
    tx.insert(vec![row]).await
}

async fn ended(tx: &mut Tx, event: &Recorded) -> Result<()> {
    let ended: FileNoLongerExpected = event.payload()?;
    tx.run(
        "UPDATE expected_files SET ended_on = ? WHERE book_id = ? AND id = ?",
        vec![ended.ended_on.to_string().into(), tx.book_id().into(), ended.expectation.into()],
    )
    .await
    .map(|_| ())
}
