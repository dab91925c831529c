//! A reconciliation is prepared when it closes, and signed by another person against the digest of exactly what was shown.

use super::{ReconciliationAnswer, in_state, reason};
use crate::journal::{Ask, Desk, Door, Head};
use crate::kernel::{Refusal, Result};
use crate::payments::{self, BatchState};
use crate::people::{Role, must};
use crate::reconciliation::events::{
    KIND_RECONCILIATION_PREPARED, KIND_RECONCILIATION_REFUSED, KIND_RECONCILIATION_SIGNED, ReconciliationPrepared,
    ReconciliationReason, ReconciliationSigned,
};
use crate::reconciliation::rules::{RecordState, Shown, Subject, may_sign, month_is_over};
use crate::reconciliation::store;

/// Prepares a reconciliation for signing. Cashiers, reviewers and managers.
///
/// # Errors
/// `reconciliation_open` (`n`, `batch`, `account`, `stages`), `no_statement`, `month_not_over` (`until`), `batch_not_released`,
/// `reconciliation_known`.
pub async fn prepare(door: &Door, ask: Ask, head: &Head, subject: Subject) -> Result<ReconciliationAnswer> {
    let head = head.clone();
    door.command(ask, &subject, move |desk| {
        let head = head.clone();
        Box::pin(async move {
            must(desk, &[Role::Cashier, Role::Reviewer, Role::Manager]).await?;
            if store::living(desk.tx.connection(), desk.book_id(), subject).await?.is_some() {
                return Err(Refusal::new("reconciliation_known").into());
            }
            let seen = ready(desk, &head, subject).await?;
            let at = desk.opening().head;
            let (bank, book, adjusted) = seen.balances();
            let payload = ReconciliationPrepared {
                subject,
                at,
                digest: seen.digest(&head.book_uid, subject, at)?,
                bank,
                book,
                adjusted,
                items: seen.adjustment.map(|adjustment| adjustment.items).unwrap_or_default(),
                hands: hands(desk, subject).await?,
            };
            let reconciliation = desk.emit(KIND_RECONCILIATION_PREPARED, 1, &payload)?;
            Ok(ReconciliationAnswer { reconciliation })
        })
    })
    .await
}

/// What is shown, if it may be signed.
async fn ready(desk: &Desk, head: &Head, subject: Subject) -> Result<Shown> {
    let c = desk.tx.connection();
    match subject {
        Subject::Batch(batch) => {
            if payments::batch(c, desk.book_id(), batch).await?.state != BatchState::Released {
                return Err(Refusal::new("batch_not_released").into());
            }
        }
        Subject::Account { until, .. } => month_is_over(until, desk.today())?,
    }
    let seen = store::shown(c, head, subject).await?;
    seen.closes()?;
    Ok(seen)
}

async fn hands(desk: &Desk, subject: Subject) -> Result<Vec<String>> {
    let (c, book_id) = (desk.tx.connection(), desk.book_id());
    match subject {
        Subject::Batch(batch) => store::hands_of_batch(c, book_id, batch).await,
        Subject::Account { account, from, until } => store::hands_of_account(c, book_id, account, (from, until)).await,
    }
}

/// Signs a reconciliation against the digest of what was shown: from here on nothing of it changes. Reviewers and managers,
/// and nobody who prepared it or had a hand in it.
///
/// # Errors
/// `reconciliation_state` (`state`), `two_people`, `reconciliation_hand`, `digest_changed`; those of preparing.
pub async fn sign(door: &Door, ask: Ask, head: &Head, id: i64, digest: String) -> Result<ReconciliationAnswer> {
    let (content, head) = ((id, digest.clone()), head.clone());
    door.command(ask, &content, move |desk| {
        let (digest, head) = (digest.clone(), head.clone());
        Box::pin(async move {
            must(desk, &[Role::Reviewer, Role::Manager]).await?;
            let found = in_state(desk, id, RecordState::Prepared).await?;
            let mut barred = store::hands_of(desk.tx.connection(), desk.book_id(), id).await?;
            barred.extend(hands(desk, found.subject).await?);
            may_sign(&desk.actor().person, &found.prepared_person, &barred)?;
            let seen = ready(desk, &head, found.subject).await?;
            // What is signed is what was shown, and it still is so.
            if digest != found.digest || seen.digest(&head.book_uid, found.subject, found.at)? != digest {
                return Err(Refusal::new("digest_changed").into());
            }
            let payload = ReconciliationSigned { reconciliation: id, subject: found.subject, digest };
            desk.emit(KIND_RECONCILIATION_SIGNED, 1, &payload)?;
            Ok(ReconciliationAnswer { reconciliation: id })
        })
    })
    .await
}

/// Gives a prepared reconciliation back. Reviewers and managers; who prepared it may take it back so.
///
/// # Errors
/// `reconciliation_state` (`state`); the reason's.
pub async fn refuse(door: &Door, ask: Ask, id: i64, why: String) -> Result<ReconciliationAnswer> {
    let content = (id, why.clone());
    door.command(ask, &content, move |desk| {
        let why = why.clone();
        Box::pin(async move {
            must(desk, &[Role::Cashier, Role::Reviewer, Role::Manager]).await?;
            in_state(desk, id, RecordState::Prepared).await?;
            let payload = ReconciliationReason { reconciliation: id, reason: reason(&why)? };
            desk.emit(KIND_RECONCILIATION_REFUSED, 1, &payload)?;
            Ok(ReconciliationAnswer { reconciliation: id })
        })
    })
    .await
}
