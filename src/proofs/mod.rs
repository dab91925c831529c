//! Proofs 入账证明: that one grant is in the book, as a paper with a QR code, as a file that is checked offline, and as a page
//! that whoever holds the paper may open without an account.

mod pages;
mod rules;
mod store;

pub use store::{Proven, Standing, prove, standing};

use rocket::fairing::AdHoc;

/// The pages of proofs. The server must manage the door and the keeper.
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("proofs", |rocket| async { rocket.mount("/", pages::routes()) })
}
