//! Going out.

use rocket::http::CookieJar;
use rocket::response::{Flash, Redirect};
use rocket::{State, post, uri};

use super::{login, token_in};
use crate::journal::Door;
use crate::kernel::Error;
use crate::people::actions::{self, Visit};
use crate::web::csrf::new_session_cookie;
use crate::web::{Frame, Settings};

/// Ends the session, if there is one, and takes the cookie away.
#[post("/logout")]
pub async fn sign_out(
    frame: Frame,
    visit: &Visit,
    cookies: &CookieJar<'_>,
    settings: &State<Settings>,
    door: &State<Door>,
) -> Result<Flash<Redirect>, Error> {
    if let Some(token) = token_in(cookies, settings) {
        actions::sign_out(door, visit, &token).await?;
    }
    cookies.remove(new_session_cookie(settings.tls, String::new()));
    let to_login = Redirect::to(uri!(login::show(Option::<&str>::None)));
    Ok(Flash::success(to_login, frame.t.s("people.logout.done")))
}
