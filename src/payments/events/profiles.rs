//! Profiles of bank files that staff keep.

use serde::{Deserialize, Serialize};

use crate::db::entity::bank_profiles;
use crate::journal::{Recorded, Tx};
use crate::kernel::Result;
use crate::people::Persons;

/// A version of a profile was recorded; its id is the position of this event.
pub const KIND_PROFILE_RECORDED: &str = "profile_recorded";
/// Another person let it be used.
pub const KIND_PROFILE_APPROVED: &str = "profile_approved";
/// Another person refused it.
pub const KIND_PROFILE_REFUSED: &str = "profile_refused";
/// A profile is used no more; what was made and read with it stays.
pub const KIND_PROFILE_RETIRED: &str = "profile_retired";

/// A version of a profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileRecorded {
    /// `out` or `in`.
    pub direction: String,
    /// The name by which it is called.
    pub name: String,
    /// Which version of that name, from 1.
    pub version: i64,
    /// The profile as it was typed.
    pub toml: String,
    /// Why.
    pub reason: String,
}

/// Which version was decided on: approved by the leaf of the event that recorded it, or refused with a reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileDecided {
    /// The version.
    pub profile: i64,
    /// Hex leaf hash of what was signed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub digest: String,
    /// Why it was refused.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// Which version was in use last, and why it is used no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileRetired {
    /// The version.
    pub profile: i64,
    /// Why.
    pub reason: String,
}

/// From these positions on the versions are used no more.
pub(super) async fn retired(tx: &mut Tx, run: &[Recorded]) -> Result<()> {
    for event in run {
        let retired: ProfileRetired = event.payload()?;
        tx.run(
            "UPDATE bank_profiles SET retired_at = ?, retired_by = ?, retired_reason = ? WHERE book_id = ? AND id = ?",
            vec![
                event.position.into(),
                event.actor_uid.clone().into(),
                retired.reason.into(),
                tx.book_id().into(),
                retired.profile.into(),
            ],
        )
        .await?;
    }
    Ok(())
}

/// Keeps versions that wait for another person.
pub(super) async fn recorded(tx: &mut Tx, run: &[Recorded], persons: &Persons) -> Result<()> {
    let mut rows = Vec::with_capacity(run.len());
    for event in run {
        let new: ProfileRecorded = event.payload()?;
        rows.push(bank_profiles::Model {
            book_id: tx.book_id(),
            id: event.position,
            direction: new.direction,
            name: new.name,
            version: new.version,
            toml: new.toml,
            reason: new.reason,
            state: "pending".to_owned(),
            leaf_hash: event.leaf.0.to_vec(),
            prepared_by: event.actor_uid.clone(),
            prepared_person: persons.of(&event.actor_uid)?.to_owned(),
            prepared_at_ms: event.recorded_at.get(),
            reviewed_by: None,
            reviewed_person: None,
            reviewed_at_ms: None,
            retired_at: None,
            retired_by: None,
            retired_reason: None,
        });
    }
    tx.insert(rows).await
}

/// From these positions on the versions are in use.
pub(super) async fn approved(tx: &mut Tx, run: &[Recorded], persons: &Persons) -> Result<()> {
    for event in run {
        let decided = decided(tx, event, persons, "approved").await?;
        tx.run(
            "INSERT INTO bank_profile_versions (book_id, direction, name, position, profile_id)
             SELECT book_id, direction, name, CAST(? AS BIGINT), id FROM bank_profiles WHERE book_id = ? AND id = ?",
            vec![event.position.into(), tx.book_id().into(), decided.profile.into()],
        )
        .await?;
    }
    Ok(())
}

/// These versions are never used.
pub(super) async fn refused(tx: &mut Tx, run: &[Recorded], persons: &Persons) -> Result<()> {
    for event in run {
        decided(tx, event, persons, "refused").await?;
    }
    Ok(())
}

async fn decided(tx: &mut Tx, event: &Recorded, persons: &Persons, state: &str) -> Result<ProfileDecided> {
    let decided: ProfileDecided = event.payload()?;
    tx.run(
        "UPDATE bank_profiles SET state = ?, reviewed_by = ?, reviewed_person = ?, reviewed_at_ms = ?
         WHERE book_id = ? AND id = ?",
        vec![
            state.into(),
            event.actor_uid.clone().into(),
            persons.of(&event.actor_uid)?.into(),
            event.recorded_at.get().into(),
            tx.book_id().into(),
            decided.profile.into(),
        ],
    )
    .await?;
    Ok(decided)
}
