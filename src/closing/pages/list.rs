//! The months of a book: which are closed, by whom; what waits; which one comes next.

use askama::Template;
use rocket::{State, get};

use super::{Look, look};
use crate::closing::store::{self, Closing, Reopening};
use crate::journal::{Door, Names};
use crate::people::{Reader, Role};
use crate::periods::{self, Month, Period};
use crate::web::{Answer, Frame, Page};

/// Closings and reopenings that are shown.
const SHOWN: u64 = 36;

/// The list.
#[derive(Template)]
#[template(path = "closing/pages/list.html")]
pub struct List {
    frame: Frame,
    names: Names,
    months: Vec<Period>,
    closings: Vec<Closing>,
    reopenings: Vec<Reopening>,
    /// The first month that is not closed.
    next: Month,
    /// Whether it is past, so that it can be closed.
    is_due: bool,
    /// The last closed month.
    last: Option<Month>,
    manages: bool,
}

impl List {
    fn look(&self, state: &str) -> Look {
        look(state)
    }

    fn state_of(&self, period: &Period) -> Look {
        look(if period.is_closed { "closed" } else { "open" })
    }

    /// What waits for somebody.
    fn waiting(&self) -> Option<&Closing> {
        self.closings.first().filter(|closing| closing.state == "prepared")
    }

    fn waiting_to_open(&self) -> Option<&Reopening> {
        self.reopenings.first().filter(|reopening| reopening.state == "prepared")
    }

    fn is_last(&self, period: &Period) -> bool {
        self.last == Some(period.month) && self.manages && self.waiting_to_open().is_none()
    }

    /// The closing by which a month was closed last.
    fn closing_of(&self, period: &Period) -> Option<&Closing> {
        let covers = |closing: &&Closing| (closing.first..=closing.last).contains(&period.month);
        self.closings.iter().filter(|closing| closing.state == "closed").find(covers)
    }
}

/// Shows the list.
#[get("/closing")]
pub async fn show(who: Reader, frame: Frame, door: &State<Door>) -> Answer<List> {
    let door = &who.looking(door).await?;
    let (c, book_id) = (&door.db.read, who.book_id());
    let (closed, next) = store::next_month(c, book_id).await?;
    let title = frame.t.s("closing.title");
    Ok(Page::new(List {
        names: Names::read(c, book_id).await?,
        months: periods::periods(c, book_id).await?,
        closings: store::closings(c, book_id, SHOWN).await?,
        reopenings: store::reopenings(c, book_id, SHOWN).await?,
        is_due: next.last() < door.surroundings.clock.now().day(),
        next,
        last: closed.month(),
        manages: who.acts(Role::Manager),
        frame: frame.following_position().page("closing", title),
    }))
}
