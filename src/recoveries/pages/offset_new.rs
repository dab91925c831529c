//! A demand is to be settled against a grant that waits for payment: gross, offset and net beside each other.

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::Settler;
use crate::journal::Door;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::recoveries::actions::{self, OffsetForm};
use crate::recoveries::rules::less;
use crate::recoveries::store::{self, Demand, Settleable};
use crate::web::form::Choice;
use crate::web::{Answer, Fields, Frame, Page, Reply};
use crate::{grants, payments};

/// The form.
#[derive(Template)]
#[template(path = "recoveries/pages/offset_new.html")]
pub struct Settling {
    frame: Frame,
    form: Fields,
    demand: Demand,
    /// What of the demand may be settled.
    left: Fen,
    grants: Vec<Settleable>,
    /// Grants that would be payable, were they not held or paid in parts.
    barred: Vec<Settleable>,
    choices: Vec<Choice>,
}

impl Settling {
    /// What an offset of all that may be settled takes from a grant, and what is left of it.
    fn offset(&self, grant: &Settleable) -> Fen {
        self.left.min(grant.left)
    }

    fn net(&self, grant: &Settleable) -> Fen {
        less(grant.left, self.offset(grant))
    }
}

/// The grants of a recipient against which something may be settled today, and those that are held or paid in parts.
async fn offered(door: &Door, book_id: i64, recipient: i64) -> Result<(Vec<Settleable>, Vec<Settleable>)> {
    let (c, today) = (&door.db.read, door.surroundings.clock.now().day());
    let payable = store::settleable(c, book_id, recipient).await?;
    let ids: Vec<i64> = payable.iter().map(|grant| grant.id).collect();
    let mut kept_back = grants::which_held_back(c, book_id, &ids, today).await?;
    for id in ids {
        for state in ["standing", "pending"] {
            if payments::schedule_of(c, book_id, id, state).await?.is_some() {
                kept_back.insert(id);
            }
        }
    }
    Ok(payable.into_iter().partition(|grant| !kept_back.contains(&grant.id)))
}

async fn page(who: &Settler, id: i64, frame: Frame, mut form: Fields, door: &Door) -> Result<Settling> {
    let (c, book_id, t) = (&door.db.read, who.book_id(), frame.t);
    let demand = store::demand(c, book_id, id).await?;
    let left = less(demand.open(), store::waiting(c, book_id, id).await?);
    let (grants, barred) = offered(door, book_id, demand.recipient).await?;
    if let (false, None, Some(first)) = (form.is_refused(), form.filled("amount"), grants.first()) {
        form = form.with("amount", left.min(first.left).plain()).with("settled_grant", first.id);
    }
    let word = |grant: &Settleable| {
        let text = t.f("recoveries.offset.choice").with("reference", &grant.reference);
        Choice::new(grant.id, text.with("left", t.yuan(grant.left)))
    };
    let (list, up) = (frame.href("recoveries"), frame.href(&format!("recoveries/{id}")));
    Ok(Settling {
        choices: grants.iter().map(word).collect(),
        frame: frame
            .page("recoveries", t.s("recoveries.offset.new"))
            .crumb(list, t.s("recoveries.title"))
            .crumb(up, &demand.document),
        form,
        demand,
        left,
        grants,
        barred,
    })
}

/// Shows the form.
#[get("/offsets/new?<demand>")]
pub async fn show(who: Settler, demand: i64, frame: Frame, door: &Managed<Door>) -> Answer<Settling> {
    Ok(Page::new(page(&who, demand, frame, Fields::new(), door).await?))
}

/// Prepares the offset.
#[post("/offsets/new", data = "<sent>")]
pub async fn save(
    who: Settler,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Settling>, Error> {
    let mut form = sent.into_inner();
    let id = form.value("demand").parse().map_err(|_| Error::NotFound)?;
    let key = form.key();
    let settled_grant = form.read("settled_grant", |typed| {
        typed.parse::<i64>().map_err(|_| crate::kernel::Refusal::new("offset_recipient"))
    });
    let (Some(key), Some(settled_grant)) = (key, settled_grant) else {
        return Ok(Reply::again(page(&who, id, frame, form, door).await?));
    };
    let typed = OffsetForm {
        demand: id,
        settled_grant,
        amount: form.value("amount").to_owned(),
        document: form.value("document").to_owned(),
        reason: form.value("reason").to_owned(),
    };
    match actions::prepare_offset(door, who.ask(key, "prepare_offset"), typed).await {
        Ok(made) => Ok(Reply::done(frame.href(&format!("offsets/{}", made.id)), frame.t.s("recoveries.done.offset"))),
        Err(error) => Ok(Reply::again(page(&who, id, frame, form.take(error)?, door).await?)),
    }
}
