//! Money that was granted and has not reached its recipient yet: by policy and age, each figure opening to its rows.

use std::collections::BTreeMap;

use askama::Template;
use rocket::{State as Managed, get};

use crate::journal::Door;
use crate::kernel::Error;
use crate::kernel::money::Fen;
use crate::people::Reader;
use crate::policies;
use crate::recoveries::rules::{Age, Undelivered};
use crate::recoveries::store::{self, Aged, UndeliveredRow};
use crate::web::{Answer, Frame, Page};

/// Rows on one page.
const ROWS_EACH: u64 = 100;
/// The ages that money on its way may have.
const AGES: [Age; 4] = [Age::To30, Age::To90, Age::To180, Age::Beyond];

/// One figure.
pub struct Figure {
    sum: Fen,
    n: i64,
    href: String,
}

/// One policy and why its money was not delivered.
pub struct Line {
    policy: i64,
    code: String,
    title: String,
    why: &'static str,
    figures: Vec<Figure>,
    total: Figure,
}

/// The table.
#[derive(Template)]
#[template(path = "recoveries/pages/undelivered.html")]
pub struct Table {
    frame: Frame,
    ages: Vec<&'static str>,
    lines: Vec<Line>,
    totals: Vec<Fen>,
    total: (i64, Fen),
}

fn add(sum: Fen, more: Fen) -> Fen {
    sum.checked_add(more).unwrap_or(sum)
}

fn line(
    frame: &Frame,
    names: &BTreeMap<i64, (String, String)>,
    (policy, why): (i64, Undelivered),
    aged: &Aged,
) -> Line {
    let href = |age: Option<Age>| {
        let age = age.map_or_else(String::new, |age| format!("&age={}", age.code()));
        frame.to(&format!("undelivered/rows?policy={policy}&why={}{age}", why.code()))
    };
    // A day ahead can only be one of a clock that was wrong: it counts as today.
    let of = |age: Age| {
        let ages = if age == Age::To30 { vec![Age::Ahead, age] } else { vec![age] };
        let figures = ages.into_iter().filter_map(|age| aged.get(&age));
        figures.fold((0, Fen::ZERO), |(n, sum), (more, fen)| (n + more, add(sum, *fen)))
    };
    let figures = AGES.into_iter().map(|age| {
        let (n, sum) = of(age);
        Figure { sum, n, href: href(Some(age)) }
    });
    let (n, sum) = AGES.into_iter().map(of).fold((0, Fen::ZERO), |(n, sum), (more, fen)| (n + more, add(sum, fen)));
    let (code, title) = names.get(&policy).cloned().unwrap_or_default();
    Line {
        policy,
        code,
        title,
        why: frame.t.s(why.key()),
        figures: figures.collect(),
        total: Figure { sum, n, href: href(None) },
    }
}

/// Shows the table.
#[get("/undelivered")]
pub async fn show(who: Reader, frame: Frame, door: &Managed<Door>) -> Answer<Table> {
    let door = &who.looking(door).await?;
    let (c, book_id) = (&door.db.read, who.book_id());
    let today = door.surroundings.clock.now().day();
    let found = store::undelivered(c, book_id, today).await?;
    let policies = policies::all(c, book_id).await?;
    let names: BTreeMap<i64, (String, String)> =
        policies.into_iter().map(|policy| (policy.id, (policy.code, policy.title))).collect();
    let title = frame.t.s("recoveries.undelivered.title");
    let frame = frame.following_position().page("undelivered", title);
    let lines: Vec<Line> = found.iter().map(|(key, aged)| line(&frame, &names, *key, aged)).collect();
    let total = lines.iter().fold((0, Fen::ZERO), |(n, sum), one| (n + one.total.n, add(sum, one.total.sum)));
    let column = |at: usize| {
        lines.iter().filter_map(|line| line.figures.get(at)).fold(Fen::ZERO, |sum, figure| add(sum, figure.sum))
    };
    Ok(Page::new(Table {
        totals: (0..AGES.len()).map(column).collect(),
        ages: AGES.iter().map(|age| frame.t.s(age.key())).collect(),
        lines,
        total,
        frame,
    }))
}

/// The rows behind a figure.
#[derive(Template)]
#[template(path = "recoveries/pages/undelivered_rows.html")]
pub struct Rows {
    frame: Frame,
    rows: Vec<UndeliveredRow>,
    sum: Fen,
    onward: String,
    first: String,
    code: String,
}

/// Shows them.
#[get("/undelivered/rows?<policy>&<why>&<age>&<after>")]
pub async fn rows(
    who: Reader,
    policy: i64,
    why: &str,
    age: Option<&str>,
    after: Option<i64>,
    frame: Frame,
    door: &Managed<Door>,
) -> Answer<Rows> {
    let door = &who.looking(door).await?;
    let (c, book_id, t) = (&door.db.read, who.book_id(), frame.t);
    let today = door.surroundings.clock.now().day();
    let (why, age) = (Undelivered::from_code(why).ok_or(Error::NotFound)?, age.and_then(Age::from_code));
    let found = policies::by_id(c, book_id, policy).await?.ok_or(Error::NotFound)?;
    let after = after.unwrap_or(0);
    let mut rows = store::undelivered_rows(c, book_id, (policy, why, age), today, (after, ROWS_EACH + 1)).await?;
    let is_more = rows.len() as u64 > ROWS_EACH;
    rows.truncate(usize::try_from(ROWS_EACH).unwrap_or(usize::MAX));
    let age_code = age.map_or_else(String::new, |age| format!("&age={}", age.code()));
    let here = frame.to(&format!("undelivered/rows?policy={policy}&why={}{age_code}", why.code()));
    let last = rows.last().map_or(0, |row| row.grant);
    let title = [t.s(why.key()), age.map_or("", |age| t.s(age.key()))].join(" ");
    let up = frame.href("undelivered");
    Ok(Page::new(Rows {
        sum: Fen::sum(rows.iter().map(|row| row.amount)).unwrap_or(Fen::ZERO),
        onward: if is_more { format!("{here}&after={last}") } else { String::new() },
        first: if after > 0 { here } else { String::new() },
        frame: frame.following_position().page("undelivered", title).crumb(up, t.s("recoveries.undelivered.title")),
        code: found.code,
        rows,
    }))
}
