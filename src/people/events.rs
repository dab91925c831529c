//! What can happen to the roles in a book, and what it does to the table of roles.

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use super::role::Role;
use crate::db::entity::actor_roles;
use crate::journal::{ActorUid, Applier, Recorded, Tx};
use crate::kernel::{Error, Result};

/// Somebody may do something from here on.
pub const KIND_ROLE_GIVEN: &str = "role_given";
/// Somebody may no longer do something.
pub const KIND_ROLE_WITHDRAWN: &str = "role_withdrawn";

/// Whose role it is; the payload of both kinds. `actor_seen` stands before the first one of an actor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleChanged {
    /// Whose role.
    pub actor_uid: ActorUid,
    /// Which role.
    pub role: Role,
    /// What it is confined to; empty: the whole book.
    pub scope: String,
}

/// This feature's part in replay.
pub static APPLIER: Applier =
    Applier { feature: "people", kinds: &[(KIND_ROLE_GIVEN, 1), (KIND_ROLE_WITHDRAWN, 1)], slots: &[], apply };

fn apply<'a>(tx: &'a mut Tx, events: &'a [Recorded]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let mut given: Vec<actor_roles::Model> = Vec::new();
        for event in events {
            let changed: RoleChanged = event.payload()?;
            match event.kind.as_str() {
                KIND_ROLE_GIVEN => given.push(row(tx.book_id(), event.position, changed)),
                KIND_ROLE_WITHDRAWN => withdraw(tx, &mut given, event.position, &changed).await?,
                other => return Err(Error::internal(format!("people does not apply {other}"))),
            }
        }
        tx.insert(given).await
    })
}

fn row(book_id: i64, position: i64, given: RoleChanged) -> actor_roles::Model {
    actor_roles::Model {
        book_id,
        position,
        actor_uid: given.actor_uid,
        role: given.role.code().to_owned(),
        scope: given.scope,
        until_position: None,
    }
}

/// Ends a role: in the rows that are still to be written if it was given among them, else in the table.
async fn withdraw(tx: &mut Tx, given: &mut [actor_roles::Model], until: i64, ended: &RoleChanged) -> Result<()> {
    let waiting = given.iter_mut().find(|row| {
        row.until_position.is_none()
            && row.actor_uid == ended.actor_uid
            && row.role == ended.role.code()
            && row.scope == ended.scope
    });
    if let Some(row) = waiting {
        row.until_position = Some(until);
        return Ok(());
    }
    tx.run(
        "UPDATE actor_roles SET until_position = ?
         WHERE book_id = ? AND actor_uid = ? AND role = ? AND scope = ? AND until_position IS NULL",
        vec![
            until.into(),
            tx.book_id().into(),
            ended.actor_uid.clone().into(),
            ended.role.code().into(),
            ended.scope.clone().into(),
        ],
    )
    .await
    .map(|_| ())
}
