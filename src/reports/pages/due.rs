//! Which reports are due, as a part of the calendar's page.

use askama::Template;
use rocket::{State as Managed, get};

use super::words::{self, Look};
use crate::journal::Door;
use crate::kernel::Error;
use crate::kernel::dates::Day;
use crate::people::Reader;
use crate::reports::duties::due;
use crate::reports::rules::Obligation;
use crate::web::{Frame, Page};

/// The reports.
#[derive(Template)]
#[template(path = "reports/pages/due.html")]
pub struct Due {
    frame: Frame,
    rows: Vec<Obligation>,
    today: Day,
}

impl Due {
    fn title(&self, report: &str) -> String {
        words::title(self.frame.t, report)
    }

    fn period(&self, one: &Obligation) -> String {
        words::period(self.frame.t, one)
    }

    fn look(&self, one: &Obligation) -> Look {
        let t = self.frame.t;
        match one.filing {
            Some((_, state)) => words::look(t, state),
            None if one.is_missing(self.today) => ("returned", "alert-triangle", t.s("reports.missing")),
            None => ("draft", "circle-dashed", t.s("reports.to_come")),
        }
    }

    fn href(&self, one: &Obligation) -> String {
        match one.filing {
            Some((id, _)) => self.frame.href(&format!("report-filings/{id}")),
            None => self.frame.href(&format!("reports/{}?as_of={}", one.report, one.month.last())),
        }
    }
}

/// Shows what is due in the month of a day, and what is missing from before.
#[get("/reports/due?<month>")]
pub async fn show(who: Reader, month: &str, frame: Frame, door: &Managed<Door>) -> Result<Page<Due>, Error> {
    let today = door.surroundings.clock.now().day();
    let first = Day::parse(&format!("{month}-01")).map_err(|_| Error::NotFound)?;
    let mut rows = due(&door.db, who.book_id(), today).await?;
    rows.retain(|one| one.is_missing(today) || (first <= one.due_on && one.due_on <= first.month_end()));
    Ok(Page::new(Due { frame, rows, today }))
}
