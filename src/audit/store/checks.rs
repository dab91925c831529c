//! The office's memory of verifications.

use sea_orm::ConnectionTrait;

use crate::audit::checks::{Check, Outcome};
use crate::db::entity::book_checks;
use crate::db::sql;
use crate::kernel::instant::Instant;
use crate::kernel::{Error, Result};

/// Keeps a verification.
pub async fn keep(office: &impl ConnectionTrait, book_id: i64, check: &Check) -> Result<()> {
    let outcome = serde_json::to_string(&check.outcome).map_err(Error::internal)?;
    let statement = "INSERT INTO book_checks (book_id, checked_at_ms, position, outcome) VALUES (?, ?, ?, ?)
         ON CONFLICT (book_id, checked_at_ms) DO UPDATE SET position = excluded.position, outcome = excluded.outcome";
    let values = vec![book_id.into(), check.checked_at.get().into(), check.position.into(), outcome.into()];
    sql::run(office, statement, values).await.map(|_| ())
}

/// The newest verifications, the newest first; those in a form of another version are left out.
pub async fn newest(office: &impl ConnectionTrait, book_id: i64, limit: u64) -> Result<Vec<Check>> {
    let limit = i64::try_from(limit).map_err(Error::internal)?;
    let query = "SELECT * FROM book_checks WHERE book_id = ? ORDER BY checked_at_ms DESC LIMIT ?";
    let rows: Vec<book_checks::Model> = sql::all(office, query, vec![book_id.into(), limit.into()]).await?;
    let check = |row: book_checks::Model| {
        let outcome: Outcome = serde_json::from_str(&row.outcome).ok()?;
        Some(Check { checked_at: Instant::new(row.checked_at_ms), position: row.position, outcome })
    };
    Ok(rows.into_iter().filter_map(check).collect())
}
