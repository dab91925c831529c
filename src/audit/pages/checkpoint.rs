//! The signed head, to be kept by whoever wants to check the book later.

use rocket::http::{ContentType, Header};
use rocket::response::Responder;
use rocket::{State, get};

use crate::journal::{Door, Head, Keeper};
use crate::kernel::Error;
use crate::people::Reader;

/// A note as a file.
#[derive(Debug, Responder)]
pub struct Note {
    text: String,
    kind: ContentType,
    name: Header<'static>,
}

/// Signs the head and hands it out.
#[get("/audit/checkpoint")]
pub async fn download(who: Reader, door: &State<Door>, keeper: &State<Keeper>) -> Result<Note, Error> {
    let head = Head::read(&door.db.read, who.book_id()).await?;
    let text = keeper.sign(&door.db.read, &head).await?;
    let name = format!("attachment; filename=\"{}-{}.checkpoint\"", head.code, head.position);
    Ok(Note { text, kind: ContentType::Plain, name: Header::new("Content-Disposition", name) })
}
