//! A document is filed: its number, what it is, and its scan.

use askama::Template;
use rocket::form::{Form, FromForm};
use rocket::fs::TempFile;
use rocket::{State as Managed, get, post};

use super::Keeper;
use crate::documents::actions::{self, DocumentForm};
use crate::documents::rules::Kind;
use crate::journal::Door;
use crate::kernel::Error;
use crate::web::form::{Choice, KEY_FIELD};
use crate::web::{Answer, Fields, Frame, Page, Reply, bytes_of, file_name_of};

/// The form.
#[derive(Template)]
#[template(path = "documents/pages/new.html")]
pub struct New {
    frame: Frame,
    form: Fields,
    kinds: Vec<Choice>,
}

fn page(frame: Frame, form: Fields) -> New {
    let (t, up) = (frame.t, frame.href("documents"));
    let kinds = Kind::ALL.map(|kind| Choice::new(kind.code(), t.s(kind.key())));
    New {
        frame: frame.page("documents", t.s("documents.new")).crumb(up, t.s("documents.title")),
        kinds: kinds.to_vec(),
        form,
    }
}

/// Shows the form.
#[get("/documents/new?<number>")]
pub async fn show(_who: Keeper, number: Option<&str>, frame: Frame) -> Answer<New> {
    Ok(Page::new(page(frame, Fields::new().with("number", number.unwrap_or_default()))))
}

/// A form with a file.
#[derive(FromForm)]
pub struct Sent<'r> {
    #[field(default = "")]
    request_key: &'r str,
    #[field(default = "")]
    number: &'r str,
    #[field(default = "")]
    title: &'r str,
    #[field(default = "")]
    kind: &'r str,
    #[field(default = "")]
    dated_on: &'r str,
    file: Option<TempFile<'r>>,
}

/// Files a document.
#[post("/documents/new", data = "<sent>")]
pub async fn file(who: Keeper, sent: Form<Sent<'_>>, frame: Frame, door: &Managed<Door>) -> Result<Reply<New>, Error> {
    let mut form = Fields::new()
        .with(KEY_FIELD, sent.request_key)
        .with("number", sent.number)
        .with("title", sent.title)
        .with("kind", sent.kind)
        .with("dated_on", sent.dated_on);
    let Some(key) = form.key() else { return Ok(Reply::again(page(frame, form))) };
    let typed = |name: &str| form.value(name).to_owned();
    let new = DocumentForm {
        number: typed("number"),
        title: typed("title"),
        kind: typed("kind"),
        dated_on: typed("dated_on"),
        file_name: file_name_of(sent.file.as_ref()),
    };
    let bytes = bytes_of(sent.file.as_ref()).await?;
    match actions::file(door, who.ask(key, "file_document"), new, bytes).await {
        Ok(filed) => {
            let to = frame.href(&format!("documents/{}", filed.document));
            Ok(Reply::done(to, frame.t.s("documents.filed")))
        }
        Err(error) => Ok(Reply::again(page(frame, form.take(error)?))),
    }
}
