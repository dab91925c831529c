//! Pages.
use rocket::fairing::AdHoc;
use crate::people::Place;
/// The pages.
pub fn stage() -> AdHoc { AdHoc::on_ignite("x", |rocket| async { rocket }) }
/// Places.
pub fn places() -> Vec<Place> { vec![] }
