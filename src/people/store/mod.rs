//! Who holds which role, out of the book; and the office's tables, which are no part of any book.

pub mod access_log;
pub mod accounts;
pub mod attempts;
pub mod marks;
pub mod persons;
pub mod sessions;
pub mod setup_links;

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::role::Role;
use crate::db::constraint::refused_or_internal;
use crate::db::entity::actor_roles;
use crate::journal::{ActorUid, Head};
use crate::kernel::{Error, Result};

/// The roles that somebody holds in a book now, in the order of the work.
pub async fn roles_of(c: &impl ConnectionTrait, book_id: i64, actor_uid: &str) -> Result<Vec<Role>> {
    let rows = actor_roles::Entity::find()
        .filter(actor_roles::Column::BookId.eq(book_id))
        .filter(actor_roles::Column::ActorUid.eq(actor_uid))
        .filter(actor_roles::Column::UntilPosition.is_null())
        .all(c)
        .await
        .map_err(refused_or_internal)?;
    let mut roles = rows.iter().map(role).collect::<Result<Vec<_>>>()?;
    roles.sort_unstable();
    roles.dedup();
    Ok(roles)
}

/// Everybody's roles in a book now, in the order of the work.
pub async fn roles_in(c: &impl ConnectionTrait, book_id: i64) -> Result<BTreeMap<ActorUid, Vec<Role>>> {
    let rows = actor_roles::Entity::find()
        .filter(actor_roles::Column::BookId.eq(book_id))
        .filter(actor_roles::Column::UntilPosition.is_null())
        .order_by_asc(actor_roles::Column::Position)
        .all(c)
        .await
        .map_err(refused_or_internal)?;
    let mut held: BTreeMap<ActorUid, Vec<Role>> = BTreeMap::new();
    for row in &rows {
        held.entry(row.actor_uid.clone()).or_default().push(role(row)?);
    }
    for roles in held.values_mut() {
        roles.sort_unstable();
    }
    Ok(held)
}

/// The books in which somebody holds a role, with those roles; each book is asked on its own.
pub async fn books_of(c: &impl ConnectionTrait, actor_uid: &str) -> Result<Vec<(Head, Vec<Role>)>> {
    let mut found = Vec::new();
    for head in Head::all(c).await? {
        let roles = roles_of(c, head.book_id, actor_uid).await?;
        if !roles.is_empty() {
            found.push((head, roles));
        }
    }
    Ok(found)
}

fn role(row: &actor_roles::Model) -> Result<Role> {
    Role::parse(&row.role).map_err(Error::internal)
}
