//! The one way in which a template becomes an answer.

use askama::Template;
use rocket::http::{ContentType, Header, Status};
use rocket::request::Request;
use rocket::response::{self, Flash, Redirect, Responder, Response};

use crate::kernel::Error;

/// What a handler that shows something returns.
pub type Answer<P> = Result<Page<P>, Error>;

/// A template, whole page or htmx fragment, on its way to the browser.
#[derive(Debug)]
pub struct Page<P> {
    template: P,
    status: Status,
}

impl<P: Template> Page<P> {
    /// A page that shows what was asked for.
    pub const fn new(template: P) -> Self {
        Self { template, status: Status::Ok }
    }

    /// A form that comes back with what was typed and what is wrong with it.
    pub const fn refused(template: P) -> Self {
        Self { template, status: Status::UnprocessableEntity }
    }

    /// A page with another status.
    pub const fn with_status(template: P, status: Status) -> Self {
        Self { template, status }
    }
}

impl<'r, P: Template> Responder<'r, 'static> for Page<P> {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        match self.template.render() {
            Ok(html) => html_response(self.status, html),
            Err(error) => Error::internal(error).respond_to(request),
        }
    }
}

/// The answer of a rendered page; the headers that every answer has are added by the fairing.
pub(super) fn html_response(status: Status, html: String) -> response::Result<'static> {
    let bytes = html.into_bytes();
    Response::build().status(status).header(ContentType::HTML).sized_body(bytes.len(), std::io::Cursor::new(bytes)).ok()
}

/// What a handler that changes something returns: `Result<Reply<P>, Error>`.
#[derive(Debug)]
pub enum Reply<P> {
    /// Done: go to this address and say this there.
    Done {
        /// An address of this program.
        to: String,
        /// What was done; empty says nothing.
        message: String,
    },
    /// Refused: the form again, with everything that was typed.
    Again(Page<P>),
}

impl<P: Template> Reply<P> {
    /// It is done: the browser goes on to `to`, where `message` is shown.
    pub fn done(to: impl ToString, message: impl ToString) -> Self {
        Self::Done { to: to.to_string(), message: message.to_string() }
    }

    /// It was refused: the same form with what was typed.
    pub const fn again(template: P) -> Self {
        Self::Again(Page::refused(template))
    }
}

impl<'r, P: Template> Responder<'r, 'static> for Reply<P> {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        match self {
            Self::Done { to, message } => move_to(request, to, &message),
            Self::Again(page) => page.respond_to(request),
        }
    }
}

/// Sends the browser on. htmx would follow a redirect inside its target, so it is told in its own way.
fn move_to(request: &Request<'_>, to: String, message: &str) -> response::Result<'static> {
    let onward = if is_fragment(request) {
        Response::build().header(Header::new("HX-Redirect", to)).finalize()
    } else {
        Redirect::to(to).respond_to(request)?
    };
    if message.is_empty() { Ok(onward) } else { Flash::success(Onward(onward), message).respond_to(request) }
}

/// A response that is already made.
struct Onward(Response<'static>);

impl<'r> Responder<'r, 'static> for Onward {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        Ok(self.0)
    }
}

/// Whether htmx asked, and so wants a part of a page.
pub fn is_fragment(request: &Request<'_>) -> bool {
    request.headers().contains("HX-Request")
}
