//! Failed sign-ins per login as typed, known or not.

use sea_orm::{ConnectionTrait, EntityTrait};

use crate::db::constraint::refused_or_internal;
use crate::db::entity::sign_in_failures;
use crate::db::sql;
use crate::kernel::Result;
use crate::kernel::instant::Instant;
use crate::people::rules::Failures;

/// What is remembered of a login.
pub async fn of(c: &impl ConnectionTrait, login: &str) -> Result<Option<Failures>> {
    let row = sign_in_failures::Entity::find_by_id(login).one(c).await.map_err(refused_or_internal)?;
    Ok(row.map(|row| Failures { count: row.failures, last_at: Instant::new(row.last_at_ms) }))
}

/// Counts an attempt as failed, if nobody else counted since `before` was read; tells whether it did.
pub async fn count(
    c: &impl ConnectionTrait,
    login: &str,
    before: Option<Failures>,
    failures: i64,
    now: Instant,
) -> Result<bool> {
    let Some(before) = before else {
        let statement = "INSERT INTO sign_in_failures (login, failures, last_at_ms) VALUES (?, ?, ?)
             ON CONFLICT (login) DO NOTHING";
        return Ok(sql::run(c, statement, vec![login.into(), failures.into(), now.get().into()]).await? == 1);
    };
    let done = sql::run(
        c,
        "UPDATE sign_in_failures SET failures = ?, last_at_ms = ?
         WHERE login = ? AND failures = ? AND last_at_ms = ?",
        vec![failures.into(), now.get().into(), login.into(), before.count.into(), before.last_at.get().into()],
    )
    .await?;
    Ok(done == 1)
}

/// Forgets the failures of a login.
pub async fn forget(c: &impl ConnectionTrait, login: &str) -> Result<()> {
    sql::run(c, "DELETE FROM sign_in_failures WHERE login = ?", vec![login.into()]).await.map(|_| ())
}

/// Sweeps out what is older than this.
pub async fn sweep(c: &impl ConnectionTrait, before: Instant) -> Result<()> {
    sql::run(c, "DELETE FROM sign_in_failures WHERE last_at_ms <= ?", vec![before.get().into()]).await.map(|_| ())
}
