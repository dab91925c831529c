//! A manager prepares that months be closed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ClosingAnswer, found, prove};
use crate::audit::{Check, last_check};
use crate::closing::events::{ClosingApproved, ClosingPrepared, KIND_CLOSING_PREPARED};
use crate::closing::rules::{Chosen, Decided, Facts, Item, Noted, Verified, decide};
use crate::closing::store;
use crate::journal::{Ask, Desk, Door};
use crate::kernel::{Error, Refusal, Result, text};
use crate::people::{Role, must};
use crate::periods::Month;

/// Longest number of a document, in characters.
const DOCUMENT_MAX: usize = 120;
/// Grants that one closing may cancel: they are read and judged in memory.
const MOST: usize = 5_000;

/// What shall be closed, and what is said to that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrepareForm {
    /// The last month.
    pub last: Month,
    /// By the field of an open item, why it may stay open.
    #[serde(default)]
    pub reasons: BTreeMap<String, String>,
    /// At the end of a year, what becomes of each allotment.
    #[serde(default)]
    pub chosen: BTreeMap<i64, Chosen>,
    /// The document by which money is taken back or grants are cancelled.
    #[serde(default)]
    pub document: String,
}

/// Prepares that the months up to one be closed. Managers. What bars is refused; what is open needs a reason; at the end of
/// a year each allotment with money left needs a decision.
///
/// # Errors
/// `closing_waits`; `period_closed_already`, `period_not_past`, `period_year_first`; `closing_not_verified`,
/// `closing_not_balanced`, `closing_not_signed`; `reason_needed` at each open item; `year_end_rest`, `year_end_unpaid`,
/// `year_end_shared`; `field_empty` at `document`; `too_many` (`most`); `budget_short`.
pub async fn prepare(door: &Door, ask: Ask, form: PrepareForm) -> Result<ClosingAnswer> {
    let check = last_check(door, ask.book_id).await?;
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let (form, check) = (form.clone(), check.clone());
        Box::pin(async move {
            must(desk, &[Role::Manager]).await?;
            nothing_waits(desk).await?;
            let prepared = judged(desk, &form, check.as_ref()).await?;
            Ok(ClosingAnswer { closing: desk.emit(KIND_CLOSING_PREPARED, 1, &prepared)? })
        })
    })
    .await
}

async fn nothing_waits(desk: &Desk) -> Result<()> {
    let newest = store::closings(desk.tx.connection(), desk.book_id(), 1).await?;
    match newest.first().filter(|closing| closing.state == "prepared") {
        Some(closing) => Err(Refusal::new("closing_waits").with("month", closing.last).into()),
        None => Ok(()),
    }
}

async fn judged(desk: &Desk, form: &PrepareForm, check: Option<&Check>) -> Result<ClosingPrepared> {
    let mut facts = found(desk, form.last).await?;
    let verified = store::verified(desk.tx.connection(), desk.book_id(), form.last, check).await?;
    if verified.is_none() {
        facts.open.insert(Item::NotVerified, 1);
    }
    let (noted, decided) = both(facts.acknowledged(&form.reasons), decide(&facts, &form.chosen))?;
    if decided.cancelled.len() > MOST {
        return Err(Refusal::new("too_many").with("most", MOST).into());
    }
    let document = text::clean(&form.document, DOCUMENT_MAX).map_err(|refusal| refusal.at("document"))?;
    if document.is_empty() && decided.needs_document() {
        return Err(Refusal::new("field_empty").at("document").into());
    }
    let verified = verified.ok_or_else(|| Error::internal("what is not verified was acknowledged"))?;
    let prepared = prepared(&facts, noted, decided, (verified, document))?;
    prove(desk, &to_approve(0, String::new(), &prepared)).await?;
    Ok(prepared)
}

/// All that is wrong with either, so that it is told at once.
fn both<A, B>(one: Result<A, Vec<Refusal>>, other: Result<B, Vec<Refusal>>) -> Result<(A, B)> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (one, other) => {
            let wrong = one.err().into_iter().chain(other.err()).flatten();
            Err(wrong.collect::<Vec<_>>().into())
        }
    }
}

/// What is written down of what was found and decided.
pub(super) fn prepared(
    facts: &Facts,
    open: Vec<Noted>,
    decided: Decided,
    (verified, document): (Verified, String),
) -> Result<ClosingPrepared> {
    let (Some(first), Some(last)) = (facts.months.first().copied(), facts.last()) else {
        return Err(Error::internal("no months to close"));
    };
    let Decided { lines, cancelled } = decided;
    Ok(ClosingPrepared { first, last, verified, lines, open, cancelled, document })
}

/// What closing does, as it was prepared.
pub(super) fn to_approve(closing: i64, digest: String, prepared: &ClosingPrepared) -> ClosingApproved {
    let decided = Decided { lines: prepared.lines.clone(), cancelled: prepared.cancelled.clone() };
    ClosingApproved {
        closing,
        digest,
        first: prepared.first,
        last: prepared.last,
        effective_on: prepared.last.last(),
        taken_back: decided.taken_back(),
        cancelled: decided.cancelled,
        document: prepared.document.clone(),
    }
}
