//! The accounts from which the book pays: all of them, and one more.

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::words::{self, Look};
use super::{AccountKeeper, OfAccountKeeper};
use crate::journal::{Door, Names};
use crate::kernel::Error;
use crate::payments::actions::{self, NewPayingAccount};
use crate::payments::rules::PayerKind;
use crate::payments::store::{self, PayingAccount};
use crate::people::{Admission, Reader};
use crate::web::form::Choice;
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// The list.
#[derive(Template)]
#[template(path = "payments/pages/accounts.html")]
pub struct List {
    frame: Frame,
    accounts: Vec<PayingAccount>,
    names: Names,
    keeps: bool,
}

impl List {
    fn look(&self, state: &str) -> Look {
        words::account(self.frame.t, state)
    }
}

/// Shows the list.
#[get("/paying-accounts")]
pub async fn show(who: Reader, frame: Frame, door: &Managed<Door>) -> Answer<List> {
    let door = &who.looking(door).await?;
    let (c, book_id) = (&door.db.read, who.book_id());
    let title = frame.t.s("payments.accounts.title");
    Ok(Page::new(List {
        accounts: store::paying_accounts(c, book_id).await?,
        names: Names::read(c, book_id).await?,
        keeps: OfAccountKeeper::ROLES.iter().any(|role| who.acts(*role)),
        frame: frame.following_position().page("paying-accounts", title),
    }))
}

/// The form of a new account.
#[derive(Template)]
#[template(path = "payments/pages/account_new.html")]
pub struct Entry {
    frame: Frame,
    form: Fields,
    kinds: Vec<Choice>,
}

impl Entry {
    fn new(frame: Frame, form: Fields) -> Self {
        let (t, up) = (frame.t, frame.href("paying-accounts"));
        Self {
            kinds: PayerKind::ALL.into_iter().map(|kind| Choice::new(kind.code(), t.s(kind.key()))).collect(),
            frame: frame
                .page("paying-accounts", t.s("payments.accounts.new"))
                .crumb(up, t.s("payments.accounts.title")),
            form,
        }
    }
}

/// Shows the form.
#[get("/paying-accounts/new")]
pub fn new(_who: AccountKeeper, frame: Frame) -> Page<Entry> {
    Page::new(Entry::new(frame, Fields::new()))
}

/// Records an account; another person confirms it.
#[post("/paying-accounts/new", data = "<sent>")]
pub async fn record(
    who: AccountKeeper,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Entry>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(Entry::new(frame, form))) };
    let typed = |name: &str| form.value(name).to_owned();
    let new = NewPayingAccount {
        name: typed("name"),
        kind: typed("kind"),
        account_number: typed("account_number"),
        bank_code: typed("bank_code"),
        bank_name: typed("bank_name"),
    };
    match actions::record_paying_account(door, who.ask(key, "record_paying_account"), new).await {
        Ok(answer) => {
            let to = frame.href(&format!("paying-accounts/{}", answer.account));
            Ok(Reply::done(to, frame.t.s("payments.accounts.recorded")))
        }
        Err(error) => Ok(Reply::again(Entry::new(frame, form.take(error)?))),
    }
}
