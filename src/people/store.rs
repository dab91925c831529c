//! Who holds which role, out of the book.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::role::Role;
use crate::db::constraint::refused_or_internal;
use crate::db::entity::actor_roles;
use crate::kernel::{Error, Result};

/// The roles that somebody holds in a book now, in the order of the work.
pub async fn roles_of(c: &impl ConnectionTrait, book_id: i64, actor_uid: &str) -> Result<Vec<Role>> {
    let rows = actor_roles::Entity::find()
        .filter(actor_roles::Column::BookId.eq(book_id))
        .filter(actor_roles::Column::ActorUid.eq(actor_uid))
        .filter(actor_roles::Column::UntilPosition.is_null())
        .order_by_asc(actor_roles::Column::Position)
        .all(c)
        .await
        .map_err(refused_or_internal)?;
    let mut roles: Vec<Role> =
        rows.iter().map(|row| Role::parse(&row.role)).collect::<Result<_, _>>().map_err(Error::internal)?;
    roles.sort_unstable();
    roles.dedup();
    Ok(roles)
}
