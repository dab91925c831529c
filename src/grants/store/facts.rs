//! What the book says about one draft, for its checks and for the form.

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::{LIVING, day};
use crate::db::sql;
use crate::grants::rules::{Alike, Draft, Facts, Known, Source, UsedBy};
use crate::kernel::Result;
use crate::kernel::dates::Day;
use crate::kernel::identity::Identity;
use crate::kernel::money::Fen;
use crate::periods::{self, Closed};
use crate::policies::{self, Policy};
use crate::recipients::{self, Recipient};

/// Facts as loaded; [`Loaded::facts`] hands them to the rules.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The policy that the draft names.
    pub policy: Option<Policy>,
    /// Its recipient.
    pub recipient: Option<Recipient>,
    /// How many registered personal numbers look like the draft's.
    pub alike_numbers: usize,
    known: Option<Known>,
    granted: Fen,
    reference_used: bool,
    alike: Option<Alike>,
    account_shared: Option<String>,
    source: Source,
    today: Day,
    closed: Closed,
}

impl Loaded {
    /// The facts for the rules.
    pub fn facts(&self) -> Facts<'_> {
        Facts {
            source: self.source,
            today: self.today,
            closed: self.closed,
            policy: self.policy.as_ref(),
            known: self.known.clone(),
            granted: self.granted,
            reference_used: self.reference_used.then_some(UsedBy::Grant),
            alike: self.alike,
            account_shared: self.account_shared.clone(),
        }
    }
}

/// Loads what the book says about a draft recorded on `today`. `itself` is the grant that the draft is already, or 0.
pub async fn load(
    c: &impl ConnectionTrait,
    book_id: i64,
    draft: &Draft,
    source: Source,
    today: Day,
    itself: i64,
) -> Result<Loaded> {
    let mut loaded = Loaded {
        policy: policies::by_code(c, book_id, &draft.policy).await?,
        recipient: recipients::by_number(c, book_id, &draft.identity).await?,
        alike_numbers: recipients::count_alike(c, book_id, &draft.identity, i64::MAX).await?,
        known: None,
        granted: Fen::ZERO,
        reference_used: false,
        alike: None,
        account_shared: None,
        source,
        today,
        closed: periods::closed(c, book_id).await?,
    };
    if let Some(policy) = &loaded.policy {
        loaded.reference_used = reference_used(c, book_id, policy.id, &draft.reference, itself).await?;
    }
    if let Some(recipient) = &loaded.recipient {
        let is_settled = settled(c, book_id, recipient.id, itself).await?;
        let rows = recipients::pending_accounts(c, book_id, Some(recipient.id)).await?;
        let pending: Vec<_> = rows.iter().map(|row| (row.id, recipients::account_of(row))).collect();
        loaded.known = Some(Known::of(recipient, is_settled, &pending, draft, source));
        if let Some(policy) = &loaded.policy {
            loaded.granted = granted(c, book_id, policy.id, recipient.id, itself).await?;
            loaded.alike = alike(c, book_id, (policy.id, recipient.id), draft, itself).await?;
        }
    }
    if let Some(account) = &draft.account {
        let own = loaded.recipient.as_ref().map_or(0, |recipient| recipient.id);
        let users = recipients::users_of_accounts(c, book_id, &[&account.account_number], i64::MAX).await?;
        loaded.account_shared =
            users.into_values().flatten().find(|(recipient, _)| *recipient != own).map(|(_, name)| name);
    }
    Ok(loaded)
}

#[derive(Debug, FromQueryResult)]
struct Sum {
    fen: i64,
}

#[derive(Debug, FromQueryResult)]
struct Id {
    #[expect(dead_code, reason = "that there is a row is what is asked")]
    id: i64,
}

/// Whether a living grant under a policy, but for one, has a reference.
pub async fn reference_used(
    c: &impl ConnectionTrait,
    book_id: i64,
    policy: i64,
    reference: &str,
    itself: i64,
) -> Result<bool> {
    let query = format!(
        "SELECT g.id FROM grants g WHERE g.book_id = ? AND g.policy = ? AND g.reference = ? AND g.id <> ? AND {LIVING}"
    );
    let values = vec![book_id.into(), policy.into(), reference.into(), itself.into()];
    Ok(sql::one::<Id>(c, &query, values).await?.is_some())
}

/// Whether the recipient `r` was registered by hand, not by a grant that brought it.
pub(super) const BY_HAND: &str = "EXISTS (SELECT 1 FROM events e
    WHERE e.book_id = r.book_id AND e.position = r.id AND e.kind = 'recipient_registered')";

