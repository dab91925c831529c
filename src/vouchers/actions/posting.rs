//! A manager prepares a version of the posting rules; another person puts it in force.

use serde::{Deserialize, Serialize};

use crate::journal::{Ask, Desk, Door};
use crate::kernel::{Refusal, Result};
use crate::people::{Role, must};
use crate::recipients::{REASON_MAX, required};
use crate::vouchers::events::{
    KIND_POSTING_RULES_APPROVED, KIND_POSTING_RULES_PREPARED, KIND_POSTING_RULES_REFUSED, PostingRulesDecided,
    PostingRulesPrepared,
};
use crate::vouchers::rules::RuleSet;
use crate::vouchers::store::{self, RulesVersion};

/// Which version an action made or decided on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulesAnswer {
    /// The version.
    pub rules: i64,
}

/// Prepares a version of the rules; it counts once another person has approved it. Managers.
///
/// # Errors
/// Those of [`RuleSet::parse`]; `posting_rules_same`, `posting_rules_wait`; the reason's.
pub async fn prepare_rules(door: &Door, ask: Ask, text: String, why: String) -> Result<RulesAnswer> {
    let content = (text.clone(), why.clone());
    door.command(ask, &content, move |desk| {
        let (text, why) = (text.clone(), why.clone());
        Box::pin(async move {
            must(desk, &[Role::Manager]).await?;
            let reason = required(&why, REASON_MAX).map_err(|refusal| refusal.at("reason"))?;
            let read = RuleSet::parse(&text)?;
            let versions = store::rules_versions(desk.tx.connection(), desk.book_id()).await?;
            if versions.iter().any(|version| version.state == "pending") {
                return Err(Refusal::new("posting_rules_wait").into());
            }
            if store::rules_in_force(desk.tx.connection(), desk.book_id()).await?.1 == read {
                return Err(Refusal::new("posting_rules_same").at("text").into());
            }
            let rules = desk.emit(KIND_POSTING_RULES_PREPARED, 1, &PostingRulesPrepared { text, reason })?;
            Ok(RulesAnswer { rules })
        })
    })
    .await
}

/// The version, if it waits and somebody else than the one who asks prepared it.
async fn decided(desk: &Desk, rules: i64, digest: &str) -> Result<RulesVersion> {
    must(desk, &[Role::Manager, Role::Reviewer]).await?;
    let found = store::rules_version(desk.tx.connection(), desk.book_id(), rules).await?;
    if found.state != "pending" {
        return Err(Refusal::new("not_pending").with("name", rules).into());
    }
    if found.prepared_person == desk.actor().person {
        return Err(Refusal::new("two_people").into());
    }
    if found.leaf.to_string() != digest {
        return Err(Refusal::new("digest_changed").into());
    }
    Ok(found)
}

/// Puts a version in force, by the digest of what was shown. Managers and reviewers, and not who prepared it.
///
/// # Errors
/// `not_pending`, `two_people`, `digest_changed`; those of [`RuleSet::parse`].
pub async fn approve_rules(door: &Door, ask: Ask, rules: i64, digest: String) -> Result<RulesAnswer> {
    let content = (rules, digest.clone());
    door.command(ask, &content, move |desk| {
        let digest = digest.clone();
        Box::pin(async move {
            let found = decided(desk, rules, &digest).await?;
            RuleSet::parse(&found.text)?;
            let payload = PostingRulesDecided { rules, digest, reason: String::new() };
            desk.emit(KIND_POSTING_RULES_APPROVED, 1, &payload)?;
            Ok(RulesAnswer { rules })
        })
    })
    .await
}

/// Does not take a version. Managers and reviewers, and not who prepared it.
///
/// # Errors
/// `not_pending`, `two_people`, `digest_changed`; the reason's.
pub async fn refuse_rules(door: &Door, ask: Ask, rules: i64, digest: String, why: String) -> Result<RulesAnswer> {
    let content = (rules, digest.clone(), why.clone());
    door.command(ask, &content, move |desk| {
        let (digest, why) = (digest.clone(), why.clone());
        Box::pin(async move {
            decided(desk, rules, &digest).await?;
            let reason = required(&why, REASON_MAX).map_err(|refusal| refusal.at("reason"))?;
            desk.emit(KIND_POSTING_RULES_REFUSED, 1, &PostingRulesDecided { rules, digest, reason })?;
            Ok(RulesAnswer { rules })
        })
    })
    .await
}
