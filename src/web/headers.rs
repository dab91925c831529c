//! Headers that every answer has, whatever route made it.

use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::Header;
use rocket::request::Request;
use rocket::response::Response;

use super::Settings;

/// The nonce of one answer, for the rare inline script or style.
struct Nonce(String);

/// The nonce of this request; the same one stands in the page and in the header.
pub(super) fn nonce<'r>(request: &'r Request<'_>, settings: &Settings) -> &'r str {
    &request.local_cache(|| Nonce(settings.chance.token())).0
}

/// Adds the headers. HSTS is left to whoever ends TLS.
pub(super) struct Headers;

const FIXED: [(&str, &str); 4] = [
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
];

#[rocket::async_trait]
impl Fairing for Headers {
    fn info(&self) -> Info {
        Info { name: "response headers", kind: Kind::Response }
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        for (name, value) in FIXED {
            response.set_header(Header::new(name, value));
        }
        // What a person sees here is not for the next person at the same machine; embedded files say otherwise themselves.
        if !response.headers().contains("Cache-Control") {
            response.set_header(Header::new("Cache-Control", "no-store"));
        }
        if let Some(settings) = request.rocket().state::<Settings>() {
            response.set_header(Header::new("Content-Security-Policy", policy(nonce(request, settings))));
        }
    }
}

/// Everything comes from this server; nothing inline but what carries the nonce.
fn policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}