/// Whether anything but the grant itself rests on a recipient: a living grant, or a registration by hand.
async fn settled(c: &impl ConnectionTrait, book_id: i64, recipient: i64, itself: i64) -> Result<bool> {
    let query = format!(
        "SELECT r.id FROM recipients r WHERE r.book_id = ? AND r.id = ? AND (
            {BY_HAND} OR EXISTS (SELECT 1 FROM grants g
                WHERE g.book_id = r.book_id AND g.recipient = r.id AND g.id <> ? AND {LIVING}))"
    );
    Ok(sql::one::<Id>(c, &query, vec![book_id.into(), recipient.into(), itself.into()]).await?.is_some())
}

/// What recoveries took back from living grants: the transfers out of `disbursed` to the budget or the treasury, less
/// those that were reversed. A condition on the grants `g` may follow.
pub(super) const RECOVERED: &str = "SELECT CAST(COALESCE(SUM(CASE WHEN t.from_stage = 'disbursed'
            THEN t.amount_fen ELSE -t.amount_fen END), 0) AS BIGINT) AS fen
    FROM grants g JOIN transfers t ON t.book_id = g.book_id AND t.grant_id = g.id
        AND (t.from_stage = 'disbursed' AND t.to_stage IN ('available', 'source') AND t.reverses_position IS NULL
            OR t.to_stage = 'disbursed' AND t.from_stage IN ('available', 'source') AND t.reverses_position IS NOT NULL)
    WHERE g.book_id = ?";

/// What living grants under a policy gave a recipient, net of recoveries.
async fn granted(c: &impl ConnectionTrait, book_id: i64, policy: i64, recipient: i64, itself: i64) -> Result<Fen> {
    let of = format!("AND g.policy = ? AND g.recipient = ? AND g.id <> ? AND {LIVING}");
    let values: Vec<Value> = vec![book_id.into(), policy.into(), recipient.into(), itself.into()];
    let query =
        format!("SELECT CAST(COALESCE(SUM(g.amount_fen), 0) AS BIGINT) AS fen FROM grants g WHERE g.book_id = ? {of}");
    let given = sql::one::<Sum>(c, &query, values.clone()).await?.map_or(0, |sum| sum.fen);
    let back = sql::one::<Sum>(c, &format!("{RECOVERED} {of}"), values).await?.map_or(0, |sum| sum.fen);
    Ok(Fen::new(given.saturating_sub(back)))
}

#[derive(Debug, FromQueryResult)]
struct Before {
    id: i64,
    applied_on: String,
}

async fn alike(
    c: &impl ConnectionTrait,
    book_id: i64,
    (policy, recipient): (i64, i64),
    draft: &Draft,
    itself: i64,
) -> Result<Option<Alike>> {
    let query = format!(
        "SELECT g.id, g.applied_on FROM grants g WHERE g.book_id = ? AND g.policy = ? AND g.recipient = ?
            AND g.amount_fen = ? AND g.id <> ? AND {LIVING} ORDER BY g.id"
    );
    let values = vec![book_id.into(), policy.into(), recipient.into(), draft.amount.get().into(), itself.into()];
    let mut nearest: Option<Alike> = None;
    for row in sql::all::<Before>(c, &query, values).await? {
        let found = Alike { grant: row.id, applied_on: day(&row.applied_on)? };
        let away = |alike: &Alike| alike.applied_on.days_between(draft.applied_on).abs();
        if nearest.as_ref().is_none_or(|before| away(&found) < away(before)) {
            nearest = Some(found);
        }
    }
    Ok(nearest)
}

/// What the form shows while a grant is being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormFacts {
    /// The policy, if one is chosen.
    pub policy: Option<Policy>,
    /// The recipient, if the book knows it.
    pub recipient: Option<Recipient>,
    /// What living grants under the policy gave the recipient.
    pub granted: Fen,
    /// What the cap leaves; none without a cap.
    pub cap_left: Option<Fen>,
}

/// What the form shows for a policy and a recipient's number, as far as they are typed. `itself` is the grant that is
/// being edited, or 0. What is left of the budget is told by `funds`.
pub async fn form_facts(
    c: &impl ConnectionTrait,
    book_id: i64,
    policy: &str,
    identity: Option<&Identity>,
    itself: i64,
) -> Result<FormFacts> {
    let policy = policies::by_code(c, book_id, policy).await?;
    let recipient = match identity {
        Some(identity) => recipients::by_number(c, book_id, identity).await?,
        None => None,
    };
    let given = match (&policy, &recipient) {
        (Some(policy), Some(recipient)) => granted(c, book_id, policy.id, recipient.id, itself).await?,
        _ => Fen::ZERO,
    };
    let cap_left = policy
        .as_ref()
        .and_then(|policy| policy.cap)
        .map(|cap| cap.checked_sub(given).filter(|left| *left > Fen::ZERO).unwrap_or(Fen::ZERO));
    Ok(FormFacts { policy, recipient, granted: given, cap_left })
}
