//! What an account's own book holds besides payments: with what it begins, and quota that was issued to it.

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::words;
use super::{EntryKeeper, OfEntryKeeper};
use crate::journal::{Door, Names};
use crate::kernel::{Error, Result};
use crate::payments::{self, PayingAccount};
use crate::people::{Admission, In, Reader};
use crate::reconciliation::actions::{self, EntryForm};
use crate::reconciliation::rules::EntryKind;
use crate::reconciliation::store::{self, AccountEntry};
use crate::web::form::Choice;
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// The entries.
#[derive(Template)]
#[template(path = "reconciliation/pages/entries.html")]
pub struct Entries {
    frame: Frame,
    form: Fields,
    account: PayingAccount,
    entries: Vec<AccountEntry>,
    names: Names,
    kinds: Vec<Choice>,
    keeps: bool,
}

impl Entries {
    fn kind(&self, kind: &EntryKind) -> &'static str {
        words::entry(self.frame.t, *kind)
    }
}

async fn page<A: Admission>(who: &In<A>, id: i64, frame: Frame, form: Fields, door: &Door) -> Result<Entries> {
    let (c, book_id, t) = (&door.db.read, who.book_id(), frame.t);
    let account = payments::paying_account(c, book_id, id).await?;
    let suits = EntryKind::ALL.into_iter().filter(|kind| kind.suits(account.kind.has_quota()));
    let up = frame.href("reconciliation");
    Ok(Entries {
        kinds: suits.map(|kind| Choice::new(kind.code(), words::entry(t, kind))).collect(),
        entries: store::entries_of(c, book_id, id).await?,
        names: Names::read(c, book_id).await?,
        keeps: account.state == "open" && OfEntryKeeper::ROLES.iter().any(|role| who.acts(*role)),
        frame: frame
            .following_position()
            .page("reconciliation", t.s("reconciliation.entries"))
            .crumb(up, t.s("reconciliation.title")),
        account,
        form,
    })
}

/// Shows the entries of an account.
#[get("/reconciliation/account/<id>/entries")]
pub async fn show(who: Reader, id: i64, frame: Frame, door: &Managed<Door>) -> Answer<Entries> {
    let door = &who.looking(door).await?;
    Ok(Page::new(page(&who, id, frame, Fields::new(), door).await?))
}

/// Records one more.
#[post("/reconciliation/account/<id>/entries", data = "<sent>")]
pub async fn record(
    who: EntryKeeper,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Entries>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, id, frame, form, door).await?)) };
    let typed = |name: &str| form.value(name).to_owned();
    let entry = EntryForm {
        account: id,
        kind: typed("kind"),
        on: typed("on"),
        amount: typed("amount"),
        document: typed("document"),
        note: typed("note"),
    };
    match actions::record_entry(door, who.ask(key, "record_account_entry"), entry).await {
        Ok(_) => {
            let to = frame.href(&format!("reconciliation/account/{id}/entries"));
            Ok(Reply::done(to, frame.t.s("reconciliation.entries.recorded")))
        }
        Err(error) => Ok(Reply::again(page(&who, id, frame, form.take(error)?, door).await?)),
    }
}
