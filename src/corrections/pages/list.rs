//! All corrections, the newest first.

use std::collections::HashMap;

use askama::Template;
use rocket::{State as Managed, get};

use super::{Look, look};
use crate::corrections::store::{self, Correction};
use crate::grants;
use crate::journal::{Door, Names};
use crate::people::Reader;
use crate::web::{Answer, Frame, Page};

/// Corrections on one page.
const ROWS_EACH: u64 = 50;

/// The list.
#[derive(Template)]
#[template(path = "corrections/pages/list.html")]
pub struct List {
    frame: Frame,
    corrections: Vec<Correction>,
    /// References of the wrong grants.
    references: HashMap<i64, String>,
    names: Names,
    first: String,
    onward: String,
}

impl List {
    fn look(&self, correction: &Correction) -> Look {
        look(self.frame.t, correction.state)
    }

    fn wrong(&self, correction: &Correction) -> &str {
        self.references.get(&correction.grant).map_or("", String::as_str)
    }
}

/// Shows the list.
#[get("/corrections?<before>")]
pub async fn show(who: Reader, before: Option<i64>, frame: Frame, door: &Managed<Door>) -> Answer<List> {
    let door = &who.looking(door).await?;
    let (c, book_id) = (&door.db.read, who.book_id());
    let mut corrections = store::corrections(c, book_id, None, (before.unwrap_or(i64::MAX), ROWS_EACH + 1)).await?;
    let is_more = corrections.len() as u64 > ROWS_EACH;
    corrections.truncate(usize::try_from(ROWS_EACH).unwrap_or(usize::MAX));
    let ids: Vec<i64> = corrections.iter().map(|correction| correction.grant).collect();
    let wrong = grants::grants(c, book_id, &ids).await?;
    let last = corrections.last().map_or(0, |correction| correction.id);
    let title = frame.t.s("corrections.title");
    Ok(Page::new(List {
        references: wrong.into_iter().map(|grant| (grant.id, grant.content.reference)).collect(),
        names: Names::read(c, book_id).await?,
        first: if before.is_some() { frame.href("corrections") } else { String::new() },
        onward: if is_more { frame.to(&format!("corrections?before={last}")) } else { String::new() },
        frame: frame.following_position().page("corrections", title),
        corrections,
    }))
}
