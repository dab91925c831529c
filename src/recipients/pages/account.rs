//! A change of account: prepared by a clerk with its evidence, decided by another person.

use std::collections::HashMap;

use askama::Template;
use rocket::form::Form;
use rocket::{State, get, post};

use super::detail::{known, standing};
use super::words::{self, Choices};
use crate::journal::Door;
use crate::kernel::instant::Instant;
use crate::kernel::{Error, Result};
use crate::people::{Clerk, In, Reader, Reviewer, Role};
use crate::recipients::actions::{self, AccountChangeForm, ApproveAccountForm, RefuseAccountForm, digest_of_account};
use crate::recipients::rules::AccountForm;
use crate::recipients::store::names::names_of;
use crate::recipients::store::{self, Recipient};
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// The form of a new account.
#[derive(Template)]
#[template(path = "recipients/pages/account_new.html")]
pub struct Prepare {
    frame: Frame,
    form: Fields,
    recipient: Recipient,
    choices: Choices,
}

fn form_page(recipient: Recipient, frame: Frame, form: Fields) -> Prepare {
    let (up, t) = (frame.href("recipients"), frame.t);
    let own = format!("{up}/{}", recipient.id);
    let frame = frame
        .page("recipients", t.s("recipients.account.do"))
        .crumb(up, t.s("recipients.list.title"))
        .crumb(own, &recipient.name);
    Prepare { choices: Choices::new(t), frame, form, recipient }
}

/// Shows the form.
#[get("/recipients/<id>/account")]
pub async fn new(who: Clerk, id: i64, frame: Frame, door: &State<Door>) -> Answer<Prepare> {
    let recipient = known(door, who.book_id(), id).await?;
    let form = Fields::new().with("account_name", &recipient.name);
    Ok(Page::new(form_page(recipient, frame, form)))
}

/// Prepares the change.
#[post("/recipients/<id>/account", data = "<form>")]
pub async fn prepare(
    who: Clerk,
    id: i64,
    form: Form<Fields>,
    frame: Frame,
    door: &State<Door>,
) -> Result<Reply<Prepare>, Error> {
    let mut form = form.into_inner();
    let recipient = known(door, who.book_id(), id).await?;
    let Some(key) = form.key() else { return Ok(Reply::again(form_page(recipient, frame, form))) };
    let text = |name: &str| form.value(name).to_owned();
    let account = AccountForm {
        payee_relation: text("payee_relation"),
        account_name: text("account_name"),
        account_number: text("account_number"),
        bank_code: text("bank_code"),
        bank_name: text("bank_name"),
    };
    let typed = AccountChangeForm { recipient: id, account, evidence: text("evidence") };
    match actions::prepare_account(door, who.ask(key, "prepare_account_change"), typed).await {
        Ok(_) => {
            Ok(Reply::done(format!("{}/{id}", frame.href("recipients")), frame.t.s("recipients.account.prepared_done")))
        }
        Err(error) => Ok(Reply::again(form_page(recipient, frame, form.take(error)?))),
    }
}

/// An account, or a change of account that waits.
#[derive(Template)]
#[template(path = "recipients/pages/account.html")]
pub struct Shown {
    frame: Frame,
    form: Fields,
    recipient: Recipient,
    row: store::AccountRow,
    names: HashMap<String, String>,
    digest: String,
    own: bool,
    may_decide: bool,
}

impl Shown {
    fn name<'a>(&'a self, uid: &'a str) -> &'a str {
        self.names.get(uid).map_or(uid, String::as_str)
    }

    fn relation(&self, stored: &str) -> String {
        words::relation_word(self.frame.t, stored)
    }

    fn standing(&self) -> (&'static str, &'static str, &'static str) {
        standing(&self.row.state)
    }

    fn at(&self, ms: &i64) -> String {
        self.frame.t.instant(Instant::new(*ms))
    }
}

async fn page<A>(who: &In<A>, id: i64, frame: Frame, form: Fields, door: &Door) -> Result<Shown> {
    let (c, book_id) = (&door.db.read, who.book_id());
    let row = store::account(c, book_id, id).await?.ok_or(Error::NotFound)?;
    let recipient = known(door, book_id, row.recipient).await?;
    let actors: Vec<&str> =
        [Some(row.prepared_by.as_str()), row.reviewed_by.as_deref()].into_iter().flatten().collect();
    let names = names_of(c, book_id, &actors).await?;
    let own = row.prepared_person == who.actor().person;
    let waits = row.state == "pending";
    let (up, t) = (frame.href("recipients"), frame.t);
    let to = format!("{up}/{}", recipient.id);
    let title = if waits { "recipients.account.decide" } else { "recipients.account" };
    Ok(Shown {
        digest: digest_of_account(&row.leaf_hash)?,
        own: own && waits,
        may_decide: waits && !own && who.acts(Role::Reviewer),
        frame: frame
            .following_position()
            .page("recipients", t.s(title))
            .crumb(up, t.s("recipients.list.title"))
            .crumb(to, &recipient.name),
        form,
        recipient,
        row,
        names,
    })
}

/// Shows the account.
#[get("/accounts/<id>")]
pub async fn show(who: Reader, id: i64, frame: Frame, door: &State<Door>) -> Answer<Shown> {
    let door = &who.looking(door).await?;
    Ok(Page::new(page(&who, id, frame, Fields::new(), door).await?))
}

/// Approves the change.
#[post("/accounts/<id>/approve", data = "<form>")]
pub async fn approve(
    who: Reviewer,
    id: i64,
    form: Form<Fields>,
    frame: Frame,
    door: &State<Door>,
) -> Result<Reply<Shown>, Error> {
    let mut form = form.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, id, frame, form, door).await?)) };
    let signed = ApproveAccountForm {
        account: id,
        digest: form.value("digest").to_owned(),
        evidence: form.value("evidence").to_owned(),
    };
    match actions::approve_account(door, who.ask(key, "approve_account_change"), signed).await {
        Ok(done) => {
            let to = format!("{}/{}", frame.href("recipients"), done.recipient);
            Ok(Reply::done(to, frame.t.s("recipients.account.approved_done")))
        }
        Err(error) => Ok(Reply::again(page(&who, id, frame, form.take(error)?, door).await?)),
    }
}

/// Refuses the change.
#[post("/accounts/<id>/refuse", data = "<form>")]
pub async fn refuse(
    who: Reviewer,
    id: i64,
    form: Form<Fields>,
    frame: Frame,
    door: &State<Door>,
) -> Result<Reply<Shown>, Error> {
    let mut form = form.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, id, frame, form, door).await?)) };
    let refused = RefuseAccountForm { account: id, reason: form.value("reason").to_owned() };
    match actions::refuse_account(door, who.ask(key, "refuse_account_change"), refused).await {
        Ok(done) => {
            let to = format!("{}/{}", frame.href("recipients"), done.recipient);
            Ok(Reply::done(to, frame.t.s("recipients.account.refused_done")))
        }
        Err(error) => Ok(Reply::again(page(&who, id, frame, form.take(error)?, door).await?)),
    }
}
