//! One demand: how much of it came back, what waits, what happened, and what this person may do with it.

use std::collections::HashMap;

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::signing::{Signing, Words, decide as hand_in, said};
use super::words::{self, Look};
use super::{Claimant, OfClaimant, OfSettler};
use crate::grants;
use crate::journal::{Door, Names};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::payments;
use crate::people::{Admission, Cashier, In, Reader, Reviewer, Role};
use crate::recoveries::actions::{self, Claim, ReceiptForm};
use crate::recoveries::rules::{Age, Destination, State, less};
use crate::recoveries::store::{self, Demand, DemandStep, Offset, Receipt};
use crate::web::form::Choice;
use crate::web::{Answer, Fields, Frame, Page, Reply, T};

/// The page.
#[derive(Template)]
#[template(path = "recoveries/pages/demand.html")]
pub struct Shown {
    frame: Frame,
    form: Fields,
    demand: Demand,
    today: Day,
    receipts: Vec<Receipt>,
    offsets: Vec<Offset>,
    /// References of the grants that offsets settle.
    references: HashMap<i64, String>,
    steps: Vec<DemandStep>,
    names: Names,
    signing: Signing,
    words: Words,
    digest: String,
    destinations: Vec<Choice>,
    /// Accounts to which money may have come.
    accounts: Vec<Choice>,
    /// Whether this person may book money that came back.
    receives: bool,
    /// Whether this person may settle it against another grant.
    settles: bool,
}

impl Shown {
    fn look(&self) -> Look {
        words::demand(self.frame.t, &self.demand)
    }

    fn receipt_look(&self, receipt: &Receipt) -> Look {
        words::movement(self.frame.t, &receipt.signed)
    }

    fn offset_look(&self, offset: &Offset) -> Look {
        words::movement(self.frame.t, &offset.signed)
    }

    fn reference(&self, offset: &Offset) -> &str {
        self.references.get(&offset.settled_grant).map_or("", String::as_str)
    }

    fn step(&self, step: &DemandStep) -> (&'static str, &'static str, &'static str) {
        words::step(self.frame.t, &step.kind)
    }

    fn base(&self) -> String {
        self.frame.href(&format!("recoveries/{}", self.demand.id))
    }

    fn age(&self) -> Option<&'static str> {
        self.demand.age(self.today).map(|age| self.frame.t.s(Age::key(age)))
    }

    fn name_of<'n>(&'n self, uid: Option<&'n str>) -> &'n str {
        uid.map_or(crate::web::ABSENT, |uid| self.names.of(uid))
    }
}

async fn page<A: Admission>(who: &In<A>, id: i64, frame: Frame, form: Fields, door: &Door) -> Result<Shown> {
    let (c, book_id, t) = (&door.db.read, who.book_id(), frame.t);
    let demand = store::demand(c, book_id, id).await?;
    let offsets = store::offsets_of(c, book_id, id).await?;
    let ids: Vec<i64> = offsets.iter().map(|offset| offset.settled_grant).collect();
    let settled = grants::grants(c, book_id, &ids).await?;
    let mut steps = store::demand_steps(c, book_id, id).await?;
    steps.reverse();
    let left = less(demand.open(), store::waiting(c, book_id, id).await?);
    let takes = demand.signed.state == State::Standing && left > Fen::ZERO;
    let today = door.surroundings.clock.now().day();
    let sum = t.yuan(demand.amount);
    let happens = t.f("recoveries.demand.happens").with("sum", t.yuan_unit(demand.amount));
    let mut form = form;
    if takes && form.filled("amount").is_none() && !form.is_refused() {
        form = form.with("amount", left.plain()).with("received_on", today).with("destination", "available");
        if let Some(account) = paid_from(door, book_id, demand.grant).await? {
            form = form.with("account", account);
        }
    }
    let up = frame.href("recoveries");
    let title = t.f("recoveries.demand.title").with("reference", &demand.reference);
    Ok(Shown {
        receipts: store::receipts_of(c, book_id, id).await?,
        offsets,
        references: settled.into_iter().map(|grant| (grant.id, grant.content.reference)).collect(),
        steps,
        names: Names::read(c, book_id).await?,
        signing: Signing::of(who, &demand.signed, &[], OfClaimant::ROLES),
        words: Words {
            happens: happens.with("due", t.long_day(demand.due_on)).to_string(),
            verb: t.f("recoveries.demand.approve").with("sum", &sum).to_string(),
            undo_happens: t.f("recoveries.demand.undo_happens").with("sum", t.yuan_unit(demand.open())).to_string(),
            undo_verb: t.f("recoveries.demand.undo").with("sum", t.yuan(demand.open())).to_string(),
        },
        digest: actions::digest(demand.signed.leaf),
        destinations: Destination::ALL.iter().map(|one| Choice::new(one.code(), t.s(one.key()))).collect(),
        accounts: accounts(door, book_id, t).await?,
        receives: takes && who.acts(Role::Cashier),
        settles: takes && OfSettler::ROLES.iter().any(|role| who.acts(*role)),
        frame: frame.following_position().page("recoveries", title).crumb(up, t.s("recoveries.title")),
        today,
        demand,
        form,
    })
}

