//! The samples of a book.

use askama::Template;
use rocket::{State as Managed, get};

use crate::journal::{Door, Names};
use crate::people::{Reader, Role};
use crate::samples::store::{self, Sample, SamplesPage};
use crate::web::{Answer, Frame, Page};

/// The list.
#[derive(Template)]
#[template(path = "samples/pages/list.html")]
pub struct List {
    frame: Frame,
    page: SamplesPage,
    names: Names,
    /// Whether this person draws.
    draws: bool,
}

impl List {
    fn method(&self, sample: &Sample) -> &'static str {
        self.frame.t.s(&format!("samples.method.{}", sample.method.code()))
    }
}

/// Shows the list, newest first.
#[get("/audit/samples?<before>")]
pub async fn show(who: Reader, before: Option<i64>, frame: Frame, door: &Managed<Door>) -> Answer<List> {
    let door = &who.looking(door).await?;
    let (c, book_id, title) = (&door.db.read, who.book_id(), frame.t.s("samples.title"));
    Ok(Page::new(List {
        page: store::samples(c, book_id, before).await?,
        names: Names::read(c, book_id).await?,
        draws: who.has(Role::Auditor),
        frame: frame.following_position().page("samples", title),
    }))
}
