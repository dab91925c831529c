//! The condition of a part is met: one person records it on a document, another confirms it.

use serde::{Deserialize, Serialize};

use super::{ScheduleAnswer, Verdict, reason};
use crate::journal::{Ask, Desk, Door};
use crate::kernel::dates::Day;
use crate::kernel::{Refusal, Result};
use crate::payments::events::{
    ConditionDecided, ConditionRecorded, KIND_CONDITION_MET, KIND_CONDITION_RECORDED, KIND_CONDITION_REFUSED,
};
use crate::payments::store::{self, Instalment};
use crate::people::{Role, must};
use crate::recipients::{DOCUMENT_MAX, Reading, required};

/// A condition that is met, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConditionForm {
    /// The schedule.
    pub schedule: i64,
    /// Which part of it.
    pub number: i64,
    /// The document that shows it.
    pub document: String,
    /// When it was met.
    pub met_on: String,
}

/// Records that the condition of a part is met; another person confirms it. Clerks and managers.
///
/// # Errors
/// `condition_state` (`state`), `schedule_not_standing`, `schedule_waits`, `condition_tomorrow`; those of the fields.
pub async fn record_condition(door: &Door, ask: Ask, form: ConditionForm) -> Result<ScheduleAnswer> {
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            must(desk, &[Role::Clerk, Role::Manager]).await?;
            in_state(desk, (form.schedule, form.number), "open").await?;
            let today = desk.today();
            let mut reading = Reading::default();
            let document = reading.take("document", required(&form.document, DOCUMENT_MAX));
            let met_on = Day::parse_lenient(&form.met_on)
                .and_then(|on| if on <= today { Ok(on) } else { Err(Refusal::new("condition_tomorrow")) });
            let met_on = reading.take("met_on", met_on);
            let read = || {
                let (schedule, number) = (form.schedule, form.number);
                Some(ConditionRecorded { schedule, number, document: document?, met_on: met_on? })
            };
            let read = read();
            let payload = reading.done(read)?;
            desk.emit(KIND_CONDITION_RECORDED, 1, &payload)?;
            Ok(ScheduleAnswer { schedule: form.schedule })
        })
    })
    .await
}

/// Confirms that the condition of a part is met, against the digest of what was shown, or finds that it is not. Reviewers
/// and managers, and not who recorded it.
///
/// # Errors
/// `condition_state` (`state`), `schedule_not_standing`, `schedule_waits`, `two_people`, `digest_changed`; the reason's.
pub async fn decide_condition(
    door: &Door,
    ask: Ask,
    (schedule, number): (i64, i64),
    verdict: Verdict,
) -> Result<ScheduleAnswer> {
    let content = (schedule, number, verdict.clone());
    door.command(ask, &content, move |desk| {
        let verdict = verdict.clone();
        Box::pin(async move {
            must(desk, &[Role::Reviewer, Role::Manager]).await?;
            let found = in_state(desk, (schedule, number), "recorded").await?;
            if found.met.person.as_deref() == Some(desk.actor().person.as_str()) {
                return Err(Refusal::new("two_people").into());
            }
            match verdict {
                Verdict::Approved { digest } => {
                    if found.met.leaf.map(|leaf| leaf.to_string()).as_deref() != Some(digest.as_str()) {
                        return Err(Refusal::new("digest_changed").into());
                    }
                    let payload = ConditionDecided { schedule, number, digest, reason: String::new() };
                    desk.emit(KIND_CONDITION_MET, 1, &payload)?;
                }
                Verdict::Refused { reason: why } => {
                    let payload = ConditionDecided { schedule, number, digest: String::new(), reason: reason(&why)? };
                    desk.emit(KIND_CONDITION_REFUSED, 1, &payload)?;
                }
            }
            Ok(ScheduleAnswer { schedule })
        })
    })
    .await
}

/// The part of a schedule that stands; a change that waits would take its conditions with it.
async fn in_state(desk: &Desk, (schedule, number): (i64, i64), state: &str) -> Result<Instalment> {
    let (c, book_id) = (desk.tx.connection(), desk.book_id());
    let found = store::schedule(c, book_id, schedule).await?;
    let instalment = found.instalment(number)?.clone();
    if found.state != "standing" {
        return Err(Refusal::new("schedule_not_standing").into());
    }
    if store::schedule_of(c, book_id, found.grant, "pending").await?.is_some() {
        return Err(Refusal::new("schedule_waits").into());
    }
    if instalment.met.state != state {
        return Err(Refusal::new("condition_state").with("state", instalment.met.state).into());
    }
    Ok(instalment)
}
