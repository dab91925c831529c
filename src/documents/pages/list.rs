//! The documents of a book, and the numbers that it names and under which none is filed.

use askama::Template;
use rocket::{State as Managed, get};

use super::OfKeeper;
use crate::documents::rules::Kind;
use crate::documents::store::{self, Document, Filter, Missing};
use crate::journal::{Door, Names};
use crate::people::{Admission, Reader};
use crate::web::form::Choice;
use crate::web::{Answer, Fields, Frame, Page};

/// Documents on one page.
const ROWS_EACH: u64 = 50;
/// Numbers without a document that are shown.
const MISSING_MAX: usize = 8;
/// The same where all are asked for.
const MISSING_ALL: usize = 1_000;

/// The list.
#[derive(Template)]
#[template(path = "documents/pages/list.html")]
pub struct List {
    frame: Frame,
    form: Fields,
    kinds: Vec<Choice>,
    documents: Vec<Document>,
    missing: Vec<Missing>,
    missing_count: i64,
    names: Names,
    onward: Option<i64>,
    is_filtered: bool,
    /// Whether this person files documents.
    keeps: bool,
}

impl List {
    fn kind(&self, document: &Document) -> &'static str {
        self.frame.t.s(document.kind.key())
    }

    fn size(&self, document: &Document) -> String {
        super::show::size(self.frame.t, document.bytes)
    }

    fn subject(&self, missing: &Missing) -> &'static str {
        self.frame.t.s(&format!("exports.subject.{}", missing.subject))
    }

    /// How many numbers are not shown.
    fn hidden(&self) -> i64 {
        self.missing_count - i64::try_from(self.missing.len()).unwrap_or(self.missing_count)
    }

    /// Where a document is filed under a number.
    fn filing(&self, missing: &Missing) -> String {
        let number = rocket::http::RawStr::new(&missing.number).percent_encode().to_string();
        self.frame.to(&format!("documents/new?number={number}"))
    }
}

/// Shows the list, newest first.
#[get("/documents?<q>&<kind>&<before>&<all>")]
pub async fn show(
    who: Reader,
    q: Option<&str>,
    kind: Option<&str>,
    before: Option<i64>,
    all: Option<&str>,
    frame: Frame,
    door: &Managed<Door>,
) -> Answer<List> {
    let door = &who.looking(door).await?;
    let (c, book_id, t) = (&door.db.read, who.book_id(), frame.t);
    let (q, kind) = (q.unwrap_or_default().trim(), kind.and_then(Kind::from_code));
    let filter = Filter { text: q.to_owned(), kind };
    let mut documents = store::documents(c, book_id, &filter, (before.unwrap_or(i64::MAX), ROWS_EACH + 1)).await?;
    let is_more = documents.len() as u64 > ROWS_EACH;
    documents.truncate(usize::try_from(ROWS_EACH).unwrap_or(usize::MAX));
    let (missing, missing_count) =
        store::missing(c, book_id, if all.is_some() { MISSING_ALL } else { MISSING_MAX }).await?;
    let kinds = Kind::ALL.map(|kind| Choice::new(kind.code(), t.s(kind.key())));
    Ok(Page::new(List {
        form: Fields::new().with("q", q).with("kind", kind.map_or("", Kind::code)),
        kinds: kinds.to_vec(),
        onward: documents.last().map(|last| last.id).filter(|_| is_more),
        is_filtered: !q.is_empty() || kind.is_some() || before.is_some(),
        documents,
        missing,
        missing_count,
        names: Names::read(c, book_id).await?,
        keeps: OfKeeper::ROLES.iter().any(|role| who.acts(*role)),
        frame: frame.following_position().page("documents", t.s("documents.title")),
    }))
}
