//! History that was taken over wrongly is undone whole, by two people.

use std::collections::HashMap;

use askama::Template;
use rocket::form::Form;
use rocket::{State, get, post};

use super::{Undoer, words};
use crate::imports::actions;
use crate::imports::rules::ImportState;
use crate::imports::store::{self, ImportView, PolicyEffect};
use crate::journal::Door;
use crate::kernel::Error;
use crate::people::{Admission, In, Reviewer, Role};
use crate::web::{ABSENT, Answer, Fields, Frame, Page, Reply};

/// What undoing an import does.
#[derive(Template)]
#[template(path = "imports/pages/undo.html")]
pub struct Undoing {
    frame: Frame,
    form: Fields,
    view: ImportView,
    names: HashMap<String, String>,
    effects: Vec<PolicyEffect>,
    /// Whether somebody prepared it already.
    pending: bool,
    /// Whether this person prepared it, and so does not decide on it.
    own: bool,
    reviews: bool,
}

impl Undoing {
    fn name(&self, uid: impl AsRef<str>) -> &str {
        self.names.get(uid.as_ref()).map_or(ABSENT, String::as_str)
    }

    fn can_be_undone(&self) -> bool {
        self.pending || self.view.state == ImportState::Approved
    }
}

async fn page<A: Admission>(who: &In<A>, id: i64, frame: Frame, form: Fields, door: &Door) -> Result<Undoing, Error> {
    let (c, book_id) = (&door.db.read, who.book_id());
    let view = store::by_id(c, book_id, id).await?;
    let effects = store::by_policy(c, book_id, &view).await?;
    let names = store::names(c, book_id).await?;
    let t = frame.t;
    let (list, up) = (frame.href("imports"), frame.href(&format!("imports/{id}")));
    let of = t.f("imports.detail.title").with("id", id).with("what", words::what(t, view.what));
    let frame = frame.page("imports", t.s("imports.undo.title")).crumb(list, t.s("imports.title")).crumb(up, of);
    let own = view.undo_person.as_deref() == Some(who.actor().person.as_str());
    let pending = view.state == ImportState::UndoPending;
    let reviews = who.has(Role::Reviewer);
    Ok(Undoing { frame, form, view, names, effects, pending, own, reviews })
}

/// Shows what undoing does.
#[get("/imports/<id>/undo")]
pub async fn show(who: Undoer, id: i64, frame: Frame, door: &State<Door>) -> Answer<Undoing> {
    Ok(Page::new(page(&who, id, frame, Fields::new(), door).await?))
}

/// Prepares that an import be undone.
#[post("/imports/<id>/undo", data = "<form>")]
pub async fn prepare(
    who: Undoer,
    id: i64,
    form: Form<Fields>,
    frame: Frame,
    door: &State<Door>,
) -> Result<Reply<Undoing>, Error> {
    let mut form = form.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, id, frame, form, door).await?)) };
    let reason = form.value("reason").to_owned();
    match actions::prepare_undo(door, who.ask(key, "prepare_undo"), id, reason).await {
        Ok(_) => Ok(Reply::done(frame.href(&format!("imports/{id}")), frame.t.s("imports.undo.prepared"))),
        Err(error) => Ok(Reply::again(page(&who, id, frame, form.take(error)?, door).await?)),
    }
}

/// Has the import undone.
#[post("/imports/<id>/undo/approve", data = "<form>")]
pub async fn approve(
    who: Reviewer,
    id: i64,
    form: Form<Fields>,
    frame: Frame,
    door: &State<Door>,
) -> Result<Reply<Undoing>, Error> {
    let mut form = form.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, id, frame, form, door).await?)) };
    match actions::approve_undo(door, who.ask(key, "approve_undo"), id).await {
        Ok(_) => Ok(Reply::done(frame.href(&format!("imports/{id}")), frame.t.s("imports.undo.approved"))),
        Err(error) => Ok(Reply::again(page(&who, id, frame, form.take(error)?, door).await?)),
    }
}

/// Lets the import stand.
#[post("/imports/<id>/undo/refuse", data = "<form>")]
pub async fn refuse(
    who: Reviewer,
    id: i64,
    form: Form<Fields>,
    frame: Frame,
    door: &State<Door>,
) -> Result<Reply<Undoing>, Error> {
    let mut form = form.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, id, frame, form, door).await?)) };
    let reason = form.value("reason").to_owned();
    match actions::refuse_undo(door, who.ask(key, "refuse_undo"), id, reason).await {
        Ok(_) => Ok(Reply::done(frame.href(&format!("imports/{id}")), frame.t.s("imports.undo.refused"))),
        Err(error) => Ok(Reply::again(page(&who, id, frame, form.take(error)?, door).await?)),
    }
}
