//! A cashier or manager records a profile of bank files or another version of it; another person lets it be used.

use serde::{Deserialize, Serialize};

use super::reason;
use crate::journal::{Ask, Door};
use crate::kernel::{Error, Refusal, Result};
use crate::payments::events::{
    KIND_PROFILE_APPROVED, KIND_PROFILE_RECORDED, KIND_PROFILE_REFUSED, KIND_PROFILE_RETIRED, ProfileDecided,
    ProfileRecorded, ProfileRetired,
};
use crate::payments::files::Profile;
use crate::payments::store;
use crate::people::{Role, must};
use crate::settings::Verdict;

/// Longest text of a profile, in bytes.
const TOML_BYTES_MAX: usize = 64 << 10;

/// A profile as typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewProfile {
    /// The TOML text.
    pub toml: String,
    /// Why it is recorded.
    pub reason: String,
}

/// Which version of a profile an action made or decided on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileAnswer {
    /// The version.
    pub profile: i64,
}

/// Records a profile, or another version of one that the book has; it is used once another person has approved it.
/// Cashiers and managers.
///
/// # Errors
/// Those of [`Profile::parse`]; `profile_too_long` (`max`), `profile_shipped` (`name`), `profile_same`,
/// `profile_waits`; the reason's.
pub async fn record_profile(door: &Door, ask: Ask, mut new: NewProfile) -> Result<ProfileAnswer> {
    new.toml = new.toml.replace("\r\n", "\n");
    let content = new.clone();
    door.command(ask, &content, move |desk| {
        let new = new.clone();
        Box::pin(async move {
            must(desk, &[Role::Cashier, Role::Manager]).await?;
            if new.toml.len() > TOML_BYTES_MAX {
                return Err(Refusal::new("profile_too_long").at("toml").with("max", TOML_BYTES_MAX >> 10).into());
            }
            let profile = Profile::parse(&new.toml)?;
            if Profile::shipped().iter().any(|one| one.name() == profile.name()) {
                return Err(Refusal::new("profile_shipped").at("toml").with("name", profile.name()).into());
            }
            let (c, book_id) = (desk.tx.connection(), desk.book_id());
            let versions = store::versions_of(c, book_id, profile.direction, profile.name()).await?;
            if versions.iter().any(|one| one.state == "pending") {
                return Err(Refusal::new("profile_waits").into());
            }
            let in_force = versions.iter().find(|one| one.state == "approved");
            if in_force.is_some_and(|one| one.toml == new.toml && one.retired_at.is_none()) {
                return Err(Refusal::new("profile_same").at("toml").into());
            }
            let recorded = ProfileRecorded {
                direction: profile.direction.word().to_owned(),
                name: profile.name().to_owned(),
                version: versions.first().map_or(0, |newest| newest.version) + 1,
                reason: reason(&new.reason)?,
                toml: new.toml,
            };
            Ok(ProfileAnswer { profile: desk.emit(KIND_PROFILE_RECORDED, 1, &recorded)? })
        })
    })
    .await
}

/// Lets a version be used from now on, or refuses it. Managers and reviewers, and not who recorded it.
///
/// # Errors
/// `NotFound`, `not_pending` (`name`), `two_people`, `digest_changed`; the reason's.
pub async fn decide_profile(door: &Door, ask: Ask, id: i64, verdict: Verdict) -> Result<ProfileAnswer> {
    let content = (id, verdict.clone());
    door.command(ask, &content, move |desk| {
        let verdict = verdict.clone();
        Box::pin(async move {
            must(desk, &[Role::Manager, Role::Reviewer]).await?;
            let found = store::own_profile(desk.tx.connection(), desk.book_id(), id).await?;
            if found.state != "pending" {
                return Err(Refusal::new("not_pending").with("name", found.name).into());
            }
            if found.prepared_person == desk.actor().person {
                return Err(Refusal::new("two_people").into());
            }
            let (kind, digest, why) = match verdict {
                Verdict::Approved { digest } if digest != found.leaf.to_string() => {
                    return Err(Refusal::new("digest_changed").into());
                }
                Verdict::Approved { digest } => (KIND_PROFILE_APPROVED, digest, String::new()),
                Verdict::Refused { reason: why } => (KIND_PROFILE_REFUSED, String::new(), reason(&why)?),
            };
            desk.emit(kind, 1, &ProfileDecided { profile: id, digest, reason: why })?;
            Ok(ProfileAnswer { profile: id })
        })
    })
    .await
}

/// Retires a profile of the book, named by the version that is in force: from now on it is offered no more. What was made
/// and read with it stays as it is, and another version brings it back. Cashiers and managers.
///
/// # Errors
/// `NotFound`, `profile_not_in_use` (`name`), `profile_waits`; the reason's.
pub async fn retire_profile(door: &Door, ask: Ask, id: i64, why: String) -> Result<ProfileAnswer> {
    let content = (id, why.clone());
    door.command(ask, &content, move |desk| {
        let why = why.clone();
        Box::pin(async move {
            must(desk, &[Role::Cashier, Role::Manager]).await?;
            let (c, book_id) = (desk.tx.connection(), desk.book_id());
            let found = store::own_profile(c, book_id, id).await?;
            let versions = store::versions_of(c, book_id, found.direction, &found.name).await?;
            if versions.iter().any(|one| one.state == "pending") {
                return Err(Refusal::new("profile_waits").into());
            }
            let in_force = versions.iter().find(|one| one.state == "approved").ok_or(Error::NotFound)?;
            if in_force.id != id || in_force.retired_at.is_some() {
                return Err(Refusal::new("profile_not_in_use").with("name", &found.name).into());
            }
            desk.emit(KIND_PROFILE_RETIRED, 1, &ProfileRetired { profile: id, reason: reason(&why)? })?;
            Ok(ProfileAnswer { profile: id })
        })
    })
    .await
}
