//! What can happen to settings, and what it does to their tables.

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use crate::db::entity::setting_changes;
use crate::journal::{Applier, Recorded, Tx};
use crate::kernel::{Error, Result};
use crate::people::Persons;

/// Another value was prepared; the change's id is the position of this event.
pub const KIND_SETTING_PREPARED: &str = "setting_prepared";
/// Another person let it come into force.
pub const KIND_SETTING_APPROVED: &str = "setting_approved";
/// Another person refused it.
pub const KIND_SETTING_REFUSED: &str = "setting_refused";

/// Another value of a setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingPrepared {
    /// Which setting.
    pub name: String,
    /// The value, as it is stored.
    pub value: String,
    /// Why.
    pub reason: String,
}

/// Which change was decided on: approved by the leaf of the event that prepared it, or refused with a reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingDecided {
    /// The change.
    pub change: i64,
    /// Hex leaf hash of what was signed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub digest: String,
    /// Why it was refused.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// This feature's part in replay.
pub static APPLIER: Applier = Applier {
    feature: "settings",
    kinds: &[(KIND_SETTING_PREPARED, 1), (KIND_SETTING_APPROVED, 1), (KIND_SETTING_REFUSED, 1)],
    slots: &[],
    apply,
};

fn apply<'a>(tx: &'a mut Tx, events: &'a [Recorded]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let persons = Persons::behind(tx, events).await?;
        for event in events {
            let person = persons.of(&event.actor_uid)?;
            match event.kind.as_str() {
                KIND_SETTING_PREPARED => prepared(tx, event, person).await?,
                KIND_SETTING_APPROVED => {
                    decided(tx, event, person, "approved").await?;
                    in_force(tx, event).await?;
                }
                KIND_SETTING_REFUSED => decided(tx, event, person, "refused").await?,
                other => return Err(Error::internal(format!("settings does not apply {other}"))),
            }
        }
        Ok(())
    })
}

async fn prepared(tx: &mut Tx, event: &Recorded, person: &str) -> Result<()> {
    let new: SettingPrepared = event.payload()?;
    let row = setting_changes::Model {
        book_id: tx.book_id(),
        id: event.position,
        name: new.name,
        value: new.value,
        reason: new.reason,
        state: "pending".to_owned(),
        leaf_hash: event.leaf.0.to_vec(),
        prepared_by: event.actor_uid.clone(),
        prepared_person: person.to_owned(),
        prepared_at_ms: event.recorded_at.get(),
        reviewed_by: None,
        reviewed_person: None,
        reviewed_at_ms: None,
    };
    tx.insert(vec![row]).await
}

async fn decided(tx: &mut Tx, event: &Recorded, person: &str, state: &str) -> Result<()> {
    let decided: SettingDecided = event.payload()?;
    tx.run(
        "UPDATE setting_changes SET state = ?, reviewed_by = ?, reviewed_person = ?, reviewed_at_ms = ?
         WHERE book_id = ? AND id = ?",
        vec![
            state.into(),
            event.actor_uid.clone().into(),
            person.into(),
            event.recorded_at.get().into(),
            tx.book_id().into(),
            decided.change.into(),
        ],
    )
    .await
    .map(|_| ())
}

/// From this position on the setting has the value of the change.
async fn in_force(tx: &mut Tx, event: &Recorded) -> Result<()> {
    let decided: SettingDecided = event.payload()?;
    tx.run(
        "INSERT INTO setting_versions (book_id, name, position, change_id, value)
         SELECT book_id, name, CAST(? AS BIGINT), id, value FROM setting_changes WHERE book_id = ? AND id = ?",
        vec![event.position.into(), tx.book_id().into(), decided.change.into()],
    )
    .await
    .map(|_| ())
}
