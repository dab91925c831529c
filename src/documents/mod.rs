//! Documents 文件: the papers on which the book rests, filed with their bytes, and the numbers 文号 under which the book names
//! them.
//!
//! A record names a document by its number; whoever has the paper files its scan under that number. The bytes are kept by
//! their SHA-256 and never change; what was filed by mistake is struck with a reason, and stays to be seen. A number that the
//! book names and nobody filed yet is shown as missing.

mod actions;
mod events;
mod pages;
mod rules;
mod store;

use rocket::fairing::AdHoc;

pub use actions::{DocumentAnswer, DocumentForm, file, strike};
pub use events::{APPLIER, DocumentFiled, DocumentStruck};
pub use rules::{Kind, Media};
pub use store::{Document, Filter, Missing, bytes_of, document, documents, missing, named, numbered};

use crate::people::{Place, Role};

/// Who files documents, and strikes what was filed by mistake.
const KEEPERS: [Role; 3] = [Role::Clerk, Role::Cashier, Role::Manager];

/// The pages of documents.
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("documents", |rocket| async { rocket.mount("/", pages::routes()) })
}

/// Documents in the navigation.
pub fn places() -> Vec<Place> {
    vec![Place::new("documents", &Role::READERS)]
}
