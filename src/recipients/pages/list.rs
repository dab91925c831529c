//! The list of recipients.

use askama::Template;
use rocket::http::RawStr;
use rocket::{State, get};

use super::words;
use crate::journal::Door;
use crate::people::{Reader, Role};
use crate::recipients::store::{self, Found};
use crate::web::{Answer, Frame, Page};

/// Lines of one page.
const LINES: u64 = 100;

/// Recipients in the order of their registration.
#[derive(Template)]
#[template(path = "recipients/pages/list.html")]
pub struct List {
    frame: Frame,
    q: String,
    found: Vec<Found>,
    next: Option<String>,
    is_first: bool,
    may_register: bool,
    pending: Vec<(i64, String)>,
}

impl List {
    fn kind(&self, stored: &str) -> String {
        words::kind_word(self.frame.t, stored)
    }

    fn size(&self, stored: &str) -> String {
        words::size_word(self.frame.t, stored)
    }
}

/// Shows those that hold `q`, after the one called `after`.
#[get("/recipients?<q>&<after>")]
pub async fn show(who: Reader, q: Option<&str>, after: Option<i64>, frame: Frame, door: &State<Door>) -> Answer<List> {
    let (c, book_id, q) = (&door.db.read, who.book_id(), q.unwrap_or_default().trim());
    let mut found = store::search(c, book_id, q, after.unwrap_or_default(), LINES + 1).await?;
    let has_more = found.len() > usize::try_from(LINES).unwrap_or(usize::MAX);
    if has_more {
        found.pop();
    }
    let list = frame.href("recipients");
    let next = found.last().filter(|_| has_more);
    let next = next.map(|last| format!("{list}?q={}&after={}", RawStr::new(q).percent_encode(), last.id));
    let mut pending = Vec::new();
    if who.has(Role::Reviewer) {
        for row in store::pending_accounts(c, book_id, None).await? {
            let name = store::by_id(c, book_id, row.recipient).await?.map(|known| known.name).unwrap_or_default();
            pending.push((row.id, name));
        }
    }
    let title = frame.t.s("recipients.list.title");
    Ok(Page::new(List {
        q: q.to_owned(),
        found,
        next,
        is_first: after.is_none(),
        may_register: who.has(Role::Clerk) || who.has(Role::Manager),
        pending,
        frame: frame.page("recipients", title),
    }))
}
