//! An approved grant is paid in parts: one person sets the schedule, another approves it; so with a change of it.

use serde::{Deserialize, Serialize};

use crate::grants::{self, Grant, State};
use crate::journal::{Ask, Desk, Door};
use crate::kernel::{Error, Refusal, Result, text};
use crate::payments::events::{
    KIND_SCHEDULE_APPROVED, KIND_SCHEDULE_REFUSED, KIND_SCHEDULE_SET, ScheduleApproved, ScheduleRefused, ScheduleSet,
};
use crate::payments::rules::{PartForm, conditions_kept, keeps_engaged, read_parts};
use crate::payments::store::{self, Schedule};
pub use crate::people::Verdict;
use crate::people::{Role, must};
use crate::recipients::{DOCUMENT_MAX, REASON_MAX, required};

/// The parts of a grant as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleForm {
    /// The grant.
    pub grant: i64,
    /// Its parts; empty rows count for nothing.
    pub parts: Vec<PartForm>,
    /// The document on which the schedule rests.
    pub document: String,
    /// Why a schedule that stands is changed.
    #[serde(default)]
    pub reason: String,
}

/// Which schedule an action made or decided on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleAnswer {
    /// The schedule.
    pub schedule: i64,
}

/// Sets the parts by which an approved grant is paid, or changes those of them that nobody is paying yet. Clerks and
/// managers; until another person approves it nothing of the grant is gathered.
///
/// # Errors
/// `illegal_step`, `schedule_waits`, `grant_offset_stands`, `grant_in_payment`, `instalment_engaged` (`n`); those of the fields.
pub async fn set_schedule(door: &Door, ask: Ask, form: ScheduleForm) -> Result<ScheduleAnswer> {
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            must(desk, &[Role::Clerk, Role::Manager]).await?;
            let grant = payable(desk, form.grant).await?;
            let (c, book_id) = (desk.tx.connection(), desk.book_id());
            if !grants::offsets(c, book_id, &[grant.id]).await?.is_empty() {
                return Err(Refusal::new("grant_offset_stands").into());
            }
            if store::schedule_of(c, book_id, grant.id, "pending").await?.is_some() {
                return Err(Refusal::new("schedule_waits").into());
            }
            let parts = read_parts(&form.parts, grant.content.amount)?;
            let before = store::schedule_of(c, book_id, grant.id, "standing").await?;
            let is_change = before.is_some();
            keeps(desk, grant.id, before.as_ref(), &parts).await?;
            let document = required(&form.document, DOCUMENT_MAX).map_err(|refusal| refusal.at("document"))?;
            let reason =
                if is_change { required(&form.reason, REASON_MAX) } else { text::clean(&form.reason, REASON_MAX) };
            let reason = reason.map_err(|refusal| refusal.at("reason"))?;
            let payload = ScheduleSet { grant: grant.id, parts, document, reason };
            let schedule = desk.emit(KIND_SCHEDULE_SET, 1, &payload)?;
            Ok(ScheduleAnswer { schedule })
        })
    })
    .await
}

/// A grant whose money is payable, in whole or in part.
async fn payable(desk: &Desk, grant: i64) -> Result<Grant> {
    let found = grants::grant(desk.tx.connection(), desk.book_id(), grant).await?.ok_or(Error::NotFound)?;
    match found.state {
        State::Approved | State::InBatch | State::PartPaid | State::Returned => Ok(found),
        state => Err(Refusal::new("illegal_step").with("step", "schedule").with("state", state.code()).into()),
    }
}

/// What is being paid or was paid stays what it is.
async fn keeps(
    desk: &Desk,
    grant: i64,
    before: Option<&Schedule>,
    parts: &[crate::payments::rules::Part],
) -> Result<()> {
    let engaged = store::engaged(desk.tx.connection(), desk.book_id(), grant).await?;
    if engaged.contains(&0) {
        return Err(Refusal::new("grant_in_payment").into());
    }
    let before = before.map(Schedule::parts).unwrap_or_default();
    Ok(keeps_engaged(&before, parts, &engaged)?)
}

/// Approves a schedule against the digest of what was shown, or refuses it. Reviewers, and not who set it.
///
/// # Errors
/// `not_pending`, `two_people`, `digest_changed`, `illegal_step`, `grant_in_payment`, `instalment_engaged` (`n`); the
/// reason's.
pub async fn decide_schedule(door: &Door, ask: Ask, schedule: i64, verdict: Verdict) -> Result<ScheduleAnswer> {
    let content = (schedule, verdict.clone());
    door.command(ask, &content, move |desk| {
        let verdict = verdict.clone();
        Box::pin(async move {
            must(desk, &[Role::Reviewer]).await?;
            let found = store::schedule(desk.tx.connection(), desk.book_id(), schedule).await?;
            if found.state != "pending" {
                return Err(Refusal::new("not_pending").with("name", schedule).into());
            }
            if found.prepared_person == desk.actor().person {
                return Err(Refusal::new("two_people").into());
            }
            match verdict {
                Verdict::Approved { digest } => approve(desk, &found, digest).await?,
                Verdict::Refused { reason } => {
                    let reason = super::reason(&reason)?;
                    desk.emit(KIND_SCHEDULE_REFUSED, 1, &ScheduleRefused { schedule, reason })?;
                }
            }
            Ok(ScheduleAnswer { schedule })
        })
    })
    .await
}

async fn approve(desk: &mut Desk, found: &Schedule, digest: String) -> Result<()> {
    if found.leaf.to_string() != digest {
        return Err(Refusal::new("digest_changed").into());
    }
    payable(desk, found.grant).await?;
    let before = store::schedule_of(desk.tx.connection(), desk.book_id(), found.grant, "standing").await?;
    let parts = found.parts();
    // The bank may have answered since it was set.
    keeps(desk, found.grant, before.as_ref(), &parts).await?;
    let kept = before.map(|before| conditions_kept(&before.parts(), &parts)).unwrap_or_default();
    let payload = ScheduleApproved { schedule: found.id, grant: found.grant, digest, kept };
    desk.emit(KIND_SCHEDULE_APPROVED, 1, &payload)?;
    Ok(())
}
