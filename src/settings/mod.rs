//! Settings of a book 账套设置: a closed list of what a book decides for itself.
//!
//! A manager or an administrator prepares another value, another person who is manager or reviewer lets it come into
//! force. What a setting was worth at an older position of the book can be asked for ever.

mod actions;
mod events;
mod pages;
mod rules;
mod store;

use futures::FutureExt as _;
use rocket::fairing::AdHoc;

use crate::people::{Place, Role, roles_of};

pub use actions::{SettingAnswer, SettingForm, Verdict, decide, prepare};
pub use events::APPLIER;
pub use rules::{Every, ReportDue, Setting};
pub use store::{Change, Standing, change, changed_account_days, changes_of, standings, typed_above, value, waiting};

/// Who prepares another value.
const KEEPERS: [Role; 2] = [Role::Manager, Role::Administrator];
/// Who lets it come into force.
const CONFIRMERS: [Role; 2] = [Role::Reviewer, Role::Manager];

/// The pages of settings.
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("settings", |rocket| async { rocket.mount("/", pages::routes()) })
}

/// Settings in the navigation, with the count of changes that wait there for whoever may decide on them.
pub fn places() -> Vec<Place> {
    vec![Place::new("settings", &Role::ALL).counting(|door, book_id, actor| {
        async move {
            let roles = roles_of(&door.db.read, book_id, &actor.uid).await?;
            if roles.iter().any(|role| CONFIRMERS.contains(role)) {
                waiting(&door.db.read, book_id, &actor.person).await
            } else {
                Ok(0)
            }
        }
        .boxed()
    })]
}
