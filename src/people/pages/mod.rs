//! Coming in, going out, one's own password, the choice of a book, the first start, and who may do what.

pub mod book;
pub mod login;
pub mod logout;
pub mod password;
pub mod setup;
pub mod user;
pub mod user_new;
pub mod users;

use rocket::http::CookieJar;
use rocket::response::Redirect;
use rocket::{Catcher, Route, catch, catchers, routes};

use super::guards::NO_BOOK;
use crate::kernel::Refusal;
use crate::web::csrf::{new_session_cookie, session_cookie};
use crate::web::{Fields, Settings};

/// All routes.
pub fn routes() -> Vec<Route> {
    routes![
        book::show,
        book::choose,
        login::show,
        login::sign_in,
        logout::sign_out,
        password::show,
        password::change,
        setup::show,
        setup::set_up,
        user::show,
        user::give,
        user::withdraw,
        user::disable,
        user::enable,
        user_new::show,
        user_new::add,
        users::show,
    ]
}

/// Leads whoever has not chosen a book to the choice.
pub fn catchers() -> Vec<Catcher> {
    debug_assert_eq!(NO_BOOK.code, 428);
    catchers![no_book]
}

#[catch(428)]
fn no_book() -> Redirect {
    Redirect::to(rocket::uri!(book::show))
}

/// The token in the cookie of a request.
fn token_in(cookies: &CookieJar<'_>, settings: &Settings) -> Option<String> {
    cookies.get(session_cookie(settings.tls)).map(|cookie| cookie.value().to_owned())
}

/// Gives the browser the token of a session.
fn keep_token(cookies: &CookieJar<'_>, settings: &Settings, token: String) {
    cookies.add(new_session_cookie(settings.tls, token));
}

/// The password in `field`, if the field `again` repeats it.
fn repeated<'f>(form: &'f mut Fields, field: &'static str) -> Option<&'f str> {
    if form.as_typed(field) != form.as_typed("again") {
        form.refuse(Refusal::new("password_repeat").at("again"));
        return None;
    }
    Some(form.as_typed(field))
}
