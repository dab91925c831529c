//! Who may come in, for how long, and who may do what: through the door, in the office and over HTTP.

mod pages;
mod roles;
mod sessions;

use relief_ledger::journal::Actor;
use relief_ledger::kernel::Error;
use relief_ledger::people::{self, Authority, NewUser, Role, Visit};

use crate::support::book::World;

/// The password of everybody in these tests.
const PASSWORD: &str = "春江水暖鸭先知-12";

/// An account with roles in the book.
async fn user(world: &World, login: &str, roles: &[Role]) -> Actor {
    let new = NewUser { login: login.to_owned(), name: format!("{login} 同志"), password: PASSWORD.to_owned() };
    let actor = people::actions::add_user(&world.door, &Visit::default(), &Authority::Operator, &new).await.unwrap();
    for role in roles {
        give(world, login, *role).await;
    }
    actor
}

async fn give(world: &World, login: &str, role: Role) {
    let ask = world.ask(&Actor::operator(), "give_role");
    people::actions::give_role(&world.door, &Visit::default(), ask, login, role).await.unwrap();
}

/// The code of the first refusal.
fn code<V: std::fmt::Debug>(result: Result<V, Error>) -> &'static str {
    match result.unwrap_err() {
        Error::Refused(refusals) => refusals[0].code,
        Error::Forbidden => "forbidden",
        Error::NotFound => "not_found",
        Error::KeyConflict => "key_conflict",
        other => panic!("{other}"),
    }
}

/// The newest lines of the access log, the newest first, as `what outcome detail`.
async fn access_log(world: &World, limit: u64) -> Vec<String> {
    let lines = people::accesses(&world.door, limit).await.unwrap();
    lines.iter().map(|line| format!("{} {} {}", line.what, line.outcome, line.detail).trim().to_owned()).collect()
}
