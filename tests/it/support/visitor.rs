//! A browser with cookies of its own; behind it the whole program, without a socket.

use std::fmt::Write as _;

use relief_ledger::app::{self, Listen};
use relief_ledger::journal::Actor;
use relief_ledger::people::{self, Authority, NewUser, Role, Visit};
use rocket::http::{ContentType, RawStr, Status};
use rocket::local::asynchronous::{Client, LocalResponse};
use rocket::{Build, Rocket};

use super::book::World;

/// The password of everybody in these tests.
pub const PASSWORD: &str = "春江水暖鸭先知-12";

/// An account with roles in the book.
pub async fn user(world: &World, login: &str, roles: &[Role]) -> Actor {
    let new = NewUser { login: login.to_owned(), name: format!("{login} 同志"), password: PASSWORD.to_owned() };
    let actor = people::actions::add_user(&world.door, &Visit::default(), &Authority::Operator, &new).await.unwrap();
    for role in roles {
        let ask = world.ask(&Actor::operator(), "give_role");
        people::actions::give_role(&world.door, &Visit::default(), ask, login, *role).await.unwrap();
    }
    actor
}

/// The program as it is served.
pub fn server(world: &World) -> Rocket<Build> {
    let listen = Listen { address: std::net::Ipv4Addr::LOCALHOST.into(), port: 0, tls: false };
    app::rocket(world.door.clone(), world.keeper.clone(), &listen)
}

/// The browser.
pub struct Visitor(pub Client);

impl Visitor {
    /// Nobody has signed in yet.
    pub async fn at(server: Rocket<Build>) -> Self {
        Self(Client::tracked(server).await.unwrap())
    }

    /// Somebody with an account.
    pub async fn signed_in(world: &World, login: &str) -> Self {
        let visitor = Self::at(server(world)).await;
        visitor.sign_in(login).await;
        visitor
    }

    /// Signs in, and so gets a new session.
    pub async fn sign_in(&self, login: &str) {
        let fields = [("login", login), ("password", PASSWORD), ("next", "/")];
        assert_eq!(self.send("/login", "/login", &fields).await.status(), Status::SeeOther, "{login}");
    }

    pub async fn get(&self, path: &str) -> LocalResponse<'_> {
        self.0.get(path.to_owned()).dispatch().await
    }

    pub async fn page(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), Status::Ok, "{path}");
        answer.into_string().await.unwrap()
    }

    /// Sends a form with the token, the request key and the digest of the page that it stands on.
    pub async fn send(&self, page: &str, path: &str, fields: &[(&str, &str)]) -> LocalResponse<'_> {
        let html = self.page(page).await;
        self.send_from(&html, path, fields).await
    }

    /// The same with a page that was opened before.
    pub async fn send_from(&self, html: &str, path: &str, fields: &[(&str, &str)]) -> LocalResponse<'_> {
        self.post(path, filled(html, fields)).await
    }

    pub async fn post(&self, path: &str, body: String) -> LocalResponse<'_> {
        self.0.post(path.to_owned()).header(ContentType::Form).body(body).dispatch().await
    }

    /// The token of the session, as any page holds it.
    pub async fn token(&self) -> String {
        let answer = self.get("/login").await;
        let html = if answer.status() == Status::Ok { answer.into_string().await } else { None };
        let html = match html {
            Some(html) => html,
            None => self.page("/password").await,
        };
        value(&html, "csrf").unwrap()
    }
}

/// The body of a form as its page would send it.
pub fn filled(html: &str, fields: &[(&str, &str)]) -> String {
    let key = value(html, "request_key").unwrap_or_default();
    let mut body = format!("csrf={}&request_key={key}", value(html, "csrf").unwrap());
    if let Some(digest) = value(html, "digest").filter(|_| fields.iter().all(|(name, _)| *name != "digest")) {
        write!(body, "&digest={digest}").unwrap();
    }
    for (name, typed) in fields {
        write!(body, "&{name}={}", RawStr::new(typed).percent_encode()).unwrap();
    }
    body
}

/// The value of a hidden field.
pub fn value(html: &str, name: &str) -> Option<String> {
    let (_, rest) = html.split_once(&format!("name=\"{name}\" value=\""))?;
    rest.split_once('"').map(|(value, _)| value.to_owned())
}

/// Where an answer leads.
pub fn location(answer: &LocalResponse<'_>) -> String {
    answer.headers().get_one("Location").unwrap_or_default().to_owned()
}
