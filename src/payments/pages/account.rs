//! One account from which the book pays, and the decision of another person on it.

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::words::{self, Look};
use super::{AccountConfirmer, OfAccountConfirmer};
use crate::journal::{Door, Names};
use crate::kernel::{Error, Result};
use crate::payments::actions;
use crate::payments::store::{self, PayingAccount};
use crate::people::{Admission, In, Reader};
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// The account.
#[derive(Template)]
#[template(path = "payments/pages/account.html")]
pub struct Shown {
    frame: Frame,
    form: Fields,
    account: PayingAccount,
    names: Names,
    /// Whether this person decides on it.
    decides: bool,
    /// Whether it waits and this person recorded it.
    own: bool,
}

impl Shown {
    fn look(&self) -> Look {
        words::account(self.frame.t, &self.account.state)
    }

    fn base(&self) -> String {
        self.frame.href(&format!("paying-accounts/{}", self.account.id))
    }
}

async fn page<A: Admission>(who: &In<A>, id: i64, frame: Frame, form: Fields, door: &Door) -> Result<Shown> {
    let (c, book_id) = (&door.db.read, who.book_id());
    let account = store::paying_account(c, book_id, id).await?;
    let waits = account.state == "pending";
    let own = account.prepared_person == who.actor().person;
    let (t, up) = (frame.t, frame.href("paying-accounts"));
    Ok(Shown {
        names: Names::read(c, book_id).await?,
        decides: waits && !own && OfAccountConfirmer::ROLES.iter().any(|role| who.acts(*role)),
        own: waits && own,
        frame: frame
            .following_position()
            .page("paying-accounts", t.s("payments.accounts.one"))
            .crumb(up, t.s("payments.accounts.title")),
        account,
        form,
    })
}

/// Shows an account.
#[get("/paying-accounts/<id>")]
pub async fn show(who: Reader, id: i64, frame: Frame, door: &Managed<Door>) -> Answer<Shown> {
    let door = &who.looking(door).await?;
    Ok(Page::new(page(&who, id, frame, Fields::new(), door).await?))
}

async fn decide(
    who: &AccountConfirmer,
    (id, approve): (i64, bool),
    mut form: Fields,
    frame: Frame,
    door: &Door,
) -> Result<Reply<Shown>> {
    let Some(key) = form.key() else { return Ok(Reply::again(page(who, id, frame, form, door).await?)) };
    let digest = form.value("digest").to_owned();
    let (verb, done) = if approve {
        ("approve_paying_account", "payments.accounts.approved")
    } else {
        ("refuse_paying_account", "payments.accounts.refused")
    };
    match actions::decide_paying_account(door, who.ask(key, verb), id, digest, approve).await {
        Ok(_) => Ok(Reply::done(frame.href("paying-accounts"), frame.t.s(done))),
        Err(error) => Ok(Reply::again(page(who, id, frame, form.take(error)?, door).await?)),
    }
}

/// Confirms it.
#[post("/paying-accounts/<id>/approve", data = "<sent>")]
pub async fn approve(
    who: AccountConfirmer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    decide(&who, (id, true), sent.into_inner(), frame, door).await
}

/// Refuses it.
#[post("/paying-accounts/<id>/refuse", data = "<sent>")]
pub async fn refuse(
    who: AccountConfirmer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    decide(&who, (id, false), sent.into_inner(), frame, door).await
}
