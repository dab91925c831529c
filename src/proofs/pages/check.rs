//! What whoever holds a paper finds: whether the grant is in the book, and how it stands. Nobody signs in for it, so it tells
//! no name and no account.

use askama::Template;
use rocket::{State, get};

use crate::journal::Door;
use crate::kernel::Error;
use crate::proofs::store::{Standing, standing};
use crate::web::{Answer, Frame, Page};

/// How the grant stands.
#[derive(Template)]
#[template(path = "proofs/pages/check.html")]
pub struct Checked {
    frame: Frame,
    found: Standing,
}

/// Shows it.
#[get("/proofs/<code>/<position>/<leaf>")]
pub async fn show(code: &str, position: i64, leaf: &str, frame: Frame, door: &State<Door>) -> Answer<Checked> {
    let snapshot = door.db.snapshot().await?;
    let found = standing(&snapshot, code, position, leaf).await?;
    snapshot.rollback().await.map_err(Error::internal)?;
    let title = frame.t.s("proofs.title");
    Ok(Page::new(Checked { frame: frame.page("", title), found }))
}
