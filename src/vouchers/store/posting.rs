//! Versions of the posting rules.

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::db::entity::posting_rules;
use crate::db::sql;
use crate::kernel::instant::Instant;
use crate::kernel::tree::Hash;
use crate::kernel::{Error, Result};
use crate::vouchers::rules::RuleSet;

/// A version of the posting rules as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulesVersion {
    /// The version.
    pub id: i64,
    /// The rules, as written.
    pub text: String,
    /// Why they were to change.
    pub reason: String,
    /// `pending`, `approved` or `refused`.
    pub state: String,
    /// Leaf of the event that prepared it: what another person signs.
    pub leaf: Hash,
    /// Who prepared it.
    pub prepared_by: String,
    /// The person who prepared it.
    pub prepared_person: String,
    /// When.
    pub prepared_at: Instant,
    /// Who decided.
    pub reviewed_by: Option<String>,
    /// When.
    pub reviewed_at: Option<Instant>,
    /// Why it was refused.
    pub refusal: String,
}

fn view(row: posting_rules::Model) -> Result<RulesVersion> {
    let leaf: [u8; 32] = row.leaf_hash.as_slice().try_into().map_err(Error::internal)?;
    Ok(RulesVersion {
        id: row.id,
        text: row.text,
        reason: row.reason,
        state: row.state,
        leaf: Hash(leaf),
        prepared_by: row.prepared_by,
        prepared_person: row.prepared_person,
        prepared_at: Instant::new(row.prepared_at_ms),
        reviewed_by: row.reviewed_by,
        reviewed_at: row.reviewed_at_ms.map(Instant::new),
        refusal: row.refusal,
    })
}

/// All versions, the newest first.
pub async fn rules_versions(c: &impl ConnectionTrait, book_id: i64) -> Result<Vec<RulesVersion>> {
    let query = "SELECT * FROM posting_rules WHERE book_id = ? ORDER BY id DESC";
    sql::all::<posting_rules::Model>(c, query, vec![book_id.into()]).await?.into_iter().map(view).collect()
}

/// One version.
///
/// # Errors
/// `NotFound`.
pub async fn rules_version(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<RulesVersion> {
    let query = "SELECT * FROM posting_rules WHERE book_id = ? AND id = ?";
    let row: Option<posting_rules::Model> = sql::one(c, query, vec![book_id.into(), id.into()]).await?;
    view(row.ok_or(Error::NotFound)?)
}

/// The rules that are in force, and their version: the one approved last, or zero for those shipped.
pub async fn rules_in_force(c: &impl ConnectionTrait, book_id: i64) -> Result<(i64, RuleSet)> {
    let query = "SELECT * FROM posting_rules WHERE book_id = ? AND state = 'approved'
         ORDER BY reviewed_position DESC LIMIT 1";
    let Some(row) = sql::one::<posting_rules::Model>(c, query, vec![book_id.into()]).await? else {
        return Ok((0, RuleSet::shipped()?.clone()));
    };
    Ok((row.id, RuleSet::parse(&row.text)?))
}

#[derive(FromQueryResult)]
struct Count {
    n: i64,
}

/// Versions that wait for somebody else than this person.
pub async fn waiting_for(c: &impl ConnectionTrait, book_id: i64, person: &str) -> Result<i64> {
    let query =
        "SELECT COUNT(*) AS n FROM posting_rules WHERE book_id = ? AND state = 'pending' AND prepared_person <> ?";
    Ok(sql::one::<Count>(c, query, vec![book_id.into(), person.into()]).await?.map_or(0, |count| count.n))
}
