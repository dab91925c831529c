//! 月报: what each allotment carried over, what moved in the month and the year so far, and what is left, as known at a
//! position.

use super::rules::{Figures, figures};
use super::store;
use crate::db::Database;
use crate::journal::{Head, root_at};
use crate::kernel::{Error, Refusal, Result};
use crate::periods::Month;

/// A line of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Code of the policy.
    pub policy: String,
    /// Its title.
    pub title: String,
    /// Number of the allotment's document.
    pub document: String,
    /// Its figures.
    pub figures: Figures,
}

/// The report of a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthlyReport {
    /// The month.
    pub month: Month,
    /// Position.
    pub at: i64,
    /// Root of the tree there.
    pub root: String,
    /// By policy and allotment.
    pub rows: Vec<Row>,
    /// All together.
    pub total: Figures,
}

/// The report of a month, at a position (the head if none). One snapshot.
///
/// # Errors
/// `position_beyond`.
pub async fn monthly_report(db: &Database, book_id: i64, month: Month, at: Option<i64>) -> Result<MonthlyReport> {
    let view = db.snapshot().await?;
    let head = Head::read(&view, book_id).await?;
    let at = at.unwrap_or(head.position);
    if !(1..=head.position).contains(&at) {
        return Err(Refusal::new("position_beyond").at("at").with("at", at).with("head", head.position).into());
    }
    let moved = store::moved(&view, book_id, month.last(), at).await?;
    let root = root_at(&view, &head, at).await?.to_string();
    view.rollback().await.map_err(Error::internal)?;
    let too_large = || Error::internal("a sum of the report leaves the range");
    let (mut rows, mut total) = (Vec::with_capacity(moved.len()), Figures::default());
    for of in moved {
        let figures = figures(&of.flows).ok_or_else(too_large)?;
        total = total.plus(figures).ok_or_else(too_large)?;
        rows.push(Row { policy: of.policy, title: of.title, document: of.document, figures });
    }
    Ok(MonthlyReport { month, at, root, rows, total })
}
