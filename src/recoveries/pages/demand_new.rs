//! Money is demanded back: how much of which grant, by which document, until when.

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::Claimant;
use crate::funds;
use crate::grants::{self, Grant};
use crate::journal::Door;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::recoveries::actions::{self, DemandForm};
use crate::recoveries::rules::{less, standing, sum};
use crate::recoveries::store;
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// Days within which money is usually to be back.
const DUE_DAYS: i64 = 30;

/// The form.
#[derive(Template)]
#[template(path = "recoveries/pages/demand_new.html")]
pub struct Demanding {
    frame: Frame,
    form: Fields,
    grant: Grant,
    /// What is with the recipient, what of it is demanded, what is left.
    paid: Fen,
    demanded: Fen,
    left: Fen,
}

async fn page(who: &Claimant, id: i64, frame: Frame, mut form: Fields, door: &Door) -> Result<Demanding> {
    let (c, book_id, t) = (&door.db.read, who.book_id(), frame.t);
    let grant = grants::grant(c, book_id, id).await?.ok_or(Error::NotFound)?;
    let today = door.surroundings.clock.now().day();
    let paid = sum(&standing(&funds::moves_of_grant(c, book_id, id).await?, today));
    let demanded = store::demanded(c, book_id, id).await?;
    let left = less(paid, demanded);
    if !form.is_refused() && form.filled("amount").is_none() {
        form = form.with("amount", left.plain()).with("due_on", today.plus_days(DUE_DAYS));
    }
    let (list, up) = (frame.href("grants"), frame.href(&format!("grants/{id}")));
    let title = t.f("recoveries.new.title").with("reference", &grant.content.reference);
    Ok(Demanding {
        frame: frame
            .page("recoveries", title)
            .crumb(list, t.s("grants.list.title"))
            .crumb(up, &grant.content.reference),
        form,
        grant,
        paid,
        demanded,
        left,
    })
}

/// Shows the form.
#[get("/recoveries/new?<grant>")]
pub async fn show(who: Claimant, grant: i64, frame: Frame, door: &Managed<Door>) -> Answer<Demanding> {
    Ok(Page::new(page(&who, grant, frame, Fields::new(), door).await?))
}

/// Prepares the demand.
#[post("/recoveries/new", data = "<sent>")]
pub async fn save(
    who: Claimant,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Demanding>, Error> {
    let mut form = sent.into_inner();
    let grant = form.value("grant").parse().map_err(|_| Error::NotFound)?;
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, grant, frame, form, door).await?)) };
    let typed = DemandForm {
        grant,
        amount: form.value("amount").to_owned(),
        document: form.value("document").to_owned(),
        reason: form.value("reason").to_owned(),
        due_on: form.value("due_on").to_owned(),
    };
    match actions::demand(door, who.ask(key, "demand"), typed).await {
        Ok(made) => {
            Ok(Reply::done(frame.href(&format!("recoveries/{}", made.id)), frame.t.s("recoveries.done.demand")))
        }
        Err(error) => Ok(Reply::again(page(&who, grant, frame, form.take(error)?, door).await?)),
    }
}
