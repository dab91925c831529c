//! What people are called: the names under which the actors of a book were last introduced.

use std::collections::BTreeMap;

use sea_orm::ConnectionTrait;

use super::event::{Actor, ActorUid, OPERATOR};
use crate::db::entity::actors;
use crate::db::sql;
use crate::kernel::Result;

/// The actors of a book by uid.
#[derive(Debug, Clone, Default)]
pub struct Names(BTreeMap<ActorUid, Actor>);

impl Names {
    /// Reads all of them; a book knows as many as an office has people.
    pub async fn read(c: &impl ConnectionTrait, book_id: i64) -> Result<Self> {
        let rows: Vec<actors::Model> =
            sql::all(c, "SELECT * FROM actors WHERE book_id = ? ORDER BY position", vec![book_id.into()]).await?;
        // A later introduction of the same actor takes the place of an earlier one.
        let by_uid = rows.into_iter().map(|row| {
            let uid = row.actor_uid.clone();
            (uid, Actor { uid: row.actor_uid, person: row.person, login: row.login, name: row.name })
        });
        Ok(Self(by_uid.collect()))
    }

    /// The name of an actor; its uid if the book does not know it.
    pub fn of<'n>(&'n self, uid: &'n str) -> &'n str {
        self.0.get(uid).map_or(uid, |actor| &actor.name)
    }

    /// The people among the actors, by name.
    pub fn people(&self) -> Vec<&Actor> {
        let mut people: Vec<&Actor> = self.0.values().filter(|actor| actor.uid != OPERATOR).collect();
        people.sort_by(|one, other| one.name.cmp(&other.name).then(one.login.cmp(&other.login)));
        people
    }
}
