//! What one can do with the calendar; each verb goes through the door.

use serde::{Deserialize, Serialize};

use super::events::{
    DaySet, FileExpected, FileNoLongerExpected, KIND_DAY_SET, KIND_FILE_EXPECTED, KIND_FILE_NO_LONGER_EXPECTED,
};
use super::rules::Rhythm;
use super::store;
use crate::journal::{Ask, Door};
use crate::kernel::dates::Day;
use crate::kernel::{Error, Refusal, Result};
use crate::payments::{self, FileDirection};
use crate::people::{Role, must};
use crate::recipients::{Reading, required};

/// Longest name of a day, in characters.
const NAME_MAX: usize = 40;
/// The latest working day by which a monthly file may be expected.
const NTH_MAX: i64 = 20;

/// What is said of a day, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayForm {
    /// The day.
    pub day: String,
    /// `working` or `off`.
    pub working: String,
    /// Why.
    pub name: String,
}

/// Of which day something was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayAnswer {
    /// The day.
    pub day: Day,
}

/// Says whether a day is worked. Managers.
///
/// # Errors
/// `day_kind`; those of the fields.
pub async fn set_day(door: &Door, ask: Ask, form: DayForm) -> Result<DayAnswer> {
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            must(desk, &[Role::Manager]).await?;
            let mut reading = Reading::default();
            let day = reading.take("day", Day::parse_lenient(&form.day));
            let working = match form.working.as_str() {
                "working" => Ok(true),
                "off" => Ok(false),
                _ => Err(Refusal::new("day_kind")),
            };
            let working = reading.take("working", working);
            let name = reading.take("name", required(&form.name, NAME_MAX));
            let said = || Some(DaySet { day: day?, working: working?, name: name? });
            let said = said();
            let said = reading.done(said)?;
            let day = said.day;
            desk.emit(KIND_DAY_SET, 1, &said)?;
            Ok(DayAnswer { day })
        })
    })
    .await
}

/// A file that is expected, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpectationForm {
    /// About which account.
    pub account: String,
    /// In which profile.
    pub profile: String,
    /// Code of the rhythm.
    pub rhythm: String,
    /// By which working day of the next month; for a daily file empty.
    pub nth: String,
    /// From which day on.
    pub from: String,
}

/// Which expectation was made or ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpectationAnswer {
    /// The expectation.
    pub expectation: i64,
}

impl ExpectationForm {
    fn read(&self) -> Result<FileExpected, Vec<Refusal>> {
        let mut reading = Reading::default();
        let account = self.account.parse::<i64>().map_err(|_| Refusal::new("paying_account_unknown"));
        let account = reading.take("account", account);
        let rhythm = Rhythm::from_code(&self.rhythm).ok_or_else(|| Refusal::new("rhythm_kind"));
        let rhythm = reading.take("rhythm", rhythm);
        let nth = match (rhythm, self.nth.parse::<i64>()) {
            (Some(Rhythm::Daily), _) => Some(1),
            (_, Ok(nth)) if (1..=NTH_MAX).contains(&nth) => Some(nth),
            _ => reading.take("nth", Err(Refusal::new("nth_day").with("max", NTH_MAX))),
        };
        let from = reading.take("from", Day::parse_lenient(&self.from));
        let read = || {
            let (account, rhythm, nth, from) = (account?, rhythm?, nth?, from?);
            Some(FileExpected { account, profile: self.profile.clone(), rhythm, nth, from })
        };
        let read = read();
        reading.done(read)
    }
}

/// Says that a bank is expected to send a file. Managers and cashiers.
///
/// # Errors
/// `paying_account_unknown`, `profile_unknown` (`profile`), `rhythm_kind`, `nth_day` (`max`); those of the fields.
pub async fn expect(door: &Door, ask: Ask, form: ExpectationForm) -> Result<ExpectationAnswer> {
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            must(desk, &[Role::Manager, Role::Cashier]).await?;
            let expected = form.read()?;
            let (c, book_id) = (desk.tx.connection(), desk.book_id());
            payments::profile(c, book_id, &expected.profile, FileDirection::In).await?;
            let unknown = || Refusal::new("paying_account_unknown").at("account");
            match payments::paying_account(c, book_id, expected.account).await {
                Ok(account) if account.state == "open" => {}
                Ok(_) | Err(Error::NotFound) => return Err(unknown().into()),
                Err(other) => return Err(other),
            }
            Ok(ExpectationAnswer { expectation: desk.emit(KIND_FILE_EXPECTED, 1, &expected)? })
        })
    })
    .await
}

/// Says that a file is expected no more from today on. Managers and cashiers.
///
/// # Errors
/// `NotFound`, `expectation_ended`.
pub async fn end_expectation(door: &Door, ask: Ask, id: i64) -> Result<ExpectationAnswer> {
    door.command(ask, &id, move |desk| {
        Box::pin(async move {
            must(desk, &[Role::Manager, Role::Cashier]).await?;
            let all = store::expectations(desk.tx.connection(), desk.book_id()).await?;
            let found = all.into_iter().find(|one| one.id == id).ok_or(Error::NotFound)?;
            if found.ended.is_some() {
                return Err(Refusal::new("expectation_ended").into());
            }
            let payload = FileNoLongerExpected { expectation: id, ended_on: desk.today().plus_days(-1) };
            desk.emit(KIND_FILE_NO_LONGER_EXPECTED, 1, &payload)?;
            Ok(ExpectationAnswer { expectation: id })
        })
    })
    .await
}
