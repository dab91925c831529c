//! A second person approves grants.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::by_hand;
use crate::funds::{self, Stage};
use crate::grants::events::{Confirmed, GrantsApproved, KIND_GRANTS_APPROVED};
use crate::grants::rules::{Step, moves, unconfirmed};
use crate::grants::store::{self, Grant};
use crate::journal::{Ask, Desk, Door};
use crate::kernel::{Error, Refusal, Result};
use crate::people::{Role, must};
use crate::{periods, policies};

/// Grants that one approval may cover: they are read and judged in memory.
const MOST: usize = 5_000;

/// What a reviewer signs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApproveForm {
    /// The grants.
    pub grants: Vec<i64>,
    /// Hex digest of what was shown, see [`store::digest_of`].
    pub digest: String,
    /// By grant, the codes of the warnings that the reviewer confirms.
    #[serde(default)]
    pub confirmed: BTreeMap<i64, Vec<String>>,
}

/// The approval that was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Position of the approving event.
    pub approval: i64,
}

/// Approves one grant or many, all or none: what is available becomes payable today, or on the first
/// open day. Reviewers, and nobody who
/// prepared or reduced one of them.
///
/// # Errors
/// `nothing_chosen`, `too_many` (`most`), `digest_changed`, `budget_short`; of single grants, each with `reference`:
/// `illegal_step`, `two_people`, `part_of_import`, `account_change_open`, `account_change_refused`, `policy_takes_no_grants`,
/// `warning_unconfirmed` (`warning`).
pub async fn approve(door: &Door, ask: Ask, form: ApproveForm) -> Result<Approval> {
    let content = form.clone();
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            must(desk, &[Role::Reviewer]).await?;
            let ids = chosen(&form)?;
            let (c, book_id) = (desk.tx.connection(), desk.book_id());
            let grants = store::grants(c, book_id, &ids).await?;
            if grants.len() != ids.len() {
                return Err(Error::NotFound);
            }
            let digest = store::digest_of(c, book_id, &ids).await?;
            if digest != form.digest {
                return Err(Refusal::new("digest_changed").into());
            }
            judge(desk, &grants, &form.confirmed).await?;
            let on = periods::effective_day(desk, desk.today()).await?;
            let held = store::held(desk.tx.connection(), book_id, &ids).await?;
            let moved = moves((desk.next_position(), 1), &held, (Stage::Available, Stage::Payable), |_| on);
            funds::prove(desk, &moved).await?;
            let confirmed = confirmed(&grants);
            let payload = GrantsApproved { grants: ids, digest, confirmed, effective_on: on };
            let approval = desk.emit(KIND_GRANTS_APPROVED, 1, &payload)?;
            Ok(Approval { approval })
        })
    })
    .await
}

/// The chosen grants, each once, in the order of ids.
fn chosen(form: &ApproveForm) -> Result<Vec<i64>, Refusal> {
    let ids: Vec<i64> = form.grants.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    match ids.len() {
        0 => Err(Refusal::new("nothing_chosen")),
        1..=MOST => Ok(ids),
        _ => Err(Refusal::new("too_many").with("most", MOST)),
    }
}

/// Judges every grant, so that all that stands in the way is told at once.
async fn judge(desk: &Desk, grants: &[Grant], confirmed: &BTreeMap<i64, Vec<String>>) -> Result<()> {
    let closed = closed_policies(desk, grants).await?;
    let mut wrong = Vec::new();
    for grant in grants {
        let no_codes = Vec::new();
        let codes = confirmed.get(&grant.id).unwrap_or(&no_codes);
        let life = grant.life()?.take(Step::Approve, &desk.actor().person);
        let reference = &grant.content.reference;
        let refused = by_hand(grant)
            .and(life.map(|_| ()))
            .and(account_is_settled(grant))
            .and(match closed.get(&grant.content.policy) {
                Some(code) => Err(Refusal::new("policy_takes_no_grants").with("policy", code)),
                None => Ok(()),
            })
            .map_err(|refusal| refusal.with("reference", reference));
        wrong.extend(refused.err());
        wrong.extend(unconfirmed(reference, &grant.content.warnings, codes));
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.into()) }
}

fn account_is_settled(grant: &Grant) -> Result<(), Refusal> {
    match grant.account_change.as_ref().map(|(_, state)| state.as_str()) {
        Some("pending") => Err(Refusal::new("account_change_open")),
        Some("refused") => Err(Refusal::new("account_change_refused")),
        _ => Ok(()),
    }
}

/// The policies under which nothing may be granted now, with their codes.
async fn closed_policies(desk: &Desk, grants: &[Grant]) -> Result<BTreeMap<i64, String>> {
    let ids: BTreeSet<i64> = grants.iter().map(|grant| grant.content.policy).collect();
    let mut closed = BTreeMap::new();
    for id in ids {
        let policy = policies::by_id(desk.tx.connection(), desk.book_id(), id).await?;
        if let Some(policy) = policy.filter(|policy| policy.state != policies::State::Open) {
            closed.insert(id, policy.code);
        }
    }
    Ok(closed)
}

/// The warnings that this approval confirms: all there are, for each was named by the reviewer.
fn confirmed(grants: &[Grant]) -> Vec<Confirmed> {
    grants
        .iter()
        .filter(|grant| !grant.content.warnings.is_empty())
        .map(|grant| Confirmed {
            grant: grant.id,
            codes: grant.content.warnings.iter().map(|warning| warning.code.clone()).collect(),
        })
        .collect()
}
