//! Another person closes months, or leaves them open.

use std::collections::BTreeMap;

use super::prepare::{prepared, to_approve};
use super::{ClosingAnswer, found, may_decide, may_refuse, prove, reason};
use crate::closing::events::{ClosingPrepared, ClosingRefused, KIND_CLOSING_APPROVED, KIND_CLOSING_REFUSED};
use crate::closing::rules::{Chosen, decide};
use crate::closing::store::{self, digest};
use crate::journal::{Ask, Desk, Door};
use crate::kernel::{Refusal, Result};

/// Closes months exactly as prepared: where the money stands and what is open must still be as it was signed. Reviewers and
/// managers, and not who prepared it.
///
/// # Errors
/// `already_decided`, `two_people`, `digest_changed`, `closing_changed`; those of preparing.
pub async fn approve(door: &Door, ask: Ask, closing: i64, signed: String) -> Result<ClosingAnswer> {
    let content = (closing, signed.clone());
    door.command(ask, &content, move |desk| {
        let signed = signed.clone();
        Box::pin(async move {
            let (c, book_id) = (desk.tx.connection(), desk.book_id());
            let waiting = store::closing(c, book_id, closing).await?;
            may_decide(desk, &waiting.state, &waiting.by.prepared_person).await?;
            if digest(waiting.leaf) != signed.trim().to_ascii_lowercase() {
                return Err(Refusal::new("digest_changed").at("digest").into());
            }
            let written = store::prepared(c, book_id, closing).await?;
            still_so(desk, &written).await?;
            let approved = to_approve(closing, digest(waiting.leaf), &written);
            prove(desk, &approved).await?;
            desk.emit(KIND_CLOSING_APPROVED, 1, &approved)?;
            Ok(ClosingAnswer { closing })
        })
    })
    .await
}

/// Holds that all is as it was when it was prepared.
async fn still_so(desk: &Desk, written: &ClosingPrepared) -> Result<()> {
    let facts = found(desk, written.last).await?;
    let chosen: BTreeMap<i64, Chosen> = written
        .lines
        .iter()
        .filter_map(|line| Some((line.allotment, line.decision?)))
        .map(|(allotment, decision)| (allotment, Chosen { rest: Some(decision.rest), unpaid: decision.unpaid }))
        .collect();
    let decided = decide(&facts, &chosen).map_err(|_| Refusal::new("closing_changed"))?;
    let now = prepared(&facts, written.open.clone(), decided, (written.verified.clone(), written.document.clone()))?;
    let is_verified = store::serves(desk.tx.connection(), desk.book_id(), written.last, &written.verified).await?;
    if now == *written && facts.is_open_as(&written.open) && is_verified {
        Ok(())
    } else {
        Err(Refusal::new("closing_changed").into())
    }
}

/// Leaves months open that somebody wanted closed. Who prepared it takes it back by the same way.
///
/// # Errors
/// `already_decided`; the reason's.
pub async fn refuse(door: &Door, ask: Ask, closing: i64, why: String) -> Result<ClosingAnswer> {
    let content = (closing, why.clone());
    door.command(ask, &content, move |desk| {
        let why = why.clone();
        Box::pin(async move {
            let waiting = store::closing(desk.tx.connection(), desk.book_id(), closing).await?;
            may_refuse(desk, &waiting.state).await?;
            desk.emit(KIND_CLOSING_REFUSED, 1, &ClosingRefused { closing, reason: reason(&why)? })?;
            Ok(ClosingAnswer { closing })
        })
    })
    .await
}
