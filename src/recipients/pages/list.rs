//! The list of recipients.

use askama::Template;
use rocket::http::RawStr;
use rocket::{State, get};

use super::words;
use crate::journal::Door;
use crate::kernel::keyset::Near;
use crate::people::{Reader, Role};
use crate::recipients::store::{self, Found};
use crate::web::{Answer, Frame, Page, Pager};

/// Lines of one page.
const LINES: usize = 100;

/// Recipients in the order of their registration.
#[derive(Template)]
#[template(path = "recipients/pages/list.html")]
pub struct List {
    frame: Frame,
    q: String,
    found: Vec<Found>,
    pager: Pager,
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

/// Shows those that hold `q`, behind the one called `after` or before the one called `before`.
#[get("/recipients?<q>&<after>&<before>")]
pub async fn show(
    who: Reader,
    q: Option<&str>,
    after: Option<i64>,
    before: Option<i64>,
    frame: Frame,
    door: &State<Door>,
) -> Answer<List> {
    let door = &who.looking(door).await?;
    let (c, book_id, q) = (&door.db.read, who.book_id(), q.unwrap_or_default().trim());
    let cut = store::search(c, book_id, q, Near::of(after, before), LINES).await?;
    let asked = if q.is_empty() { String::new() } else { format!("q={}", RawStr::new(q).percent_encode()) };
    let pager = Pager::new(&frame.href("recipients"), &frame.clocks.asked(&asked), &cut, |one| one.id.to_string());
    let mut pending = Vec::new();
    if who.acts(Role::Reviewer) {
        for row in store::pending_accounts(c, book_id, None).await? {
            let name = store::by_id(c, book_id, row.recipient).await?.map(|known| known.name).unwrap_or_default();
            pending.push((row.id, name));
        }
    }
    let title = frame.t.s("recipients.list.title");
    Ok(Page::new(List {
        q: q.to_owned(),
        found: cut.rows,
        pager,
        may_register: who.acts(Role::Clerk) || who.acts(Role::Manager),
        pending,
        frame: frame.following_position().page("recipients", title),
    }))
}