/// The account from which a grant was paid last: money mostly comes back to it.
async fn paid_from(door: &Door, book_id: i64, grant: i64) -> Result<Option<i64>> {
    let c = &door.db.read;
    let Some(last) = payments::payments_of_grant(c, book_id, grant).await?.pop() else { return Ok(None) };
    Ok(payments::batch(c, book_id, last.batch).await?.paying_account)
}

/// The accounts in use.
async fn accounts(door: &Door, book_id: i64, t: T) -> Result<Vec<Choice>> {
    let all = payments::paying_accounts(&door.db.read, book_id).await?;
    let open = all.into_iter().filter(|account| account.state == "open");
    Ok(open.map(|one| Choice::new(one.id, format!("{} {}", one.name, t.fours(&one.account_number)))).collect())
}

/// Shows a demand.
#[get("/recoveries/<id>")]
pub async fn show(who: Reader, id: i64, frame: Frame, door: &Managed<Door>) -> Answer<Shown> {
    let door = &who.looking(door).await?;
    Ok(Page::new(page(&who, id, frame, Fields::new(), door).await?))
}

/// Signs or refuses a demand, withdraws it or lets it stand.
#[post("/recoveries/<id>/decide", data = "<sent>")]
pub async fn decide(
    who: Reviewer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, id, frame, form, door).await?)) };
    match hand_in(door, who.ask(key, "decide_demand"), Claim::Demand(id), &form).await {
        Ok(()) => Ok(Reply::done(frame.href(&format!("recoveries/{id}")), frame.t.s(said(&form)))),
        Err(error) => Ok(Reply::again(page(&who, id, frame, form.take(error)?, door).await?)),
    }
}

/// Books money that came back.
#[post("/recoveries/<id>/receive", data = "<sent>")]
pub async fn receive(
    who: Cashier,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, id, frame, form, door).await?)) };
    let typed = ReceiptForm {
        demand: id,
        amount: form.value("amount").to_owned(),
        document: form.value("document").to_owned(),
        received_on: form.value("received_on").to_owned(),
        destination: form.value("destination").to_owned(),
        account: form.value("account").parse().ok(),
    };
    match actions::prepare_receipt(door, who.ask(key, "prepare_receipt"), typed).await {
        Ok(made) => Ok(Reply::done(frame.href(&format!("receipts/{}", made.id)), frame.t.s("recoveries.done.receipt"))),
        Err(error) => Ok(Reply::again(page(&who, id, frame, form.take(error)?, door).await?)),
    }
}

/// Wants a demand withdrawn.
#[post("/recoveries/<id>/undo", data = "<sent>")]
pub async fn undo(
    who: Claimant,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Shown>, Error> {
    let mut form = sent.into_inner();
    let Some(key) = form.key() else { return Ok(Reply::again(page(&who, id, frame, form, door).await?)) };
    let reason = form.value("reason").to_owned();
    match actions::ask_undo(door, who.ask(key, "undo_demand"), Claim::Demand(id), reason).await {
        Ok(_) => Ok(Reply::done(frame.href(&format!("recoveries/{id}")), frame.t.s("recoveries.done.undo_asked"))),
        Err(error) => Ok(Reply::again(page(&who, id, frame, form.take(error)?, door).await?)),
    }
}
