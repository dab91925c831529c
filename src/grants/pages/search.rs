//! The search of the frame: straight to the grant with that reference or the recipient with that number, else to the
//! list filtered.

use rocket::response::Redirect;
use rocket::{State as Managed, get};

use super::wanted::Address;
use crate::grants::store;
use crate::journal::Door;
use crate::kernel::identity::{IdType, Identity};
use crate::kernel::{Error, Result};
use crate::people::Reader;
use crate::recipients;
use crate::web::{Fields, Frame};

/// Leads on.
#[get("/search?<q>")]
pub async fn show(who: Reader, q: Option<&str>, frame: Frame, door: &Managed<Door>) -> Result<Redirect, Error> {
    let (c, book_id, q) = (&door.db.read, who.book_id(), q.unwrap_or_default().trim());
    if let [only] = store::by_reference(c, book_id, q).await?.as_slice() {
        return Ok(Redirect::to(format!("{}/{only}", frame.href("grants"))));
    }
    if let Ok(identity) = Identity::parse(IdType::Uscc, q)
        && let Some(known) = recipients::by_number(c, book_id, &identity).await?
    {
        return Ok(Redirect::to(format!("{}/{}", frame.href("recipients"), known.id)));
    }
    Ok(Redirect::to(Address::of(frame.href("grants"), &Fields::new().with("q", q)).print()))
}
