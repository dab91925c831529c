//! Changed particulars, with the reason.

use askama::Template;
use rocket::form::Form;
use rocket::{State, get, post};

use super::detail::known;
use super::words::Choices;
use super::{Keeper, particulars};
use crate::journal::Door;
use crate::kernel::{Error, Result};
use crate::recipients::actions::{self, ChangeForm};
use crate::recipients::store::Recipient;
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// The form, filled with what is registered.
#[derive(Template)]
#[template(path = "recipients/pages/change.html")]
pub struct Change {
    frame: Frame,
    form: Fields,
    recipient: Recipient,
    choices: Choices,
}

fn page(recipient: Recipient, frame: Frame, form: Fields) -> Change {
    let (up, t) = (frame.href("recipients"), frame.t);
    let own = format!("{up}/{}", recipient.id);
    let frame = frame
        .page("recipients", t.s("recipients.change.title"))
        .crumb(up, t.s("recipients.list.title"))
        .crumb(own, &recipient.name);
    Change { choices: Choices::new(t), frame, form, recipient }
}

/// Shows the form.
#[get("/recipients/<id>/change")]
pub async fn show(who: Keeper, id: i64, frame: Frame, door: &State<Door>) -> Answer<Change> {
    let recipient = known(door, who.book_id(), id).await?;
    let form = Fields::new()
        .with("name", &recipient.name)
        .with("kind", &recipient.kind)
        .with("subdistrict", &recipient.subdistrict)
        .with("industry", &recipient.industry)
        .with("size", &recipient.size);
    Ok(Page::new(page(recipient, frame, form)))
}

/// Changes the particulars.
#[post("/recipients/<id>/change", data = "<form>")]
pub async fn change(
    who: Keeper,
    id: i64,
    form: Form<Fields>,
    frame: Frame,
    door: &State<Door>,
) -> Result<Reply<Change>, Error> {
    let mut form = form.into_inner();
    let recipient = known(door, who.book_id(), id).await?;
    let Some(key) = form.key() else { return Ok(Reply::again(page(recipient, frame, form))) };
    let typed = ChangeForm { recipient: id, particulars: particulars(&form), reason: form.value("reason").to_owned() };
    match actions::change(door, who.ask(key, "change_recipient"), typed).await {
        Ok(_) => Ok(Reply::done(format!("{}/{id}", frame.href("recipients")), frame.t.s("recipients.change.done"))),
        Err(error) => Ok(Reply::again(page(recipient, frame, form.take(error)?))),
    }
}
