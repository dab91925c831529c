//! Which reports a book owes, and which are missing.

use super::rules::{Duty, Layout, Obligation, obligations};
use super::store;
use crate::calendar::working_days;
use crate::db::Database;
use crate::kernel::dates::Day;
use crate::kernel::{Error, Result};
use crate::periods::Month;
use crate::settings::{self, ReportDue, Setting};

/// What a book set for one report, and what comes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// The report.
    pub layout: &'static Layout,
    /// How often it is due; nothing if it is not, or as long as the book set no first month.
    pub due: Option<ReportDue>,
    /// By which working day, then.
    pub nth: i64,
    /// What it is due for, the oldest first.
    pub obligations: Vec<Obligation>,
}

impl Owed {
    /// What is due by a day and nobody filed.
    pub fn missing(&self, today: Day) -> impl Iterator<Item = &Obligation> {
        self.obligations.iter().filter(move |one| one.is_missing(today))
    }

    /// What comes next: not filed, and not due yet.
    pub fn next(&self, today: Day) -> Option<&Obligation> {
        self.obligations.iter().find(|one| one.filing.is_none() && one.due_on > today)
    }
}

/// Every report of the catalogue with what it is due for, up to what runs on a day.
pub async fn owed(db: &Database, book_id: i64, today: Day) -> Result<Vec<Owed>> {
    let c = &db.read;
    let from = settings::value(c, book_id, Setting::ReportsFrom, None).await?;
    let from = if from.is_empty() { None } else { Some(Month::parse(&from)?) };
    let usual = settings::value(c, book_id, Setting::ReportDueDay, None).await?;
    let usual: i64 = usual.parse().map_err(Error::internal)?;
    let reports: Vec<&str> = Layout::shipped().iter().map(|layout| layout.name.as_str()).collect();
    let filed = store::standing(c, book_id, &reports).await?;
    let calendar = working_days(c, book_id).await?;
    let mut all = Vec::with_capacity(reports.len());
    for layout in Layout::shipped() {
        let due = match Setting::due_of(&layout.name) {
            Some(setting) if from.is_some() => ReportDue::read(&settings::value(c, book_id, setting, None).await?),
            _ => None,
        };
        let nth = due.and_then(|due| due.nth).unwrap_or(usual);
        let of = |month: Month| {
            let found = filed.iter().find(|filing| filing.report == layout.name && filing.as_of == month.last());
            found.map(|filing| (filing.id, filing.state))
        };
        let duty = due.zip(from).map(|(due, from)| Duty { report: layout.name.clone(), every: due.every, from, nth });
        let obligations = duty.map_or_else(Vec::new, |duty| obligations(&calendar, &duty, today, of));
        all.push(Owed { layout, due, nth, obligations });
    }
    Ok(all)
}

/// What is due, by report and by when.
pub async fn due(db: &Database, book_id: i64, today: Day) -> Result<Vec<Obligation>> {
    let all = owed(db, book_id, today).await?;
    let mut rows: Vec<Obligation> = all.into_iter().flat_map(|owed| owed.obligations).collect();
    rows.sort_by(|one, other| (one.due_on, one.month, &one.report).cmp(&(other.due_on, other.month, &other.report)));
    Ok(rows)
}

/// The reports that are due by today and that nobody filed.
pub async fn missing_by(db: &Database, book_id: i64, today: Day) -> Result<Vec<Obligation>> {
    let all = due(db, book_id, today).await?;
    Ok(all.into_iter().filter(|one| one.is_missing(today)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_report_of_the_catalogue_has_a_setting_of_its_own() {
        for layout in Layout::shipped() {
            assert!(Setting::due_of(&layout.name).is_some(), "{}", layout.name);
        }
        assert_eq!(Setting::DUE.len(), Layout::shipped().len());
        // What was due before each had one still is.
        for (setting, report) in Setting::DUE {
            let monthly = Layout::find(report).unwrap().monthly;
            assert_eq!(ReportDue::read(setting.default_value()).is_some(), monthly, "{report}");
        }
    }
}
