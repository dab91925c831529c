//! Which book to work in.

use askama::Template;
use rocket::form::Form;
use rocket::{State, get, post};

use crate::journal::{Door, Head};
use crate::kernel::Error;
use crate::people::actions::{self, Visit};
use crate::people::books_of;
use crate::people::guards::{SignedIn, words};
use crate::people::role::Role;
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// The books in which this person has a role.
#[derive(Template)]
#[template(path = "people/pages/book.html")]
pub struct Choice {
    frame: Frame,
    books: Vec<(Head, Vec<Role>)>,
    chosen: Option<i64>,
}

impl Choice {
    fn words(&self, roles: &[Role]) -> String {
        words(self.frame.t, roles)
    }

    fn is_chosen(&self, head: &Head) -> bool {
        self.chosen == Some(head.book_id)
    }
}

/// Shows the choice.
#[get("/book")]
pub async fn show(who: SignedIn, frame: Frame, door: &State<Door>) -> Answer<Choice> {
    let books = books_of(&door.db.read, &who.actor().uid).await?;
    let title = frame.t.s("people.book.title");
    Ok(Page::new(Choice { frame: frame.page("", title), books, chosen: who.session().book_id }))
}

/// Turns this session to the book.
#[post("/book", data = "<form>")]
pub async fn choose(
    who: SignedIn,
    form: Form<Fields>,
    visit: &Visit,
    door: &State<Door>,
) -> Result<Reply<Choice>, Error> {
    let book_id = form.value("book").parse().map_err(|_| Error::NotFound)?;
    actions::choose_book(door, visit, who.session(), book_id).await?;
    Ok(Reply::done("/", ""))
}
