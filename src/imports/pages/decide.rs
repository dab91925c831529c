//! A second person looks at a file as a whole and signs it or refuses it.

use std::collections::HashMap;

use askama::Template;
use rocket::form::Form;
use rocket::{State, get, post};

use super::detail::decides;
use super::{Decider, words};
use crate::imports::actions;
use crate::imports::reading::What;
use crate::imports::rules::ImportState;
use crate::imports::store::{self, ImportView, PolicyEffect};
use crate::journal::Door;
use crate::kernel::Error;
use crate::kernel::money::Fen;
use crate::web::{ABSENT, Fields, Frame, Page, Reply};

/// What signing an import does.
#[derive(Template)]
#[template(path = "imports/pages/decide.html")]
pub struct Decision {
    frame: Frame,
    form: Fields,
    view: ImportView,
    names: HashMap<String, String>,
    effects: Vec<PolicyEffect>,
    warned: Vec<(&'static str, i64)>,
    /// Whether this person brought the file, and so does not decide on it.
    own: bool,
}

impl Decision {
    fn what(&self) -> &'static str {
        words::what(self.frame.t, self.view.what)
    }

    fn warning(&self, code: &str) -> &'static str {
        words::warning(self.frame.t, code)
    }

    fn name(&self, uid: impl AsRef<str>) -> &str {
        self.names.get(uid.as_ref()).map_or(ABSENT, String::as_str)
    }

    fn is_policies(&self) -> bool {
        self.view.what == What::Policies
    }

    /// In words what happens on signing.
    fn consequence(&self) -> &'static str {
        let t = self.frame.t;
        match self.view.what {
            What::Policies => t.s("imports.decide.policies"),
            What::Grants => t.s("imports.decide.grants"),
            What::History => t.s("imports.decide.history"),
        }
    }

    /// What is available of a budget afterwards.
    fn after(&self, effect: &PolicyEffect) -> Option<Fen> {
        if self.is_policies() { Some(effect.sum) } else { effect.available.checked_sub(effect.sum) }
    }

    fn is_short(&self, effect: &PolicyEffect) -> bool {
        self.after(effect).is_none_or(|after| after.get() < 0)
    }
}

async fn page(who: &Decider, id: i64, frame: Frame, form: Fields, door: &Door) -> Result<Decision, Error> {
    let (c, book_id) = (&door.db.read, who.book_id());
    let view = store::by_id(c, book_id, id).await?;
    if !decides(who, view.what) {
        return Err(Error::Forbidden);
    }
    let effects = store::by_policy(c, book_id, &view).await?;
    let warned = store::warned_by_kind(c, book_id, &view, &words::WARNINGS).await?;
    let names = store::names(c, book_id).await?;
    let t = frame.t;
    let (list, up) = (frame.href("imports"), frame.href(&format!("imports/{id}")));
    let of = t.f("imports.detail.title").with("id", id).with("what", words::what(t, view.what));
    let frame = frame.page("imports", t.s("imports.decide.title")).crumb(list, t.s("imports.title")).crumb(up, of);
    let own = view.prepared_person == who.actor().person;
    Ok(Decision { frame, form, view, names, effects, warned, own })
}

/// Shows what signing does; an import that does not wait is shown itself.
#[get("/imports/<id>/review")]
pub async fn show(
    who: Decider,
    id: i64,
    frame: Frame,
    door: &State<Door>,
) -> Result<Result<Page<Decision>, Reply<Decision>>, Error> {
    let up = frame.href(&format!("imports/{id}"));
    let page = page(&who, id, frame, Fields::new(), door).await?;
    let waits = page.view.state == ImportState::Submitted;
    Ok(if waits { Ok(Page::new(page)) } else { Err(Reply::done(up, "")) })
}

/// Signs the rows with the digest that was shown.
#[post("/imports/<id>/approve", data = "<form>")]
pub async fn approve(
    who: Decider,
    id: i64,
    form: Form<Fields>,
    frame: Frame,
    door: &State<Door>,
) -> Result<Reply<Decision>, Error> {
    let mut form = form.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, id, frame, form, door).await?)) };
    let digest = form.value("digest").to_owned();
    match actions::approve(door, who.ask(key, "approve_import"), id, digest).await {
        Ok(_) => Ok(Reply::done(frame.href(&format!("imports/{id}")), frame.t.s("imports.approved"))),
        Err(error) => Ok(Reply::again(page(&who, id, frame, form.take(error)?, door).await?)),
    }
}

/// Refuses the file whole.
#[post("/imports/<id>/refuse", data = "<form>")]
pub async fn refuse(
    who: Decider,
    id: i64,
    form: Form<Fields>,
    frame: Frame,
    door: &State<Door>,
) -> Result<Reply<Decision>, Error> {
    let mut form = form.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, id, frame, form, door).await?)) };
    let reason = form.value("reason").to_owned();
    match actions::refuse(door, who.ask(key, "refuse_import"), id, reason).await {
        Ok(_) => Ok(Reply::done(frame.href(&format!("imports/{id}")), frame.t.s("imports.refused"))),
        Err(error) => Ok(Reply::again(page(&who, id, frame, form.take(error)?, door).await?)),
    }
}
