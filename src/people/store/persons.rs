//! The human beings behind the actors: the two-person rule goes by them, and rows keep them for its CHECK constraints.

use std::collections::{BTreeSet, HashMap};

use crate::db::entity::actors;
use crate::db::sql::places;
use crate::journal::{ActorUid, Recorded, Tx};
use crate::kernel::{Error, Result};

/// Actors asked for in one query.
const AT_ONCE: usize = 500;

/// Who stands behind the actors of some events.
#[derive(Debug, Clone, Default)]
pub struct Persons(HashMap<ActorUid, String>);

impl Persons {
    /// Looks up the persons behind a run of events that are being applied. Introductions stand before the events that
    /// they introduce, so what the table says now is what it said then.
    pub async fn behind(tx: &Tx, events: &[Recorded]) -> Result<Self> {
        let uids: Vec<&str> =
            events.iter().map(|event| event.actor_uid.as_str()).collect::<BTreeSet<_>>().into_iter().collect();
        let mut persons = HashMap::with_capacity(uids.len());
        for chunk in uids.chunks(AT_ONCE) {
            let list = places(chunk.len());
            let query = format!("SELECT * FROM actors WHERE book_id = ? AND actor_uid IN ({list}) ORDER BY position");
            let mut values = vec![tx.book_id().into()];
            values.extend(chunk.iter().map(|uid| (*uid).into()));
            let rows: Vec<actors::Model> = tx.all(&query, values).await?;
            // A later introduction of the same actor takes the place of an earlier one.
            persons.extend(rows.into_iter().map(|row| (row.actor_uid, row.person)));
        }
        Ok(Self(persons))
    }

    /// The person behind an actor.
    pub fn of(&self, actor_uid: &str) -> Result<&str> {
        self.0
            .get(actor_uid)
            .map(String::as_str)
            .ok_or_else(|| Error::internal(format!("actor {actor_uid} acts without having been introduced")))
    }
}
