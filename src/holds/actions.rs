//! What one can do with holds; each goes through the door.

use serde::{Deserialize, Serialize};

use super::events::{
    HoldDecided, HoldSet, KIND_HOLD_CONFIRMED, KIND_HOLD_LIFT_PREPARED, KIND_HOLD_LIFT_REFUSED, KIND_HOLD_LIFTED,
    KIND_HOLD_REFUSED, KIND_HOLD_SET, LiftPrepared,
};
use super::rules::{Kind, Step, take};
use super::store::{self, Hold};
use super::{DECIDERS, SETTERS};
use crate::grants;
use crate::journal::{Ask, Desk, Door};
use crate::kernel::dates::Day;
use crate::kernel::tree::Hash;
use crate::kernel::{Error, Refusal, Result};
pub use crate::people::Verdict;
use crate::people::must;
use crate::recipients::{self, DOCUMENT_MAX, REASON_MAX, Reading, required};

/// A hold as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldForm {
    /// The grant to be held, if it is one.
    pub grant: Option<i64>,
    /// The recipient whose grants are to be held, if it is all of them.
    pub recipient: Option<i64>,
    /// Code of the kind.
    pub kind: String,
    /// Number of the document.
    pub document: String,
    /// Why.
    pub reason: String,
    /// First day; today if empty.
    pub from_on: String,
    /// Last day.
    pub until_on: String,
}

impl HoldForm {
    fn read(&self, today: Day) -> Result<HoldSet, Vec<Refusal>> {
        let mut reading = Reading::default();
        let kind = Kind::from_code(&self.kind).ok_or_else(|| Refusal::new("hold_kind").with("found", &self.kind));
        let kind = reading.take("kind", kind);
        let document = reading.take("document", required(&self.document, DOCUMENT_MAX));
        let reason = reading.take("reason", required(&self.reason, REASON_MAX));
        let from_on = match self.from_on.trim() {
            "" => Some(today),
            typed => reading.take("from_on", Day::parse_lenient(typed)),
        };
        let until_on = reading.take("until_on", Day::parse_lenient(&self.until_on));
        if let (Some(from), Some(until)) = (from_on, until_on) {
            if until < from {
                reading.refuse(Refusal::new("hold_days").at("until_on"));
            } else if until < today {
                reading.refuse(Refusal::new("hold_over").at("until_on").with("today", today));
            }
        }
        let read = || {
            Some(HoldSet {
                grant: self.grant,
                recipient: self.recipient,
                kind: kind?,
                document: document?,
                reason: reason?,
                from_on: from_on?,
                until_on: until_on?,
            })
        };
        let read = read();
        reading.done(read)
    }
}

/// Why and on which document a hold shall be lifted, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiftForm {
    /// The hold.
    pub hold: i64,
    /// Number of the document.
    pub document: String,
    /// Why.
    pub reason: String,
}

/// Holds a verdict against what stands in the book now.
fn decided(verdict: &Verdict, hold: i64, leaf: Option<Hash>) -> Result<HoldDecided> {
    match verdict {
        Verdict::Approved { digest } if leaf.map(|leaf| leaf.to_string()).as_deref() != Some(digest.as_str()) => {
            Err(Refusal::new("digest_changed").into())
        }
        Verdict::Approved { digest } => Ok(HoldDecided { hold, digest: digest.clone(), reason: String::new() }),
        Verdict::Refused { reason } => {
            let reason = required(reason, REASON_MAX).map_err(|refusal| refusal.at("reason"))?;
            Ok(HoldDecided { hold, digest: String::new(), reason })
        }
    }
}

/// Which hold an action made or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldAnswer {
    /// The hold.
    pub hold: i64,
}

/// Holds the money of a grant or a recipient back, at once; another person confirms it. Clerks, reviewers and managers.
///
/// # Errors
/// Those of the fields; `hold_over` (`today`), `hold_days`, `hold_target`; `NotFound`.
pub async fn set(door: &Door, ask: Ask, form: HoldForm) -> Result<HoldAnswer> {
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            must(desk, &SETTERS).await?;
            known(desk, &form).await?;
            let payload = form.read(desk.today())?;
            let hold = desk.emit(KIND_HOLD_SET, 1, &payload)?;
            Ok(HoldAnswer { hold })
        })
    })
    .await
}

