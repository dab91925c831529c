//! Which monthly reports a book owes, and which are missing.

use super::rules::{Duty, Layout, Obligation, obligations};
use super::store;
use crate::calendar::working_days;
use crate::db::Database;
use crate::kernel::dates::Day;
use crate::kernel::{Error, Result};
use crate::periods::Month;
use crate::settings::{self, Setting};

/// What the book set for its monthly reports; nothing as long as it set no first month.
async fn duty(db: &Database, book_id: i64) -> Result<Option<Duty>> {
    let from = settings::value(&db.read, book_id, Setting::ReportsFrom, None).await?;
    if from.is_empty() {
        return Ok(None);
    }
    let nth = settings::value(&db.read, book_id, Setting::ReportDueDay, None).await?;
    Ok(Some(Duty { from: Month::parse(&from)?, nth: nth.parse().map_err(Error::internal)? }))
}

/// The reports due for every month that is over by a day, oldest first; none where the book set no first month.
pub async fn due(db: &Database, book_id: i64, today: Day) -> Result<Vec<Obligation>> {
    let Some(duty) = duty(db, book_id).await? else { return Ok(Vec::new()) };
    let monthly = Layout::shipped().iter().filter(|layout| layout.monthly);
    let reports: Vec<&str> = monthly.map(|layout| layout.name.as_str()).collect();
    let filed = store::standing(&db.read, book_id, &reports).await?;
    let of = |report: &str, month: Month| {
        let found = filed.iter().find(|filing| filing.report == report && filing.as_of == month.last());
        found.map(|filing| (filing.id, filing.state))
    };
    let calendar = working_days(&db.read, book_id).await?;
    Ok(obligations(&calendar, duty, &reports, Month::of(today).previous(), of))
}

/// The reports that are due by today and that nobody filed.
pub async fn missing_by(db: &Database, book_id: i64, today: Day) -> Result<Vec<Obligation>> {
    let all = due(db, book_id, today).await?;
    Ok(all.into_iter().filter(|one| one.is_missing(today)).collect())
}
