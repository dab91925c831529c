//! Recipients: list, one with its history, registering and changing, changes of account by two people.

mod account;
mod change;
mod detail;
mod list;
mod register;
mod words;

use futures::future::BoxFuture;
use rocket::fairing::AdHoc;
use rocket::{Route, routes};

use super::rules::ParticularsForm;
use super::store::names::count_pending;
use crate::journal::{Actor, Door};
use crate::kernel::Result;
use crate::people::{self, Admission, In, Place, Role};
use crate::web::Fields;

pub use words::{Choices, id_type_word, industry_word, kind_code, kind_word, relation_word, size_code, size_word};

/// Who registers recipients and changes their particulars.
#[derive(Debug, Clone, Copy)]
pub enum OfKeeper {}

impl Admission for OfKeeper {
    const ROLES: &'static [Role] = &[Role::Clerk, Role::Manager];
}

/// A clerk or a manager.
type Keeper = In<OfKeeper>;

fn routes() -> Vec<Route> {
    routes![
        account::new,
        account::prepare,
        account::show,
        account::approve,
        account::refuse,
        change::show,
        change::change,
        detail::show,
        list::show,
        register::show,
        register::register,
    ]
}

/// The pages of recipients.
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("recipients", |rocket| async { rocket.mount("/", routes()) })
}

/// Where people go for recipients; changes of account that wait are counted for reviewers.
pub const fn places() -> [Place; 1] {
    [Place::new("recipients", &Role::READERS).counting(waiting)]
}

fn waiting<'a>(door: &'a Door, book_id: i64, actor: &'a Actor) -> BoxFuture<'a, Result<i64>> {
    Box::pin(async move {
        let roles = people::roles_of(&door.db.read, book_id, &actor.uid).await?;
        if roles.contains(&Role::Reviewer) { count_pending(&door.db.read, book_id, &actor.person).await } else { Ok(0) }
    })
}

fn particulars(form: &Fields) -> ParticularsForm {
    let text = |name: &str| form.value(name).to_owned();
    ParticularsForm {
        name: text("name"),
        kind: text("kind"),
        subdistrict: text("subdistrict"),
        industry: text("industry"),
        size: text("size"),
    }
}
