//! The grants of one recipient, as a part of the recipient's page.

use askama::Template;
use rocket::{State as Managed, get};

use super::check::living;
use crate::grants::store::{self, Filter, Line, Order, Sums};
use crate::journal::Door;
use crate::kernel::keyset::Near;
use crate::people::Reader;
use crate::web::{Answer, Frame, Page};

/// Lines shown; the list has all.
const LINES: usize = 20;

/// The newest grants of a recipient and their totals.
#[derive(Template)]
#[template(path = "grants/pages/of_recipient.html")]
pub struct OfRecipient {
    frame: Frame,
    lines: Vec<Line>,
    /// What counts, and all that was ever recorded.
    living: Sums,
    all: Sums,
    recipient: i64,
}

/// Shows them.
#[get("/recipients/<id>/grants")]
pub async fn show(who: Reader, id: i64, frame: Frame, door: &Managed<Door>) -> Answer<OfRecipient> {
    let door = &who.looking(door).await?;
    let (c, book_id) = (&door.db.read, who.book_id());
    let filter = Filter { recipient: Some(id), ..Filter::default() };
    let page = store::page(c, book_id, &filter, Order::default(), &Near::Start, LINES).await?;
    Ok(Page::new(OfRecipient {
        frame,
        lines: page.rows.into_iter().map(|(_, line)| line).collect(),
        living: store::sums(c, book_id, &living(id)).await?,
        all: store::sums(c, book_id, &filter).await?,
        recipient: id,
    }))
}
