//! One recipient: what it is and was, its accounts, its grants.

use std::collections::HashMap;

use askama::Template;
use rocket::{State, get};

use super::words;
use crate::journal::Door;
use crate::kernel::instant::Instant;
use crate::kernel::{Error, Result};
use crate::people::{Reader, Role};
use crate::recipients::store::names::names_of;
use crate::recipients::store::{self, Recipient};
use crate::web::{Answer, Frame, Page};

/// The recipient with its history.
#[derive(Template)]
#[template(path = "recipients/pages/detail.html")]
pub struct Detail {
    frame: Frame,
    recipient: Recipient,
    versions: Vec<store::VersionRow>,
    accounts: Vec<store::AccountRow>,
    names: HashMap<String, String>,
    may_change: bool,
    may_prepare: bool,
}

impl Detail {
    fn kind(&self, stored: &str) -> String {
        words::kind_word(self.frame.t, stored)
    }

    fn size(&self, stored: &str) -> String {
        words::size_word(self.frame.t, stored)
    }

    fn id_type(&self) -> String {
        words::id_type_word(self.frame.t, self.recipient.id_type.code())
    }

    fn relation(&self, stored: &str) -> String {
        words::relation_word(self.frame.t, stored)
    }

    fn name<'a>(&'a self, uid: &'a str) -> &'a str {
        self.names.get(uid).map_or(uid, String::as_str)
    }

    fn standing(&self, code: &str) -> (&'static str, &'static str, &'static str) {
        standing(code)
    }

    fn at(&self, ms: &i64) -> String {
        self.frame.t.instant(Instant::new(*ms))
    }
}

/// State class, icon and word of an account.
pub(super) fn standing(code: &str) -> (&'static str, &'static str, &'static str) {
    match code {
        "on_file" => ("paid", "circle-check", "recipients.account.on_file"),
        "pending" => ("submitted", "clock", "recipients.account.pending"),
        "refused" => ("refused", "circle-x", "recipients.account.refused"),
        _ => ("draft", "history", "recipients.account.replaced"),
    }
}

/// Shows the recipient.
#[get("/recipients/<id>")]
pub async fn show(who: Reader, id: i64, frame: Frame, door: &State<Door>) -> Answer<Detail> {
    let door = &who.looking(door).await?;
    let (c, book_id) = (&door.db.read, who.book_id());
    let recipient = store::by_id(c, book_id, id).await?.ok_or(Error::NotFound)?;
    let accounts = store::accounts(c, book_id, id).await?;
    let mut actors: Vec<&str> = accounts.iter().map(|row| row.prepared_by.as_str()).collect();
    actors.extend(accounts.iter().filter_map(|row| row.reviewed_by.as_deref()));
    let names = names_of(c, book_id, &actors).await?;
    let (up, t) = (frame.href("recipients"), frame.t);
    let title = recipient.name.clone();
    Ok(Page::new(Detail {
        versions: store::versions(c, book_id, id).await?,
        names,
        may_change: who.acts(Role::Clerk) || who.acts(Role::Manager),
        may_prepare: who.acts(Role::Clerk),
        frame: frame.following_position().page("recipients", title).crumb(up, t.s("recipients.list.title")),
        accounts,
        recipient,
    }))
}

/// The recipient, or nothing found.
pub(super) async fn known(door: &Door, book_id: i64, id: i64) -> Result<Recipient> {
    store::by_id(&door.db.read, book_id, id).await?.ok_or(Error::NotFound)
}
