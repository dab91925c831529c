//! What the frame of a page shows of the person: name, roles, book, and the places that this person may go to.

use futures::future::BoxFuture;
use rocket::request::Request;

use super::{SignedIn, Standing, door};
use crate::journal::{Actor, Door};
use crate::kernel::Result;
use crate::people::machine::is_demonstration;
use crate::people::role::Role;
use crate::web::{BookLabel, Frame, Person, Seat, T, is_fragment, nav};

/// How much waits for a person at a place.
pub type Waiting = for<'a> fn(&'a Door, i64, &'a Actor) -> BoxFuture<'a, Result<i64>>;

/// A place of the navigation: which roles have business there. A place that is not named is not shown.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    id: &'static str,
    roles: &'static [Role],
    waiting: Option<Waiting>,
}

impl Place {
    /// The place called `id` in `web::nav`.
    pub const fn new(id: &'static str, roles: &'static [Role]) -> Self {
        Self { id, roles, waiting: None }
    }

    /// With the count of what waits there.
    #[must_use]
    pub const fn counting(mut self, waiting: Waiting) -> Self {
        self.waiting = Some(waiting);
        self
    }
}

/// What the frame shows to whom; put together where the features are wired.
#[derive(Debug, Clone)]
pub struct Seating {
    /// The places that are built.
    pub places: Vec<Place>,
    /// Whether `/search` is built.
    pub search: bool,
}

impl Seating {
    /// People's own place alone.
    pub fn new() -> Self {
        Self { places: vec![Place::new("users", &[Role::Administrator])], search: false }
    }
}

impl Default for Seating {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether the installation is a demonstration; looked up when the server starts.
pub struct Demo(bool);

/// Looks that up.
pub async fn is_demo(door: Option<&Door>) -> Demo {
    let Some(door) = door else { return Demo(false) };
    // In doubt the figures are not called invented.
    Demo(is_demonstration(door).await.unwrap_or_default())
}

/// Seats a person for the rest of the request.
pub(super) async fn seat(request: &Request<'_>, signed: &SignedIn, standing: Option<&Standing>) -> Result<()> {
    // A fragment has no frame around it.
    if is_fragment(request) {
        return Ok(());
    }
    let (t, door) = (Frame::of(request)?.t, door(request)?);
    let roles = standing.map_or(&[][..], |standing| &standing.roles);
    let mut seat = Seat {
        person: Some(Person {
            name: signed.actor.name.clone(),
            login: signed.actor.login.clone(),
            roles: words(t, roles),
        }),
        demo: request.rocket().state::<Demo>().is_some_and(|demo| demo.0),
        today: door.surroundings.clock.now().day().to_string(),
        ..Seat::default()
    };
    if let (Some(standing), Some(seating)) = (standing, request.rocket().state::<Seating>()) {
        let head = &standing.head;
        seat.book = Some(BookLabel { code: head.code.clone(), name: head.name.clone(), head: head.position });
        seat.search = seating.search && roles.iter().any(|role| Role::READERS.contains(role));
        let counted = count(door, seating, signed, standing).await;
        seat.nav = nav::sections("", |item| counted.iter().find(|(id, _)| *id == item.id).map(|(_, waiting)| *waiting));
    }
    Frame::seat(request, seat);
    Ok(())
}

/// Roles as words.
pub fn words(t: T, roles: &[Role]) -> String {
    roles.iter().map(|role| t.s(role.key())).collect::<Vec<_>>().join(t.s("people.role.between"))
}

/// The places of this person with what waits there. A count that fails hides nothing.
async fn count(door: &Door, seating: &Seating, signed: &SignedIn, standing: &Standing) -> Vec<(&'static str, i64)> {
    let mut counted = Vec::new();
    for place in seating.places.iter().filter(|place| standing.roles.iter().any(|role| place.roles.contains(role))) {
        let waiting = match place.waiting {
            Some(waiting) => waiting(door, standing.head.book_id, &signed.actor).await.unwrap_or_else(|error| {
                tracing::warn!(%error, place = place.id, "what waits could not be counted");
                0
            }),
            None => 0,
        };
        counted.push((place.id, waiting));
    }
    counted
}
