//! Files to take away: the errors of a file, the file as it was sent, the rows that were struck.

use std::sync::Arc;

use rocket::http::ContentType;
use rocket::{State, get};

use super::held::{Found, HeldFiles};
use super::upload::{now, owner};
use super::{FileReader, Preparer};
use crate::imports::store;
use crate::journal::Door;
use crate::kernel::{Error, Result};
use crate::web::{Download, Frame};

/// Everything that is wrong with a file that was brought just now.
#[get("/imports/new/checked/<token>/errors.csv")]
pub async fn errors(
    who: Preparer,
    token: &str,
    held: &State<Arc<HeldFiles>>,
    door: &State<Door>,
) -> Result<Download, Error> {
    let waits = held.find(token, &owner(&who), now(door)).ok_or(Error::NotFound)?;
    if !matches!(waits.found, Found::Faulty { .. }) {
        return Err(Error::NotFound);
    }
    let stem = waits.file_name.rsplit_once('.').map_or(waits.file_name.as_str(), |(stem, _)| stem);
    Ok(Download { name: format!("{stem}-errors.csv"), kind: ContentType::CSV, bytes: waits.file.read().await? })
}

/// The file as it was sent.
#[get("/imports/<id>/file/<sha256>")]
pub async fn original(who: FileReader, id: i64, sha256: &str, door: &State<Door>) -> Result<Download, Error> {
    let c = &door.db.read;
    if store::by_id(c, who.book_id(), id).await?.file_sha256 != sha256 {
        return Err(Error::NotFound);
    }
    let (name, bytes) = store::file_of(c, who.book_id(), id).await?;
    Ok(Download { name, kind: ContentType::Binary, bytes })
}

/// The rows that were struck, with reasons.
#[get("/imports/<id>/struck.csv")]
pub async fn struck(who: FileReader, id: i64, frame: Frame, door: &State<Door>) -> Result<Download, Error> {
    let c = &door.db.read;
    let view = store::by_id(c, who.book_id(), id).await?;
    let bytes = store::struck_rows_csv(c, who.book_id(), &view, frame.t.lang()).await?;
    Ok(Download { name: format!("import-{id}-struck.csv"), kind: ContentType::CSV, bytes })
}
