//! A recipient registered by hand.

use askama::Template;
use rocket::form::Form;
use rocket::{State, get, post};

use super::words::Choices;
use super::{Keeper, particulars};
use crate::journal::Door;
use crate::kernel::Error;
use crate::recipients::actions::{self, RegisterForm};
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// The form.
#[derive(Template)]
#[template(path = "recipients/pages/register.html")]
pub struct Register {
    frame: Frame,
    form: Fields,
    choices: Choices,
}

fn page(frame: Frame, form: Fields) -> Register {
    let (up, t) = (frame.href("recipients"), frame.t);
    let frame = frame.page("recipients", t.s("recipients.new.title")).crumb(up, t.s("recipients.list.title"));
    Register { choices: Choices::new(t), frame, form }
}

/// Shows the form.
#[get("/recipients/new")]
pub fn show(_who: Keeper, frame: Frame) -> Answer<Register> {
    Ok(Page::new(page(frame, Fields::new())))
}

/// Registers the recipient.
#[post("/recipients/new", data = "<form>")]
pub async fn register(
    who: Keeper,
    form: Form<Fields>,
    frame: Frame,
    door: &State<Door>,
) -> Result<Reply<Register>, Error> {
    let mut form = form.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(frame, form))) };
    let typed = RegisterForm {
        id_type: form.value("id_type").to_owned(),
        number: form.value("number").to_owned(),
        particulars: particulars(&form),
    };
    match actions::register(door, who.ask(key, "register_recipient"), typed).await {
        Ok(done) => {
            let to = format!("{}/{}", frame.href("recipients"), done.recipient);
            Ok(Reply::done(to, frame.t.f("recipients.new.done").with("name", form.value("name"))))
        }
        Err(error) => Ok(Reply::again(page(frame, form.take(error)?))),
    }
}
