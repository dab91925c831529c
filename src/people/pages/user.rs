//! One colleague: roles in this book, account on or off.

use askama::Template;
use rocket::form::Form;
use rocket::{State, get, post};

use crate::journal::Door;
use crate::kernel::{Error, Result};
use crate::people::actions::{self, Listed, Visit, user_in};
use crate::people::guards::Administrator;
use crate::people::role::Role;
use crate::web::form::Choice;
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// An account with its roles in this book.
#[derive(Template)]
#[template(path = "people/pages/user.html")]
pub struct User {
    frame: Frame,
    form: Fields,
    listed: Listed,
    /// Roles that the person does not have yet.
    choices: Vec<Choice>,
    /// Whether it is the administrator's own account, whose roles somebody else changes.
    own: bool,
}

async fn page(who: &Administrator, login: &str, frame: Frame, form: Fields, door: &Door) -> Result<User> {
    let listed = user_in(door, who.book_id(), login).await?;
    let t = frame.t;
    let open = Role::ALL.into_iter().filter(|role| !listed.roles.contains(role));
    let choices = open.map(|role| Choice::new(role.code(), t.s(role.key()))).collect();
    let up = frame.href("users");
    let frame = frame.page("users", &listed.account.actor.name).crumb(up, t.s("people.users.title"));
    let own = listed.account.actor.person == who.actor().person;
    Ok(User { frame, form, listed, choices, own })
}

/// Shows the account.
#[get("/users/of/<login>")]
pub async fn show(who: Administrator, login: &str, frame: Frame, door: &State<Door>) -> Answer<User> {
    Ok(Page::new(page(&who, login, frame, Fields::new(), door).await?))
}

/// Done: back to the account with a message. Refused: the account with the reason.
async fn answered<V>(
    who: &Administrator,
    login: &str,
    frame: Frame,
    form: Fields,
    door: &Door,
    result: Result<V>,
    done: &'static str,
) -> Result<Reply<User>> {
    match result {
        Ok(_) => Ok(Reply::done(format!("{}/{login}", frame.href("users/of")), frame.t.s(done))),
        Err(error) => Ok(Reply::again(page(who, login, frame, form.take(error)?, door).await?)),
    }
}

/// Gives a role.
#[post("/users/of/<login>/give", data = "<form>")]
pub async fn give(
    who: Administrator,
    login: &str,
    form: Form<Fields>,
    frame: Frame,
    visit: &Visit,
    door: &State<Door>,
) -> Result<Reply<User>, Error> {
    let mut form = form.into_inner();
    let (key, role) = (form.key(), form.read("role", Role::parse));
    let (Some(key), Some(role)) = (key, role) else {
        return Ok(Reply::again(page(&who, login, frame, form, door).await?));
    };
    let given = actions::give_role(door, visit, who.ask(key, "give_role"), login, role).await;
    answered(&who, login, frame, form, door, given, "people.role.given").await
}

/// Withdraws a role.
#[post("/users/of/<login>/withdraw", data = "<form>")]
pub async fn withdraw(
    who: Administrator,
    login: &str,
    form: Form<Fields>,
    frame: Frame,
    visit: &Visit,
    door: &State<Door>,
) -> Result<Reply<User>, Error> {
    let mut form = form.into_inner();
    let (key, role) = (form.key(), form.read("role", Role::parse));
    let (Some(key), Some(role)) = (key, role) else {
        return Ok(Reply::again(page(&who, login, frame, form, door).await?));
    };
    let withdrawn = actions::withdraw_role(door, visit, who.ask(key, "withdraw_role"), login, role).await;
    answered(&who, login, frame, form, door, withdrawn, "people.role.withdrawn").await
}

/// Disables the account; its sessions end at once.
#[post("/users/of/<login>/disable")]
pub async fn disable(
    who: Administrator,
    login: &str,
    frame: Frame,
    visit: &Visit,
    door: &State<Door>,
) -> Result<Reply<User>, Error> {
    let uid = user_in(door, who.book_id(), login).await?.account.actor.uid;
    let disabled = actions::disable_user(door, visit, &who.authority(), &uid).await;
    answered(&who, login, frame, Fields::new(), door, disabled, "people.user.disabled").await
}

/// Enables the account again.
#[post("/users/of/<login>/enable")]
pub async fn enable(
    who: Administrator,
    login: &str,
    frame: Frame,
    visit: &Visit,
    door: &State<Door>,
) -> Result<Reply<User>, Error> {
    let uid = user_in(door, who.book_id(), login).await?.account.actor.uid;
    let enabled = actions::enable_user(door, visit, &who.authority(), &uid).await;
    answered(&who, login, frame, Fields::new(), door, enabled, "people.user.enabled").await
}
