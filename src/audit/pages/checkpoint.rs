//! A signed head, to be kept by whoever wants to check the book, or a file of it, later.

use rocket::http::{ContentType, Header};
use rocket::response::Responder;
use rocket::{State, get};

use crate::audit::position;
use crate::journal::{Door, Head, Keeper};
use crate::kernel::{Error, Refusal};
use crate::people::Reader;

/// Longest name of a file that an address may ask for, in characters.
const NAME_CHARS_MAX: usize = 150;

/// A note as a file.
#[derive(Debug, Responder)]
pub struct Note {
    text: String,
    kind: ContentType,
    name: Header<'static>,
}

/// Signs the book as it was at a position, the head if none, and hands that out: under the name of the file that it goes with.
#[get("/audit/checkpoint?<at>&<file>")]
pub async fn download(
    who: Reader,
    at: Option<i64>,
    file: Option<&str>,
    door: &State<Door>,
    keeper: &State<Keeper>,
) -> Result<Note, Error> {
    let c = &door.db.read;
    let head = Head::read(c, who.book_id()).await?;
    let at = position(&head, at)?;
    if keeper.can_sign(&head) && !keeper.signs_at(c, &head, at).await? {
        return Err(Refusal::new("signing_key_other").with("book", &head.code).into());
    }
    let text = keeper.sign_at(c, &head, at).await?;
    let file = file.and_then(plain).unwrap_or_else(|| format!("{}-{at}", head.code));
    let name = format!("attachment; filename=\"{file}.checkpoint\"");
    Ok(Note { text, kind: ContentType::Plain, name: Header::new("Content-Disposition", name) })
}

/// A name that can stand in a header and on every disk; nothing if it is none.
fn plain(file: &str) -> Option<String> {
    let may_be = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let is_plain =
        file.chars().all(may_be) && !file.is_empty() && !file.starts_with('.') && file.len() <= NAME_CHARS_MAX;
    is_plain.then(|| file.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_if_it_is_one() {
        assert_eq!(plain("beilun-totals-2020-10-31-123.csv").as_deref(), Some("beilun-totals-2020-10-31-123.csv"));
        let long = "x".repeat(NAME_CHARS_MAX + 1);
        for wrong in ["", "..", "../etc/passwd", "a\"b", "a\r\nSet-Cookie: b", "甲", long.as_str()] {
            assert_eq!(plain(wrong), None, "{wrong}");
        }
    }
}
