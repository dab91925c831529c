//! The list, the form, one grant, review, and the search that leads to them.

mod check;
mod detail;
mod entry;
mod list;
mod of_recipient;
mod review;
mod search;
mod wanted;
mod words;

use rocket::fairing::AdHoc;
use rocket::{Route, routes};

use crate::people::{Place, Role};

pub use wanted::Wanted as Asked;
pub use words::{Said, said};

fn routes() -> Vec<Route> {
    routes![
        check::show,
        check::subdistricts,
        detail::show,
        detail::submit,
        detail::withdraw,
        detail::give_back,
        detail::refuse,
        detail::cancel,
        entry::new,
        entry::record,
        entry::edit,
        entry::change,
        list::show,
        of_recipient::show,
        review::queue,
        review::show,
        review::approve,
        search::show,
    ]
}

/// The pages of grants.
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("grants", |rocket| async { rocket.mount("/", routes()) })
}

/// Where people go for grants: the list, where a clerk's own drafts are counted, and review.
pub const fn places() -> [Place; 2] {
    [
        Place::new("grants", &Role::READERS)
            .counting(|door, book_id, actor| Box::pin(list::own_drafts(door, book_id, &actor.uid))),
        Place::new("review", &[Role::Reviewer])
            .counting(|door, book_id, actor| Box::pin(review::count(door, book_id, &actor.person))),
    ]
}
