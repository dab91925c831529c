//! Making a report: everything in it is a function of book, layout, day and position.

use super::rules::{Layout, Report};
use super::store::{self, Moment};
use crate::audit::position;
use crate::db::Database;
use crate::journal::{Head, root_at};
use crate::kernel::dates::Day;
use crate::kernel::{Error, Result};
use crate::settings::{self, Setting};

/// Makes a report as of a day, known at a position (the head if none). One snapshot.
///
/// # Errors
/// `position_beyond`, `report_too_long`.
pub async fn make(db: &Database, head: &Head, layout: &Layout, as_of: Day, at: Option<i64>) -> Result<Report> {
    let view = db.snapshot().await?;
    let head = Head::read(&view, head.book_id).await?;
    let at = position(&head, at)?;
    let moment = Moment { book_id: head.book_id, as_of, at };
    let lines = store::lines(&view, layout, &moment).await?;
    let counted = store::paid(&view, &moment, &[], layout.direct_only).await?.into_values().next();
    let report = Report {
        layout: layout.clone(),
        book: head.code.clone(),
        reporting_unit: store::reporting_unit(&view, &head, at).await?,
        head_of_unit: settings::value(&view, head.book_id, Setting::HeadOfUnit, Some(at)).await?,
        as_of,
        at,
        root: root_at(&view, &head, at).await?.to_string(),
        rows: Vec::new(),
        total: Vec::new(),
    };
    view.rollback().await.map_err(Error::internal)?;
    report
        .filled(&lines, counted.unwrap_or_default())
        .ok_or_else(|| Error::internal("a sum of the report leaves the range"))
}
