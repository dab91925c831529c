//! The one table from an error to a status and a page. The text of a page says what happened, what was kept and what to do;
//! what a machine would say goes to the log under the reference that the page shows.

use askama::Template;
use rocket::http::{Header, Status};
use rocket::request::Request;
use rocket::response::{self, Redirect, Responder, Response};
use rocket::{Catcher, catch, catchers};

use super::frame::Frame;
use super::i18n::T;
use super::page::{html_response, is_fragment};
use super::preferences::local;
use super::{Settings, preferences};
use crate::kernel::Error;

/// How one kind of error appears: its status, the stem of its texts (`STEM.title`, `STEM.what`, `STEM.kept`, `STEM.todo`)
/// and after how many seconds a retry makes sense.
#[derive(Debug, Clone, Copy)]
struct Kind {
    status: Status,
    stem: &'static str,
    retry_after_s: Option<u32>,
}

const fn kind(status: Status, stem: &'static str) -> Kind {
    Kind { status, stem, retry_after_s: None }
}

const REFUSED: Kind = kind(Status::UnprocessableEntity, "frame.error.refused");
const KEY_CONFLICT: Kind = kind(Status::Conflict, "frame.error.key_conflict");
const NOT_FOUND: Kind = kind(Status::NotFound, "frame.error.not_found");
const FORBIDDEN: Kind = kind(Status::Forbidden, "frame.error.forbidden");
const FOREIGN_PAGE: Kind = kind(Status::Forbidden, "frame.error.foreign_page");
const BUSY: Kind = Kind { status: Status::ServiceUnavailable, stem: "frame.error.busy", retry_after_s: Some(5) };
const PREPARING: Kind =
    Kind { status: Status::ServiceUnavailable, stem: "frame.error.preparing", retry_after_s: Some(2) };
const READ_ONLY: Kind = kind(Status::Locked, "frame.error.read_only");
const INTERNAL: Kind = kind(Status::InternalServerError, "frame.error.internal");
const BAD_REQUEST: Kind = kind(Status::BadRequest, "frame.error.bad_request");
const TOO_LARGE: Kind = kind(Status::PayloadTooLarge, "frame.error.too_large");

/// What the error page shows.
#[derive(Debug, Clone)]
pub struct ErrorView {
    /// What it is, in a few words.
    pub title: &'static str,
    /// What happened.
    pub what: String,
    /// That nothing was lost, or what was kept.
    pub kept: &'static str,
    /// What to do.
    pub todo: &'static str,
    /// What the rules say, one sentence each.
    pub sentences: Vec<String>,
    /// Where to find it in the log; empty if there is nothing to find.
    pub reference: String,
    /// Back to where the person came from.
    pub back: String,
    /// How far what is being prepared has come, and how far it goes.
    pub progress: Option<(i64, i64)>,
}

#[derive(Template)]
#[template(path = "web/error.html")]
struct ErrorPage {
    frame: Frame,
    error: ErrorView,
}

#[derive(Template)]
#[template(path = "web/error_bare.html")]
struct BareErrorPage {
    frame: Frame,
    error: ErrorView,
}

#[derive(Template)]
#[template(path = "web/_error_notice.html")]
struct ErrorNotice {
    t: T,
    error: ErrorView,
}

impl<'r> Responder<'r, 'static> for Error {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        match &self {
            Self::SignedOut => sign_in(request),
            Self::Refused(_) => show(request, REFUSED, &self),
            Self::KeyConflict => show(request, KEY_CONFLICT, &self),
            Self::NotFound => show(request, NOT_FOUND, &self),
            Self::Forbidden => show(request, FORBIDDEN, &self),
            Self::Busy(_) => show(request, BUSY, &self),
            Self::Preparing { .. } => show(request, PREPARING, &self),
            Self::ReadOnly(_) => show(request, READ_ONLY, &self),
            Self::Internal(_) => show(request, INTERNAL, &self),
        }
    }
}

