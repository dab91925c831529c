//! A new hold on a grant or a recipient.

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::Setter;
use crate::grants;
use crate::holds::actions::{self, HoldForm};
use crate::holds::rules::Kind;
use crate::journal::Door;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Refusal, Result};
use crate::recipients;
use crate::web::form::Choice;
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// What is to be held.
struct Target {
    /// The recipient.
    recipient: i64,
    name: String,
    /// The grant, if it is one: number, reference, amount.
    grant: Option<(i64, String, Fen)>,
}

/// The form.
#[derive(Template)]
#[template(path = "holds/pages/new.html")]
pub struct New {
    frame: Frame,
    form: Fields,
    target: Option<Target>,
    kinds: Vec<Choice>,
}

async fn target(book_id: i64, form: &mut Fields, door: &Door) -> Result<Option<Target>> {
    let c = &door.db.read;
    let number = |typed: &str| typed.parse::<i64>().map_err(|_| Refusal::new("hold_target"));
    let grant = form.read_optional("grant", number).flatten();
    let recipient = form.read_optional("recipient", number).flatten();
    if let Some(id) = grant {
        let grant = grants::grant(c, book_id, id).await?.ok_or(Error::NotFound)?;
        let held = Some((grant.id, grant.content.reference, grant.content.amount));
        return Ok(Some(Target { recipient: grant.recipient, name: grant.content.name, grant: held }));
    }
    let Some(id) = recipient else { return Ok(None) };
    let recipient = recipients::by_id(c, book_id, id).await?.ok_or(Error::NotFound)?;
    Ok(Some(Target { recipient: recipient.id, name: recipient.name, grant: None }))
}

async fn page(who: &Setter, frame: Frame, mut form: Fields, door: &Door) -> Result<New> {
    let target = target(who.book_id(), &mut form, door).await?;
    let (t, up) = (frame.t, frame.href("holds"));
    Ok(New {
        kinds: Kind::ALL.iter().map(|kind| Choice::new(kind.code(), t.s(kind.key()))).collect(),
        frame: frame.page("holds", t.s("holds.set")).crumb(up, t.s("holds.title")),
        target,
        form,
    })
}

/// Shows the form; it begins today.
#[get("/holds/new?<form..>")]
pub async fn show(who: Setter, form: Fields, frame: Frame, door: &Managed<Door>) -> Answer<New> {
    let today = door.surroundings.clock.now().day();
    let form = if form.has("from_on") { form } else { form.with("from_on", today) };
    Ok(Page::new(page(&who, frame, form, door).await?))
}

/// Sets the hold.
#[post("/holds/new", data = "<sent>")]
pub async fn set(who: Setter, sent: Sent<Fields>, frame: Frame, door: &Managed<Door>) -> Result<Reply<New>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, frame, form, door).await?)) };
    let typed = HoldForm {
        grant: form.filled("grant").and_then(|id| id.parse().ok()),
        recipient: form.filled("recipient").and_then(|id| id.parse().ok()),
        kind: form.value("kind").to_owned(),
        document: form.value("document").to_owned(),
        reason: form.value("reason").to_owned(),
        from_on: form.value("from_on").to_owned(),
        until_on: form.value("until_on").to_owned(),
    };
    match actions::set(door, who.ask(key, "set_hold"), typed).await {
        Ok(done) => Ok(Reply::done(frame.href(&format!("holds/{}", done.hold)), frame.t.s("holds.done.set"))),
        Err(error) => Ok(Reply::again(page(&who, frame, form.take(error)?, door).await?)),
    }
}
