//! Coming in.

use askama::Template;
use rocket::form::Form;
use rocket::http::CookieJar;
use rocket::{State, get, post};

use super::{keep_token, token_in};
use crate::journal::Door;
use crate::kernel::Error;
use crate::people::actions::{self, Visit, no_accounts};
use crate::web::{Answer, Fields, Frame, Page, Reply, Settings, local};

/// The sign-in page.
#[derive(Template)]
#[template(path = "people/pages/login.html")]
pub struct Login {
    frame: Frame,
    form: Fields,
    /// Nobody can sign in yet: the set-up link comes first.
    first: bool,
}

/// Asks for login and password; `next` is where the person wanted to go.
#[get("/login?<next>")]
pub async fn show(next: Option<&str>, frame: Frame, door: &State<Door>) -> Answer<Login> {
    let form = Fields::new().with("next", local(next.unwrap_or("/")));
    Ok(Page::new(login(frame, form, no_accounts(door).await?)))
}

fn login(frame: Frame, form: Fields, first: bool) -> Login {
    let title = frame.t.s("people.login.title");
    Login { frame: frame.page("", title), form, first }
}

/// Signs in, always with a new session; a session that the browser had before ends.
#[post("/login", data = "<form>")]
pub async fn sign_in(
    form: Form<Fields>,
    frame: Frame,
    visit: &Visit,
    cookies: &CookieJar<'_>,
    settings: &State<Settings>,
    door: &State<Door>,
) -> Result<Reply<Login>, Error> {
    let form = form.into_inner();
    let entry = match actions::sign_in(door, visit, form.value("login"), form.as_typed("password")).await {
        Ok(entry) => entry,
        Err(error) => return Ok(Reply::again(login(frame, form.take(error)?, no_accounts(door).await?))),
    };
    if let Some(before) = token_in(cookies, settings) {
        actions::sign_out(door, visit, &before).await?;
    }
    keep_token(cookies, settings, entry.token);
    let to = if entry.book_id.is_some() { local(form.value("next")) } else { "/book" };
    Ok(Reply::done(to, ""))
}
