//! Accounts of people: login, name, password hash.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};

use crate::db::constraint::refused_or_internal;
use crate::db::entity::users;
use crate::db::sql;
use crate::journal::Actor;
use crate::kernel::Result;
use crate::kernel::instant::Instant;

/// An account as the office keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Who it is.
    pub actor: Actor,
    /// PHC string of the password.
    pub password_hash: String,
    /// Since when it is disabled, if it is.
    pub disabled_at: Option<Instant>,
    /// When it was made.
    pub created_at: Instant,
}

impl From<users::Model> for Account {
    fn from(row: users::Model) -> Self {
        Self {
            actor: Actor { uid: row.actor_uid, person: row.person, login: row.login, name: row.name },
            password_hash: row.password_hash,
            disabled_at: row.disabled_at_ms.map(Instant::new),
            created_at: Instant::new(row.created_at_ms),
        }
    }
}

/// Adds an account; the unique login speaks as `login_used`.
pub async fn insert(c: &impl ConnectionTrait, account: &Account, language: &str) -> Result<()> {
    let Account { actor, password_hash, created_at, .. } = account;
    sql::run(
        c,
        "INSERT INTO users (actor_uid, person, login, name, password_hash, password_changed_at_ms, created_at_ms, language)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        vec![
            actor.uid.clone().into(),
            actor.person.clone().into(),
            actor.login.clone().into(),
            actor.name.clone().into(),
            password_hash.clone().into(),
            created_at.get().into(),
            created_at.get().into(),
            language.into(),
        ],
    )
    .await
    .map(|_| ())
}

/// The account with this login.
pub async fn by_login(c: &impl ConnectionTrait, login: &str) -> Result<Option<Account>> {
    let row = users::Entity::find().filter(users::Column::Login.eq(login)).one(c).await.map_err(refused_or_internal)?;
    Ok(row.map(Account::from))
}

/// The account of this actor.
pub async fn by_uid(c: &impl ConnectionTrait, actor_uid: &str) -> Result<Option<Account>> {
    let row = users::Entity::find_by_id(actor_uid).one(c).await.map_err(refused_or_internal)?;
    Ok(row.map(Account::from))
}

/// All accounts, by login.
pub async fn all(c: &impl ConnectionTrait) -> Result<Vec<Account>> {
    let rows = users::Entity::find().order_by_asc(users::Column::Login).all(c).await.map_err(refused_or_internal)?;
    Ok(rows.into_iter().map(Account::from).collect())
}

/// Whether there is no account at all.
pub async fn none(c: &impl ConnectionTrait) -> Result<bool> {
    users::Entity::find().count(c).await.map(|count| count == 0).map_err(refused_or_internal)
}

/// Sets another password.
pub async fn set_password(c: &impl ConnectionTrait, actor_uid: &str, hash: &str, now: Instant) -> Result<()> {
    sql::run(
        c,
        "UPDATE users SET password_hash = ?, password_changed_at_ms = ? WHERE actor_uid = ?",
        vec![hash.into(), now.get().into(), actor_uid.into()],
    )
    .await
    .map(|_| ())
}

/// Disables an account, or enables it again with `None`.
pub async fn set_disabled(c: &impl ConnectionTrait, actor_uid: &str, at: Option<Instant>) -> Result<()> {
    sql::run(
        c,
        "UPDATE users SET disabled_at_ms = ? WHERE actor_uid = ?",
        vec![at.map(Instant::get).into(), actor_uid.into()],
    )
    .await
    .map(|_| ())
}
