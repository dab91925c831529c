//! Demands of which something is to come, by age, and all of them.

use askama::Template;
use rocket::{State as Managed, get};

use super::words::{self, Look};
use crate::journal::Door;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::people::Reader;
use crate::recoveries::rules::Age;
use crate::recoveries::store::{self, Demand, Waiting};
use crate::web::{Answer, Frame, Page};

/// Demands on one page.
const ROWS_EACH: u64 = 50;
/// Papers that wait and are shown above the list.
const WAITING_MAX: u64 = 20;

/// An age with what is open of it.
pub struct Aging {
    age: Age,
    n: i64,
    sum: Fen,
}

/// The list.
#[derive(Template)]
#[template(path = "recoveries/pages/list.html")]
pub struct List {
    frame: Frame,
    demands: Vec<Demand>,
    /// What a second person must decide on.
    waiting: Vec<Waiting>,
    ageing: Vec<Aging>,
    /// The largest sum of an age, for the bars.
    most: Fen,
    total: (i64, Fen),
    age: Option<Age>,
    all: bool,
    today: Day,
    back: String,
    onward: String,
    /// Whether nothing was ever demanded.
    is_new: bool,
}

impl List {
    fn look(&self, demand: &Demand) -> Look {
        words::demand(self.frame.t, demand)
    }

    fn word(&self, age: &Age) -> &'static str {
        self.frame.t.s(age.key())
    }

    fn of(&self, demand: &Demand) -> &'static str {
        demand.age(self.today).map_or(crate::web::ABSENT, |age| self.frame.t.s(age.key()))
    }

    fn at(&self, age: &Age) -> String {
        self.frame.to(&format!("recoveries?age={}", age.code()))
    }

    /// What somebody wants of a paper that waits.
    fn wanted(&self, one: &Waiting) -> &'static str {
        self.frame.t.s(match (one.kind.as_str(), one.is_undo) {
            ("receipt", false) => "recoveries.waits.receipt",
            ("receipt", true) => "recoveries.waits.receipt_undo",
            ("offset", false) => "recoveries.waits.offset",
            ("offset", true) => "recoveries.waits.offset_undo",
            (_, false) => "recoveries.waits.demand",
            (_, true) => "recoveries.waits.demand_undo",
        })
    }

    /// Where it is decided on.
    fn paper(&self, one: &Waiting) -> String {
        let pages = match one.kind.as_str() {
            "receipt" => "receipts",
            "offset" => "offsets",
            _ => "recoveries",
        };
        self.frame.href(&format!("{pages}/{}", one.id))
    }

    fn is(&self, age: &Age) -> bool {
        self.age == Some(*age)
    }
}

/// Shows the list.
#[get("/recoveries?<age>&<all>&<page>")]
pub async fn show(
    who: Reader,
    age: Option<&str>,
    all: Option<bool>,
    page: Option<u64>,
    frame: Frame,
    door: &Managed<Door>,
) -> Answer<List> {
    let door = &who.looking(door).await?;
    let (c, book_id) = (&door.db.read, who.book_id());
    let today = door.surroundings.clock.now().day();
    let (age, all, page) = (age.and_then(Age::from_code), all.unwrap_or(false), page.unwrap_or(0).min(100_000));
    let mut demands = store::demands(c, book_id, (age, today), all, (page * ROWS_EACH, ROWS_EACH + 1)).await?;
    let is_more = demands.len() as u64 > ROWS_EACH;
    demands.truncate(usize::try_from(ROWS_EACH).unwrap_or(usize::MAX));
    let ageing = store::ageing(c, book_id, today).await?;
    let total =
        ageing.values().fold((0, Fen::ZERO), |(n, sum), (more, fen)| (n + more, sum.checked_add(*fen).unwrap_or(sum)));
    let is_new =
        demands.is_empty() && total.0 == 0 && store::demands(c, book_id, (None, today), true, (0, 1)).await?.is_empty();
    let link = |page: u64| {
        let age = age.map_or_else(String::new, |age| format!("&age={}", age.code()));
        let all = if all { "&all=true" } else { "" };
        frame.to(&format!("recoveries?page={page}{age}{all}"))
    };
    let title = frame.t.s("recoveries.title");
    Ok(Page::new(List {
        most: ageing.values().map(|(_, sum)| *sum).max().unwrap_or(Fen::ZERO),
        ageing: ageing.into_iter().map(|(age, (n, sum))| Aging { age, n, sum }).collect(),
        back: if page > 0 { link(page - 1) } else { String::new() },
        onward: if is_more { link(page + 1) } else { String::new() },
        frame: frame.following_position().page("recoveries", title),
        demands,
        waiting: store::to_decide_papers(c, book_id, WAITING_MAX).await?,
        total,
        age,
        all,
        today,
        is_new,
    }))
}
