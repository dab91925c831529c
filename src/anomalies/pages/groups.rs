//! The groups behind a question, and the grants behind a group.

use askama::Template;
use rocket::{State, get};

use super::asked::{carried, read};
use super::file::stem;
use crate::anomalies::{Found, Kind, Opened, Row, open};
use crate::journal::{Door, Keeper};
use crate::kernel::Error;
use crate::people::Reader;
use crate::web::{Answer, Fields, Frame, Page};

/// Rows of a page.
const EACH: usize = 100;

/// The groups, or the grants of one.
#[derive(Template)]
#[template(path = "anomalies/pages/groups.html")]
pub struct Groups {
    frame: Frame,
    kind: Kind,
    whole: Found,
    groups: Vec<Opened>,
    /// Of one group, where one is opened.
    rows: Vec<Row>,
    is_opened: bool,
    asked: String,
    /// Where the next page is.
    next: Option<String>,
    /// Where the page before is.
    previous: Option<String>,
    /// Position of the book.
    at: i64,
    /// The name of the file, without ending.
    stem: String,
    /// Whether this machine can sign the book as it was at the position.
    signs: bool,
}

impl Groups {
    fn why(&self, group: &Opened) -> String {
        group.why.sentence(self.frame.t)
    }

    fn definition(&self) -> &'static str {
        self.kind.definition(self.frame.t)
    }

    fn href(&self, group: &Opened) -> String {
        let (path, code) = (self.frame.href("audit/anomalies"), self.kind.code());
        format!("{path}/{code}{}&group={}", self.asked, group.id)
    }

    fn file(&self) -> String {
        let (path, lang) = (self.frame.href("audit/anomalies/rows.csv"), self.frame.t.lang().code());
        format!("{path}{}&kind={}&lang={lang}", self.asked, self.kind.code())
    }

    fn sum_key(&self) -> &'static str {
        let of_approvals = self.kind.is_of_approvals();
        self.frame.t.s(if of_approvals { "anomalies.sum.approved" } else { "anomalies.sum.net" })
    }
}

/// Shows the groups of a question; with `group` the grants of one.
#[get("/audit/anomalies/<kind>?<form..>")]
pub async fn show(
    who: Reader,
    kind: &str,
    mut form: Fields,
    frame: Frame,
    door: &State<Door>,
    keeper: &State<Keeper>,
) -> Answer<Groups> {
    let kind = Kind::from_code(kind).ok_or(Error::NotFound)?;
    let today = door.surroundings.clock.now().day();
    // The form stands on the page above, which says what is wrong with it.
    let asked = read(&mut form, today).ok_or(Error::NotFound)?;
    let group: Option<i64> = form.filled("group").and_then(|id| id.parse().ok());
    let page: usize = form.value("page").parse().unwrap_or(0).min(usize::MAX / EACH - 1);
    let window = (group, page * EACH, EACH + 1);
    let clocks = (asked.as_of, asked.at);
    let (at, whole, mut groups, mut rows) = open(&door.db, who.head(), clocks, (kind, &asked.lines), window).await?;
    let is_opened = group.is_some();
    let shown = if is_opened { rows.len() } else { groups.len() };
    rows.truncate(EACH);
    groups.truncate(EACH);
    let (t, carried) = (frame.t, carried(&form));
    let all = format!("{}/{}{carried}", frame.href("audit/anomalies"), kind.code());
    let here = group.map_or_else(|| all.clone(), |id| format!("{all}&group={id}"));
    let next = (shown > EACH).then(|| format!("{here}&page={}", page + 1));
    let previous = page.checked_sub(1).map(|page| format!("{here}&page={page}"));
    let up = format!("{}{carried}", frame.href("audit/anomalies"));
    let title = kind.title(t);
    let frame = frame.page("anomalies", title).following_clocks().crumb(up, t.s("anomalies.title"));
    let frame = if is_opened { frame.crumb(all, title) } else { frame };
    let signs = keeper.signs_at(&door.db.read, who.head(), at).await?;
    let stem = stem(&who.head().code, Some(kind), asked.as_of);
    let asked = carried;
    Ok(Page::new(Groups { frame, kind, whole, groups, rows, is_opened, asked, next, previous, at, stem, signs }))
}
