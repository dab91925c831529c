//! The frame in which every page stands: wrapper, forms, error pages, languages, look.
//!
//! A page is a struct beside its handler and its template. The template extends `web/layout.html`, the struct holds a
//! [`Frame`] under the name `frame`, and the handler answers with a [`Page`] (or a [`Reply`] after a changing request).
//! What a route could forget is not left to it: the [`csrf`] gate and the response headers are fairings.

pub mod assets;
mod brought;
pub mod clocks;
pub mod csrf;
mod download;
mod error;
mod figures;
pub mod form;
mod frame;
mod headers;
mod held;
pub mod i18n;
mod icons;
pub mod nav;
mod page;
mod pager;
mod preferences;
mod resumable;
mod state;
#[cfg(test)]
mod tests;
mod under_way;

use std::sync::Arc;

use rocket::fairing::AdHoc;
use rocket::shield::Shield;

use crate::kernel::clock::{Chance, Clock};

pub use assets::asset;
pub use brought::{bytes_of, file_name_of};
pub use clocks::Clocks;
pub use download::Download;
pub use error::ErrorView;
pub use figures::{ABSENT, As};
pub use form::Fields;
pub use frame::{BookLabel, Crumb, Frame, Message, Person, Seat, Theme};
pub use held::{Held, Owner, Shelf, Spooled, sweeper};
pub use i18n::{Lang, T};
pub use icons::{Icon, icon};
pub use page::{Answer, Page, Reply, is_fragment};
pub use pager::Pager;
pub use preferences::{language, local};
pub use resumable::Resumable;
pub use state::{STATES, State};
pub use under_way::{Place, Seen, UnderWay, Work};

/// What the frame needs to know of the machine it runs on.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whether people reach the server over TLS; then cookies are `Secure` and named `__Host-…`.
    pub tls: bool,
    /// Where nonces, request keys and the cookie before sign-in come from.
    pub chance: Arc<dyn Chance>,
    /// What time it is for files that wait.
    pub clock: Arc<dyn Clock>,
}

/// Everything of the frame that the server must carry: settings, fairings, routes, error pages.
pub fn stage(settings: Settings) -> AdHoc {
    AdHoc::on_ignite("web", |rocket| async {
        rocket
            .manage(settings)
            .attach(Shield::new())
            .attach(headers::Headers)
            .attach(csrf::Gate)
            .mount("/", assets::routes())
            .mount("/", preferences::routes())
            .mount("/", csrf::routes())
            .register("/", error::catchers())
    })
}
