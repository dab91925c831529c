//! One's own password.

use askama::Template;
use rocket::form::Form;
use rocket::http::CookieJar;
use rocket::{State, get, post};

use super::{keep_token, repeated};
use crate::journal::Door;
use crate::kernel::Error;
use crate::people::actions::{self, Visit};
use crate::people::guards::SignedIn;
use crate::people::rules::PASSWORD_CHARS_MIN;
use crate::web::{Fields, Frame, Page, Reply, Settings};

/// The form for another password.
#[derive(Template)]
#[template(path = "people/pages/password.html")]
pub struct Password {
    frame: Frame,
    form: Fields,
    login: String,
    chars_min: usize,
}

impl Password {
    fn new(frame: Frame, form: Fields, who: &SignedIn) -> Self {
        let title = frame.t.s("people.password.title");
        Self { frame: frame.page("", title), form, login: who.actor().login.clone(), chars_min: PASSWORD_CHARS_MIN }
    }
}

/// Shows the form.
#[get("/password")]
pub fn show(who: SignedIn, frame: Frame) -> Page<Password> {
    Page::new(Password::new(frame, Fields::new(), &who))
}

/// Changes the password; every session ends and this browser gets a new one.
#[post("/password", data = "<form>")]
pub async fn change(
    who: SignedIn,
    form: Form<Fields>,
    frame: Frame,
    visit: &Visit,
    cookies: &CookieJar<'_>,
    settings: &State<Settings>,
    door: &State<Door>,
) -> Result<Reply<Password>, Error> {
    let mut form = form.into_inner();
    let Some(new) = repeated(&mut form, "new").map(ToOwned::to_owned) else {
        return Ok(Reply::again(Password::new(frame, form, &who)));
    };
    match actions::change_password(door, visit, who.session(), form.as_typed("old"), &new).await {
        Ok(entry) => {
            keep_token(cookies, settings, entry.token);
            Ok(Reply::done("/password", frame.t.s("people.password.done")))
        }
        Err(error) => Ok(Reply::again(Password::new(frame, form.take(error)?, &who))),
    }
}
