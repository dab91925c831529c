//! One document: what it is, which records name it, and its file.

use askama::Template;
use rocket::form::Form as Sent;
use rocket::http::ContentType;
use rocket::{State as Managed, get, post};

use super::{Keeper, OfKeeper, OfTaker, Taker};
use crate::documents::actions;
use crate::documents::store::{self, Document, NamedBy};
use crate::journal::{Door, Names};
use crate::kernel::{Error, Result};
use crate::people::{Admission, In, Reader};
use crate::web::{Answer, Download, Fields, Frame, Page, Reply, T};

/// Records that are shown.
const NAMED_MAX: u64 = 100;

/// The document.
#[derive(Template)]
#[template(path = "documents/pages/show.html")]
pub struct Shown {
    frame: Frame,
    form: Fields,
    document: Document,
    /// Others under the same number.
    others: Vec<Document>,
    named_by: Vec<NamedBy>,
    names: Names,
    /// Whether this person takes the file away.
    takes: bool,
    /// Whether this person strikes it.
    keeps: bool,
}

impl Shown {
    fn kind(&self) -> &'static str {
        self.frame.t.s(self.document.kind.key())
    }

    fn size(&self) -> String {
        size(self.frame.t, self.document.bytes)
    }

    fn subject(&self, named: &NamedBy) -> &'static str {
        self.frame.t.s(&format!("exports.subject.{}", named.subject))
    }
}

/// How large a file is, in words.
pub(super) fn size(t: T, bytes: i64) -> String {
    let kib = (bytes + 1_023) / 1_024;
    if kib < 1_024 {
        format!("{} KB", t.count(kib))
    } else {
        format!("{}.{} MB", kib / 1_024, kib % 1_024 * 10 / 1_024)
    }
}

async fn page<A: Admission>(who: &In<A>, id: i64, frame: Frame, form: Fields, door: &Door) -> Result<Shown> {
    let (c, book_id, t) = (&door.db.read, who.book_id(), frame.t);
    let document = store::document(c, book_id, id).await?;
    let mut others = store::numbered(c, book_id, &document.number).await?;
    others.retain(|other| other.id != id);
    let up = frame.href("documents");
    let acts = |roles: &[crate::people::Role]| roles.iter().any(|role| who.acts(*role));
    Ok(Shown {
        named_by: store::named_by(c, book_id, &document.number, NAMED_MAX).await?,
        names: Names::read(c, book_id).await?,
        takes: OfTaker::ROLES.iter().any(|role| who.has(*role)),
        keeps: document.struck.is_none() && acts(OfKeeper::ROLES),
        frame: frame.following_position().page("documents", document.number.clone()).crumb(up, t.s("documents.title")),
        form,
        document,
        others,
    })
}

/// Shows it.
#[get("/documents/<id>")]
pub async fn show(who: Reader, id: i64, frame: Frame, door: &Managed<Door>) -> Answer<Shown> {
    let door = &who.looking(door).await?;
    Ok(Page::new(page(&who, id, frame, Fields::new(), door).await?))
}

/// Its file as it was sent.
#[get("/documents/<id>/file")]
pub async fn bytes(who: Taker, id: i64, door: &Managed<Door>) -> Result<Download, Error> {
    let (c, book_id) = (&door.db.read, who.book_id());
    let document = store::document(c, book_id, id).await?;
    let kind = ContentType::from_extension(document.media.code()).unwrap_or(ContentType::Binary);
    Ok(Download { bytes: store::bytes_of(c, book_id, &document).await?, name: document.file_name, kind })
}

/// Strikes it.
#[post("/documents/<id>/strike", data = "<sent>")]
pub async fn strike(
    who: Keeper,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, id, frame, form, door).await?)) };
    match actions::strike(door, who.ask(key, "strike_document"), id, form.value("reason").to_owned()).await {
        Ok(_) => Ok(Reply::done(frame.href(&format!("documents/{id}")), frame.t.s("documents.struck"))),
        Err(error) => Ok(Reply::again(page(&who, id, frame, form.take(error)?, door).await?)),
    }
}