/// To the sign-in page, and from there back to where the person wanted to go: for a form that was sent, to the form.
fn sign_in(request: &Request<'_>) -> response::Result<'static> {
    let wanted = match request.headers().get_one("HX-Current-URL") {
        Some(current) => path_of(current),
        None if request.method() == rocket::http::Method::Get => request.uri().to_string(),
        None => came_from(request),
    };
    let to = rocket::uri!("/login").to_string() + "?next=" + &percent_encoded(local(&wanted));
    if is_fragment(request) {
        return Response::build().header(Header::new("HX-Redirect", to)).ok();
    }
    Redirect::to(to).respond_to(request)
}

/// The page on which the person was, if it is one of ours: the browser names it only to its own server.
fn came_from(request: &Request<'_>) -> String {
    request.headers().get_one("Referer").map_or_else(|| "/".to_owned(), path_of)
}

fn path_of(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.find('/').and_then(|start| rest.get(start..)).unwrap_or("/").to_owned()
}

fn percent_encoded(address: &str) -> String {
    rocket::http::RawStr::new(address).percent_encode().to_string()
}

fn show(request: &Request<'_>, kind: Kind, error: &Error) -> response::Result<'static> {
    let t = T(preferences::language(request));
    let view = view_of(request, t, kind, error);
    let mut response = if is_fragment(request) { notice(t, kind, view)? } else { page(request, kind, view)? };
    if let Some(seconds) = kind.retry_after_s {
        response.set_header(Header::new("Retry-After", seconds.to_string()));
        // Nothing was sent, so the browser may ask again by itself.
        if matches!(error, Error::Preparing { .. }) {
            response.set_header(Header::new("Refresh", seconds.to_string()));
        }
    }
    Ok(response)
}

fn view_of(request: &Request<'_>, t: T, kind: Kind, error: &Error) -> ErrorView {
    let text = |part: &str| t.s(&format!("{}.{part}", kind.stem));
    ErrorView {
        title: text("title"),
        what: match error {
            Error::Busy(what) => t.f("frame.error.busy.what").with("what", what).to_string(),
            Error::ReadOnly(code) => t.s(&format!("frame.read_only.{code}")).to_owned(),
            Error::Preparing { done, of } => {
                t.f("frame.error.preparing.what").with("done", t.count(*done)).with("of", t.count(*of)).to_string()
            }
            _ => text("what").to_owned(),
        },
        kept: text("kept"),
        todo: text("todo"),
        sentences: error.refusals().iter().map(|refusal| t.sentence(refusal)).collect(),
        reference: logged(request, error),
        back: local(&came_from(request)).to_owned(),
        progress: match error {
            Error::Preparing { done, of } => Some((*done, *of)),
            _ => None,
        },
    }
}

/// Writes an internal fault to the log and gives the reference under which it is found there.
fn logged(request: &Request<'_>, error: &Error) -> String {
    let Error::Internal(what) = error else { return String::new() };
    let reference = request.rocket().state::<Settings>().map_or_else(String::new, |settings| {
        let token = settings.chance.token().to_uppercase();
        token.chars().take(4).chain(['-']).chain(token.chars().skip(4).take(4)).collect()
    });
    tracing::error!(reference, method = %request.method(), path = %request.uri().path(), what, "internal fault");
    reference
}

/// The whole page: in the frame of the person, or bare where nobody is signed in.
fn page(request: &Request<'_>, kind: Kind, error: ErrorView) -> response::Result<'static> {
    let frame = Frame::of(request).map_err(|_| Status::InternalServerError)?.page("", error.title);
    let html = if frame.seat.person.is_some() {
        ErrorPage { frame, error }.render()
    } else {
        BareErrorPage { frame, error }.render()
    };
    html_response(kind.status, html.map_err(|_| Status::InternalServerError)?)
}

/// For htmx: a notice above the page, whatever part was asked for. The page and what was typed stay.
fn notice(t: T, kind: Kind, error: ErrorView) -> response::Result<'static> {
    let html = ErrorNotice { t, error }.render().map_err(|_| Status::InternalServerError)?;
    let mut response = html_response(kind.status, html)?;
    response.set_header(Header::new("HX-Retarget", "#notices"));
    response.set_header(Header::new("HX-Reswap", "innerHTML"));
    Ok(response)
}

/// What is refused before any rule is asked.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rejected {
    /// A changing request that did not come from one of our pages, or from one that is too old.
    ForeignPage,
}

impl<'r> Responder<'r, 'static> for Rejected {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        match self {
            Self::ForeignPage => show(request, FOREIGN_PAGE, &Error::Forbidden),
        }
    }
}

pub(super) fn catchers() -> Vec<Catcher> {
    catchers![bad_request, forbidden, not_found, too_large, unprocessable, internal, unavailable, other]
}

#[catch(400)]
fn bad_request() -> Caught {
    Caught::of(BAD_REQUEST)
}

#[catch(403)]
fn forbidden() -> Caught {
    Caught::of(FORBIDDEN)
}

#[catch(404)]
fn not_found() -> Caught {
    Caught::of(NOT_FOUND)
}

#[catch(413)]
fn too_large() -> Caught {
    Caught::of(TOO_LARGE)
}

#[catch(422)]
fn unprocessable() -> Caught {
    Caught::of(BAD_REQUEST)
}

#[catch(500)]
fn internal() -> Caught {
    Caught::of(INTERNAL)
}

#[catch(503)]
fn unavailable() -> Caught {
    Caught::of(BUSY)
}

#[catch(default)]
fn other(status: Status, _: &Request<'_>) -> Caught {
    if status == Status::Unauthorized {
        return Caught(Error::SignedOut, None);
    }
    let kind = if status.class().is_server_error() { INTERNAL } else { BAD_REQUEST };
    Caught::of(Kind { status, ..kind })
}

/// What Rocket itself turned down: no route, a guard, a body too large, a panic.
struct Caught(Error, Option<Kind>);

impl Caught {
    fn of(kind: Kind) -> Self {
        let error = match kind.status.code {
            500..=599 => Error::internal(format_args!("the server answered {}", kind.status)),
            404 => Error::NotFound,
            _ => Error::Forbidden,
        };
        Self(error, Some(kind))
    }
}

impl<'r> Responder<'r, 'static> for Caught {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        match self.1 {
            Some(kind) => show(request, kind, &self.0),
            None => self.0.respond_to(request),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::i18n;

    #[test]
    fn every_kind_says_what_happened_what_was_kept_and_what_to_do() {
        let kinds = [
            REFUSED,
            KEY_CONFLICT,
            NOT_FOUND,
            FORBIDDEN,
            FOREIGN_PAGE,
            BUSY,
            PREPARING,
            READ_ONLY,
            INTERNAL,
            BAD_REQUEST,
            TOO_LARGE,
        ];
        for kind in kinds {
            for part in ["title", "what", "kept", "todo"] {
                assert!(i18n::has(&format!("{}.{part}", kind.stem)), "{}.{part}", kind.stem);
            }
        }
    }

    #[test]
    fn an_address_is_cut_to_its_path() {
        assert_eq!(path_of("http://ledger:8000/grants/new?x=1"), "/grants/new?x=1");
        assert_eq!(path_of("http://ledger:8000"), "/");
        assert_eq!(path_of("/grants"), "/grants");
    }
}
