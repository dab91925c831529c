//! What surrounds every page: language, look, who sits in front of it, which book, which moment, and what a form needs.

use std::sync::{Arc, OnceLock};

use rocket::http::Status;
use rocket::outcome::Outcome;
use rocket::request::{self, FlashMessage, FromRequest, Request};

use super::clocks::Clocks;
use super::form::Fields;
use super::i18n::T;
use super::nav::Section;
use super::{Settings, csrf, headers, preferences};
use crate::kernel::clock::Chance;
use crate::kernel::dates::Day;
use crate::kernel::{Error, Result};

pub use super::preferences::Theme;

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The name as colleagues know it.
    pub name: String,
    /// The login name.
    pub login: String,
    /// The person's roles in this book, as words in the language of the page.
    pub roles: String,
}

/// Which book is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookLabel {
    /// The book's code, which is part of addresses and file names.
    pub code: String,
    /// The fund authority's name.
    pub name: String,
    /// The last position in the book.
    pub head: i64,
}

/// Who sits in front of the page and what that person may reach: known to the features, shown by the frame.
#[derive(Debug, Clone, Default)]
pub struct Seat {
    /// Nobody before sign-in.
    pub person: Option<Person>,
    /// No book before one is chosen.
    pub book: Option<BookLabel>,
    /// The address of the book without a trailing slash; `""` if the book stands at the root.
    pub base: String,
    /// The places this person may go to, from [`super::nav::sections`].
    pub nav: Vec<Section>,
    /// Whether the book holds demonstration data; then every page says so.
    pub demo: bool,
    /// Whether `BASE/search?q=` answers.
    pub search: bool,
    /// The day of today in Shanghai, as the quiet clock shows it.
    pub today: String,
}

/// A message that one request leaves for the page after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// `success`, `warning` or `danger`.
    pub kind: String,
    /// What was done, in the person's language.
    pub text: String,
}

/// A step of the way to this page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crumb {
    /// Where it leads.
    pub href: String,
    /// What it is called.
    pub text: String,
}

/// Which clocks a page follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Follows {
    Nothing,
    Position,
    Both,
}

/// What surrounds a page. A page struct holds it under the name `frame`; handlers get it as a request guard.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The translator, for templates.
    pub t: T,
    /// Light or dark.
    pub theme: Theme,
    /// The page's title, in the browser's tab and in the head.
    pub title: String,
    /// The [`super::nav::Item::id`] of the place that the page belongs to.
    pub active: &'static str,
    /// The way to this page.
    pub crumbs: Vec<Crumb>,
    /// Who sits here.
    pub seat: Seat,
    /// The moment that is asked for.
    pub clocks: Clocks,
    /// Which of the clocks the page follows; one that follows none shows how things stand now, and says so.
    follows: Follows,
    /// This page's address: path and query.
    pub here: String,
    /// This page's path alone.
    pub path: String,
    /// Proof that a form comes from this program; `_form.html` puts it into each one.
    pub csrf: String,
    /// For the rare inline script or style.
    pub nonce: String,
    /// What the request before has left to say.
    pub message: Option<Message>,
    chance: Arc<dyn Chance>,
}

impl Frame {
    /// The frame of a request. Whoever knows the person has called [`Frame::seat`] before; else nobody is signed in.
    pub fn of(request: &Request<'_>) -> Result<Self> {
        let settings =
            request.rocket().state::<Settings>().ok_or_else(|| Error::internal("web::stage is not attached"))?;
        let language = preferences::language(request);
        let seat = place(request).get().cloned().unwrap_or_default();
        let clocks = Clocks::of(request).within(seat.book.as_ref().map(|book| book.head));
        Ok(Self {
            t: T(language),
            theme: preferences::theme(request),
            title: String::new(),
            active: "",
            crumbs: Vec::new(),
            seat,
            clocks,
            follows: Follows::Nothing,
            here: request.uri().to_string(),
            path: request.uri().path().to_string(),
            csrf: csrf::token(request, settings),
            nonce: headers::nonce(request, settings).to_owned(),
            message: None,
            chance: Arc::clone(&settings.chance),
        })
    }

