//! What review and giving up do: states, steps, and the money that moves.

use std::collections::HashMap;

use super::rows::{Taken, take};
use super::{GrantCancelled, GrantStruck, GrantSubmitted, GrantsApproved, WithReason};
use crate::funds::{self, Stage};
use crate::grants::rules::{Held, State, moves};
use crate::grants::store;
use crate::journal::{Recorded, Tx};
use crate::kernel::{Error, Result};
use crate::people::Persons;

/// Sends drafts to review.
pub(super) async fn submitted(tx: &mut Tx, run: &[Recorded]) -> Result<()> {
    let taken = run.iter().map(|event| {
        let payload: GrantSubmitted = event.payload()?;
        Ok(Taken::by(event, payload.grant, ""))
    });
    take(tx, State::Submitted, &taken.collect::<Result<Vec<_>>>()?).await
}

/// Gives grants back to their preparers.
pub(super) async fn returned(tx: &mut Tx, run: &[Recorded]) -> Result<()> {
    let taken = run.iter().map(|event| {
        let payload: WithReason = event.payload()?;
        Ok(Taken::by(event, payload.grant, &payload.reason))
    });
    take(tx, State::Draft, &taken.collect::<Result<Vec<_>>>()?).await
}

/// Refuses grants.
pub(super) async fn refused(tx: &mut Tx, run: &[Recorded], persons: &Persons) -> Result<()> {
    let taken = run.iter().map(|event| {
        let payload: WithReason = event.payload()?;
        Taken::review(event, payload.grant, &payload.reason, persons)
    });
    take(tx, State::Refused, &taken.collect::<Result<Vec<_>>>()?).await
}

/// Strikes rows out of their files.
pub(super) async fn struck(tx: &mut Tx, run: &[Recorded]) -> Result<()> {
    let taken = run.iter().map(|event| {
        let payload: GrantStruck = event.payload()?;
        Ok(Taken::by(event, payload.grant, &payload.reason))
    });
    take(tx, State::Struck, &taken.collect::<Result<Vec<_>>>()?).await
}

/// Approves grants: what was available is payable from the effective day on.
pub(super) async fn approved(tx: &mut Tx, run: &[Recorded], persons: &Persons) -> Result<()> {
    let approvals: Vec<(&Recorded, GrantsApproved)> =
        run.iter().map(|event| Ok((event, event.payload()?))).collect::<Result<_>>()?;
    let ids: Vec<i64> = approvals.iter().flat_map(|(_, approval)| approval.grants.iter().copied()).collect();
    let held = by_id(store::held(tx.connection(), tx.book_id(), &ids).await?);
    let (mut moved, mut taken) = (Vec::new(), Vec::with_capacity(ids.len()));
    for (event, approval) in &approvals {
        let grants = pick(&held, &approval.grants)?;
        let stages = (Stage::Available, Stage::Payable);
        moved.extend(moves((event.position, 1), &grants, stages, |_| approval.effective_on));
        for grant in &approval.grants {
            taken.push(Taken::review(event, *grant, "", persons)?);
        }
    }
    funds::post(tx, &moved).await?;
    take(tx, State::Approved, &taken).await
}

/// Gives grants up. The payable money of approved ones is available again.
pub(super) async fn cancelled(tx: &mut Tx, run: &[Recorded]) -> Result<()> {
    let cancelled: Vec<(&Recorded, GrantCancelled)> =
        run.iter().map(|event| Ok((event, event.payload()?))).collect::<Result<_>>()?;
    let ids: Vec<i64> = cancelled.iter().map(|(_, payload)| payload.grant).collect();
    let held = by_id(store::held(tx.connection(), tx.book_id(), &ids).await?);
    let (mut moved, mut taken) = (Vec::new(), Vec::with_capacity(ids.len()));
    for (event, payload) in &cancelled {
        if let Some(day) = payload.effective_on {
            let grants = pick(&held, &[payload.grant])?;
            moved.extend(moves((event.position, 1), &grants, (Stage::Payable, Stage::Available), |_| day));
        }
        taken.push(Taken::by(event, payload.grant, &payload.reason));
    }
    funds::post(tx, &moved).await?;
    take(tx, State::Cancelled, &taken).await
}

fn by_id(held: Vec<Held>) -> HashMap<i64, Held> {
    held.into_iter().map(|held| (held.grant, held)).collect()
}

fn pick(held: &HashMap<i64, Held>, ids: &[i64]) -> Result<Vec<Held>> {
    ids.iter()
        .map(|id| held.get(id).cloned().ok_or_else(|| Error::internal(format!("there is no grant {id} to move"))))
        .collect()
}
