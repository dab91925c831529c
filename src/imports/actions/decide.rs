//! A second person signs the rows or refuses them; the preparer takes them back.

use serde::Serialize;

use super::{ImportAnswer, for_decider, preparers};
use crate::grants::Remaining;
use crate::imports::events::{
    ImportApproved, ImportDecided, ImportRefused, KIND_IMPORT_APPROVED, KIND_IMPORT_REFUSED, KIND_IMPORT_WITHDRAWN,
};
use crate::imports::reading::What;
use crate::imports::rules::{ImportStep, reason, same_digest, take};
use crate::imports::store::{self, ImportView};
use crate::journal::{Ask, Desk, Door};
use crate::kernel::dates::Day;
use crate::kernel::{Refusal, Result};
use crate::people::must;
use crate::{grants, periods, policies};

#[derive(Debug, Serialize)]
struct Approving<'a> {
    import: i64,
    digest: &'a str,
}

#[derive(Debug, Serialize)]
struct Refusing<'a> {
    import: i64,
    reason: &'a str,
}

/// Approves an import whose rows still have the digest that was shown. Their warnings are confirmed by it. Reviewers
/// (for policies managers too), and neither who brought the file nor who reduced one of its rows.
///
/// # Errors
/// `import_step`, `two_people`, `digest_changed`, `nothing_left`, `policy_takes_no_grants`, `account_change_open`,
/// `account_change_refused`, `budget_short`, `period_closed`; for policies `not_pending`.
pub async fn approve(door: &Door, ask: Ask, import: i64, digest: String) -> Result<ImportAnswer> {
    let content = Approving { import, digest: &digest };
    let signed = digest.clone();
    door.command(ask, &content, move |desk| {
        let signed = signed.clone();
        Box::pin(async move {
            let (view, remaining) = for_decider(desk, import).await?;
            take(&store::life(&view, &remaining), ImportStep::Approve, &desk.actor().person)?;
            let now = remaining.digest.clone();
            same_digest(&signed, &now)?;
            let on = periods::effective_day(desk, desk.today()).await?;
            may_approve(desk, &view, &remaining, on).await?;
            let payload =
                ImportApproved { import, rows: remaining.rows, sum: remaining.sum, digest: now, approved_on: on };
            desk.emit(KIND_IMPORT_APPROVED, 1, &payload)?;
            Ok(ImportAnswer { import })
        })
    })
    .await
}

/// Whether the book bears that the rows are approved with effect on this day.
async fn may_approve(desk: &Desk, view: &ImportView, remaining: &Remaining, on: Day) -> Result<()> {
    match view.what {
        What::Policies => may_approve_policies(desk, view.id).await,
        what => grants::may_approve_import(desk, view.id, remaining, what == What::History, on).await,
    }
}

/// Whether any policy remains to be put in force, and all that remain still wait.
async fn may_approve_policies(desk: &Desk, import: i64) -> Result<()> {
    let rows = policies::of_import(desk.tx.connection(), desk.book_id(), import).await?;
    if rows.iter().all(|policy| policy.state == policies::State::Struck) {
        return Err(Refusal::new("nothing_left").into());
    }
    still_pending(desk, import).await?;
    let waiting = rows.iter().filter(|policy| policy.state == policies::State::Pending).map(|policy| policy.id);
    policies::may_appropriate(desk, &waiting.collect::<Vec<_>>()).await
}

/// A policy that was decided by itself is not decided again with its file; one that was struck is not decided at all.
async fn still_pending(desk: &Desk, import: i64) -> Result<()> {
    use policies::State;
    let policies = policies::of_import(desk.tx.connection(), desk.book_id(), import).await?;
    let decided = policies.iter().find(|policy| !matches!(policy.state, State::Pending | State::Struck));
    decided.map_or(Ok(()), |policy| Err(Refusal::new("not_pending").with("name", &policy.code).into()))
}

/// Refuses an import whole, with a reason. Who may approve it may refuse it.
///
/// # Errors
/// `import_step`, `two_people`, `reason_needed`.
pub async fn refuse(door: &Door, ask: Ask, import: i64, why: String) -> Result<ImportAnswer> {
    let content = Refusing { import, reason: &why };
    let why = why.clone();
    door.command(ask, &content, move |desk| {
        let why = why.clone();
        Box::pin(async move {
            let (view, remaining) = for_decider(desk, import).await?;
            take(&store::life(&view, &remaining), ImportStep::Refuse, &desk.actor().person)?;
            still_pending(desk, import).await?;
            desk.emit(KIND_IMPORT_REFUSED, 1, &ImportRefused { import, reason: reason(&why)? })?;
            Ok(ImportAnswer { import })
        })
    })
    .await
}

/// Takes an import back before it is decided. Only who brought it.
///
/// # Errors
/// `import_step`, `not_preparer`.
pub async fn withdraw(door: &Door, ask: Ask, import: i64) -> Result<ImportAnswer> {
    door.command(ask, &import, move |desk| {
        Box::pin(async move {
            let (view, remaining) = store::with_rows(desk.tx.connection(), desk.book_id(), import).await?;
            must(desk, preparers(view.what)).await?;
            take(&store::life(&view, &remaining), ImportStep::Withdraw, &desk.actor().person)?;
            still_pending(desk, import).await?;
            desk.emit(KIND_IMPORT_WITHDRAWN, 1, &ImportDecided { import })?;
            Ok(ImportAnswer { import })
        })
    })
    .await
}
