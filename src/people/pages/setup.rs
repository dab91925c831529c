//! The first start: the first administrator, and the first book where there is none.

use askama::Template;
use rocket::form::Form;
use rocket::{State, get, post};

use super::repeated;
use crate::journal::{Door, Head, Keeper, NewBook};
use crate::kernel::Error;
use crate::people::actions::{self, FirstSetup, NewUser, Visit};
use crate::people::rules::PASSWORD_CHARS_MIN;
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// The form of the first start.
#[derive(Template)]
#[template(path = "people/pages/setup.html")]
pub struct Setup {
    frame: Frame,
    form: Fields,
    /// Whether the first book is made as well.
    with_book: bool,
    chars_min: usize,
}

impl Setup {
    async fn new(frame: Frame, form: Fields, door: &Door) -> Result<Self, Error> {
        let with_book = Head::all(&door.db.read).await?.is_empty();
        let title = frame.t.s("people.setup.title");
        Ok(Self { frame: frame.page("", title), form, with_book, chars_min: PASSWORD_CHARS_MIN })
    }
}

/// Shows the form, if the link works.
#[get("/setup/<token>")]
pub async fn show(token: &str, frame: Frame, door: &State<Door>) -> Answer<Setup> {
    if !actions::setup_opens(door, token).await? {
        return Err(Error::NotFound);
    }
    Ok(Page::new(Setup::new(frame, Fields::new(), door).await?))
}

/// Makes account and book; the link is used up.
#[post("/setup/<token>", data = "<form>")]
pub async fn set_up(
    token: &str,
    form: Form<Fields>,
    frame: Frame,
    visit: &Visit,
    keeper: &State<Keeper>,
    door: &State<Door>,
) -> Result<Reply<Setup>, Error> {
    let mut form = form.into_inner();
    let Some(password) = repeated(&mut form, "password").map(ToOwned::to_owned) else {
        return Ok(Reply::again(Setup::new(frame, form, door).await?));
    };
    let text = |name| form.value(name).to_owned();
    let first = FirstSetup {
        user: NewUser { login: text("login"), name: text("name"), password },
        book: NewBook {
            code: text("book_code").to_lowercase(),
            name: text("book_name"),
            division: text("book_division"),
        },
    };
    match actions::first_setup(door, keeper, visit, token, &first).await {
        Ok(_) => Ok(Reply::done("/login", frame.t.s("people.setup.done"))),
        Err(error) => Ok(Reply::again(Setup::new(frame, form.take(error)?, door).await?)),
    }
}
