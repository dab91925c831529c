//! Permission is a thing that a handler must hold: [`SignedIn`] for a person, [`Clerk`], [`Reviewer`] … for a person
//! with a role in the chosen book. Only a guard makes the [`Ask`] with which a page goes through the door.
//!
//! Guards stand before the `Frame` among a handler's parameters, for they seat the person in it. The door checks the
//! role once more inside the transaction: a role that was withdrawn meanwhile does nothing.

mod refusals;
mod seating;

use std::marker::PhantomData;

use rocket::http::{Method, Status};
use rocket::outcome::Outcome;
use rocket::request::{self, FromRequest, Request};

use super::actions::{Attempt, Authority, Visit, session_of};
use super::role::Role;
use super::store::roles_of;
use super::store::sessions::Session;
use crate::journal::{Actor, Ask, Door, Head};
use crate::kernel::{Error, Result};
use crate::web::Clocks;
use crate::web::csrf::session_cookie;

pub use refusals::Refusals;
pub use seating::{Place, Seating, Waiting};
pub(super) use seating::{is_demo, words};

/// The status of a person who must choose a book first; its catcher leads to the choice.
pub(super) const NO_BOOK: Status = Status::new(428);

/// A person who is signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    actor: Actor,
    session: Session,
}

impl SignedIn {
    /// Who it is.
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The session.
    pub const fn session(&self) -> &Session {
        &self.session
    }
}

/// The chosen book, and what the person may do in it; at least one role.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    pub(super) head: Head,
    pub(super) roles: Vec<Role>,
}

/// Which roles let a person pass. A feature that needs another set declares a type of its own:
/// `pub enum OfConfirmer {} impl Admission for OfConfirmer { const ROLES: … }` and `type Confirmer = In<OfConfirmer>`.
pub trait Admission: Send + Sync + 'static {
    /// Any one of these is enough.
    const ROLES: &'static [Role];
}

/// A person with one of the roles of `A` in the chosen book.
#[derive(Debug)]
pub struct In<A> {
    signed: SignedIn,
    standing: Standing,
    clocks: Clocks,
    admission: PhantomData<fn() -> A>,
}

impl<A> Clone for In<A> {
    fn clone(&self) -> Self {
        Self {
            signed: self.signed.clone(),
            standing: self.standing.clone(),
            clocks: self.clocks,
            admission: PhantomData,
        }
    }
}

impl<A> In<A> {
    /// Who it is.
    pub const fn actor(&self) -> &Actor {
        &self.signed.actor
    }

    /// The session.
    pub const fn session(&self) -> &Session {
        &self.signed.session
    }

    /// The book, as it was when the request came.
    pub const fn head(&self) -> &Head {
        &self.standing.head
    }

    /// The book's number.
    pub const fn book_id(&self) -> i64 {
        self.standing.head.book_id
    }

    /// All roles of the person in this book, in the order of the work.
    pub fn roles(&self) -> &[Role] {
        &self.standing.roles
    }

    /// Whether the person has this role as well.
    pub fn has(&self, role: Role) -> bool {
        self.standing.roles.contains(&role)
    }

    /// Whether the person may act in this role on what [`In::looking`] shows: nobody acts on the past.
    pub fn acts(&self, role: Role) -> bool {
        !self.clocks.past() && self.has(role)
    }

    /// The door at which this person looks: at the position that the address names.
    ///
    /// # Errors
    /// `Error::Preparing`.
    pub async fn looking(&self, door: &Door) -> Result<Door> {
        door.at(self.book_id(), self.clocks.at).await
    }

    /// A request of this person to this book. The key comes from the form, the verb is part of what it stands for.
    pub fn ask(&self, request_key: impl Into<String>, verb: &'static str) -> Ask {
        Ask { book_id: self.book_id(), actor: self.actor().clone(), request_key: request_key.into(), verb }
    }
}

impl In<OfAdministrator> {
    /// The right to keep accounts.
    pub fn authority(&self) -> Authority {
        Authority::Administrator(self.actor().clone())
    }
}

