//! The gate before every changing request. It is a fairing, so that a route cannot forget it.
//!
//! A request that changes something must come from a page of this program: by the browser's own word (`Sec-Fetch-Site`,
//! `Origin`) and by a token that only such a page knows. The token is a hash of the session cookie, so it needs no storage
//! and dies with the session; before sign-in a cookie of 128 random bits takes the session's place.

use rocket::data::Data;
use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::uri::Origin;
use rocket::http::{Cookie, Method, SameSite};
use rocket::request::Request;
use rocket::{Route, get, routes, uri};
use sha2::{Digest, Sha256};

use super::Settings;
use super::error::Rejected;
use super::form::CSRF_FIELD;

/// The header in which htmx sends the token.
pub const CSRF_HEADER: &str = "X-CSRF-Token";

/// The token stands in the first field, so this many bytes of a body hold it in either encoding; Rocket lets no more be
/// looked at.
const PEEK_BYTES: usize = 512;

/// The name of the session cookie. The `__Host-` prefix makes the browser refuse it from anywhere but this host over TLS.
pub const fn session_cookie(tls: bool) -> &'static str {
    if tls { "__Host-session" } else { "session" }
}

/// A session cookie with this value and everything else as it must be. It ends with the browser; the server ends it sooner.
pub fn new_session_cookie(tls: bool, value: String) -> Cookie<'static> {
    Cookie::build((session_cookie(tls), value)).path("/").http_only(true).same_site(SameSite::Lax).secure(tls).build()
}

/// The token for the forms of this request's answer; gives the browser a cookie first if it has none.
pub(super) fn token(request: &Request<'_>, settings: &Settings) -> String {
    if let Some(cookie) = request.cookies().get(session_cookie(settings.tls)) {
        return token_of(cookie.value());
    }
    let fresh: &Fresh = request.local_cache(|| {
        let value = settings.chance.token();
        request.cookies().add(new_session_cookie(settings.tls, value.clone()));
        Fresh(value)
    });
    token_of(&fresh.0)
}

/// The value of a cookie that this answer sets.
struct Fresh(String);

fn token_of(session: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(b"relief-ledger-csrf");
    hash.update(session.as_bytes());
    hex::encode(hash.finalize())
}

/// The gate.
pub(super) struct Gate;

#[rocket::async_trait]
impl Fairing for Gate {
    fn info(&self) -> Info {
        Info { name: "changing requests come from our own pages", kind: Kind::Request }
    }

    /// A fairing cannot answer, so what may not pass is sent to the route that says so.
    async fn on_request(&self, request: &mut Request<'_>, data: &mut Data<'_>) {
        if matches!(request.method(), Method::Get | Method::Head | Method::Options | Method::Trace) {
            return;
        }
        let passes = from_own_page(request) && holds_token(request, data).await;
        if !passes {
            tracing::warn!(method = %request.method(), path = %request.uri().path(), "request from a foreign page refused");
            request.set_method(Method::Get);
            let closed: Origin<'static> = uri!(closed);
            request.set_uri(closed);
        }
    }
}

/// What the browser says about the page the request comes from. Old ones say nothing: then the token alone decides.
fn from_own_page(request: &Request<'_>) -> bool {
    if let Some(site) = request.headers().get_one("Sec-Fetch-Site") {
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = request.headers().get_one("Origin") else { return true };
    let host = request.headers().get_one("Host").unwrap_or_default();
    origin.split_once("://").is_some_and(|(_, origin_host)| !host.is_empty() && origin_host.eq_ignore_ascii_case(host))
}

async fn holds_token(request: &Request<'_>, data: &mut Data<'_>) -> bool {
    let Some(settings) = request.rocket().state::<Settings>() else { return false };
    let Some(session) = request.cookies().get(session_cookie(settings.tls)) else { return false };
    let expected = token_of(session.value());
    if let Some(sent) = request.headers().get_one(CSRF_HEADER) {
        return same(sent.as_bytes(), expected.as_bytes());
    }
    let is_multipart = request.content_type().is_some_and(|kind| kind.is_form_data());
    let start = data.peek(PEEK_BYTES).await;
    let sent = if is_multipart { first_part(start) } else { first_pair(start) };
    sent.is_some_and(|sent| same(sent, expected.as_bytes()))
}

/// The value of the first pair of an urlencoded body, if it is the token's.
fn first_pair(start: &[u8]) -> Option<&[u8]> {
    let value = start.strip_prefix(CSRF_FIELD.as_bytes())?.strip_prefix(b"=")?;
    value.split(|byte| *byte == b'&').next()
}

/// The value of the first part of a multipart body, if it is the token's.
fn first_part(start: &[u8]) -> Option<&[u8]> {
    let head_end = find(start, b"\r\n\r\n")?;
    let (head, value) = (start.get(..head_end)?, start.get(head_end + 4..)?);
    find(head, format!("name=\"{CSRF_FIELD}\"").as_bytes())?;
    value.get(..find(value, b"\r\n")?)
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

/// Compares in a time that does not depend on where the first difference is.
fn same(sent: &[u8], expected: &[u8]) -> bool {
    sent.len() == expected.len() && sent.iter().zip(expected).fold(0, |bits, (one, other)| bits | (one ^ other)) == 0
}

pub(super) fn routes() -> Vec<Route> {
    routes![closed]
}

/// Where requests end that did not pass the gate.
#[get("/closed")]
fn closed() -> Rejected {
    Rejected::ForeignPage
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_found_in_the_first_field_of_either_encoding_and_nowhere_else() {
        assert_eq!(first_pair(b"csrf=abc&amount=1"), Some(&b"abc"[..]));
        assert_eq!(first_pair(b"amount=1&csrf=abc"), None);
        let part = b"--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nabc\r\n--x--";
        assert_eq!(first_part(part), Some(&b"abc"[..]));
        assert_eq!(first_part(b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\ncsrf\r\n"), None);
        assert_eq!(first_part(b""), None);
    }

    #[test]
    fn a_token_belongs_to_one_session() {
        assert_ne!(token_of("one"), token_of("two"));
        assert!(same(b"abc", b"abc"));
        assert!(!same(b"abc", b"abd") && !same(b"ab", b"abc"));
    }
}