/// Holds that one grant that still counts, or one recipient, is meant.
async fn known(desk: &Desk, form: &HoldForm) -> Result<()> {
    let (c, book_id) = (desk.tx.connection(), desk.book_id());
    match (form.grant, form.recipient) {
        (Some(grant), None) => {
            let grant = grants::grant(c, book_id, grant).await?.ok_or(Error::NotFound)?;
            if grant.state.is_living() {
                Ok(())
            } else {
                Err(Refusal::new("hold_nothing_left").with("state", grant.state.code()).into())
            }
        }
        (None, Some(recipient)) => recipients::by_id(c, book_id, recipient).await?.map(|_| ()).ok_or(Error::NotFound),
        _ => Err(Refusal::new("hold_target").into()),
    }
}

/// Confirms a hold against the digest of what was shown, or refuses it. Reviewers and managers, and not who set it.
///
/// # Errors
/// `hold_state` (`state`), `two_people`, `digest_changed`; the reason's.
pub async fn decide(door: &Door, ask: Ask, hold: i64, verdict: Verdict) -> Result<HoldAnswer> {
    let content = (hold, verdict.clone());
    door.command(ask, &content, move |desk| {
        let verdict = verdict.clone();
        Box::pin(async move {
            let found = found(desk, hold).await?;
            let (step, kind) = match &verdict {
                Verdict::Approved { .. } => (Step::Confirm, KIND_HOLD_CONFIRMED),
                Verdict::Refused { .. } => (Step::Refuse, KIND_HOLD_REFUSED),
            };
            take(found.state, step, &desk.actor().person, &found.set.person)?;
            let decided = decided(&verdict, hold, Some(found.leaf))?;
            desk.emit(kind, 1, &decided)?;
            Ok(HoldAnswer { hold })
        })
    })
    .await
}

/// Prepares that a hold be lifted; until another person agrees it stops money. Clerks, reviewers and managers.
///
/// # Errors
/// `hold_state` (`state`); those of the fields.
pub async fn lift(door: &Door, ask: Ask, form: LiftForm) -> Result<HoldAnswer> {
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            must(desk, &SETTERS).await?;
            let found = store::by_id(desk.tx.connection(), desk.book_id(), form.hold).await?;
            take(found.state, Step::PrepareLift, &desk.actor().person, "")?;
            let mut reading = Reading::default();
            let document = reading.take("document", required(&form.document, DOCUMENT_MAX));
            let reason = reading.take("reason", required(&form.reason, REASON_MAX));
            let read = || Some(LiftPrepared { hold: form.hold, document: document?, reason: reason? });
            let read = read();
            let payload = reading.done(read)?;
            desk.emit(KIND_HOLD_LIFT_PREPARED, 1, &payload)?;
            Ok(HoldAnswer { hold: form.hold })
        })
    })
    .await
}

/// Lifts a hold against the digest of what was shown, or lets it stand. Reviewers and managers, and not who prepared that.
///
/// # Errors
/// `hold_state` (`state`), `two_people`, `digest_changed`; the reason's.
pub async fn decide_lift(door: &Door, ask: Ask, hold: i64, verdict: Verdict) -> Result<HoldAnswer> {
    let content = (hold, verdict.clone());
    door.command(ask, &content, move |desk| {
        let verdict = verdict.clone();
        Box::pin(async move {
            let found = found(desk, hold).await?;
            let (step, kind) = match &verdict {
                Verdict::Approved { .. } => (Step::Lift, KIND_HOLD_LIFTED),
                Verdict::Refused { .. } => (Step::KeepHeld, KIND_HOLD_LIFT_REFUSED),
            };
            let before = found.lift.as_ref().map_or("", |lift| lift.person.as_str());
            take(found.state, step, &desk.actor().person, before)?;
            let decided = decided(&verdict, hold, found.lift_leaf)?;
            desk.emit(kind, 1, &decided)?;
            Ok(HoldAnswer { hold })
        })
    })
    .await
}

async fn found(desk: &Desk, hold: i64) -> Result<Hold> {
    must(desk, &DECIDERS).await?;
    store::by_id(desk.tx.connection(), desk.book_id(), hold).await
}