macro_rules! admissions {
    ($($(#[$doc:meta])* $guard:ident, $of:ident: $roles:expr;)*) => { $(
        #[doc = concat!("The roles of [`", stringify!($guard), "`].")]
        #[derive(Debug, Clone, Copy)]
        pub enum $of {}

        impl Admission for $of {
            const ROLES: &'static [Role] = &$roles;
        }

        $(#[$doc])*
        pub type $guard = In<$of>;
    )* };
}

admissions! {
    /// Has any role in the book.
    Member, OfMember: Role::ALL;
    /// Sees grants: has any role but that of a pure administrator.
    Reader, OfReader: Role::READERS;
    /// 经办.
    Clerk, OfClerk: [Role::Clerk];
    /// 复核.
    Reviewer, OfReviewer: [Role::Reviewer];
    /// 支付.
    Cashier, OfCashier: [Role::Cashier];
    /// 业务主管.
    Manager, OfManager: [Role::Manager];
    /// 审计.
    Auditor, OfAuditor: [Role::Auditor];
    /// 系统管理员.
    Administrator, OfAdministrator: [Role::Administrator];
}

/// What the cookie of a request stands for, looked up once.
struct Known(Result<SignedIn>);

/// Where the person stands, looked up once; nothing if no book is chosen.
struct Stands(Result<Option<Standing>>);

/// The door of this server.
pub(super) fn door<'r>(request: &'r Request<'_>) -> Result<&'r Door> {
    request.rocket().state::<Door>().ok_or_else(|| Error::internal("the server has no door"))
}

/// From where a request comes. The same value for the whole request, so that what was written is known.
pub(super) fn visit<'r>(request: &'r Request<'_>) -> &'r Visit {
    request.local_cache(|| {
        let address = request.client_ip().map_or_else(String::new, |address| address.to_string());
        Visit::new(address, request.headers().get_one("User-Agent").unwrap_or_default())
    })
}

async fn known<'r>(request: &'r Request<'_>) -> &'r Result<SignedIn> {
    &request.local_cache_async(async { Known(look_up(request).await) }).await.0
}

async fn look_up(request: &Request<'_>) -> Result<SignedIn> {
    let web = request.rocket().state::<crate::web::Settings>();
    let tls = web.ok_or_else(|| Error::internal("web::stage is not attached"))?.tls;
    let Some(cookie) = request.cookies().get(session_cookie(tls)) else { return Err(Error::SignedOut) };
    let found = session_of(door(request)?, cookie.value()).await?;
    found.map(|(actor, session)| SignedIn { actor, session }).ok_or(Error::SignedOut)
}

async fn stands<'r>(request: &'r Request<'_>, signed: &SignedIn) -> &'r Result<Option<Standing>> {
    &request.local_cache_async(async { Stands(stand(request, signed).await) }).await.0
}

async fn stand(request: &Request<'_>, signed: &SignedIn) -> Result<Option<Standing>> {
    let Some(book_id) = signed.session.book_id else { return Ok(None) };
    let read = &door(request)?.db.read;
    let roles = roles_of(read, book_id, &signed.actor.uid).await?;
    Ok(Some(Standing { head: Head::read(read, book_id).await?, roles }))
}

/// Who is signed in, seated in the frame.
async fn signed_in(request: &Request<'_>) -> Result<SignedIn> {
    let signed = known(request).await.clone()?;
    let standing = stands(request, &signed).await.clone()?;
    seating::seat(request, &signed, standing.as_ref().filter(|standing| !standing.roles.is_empty())).await?;
    Ok(signed)
}

/// Turns away: nobody to the sign-in page, somebody without a book to the choice of one. What would have changed
/// something, and what a role forbids, is written down.
async fn turned_away<V>(request: &Request<'_>, signed: Option<&SignedIn>, error: Error) -> request::Outcome<V, Error> {
    let changing = !matches!(request.method(), Method::Get | Method::Head);
    let status = match &error {
        Error::SignedOut => Status::Unauthorized,
        Error::Forbidden => Status::Forbidden,
        Error::NotFound => NO_BOOK,
        _ => Status::InternalServerError,
    };
    let to_log = matches!(error, Error::Forbidden) || changing && status != Status::InternalServerError;
    let logged = if to_log { refusals::log(request, signed, "", &error).await } else { Ok(()) };
    match logged {
        Ok(()) => Outcome::Error((status, error)),
        Err(fault) => Outcome::Error((Status::InternalServerError, fault)),
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for SignedIn {
    type Error = Error;

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, Error> {
        match signed_in(request).await {
            Ok(signed) => Outcome::Success(signed),
            Err(error) => turned_away(request, None, error).await,
        }
    }
}

#[rocket::async_trait]
impl<'r, A: Admission> FromRequest<'r> for In<A> {
    type Error = Error;

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, Error> {
        let signed = match signed_in(request).await {
            Ok(signed) => signed,
            Err(error) => return turned_away(request, None, error).await,
        };
        match stands(request, &signed).await.clone() {
            Ok(Some(standing)) if standing.roles.iter().any(|role| A::ROLES.contains(role)) => {
                let clocks = Clocks::of(request).within(Some(standing.head.position));
                Outcome::Success(Self { signed, standing, clocks, admission: PhantomData })
            }
            Ok(Some(_)) => turned_away(request, Some(&signed), Error::Forbidden).await,
            Ok(None) => turned_away(request, Some(&signed), Error::NotFound).await,
            Err(error) => turned_away(request, Some(&signed), error).await,
        }
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for &'r Visit {
    type Error = Error;

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, Error> {
        Outcome::Success(visit(request))
    }
}

impl Attempt<'_> {
    /// An attempt that is known only by its method and path.
    pub(super) fn at_path(request: &Request<'_>) -> String {
        format!("{} {}", request.method(), request.uri().path())
    }
}
