//! All holds, or those that stop money today, or wait for a second person.

use askama::Template;
use rocket::{State as Managed, get};

use super::words::{self, Look};
use crate::holds::SETTERS;
use crate::holds::store::{self, Hold, Scope};
use crate::journal::{Door, Names};
use crate::kernel::dates::Day;
use crate::people::Reader;
use crate::web::{Answer, Frame, Page};

/// Holds on one page.
const ROWS_EACH: u64 = 100;

/// The holds.
#[derive(Template)]
#[template(path = "holds/pages/list.html")]
pub struct List {
    frame: Frame,
    rows: Vec<Hold>,
    names: Names,
    which: String,
    next: Option<i64>,
    today: Day,
    may_set: bool,
}

impl List {
    fn look(&self, hold: &Hold) -> Look {
        words::look(self.frame.t, hold, self.today)
    }

    fn is(&self, which: &str) -> bool {
        self.which == which
    }

    fn onward(&self) -> String {
        let base = self.frame.href("holds");
        self.next.map_or_else(String::new, |before| format!("{base}?which={}&before={before}", self.which))
    }
}

/// Shows them, the newest first; without a choice those that stop money today.
#[get("/holds?<which>&<before>")]
pub async fn show(
    who: Reader,
    which: Option<&str>,
    before: Option<i64>,
    frame: Frame,
    door: &Managed<Door>,
) -> Answer<List> {
    let door = &who.looking(door).await?;
    let (c, book_id, today) = (&door.db.read, who.book_id(), door.surroundings.clock.now().day());
    let (which, scope) = match which {
        Some("all") => ("all", Scope::All),
        Some("waiting") => ("waiting", Scope::Waiting),
        _ => ("now", Scope::On(today)),
    };
    let mut rows = store::holds(c, book_id, scope, (before.unwrap_or(i64::MAX), ROWS_EACH + 1)).await?;
    let is_more = rows.len() as u64 > ROWS_EACH;
    rows.truncate(usize::try_from(ROWS_EACH).unwrap_or(usize::MAX));
    let t = frame.t;
    Ok(Page::new(List {
        names: Names::read(c, book_id).await?,
        next: rows.last().filter(|_| is_more).map(|hold| hold.id),
        which: which.to_owned(),
        may_set: SETTERS.iter().any(|role| who.acts(*role)),
        frame: frame.following_position().page("holds", t.s("holds.title")),
        rows,
        today,
    }))
}
