//! Who has an account, and what each may do in this book.

use askama::Template;
use rocket::{State, get};

use crate::journal::Door;
use crate::people::actions::{Listed, users_in};
use crate::people::guards::{Administrator, words};
use crate::people::role::Role;
use crate::web::{Answer, Frame, Page};

/// The list of accounts.
#[derive(Template)]
#[template(path = "people/pages/users.html")]
pub struct Users {
    frame: Frame,
    users: Vec<Listed>,
}

impl Users {
    fn words(&self, roles: &[Role]) -> String {
        words(self.frame.t, roles)
    }
}

/// Shows the list.
#[get("/users")]
pub async fn show(who: Administrator, frame: Frame, door: &State<Door>) -> Answer<Users> {
    let users = users_in(door, who.book_id()).await?;
    let title = frame.t.s("people.users.title");
    Ok(Page::new(Users { frame: frame.page("users", title), users }))
}
