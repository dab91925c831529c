//! An account for a new colleague.

use askama::Template;
use rocket::form::Form;
use rocket::{State, get, post};

use super::repeated;
use crate::journal::Door;
use crate::kernel::Error;
use crate::people::actions::{self, NewUser, Visit};
use crate::people::guards::Administrator;
use crate::people::rules::PASSWORD_CHARS_MIN;
use crate::web::{Fields, Frame, Page, Reply};

/// The form for a new account.
#[derive(Template)]
#[template(path = "people/pages/user_new.html")]
pub struct UserNew {
    frame: Frame,
    form: Fields,
    chars_min: usize,
}

impl UserNew {
    fn new(frame: Frame, form: Fields) -> Self {
        let (title, list) = (frame.t.s("people.user.add"), frame.t.s("people.users.title"));
        let up = frame.href("users");
        Self { frame: frame.page("users", title).crumb(up, list), form, chars_min: PASSWORD_CHARS_MIN }
    }
}

/// Shows the form.
#[get("/users/new")]
pub fn show(_who: Administrator, frame: Frame) -> Page<UserNew> {
    Page::new(UserNew::new(frame, Fields::new()))
}

/// Makes the account and goes on to its roles.
#[post("/users/new", data = "<form>")]
pub async fn add(
    who: Administrator,
    form: Form<Fields>,
    frame: Frame,
    visit: &Visit,
    door: &State<Door>,
) -> Result<Reply<UserNew>, Error> {
    let mut form = form.into_inner();
    let Some(password) = repeated(&mut form, "password").map(ToOwned::to_owned) else {
        return Ok(Reply::again(UserNew::new(frame, form)));
    };
    let new = NewUser { login: form.value("login").to_owned(), name: form.value("name").to_owned(), password };
    match actions::add_user(door, visit, &who.authority(), &new).await {
        Ok(made) => {
            let to = format!("{}/{}", frame.href("users/of"), made.login);
            Ok(Reply::done(to, frame.t.f("people.user.added").with("name", made.name)))
        }
        Err(error) => Ok(Reply::again(UserNew::new(frame, form.take(error)?))),
    }
}
