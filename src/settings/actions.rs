//! Another value is prepared by one person and decided on by another.

use serde::{Deserialize, Serialize};

use super::events::{
    KIND_SETTING_APPROVED, KIND_SETTING_PREPARED, KIND_SETTING_REFUSED, SettingDecided, SettingPrepared,
};
use super::rules::{Setting, filled};
use super::{CONFIRMERS, KEEPERS, store};
use crate::journal::{Ask, Door};
use crate::kernel::{Error, Refusal, Result};
pub use crate::people::Verdict;
use crate::people::must;

/// Longest reason, in characters.
const REASON_CHARS_MAX: usize = 500;

/// Another value, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingForm {
    /// Which setting.
    pub name: String,
    /// The value.
    pub value: String,
    /// Why.
    pub reason: String,
}

/// Which change an action made or decided on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingAnswer {
    /// The change.
    pub change: i64,
}

/// Prepares another value; it counts once another person has approved it. Managers and administrators.
///
/// # Errors
/// `NotFound` for a setting that does not exist; those of the fields; `setting_same`, `setting_waits`.
pub async fn prepare(door: &Door, ask: Ask, form: SettingForm) -> Result<SettingAnswer> {
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            must(desk, &KEEPERS).await?;
            let setting = Setting::from_code(&form.name).ok_or(Error::NotFound)?;
            let prepared = read(setting, &form)?;
            let (c, book_id) = (desk.tx.connection(), desk.book_id());
            if store::value(c, book_id, setting, None).await? == prepared.value {
                return Err(Refusal::new("setting_same").at("value").into());
            }
            if store::changes_of(c, book_id, setting).await?.iter().any(|change| change.state == "pending") {
                return Err(Refusal::new("setting_waits").into());
            }
            Ok(SettingAnswer { change: desk.emit(KIND_SETTING_PREPARED, 1, &prepared)? })
        })
    })
    .await
}

/// Everything that is wrong with a form at once.
fn read(setting: Setting, form: &SettingForm) -> Result<SettingPrepared, Vec<Refusal>> {
    let value = setting.read(&form.value).map_err(|refusal| refusal.at("value"));
    let reason = filled(&form.reason, REASON_CHARS_MAX).map_err(|refusal| refusal.at("reason"));
    match (value, reason) {
        (Ok(value), Ok(reason)) => Ok(SettingPrepared { name: setting.code().to_owned(), value, reason }),
        (value, reason) => Err([value.err(), reason.err()].into_iter().flatten().collect()),
    }
}

/// Lets a change come into force, or refuses it. Managers and reviewers, and not who prepared it.
///
/// # Errors
/// `NotFound`, `not_pending` (`name`), `two_people`, `digest_changed`; the reason's.
pub async fn decide(door: &Door, ask: Ask, change: i64, verdict: Verdict) -> Result<SettingAnswer> {
    let content = (change, verdict.clone());
    door.command(ask, &content, move |desk| {
        let verdict = verdict.clone();
        Box::pin(async move {
            must(desk, &CONFIRMERS).await?;
            let found = store::change(desk.tx.connection(), desk.book_id(), change).await?;
            if found.state != "pending" {
                return Err(Refusal::new("not_pending").with("name", found.value).into());
            }
            if found.prepared_person == desk.actor().person {
                return Err(Refusal::new("two_people").into());
            }
            let (kind, digest, reason) = match verdict {
                Verdict::Approved { digest } if digest != found.leaf.to_string() => {
                    return Err(Refusal::new("digest_changed").into());
                }
                Verdict::Approved { digest } => (KIND_SETTING_APPROVED, digest, String::new()),
                Verdict::Refused { reason } => {
                    let reason = filled(&reason, REASON_CHARS_MAX).map_err(|refusal| refusal.at("reason"))?;
                    (KIND_SETTING_REFUSED, String::new(), reason)
                }
            };
            desk.emit(kind, 1, &SettingDecided { change, digest, reason })?;
            Ok(SettingAnswer { change })
        })
    })
    .await
}