    /// Seats a person for the rest of this request, error pages included. The first call counts.
    pub fn seat(request: &Request<'_>, seat: Seat) {
        // A second guard of the same request finds the same person, so losing this race loses nothing.
        let _ = place(request).set(seat);
    }

    /// Names the page and marks its place in the navigation.
    #[must_use]
    pub fn page(mut self, active: &'static str, title: impl ToString) -> Self {
        self.active = active;
        self.title = title.to_string();
        self
    }

    /// Says that the page shows the moment that is asked for.
    #[must_use]
    pub const fn following_clocks(mut self) -> Self {
        self.follows = Follows::Both;
        self
    }

    /// Says that the page shows what the book held at the position that is asked for: it has no amounts of a day.
    #[must_use]
    pub const fn following_position(mut self) -> Self {
        self.follows = Follows::Position;
        self
    }

    /// The effective day of the past that the page shows.
    pub fn past_day(&self) -> Option<Day> {
        self.clocks.as_of.filter(|_| self.follows == Follows::Both)
    }

    /// The position of the past that the page shows.
    pub fn past_position(&self) -> Option<i64> {
        self.clocks.at.filter(|_| self.follows != Follows::Nothing)
    }

    /// Whether the page shows the past.
    pub fn shows_past(&self) -> bool {
        self.past_day().is_some() || self.past_position().is_some()
    }

    /// Whether the past was asked for and the page shows the present.
    pub fn ignores_past(&self) -> bool {
        self.clocks.past() && !self.shows_past()
    }

    /// The moment that is asked for, in words.
    pub fn chosen_clocks(&self) -> String {
        let day = self.clocks.as_of.map(|day| format!("{} {}", self.t.s("frame.clocks.as_of"), self.t.day(day)));
        let at = self.clocks.at.map(|at| format!("{} {}", self.t.s("frame.clocks.at"), self.t.count(at)));
        day.into_iter().chain(at).collect::<Vec<_>>().join(" · ")
    }

    /// Adds a step to the way to this page, from the outside in; it leads to the same moment.
    #[must_use]
    pub fn crumb(mut self, href: impl ToString, text: impl ToString) -> Self {
        self.crumbs.push(Crumb { href: self.clocks.carry(&href.to_string()), text: text.to_string() });
        self
    }

    /// The request key for a form: the one it came with, or a fresh one. Each form on a page has its own.
    pub fn key(&self, form: &Fields) -> String {
        form.key_or(|| self.chance.token())
    }

    /// The address of a path of this book at the moment shown: `frame.to("grants")`.
    pub fn to(&self, path: &str) -> String {
        self.clocks.carry(&self.href(path))
    }

    /// What an address without a question takes along, so that it shows the same moment: `?as_of=…&at=…`; nothing for now.
    pub fn moment(&self) -> String {
        self.clocks.carry("")
    }

    /// The same behind a question.
    pub fn and_moment(&self) -> String {
        self.clocks.carry("").replacen('?', "&", 1)
    }

    /// The address of a path of this book, now.
    pub fn href(&self, path: &str) -> String {
        format!("{}/{}", self.seat.base, path.trim_start_matches('/'))
    }

    /// Whether the navigation marks this place.
    pub fn is_active(&self, id: &str) -> bool {
        self.active == id
    }
}

fn place<'r>(request: &'r Request<'_>) -> &'r OnceLock<Seat> {
    request.local_cache(OnceLock::new)
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Frame {
    type Error = Error;

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, Error> {
        let mut frame = match Self::of(request) {
            Ok(frame) => frame,
            Err(error) => return Outcome::Error((Status::InternalServerError, error)),
        };
        // Reading it takes it away, so an htmx fragment must leave it for the page.
        if !super::is_fragment(request) {
            let left = request.guard::<FlashMessage<'_>>().await.succeeded();
            frame.message = left.map(|left| Message { kind: left.kind().to_owned(), text: left.message().to_owned() });
        }
        Outcome::Success(frame)
    }
}
