//! The reports there are, what is due, and what was filed.

use askama::Template;
use rocket::{State as Managed, get};

use super::question;
use super::words::{self, Look};
use crate::journal::Door;
use crate::kernel::dates::Day;
use crate::kernel::money::Unit;
use crate::people::{Reader, Role};
use crate::reports::duties::{Owed, owed};
use crate::reports::printed::{said, unit_word};
use crate::reports::rules::{Layout, Obligation};
use crate::reports::store::{self, Filing, FilingsPage};
use crate::settings::{self, Setting};
use crate::web::{Answer, Frame, Page};

/// Missing reports that the notice names.
const NAMED_MAX: usize = 6;

/// The reports.
#[derive(Template)]
#[template(path = "reports/pages/list.html")]
pub struct List {
    frame: Frame,
    owed: Vec<Owed>,
    missing: Vec<Obligation>,
    page: FilingsPage,
    today: Day,
    /// Whether the book set from which month on reports are due.
    is_set: bool,
    manages: bool,
    is_first: bool,
}

impl List {
    fn title<'l>(&self, layout: &'l Layout) -> &'l str {
        said(&layout.title, self.frame.t.lang())
    }

    fn about<'l>(&self, layout: &'l Layout) -> &'l str {
        said(&layout.about, self.frame.t.lang())
    }

    fn named(&self, report: &str) -> String {
        words::title(self.frame.t, report)
    }

    fn period(&self, one: &Obligation) -> String {
        words::period(self.frame.t, one)
    }

    fn often(&self, owed: &Owed) -> String {
        words::often(self.frame.t, owed)
    }

    /// The setting that says how often a report is due.
    fn setting(&self, owed: &Owed) -> Option<String> {
        let setting = Setting::due_of(&owed.layout.name)?;
        Some(self.frame.to(&format!("settings/{}", setting.code())))
    }

    /// How many of a report are late.
    fn late(&self, owed: &Owed) -> usize {
        owed.missing(self.today).count()
    }

    fn next<'o>(&self, owed: &'o Owed) -> Option<&'o Obligation> {
        owed.next(self.today)
    }

    /// As many as the notice names: the oldest.
    fn first_missing(&self) -> &[Obligation] {
        self.missing.get(..NAMED_MAX).unwrap_or(&self.missing)
    }

    fn usual(&self, layout: &Layout) -> Day {
        question::usual_day(layout, self.today)
    }

    fn look(&self, filing: &Filing) -> Look {
        words::look(self.frame.t, filing.state)
    }

    fn unit(&self, unit: &Unit) -> &'static str {
        unit_word(self.frame.t, *unit)
    }
}

/// Shows them.
#[get("/reports?<before>")]
pub async fn show(who: Reader, before: Option<i64>, frame: Frame, door: &Managed<Door>) -> Answer<List> {
    let door = &who.looking(door).await?;
    let (c, book_id, today) = (&door.db.read, who.book_id(), door.surroundings.clock.now().day());
    let title = frame.t.s("reports.title");
    let owed = owed(&door.db, book_id, today).await?;
    let mut missing: Vec<Obligation> = owed.iter().flat_map(|owed| owed.missing(today).cloned()).collect();
    missing.sort_by_key(|one| one.due_on);
    Ok(Page::new(List {
        owed,
        missing,
        page: store::filings(c, book_id, before).await?,
        is_set: !settings::value(c, book_id, Setting::ReportsFrom, None).await?.is_empty(),
        manages: who.acts(Role::Manager),
        is_first: before.is_none(),
        frame: frame.following_position().page("reports", title),
        today,
    }))
}
