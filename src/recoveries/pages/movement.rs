//! One receipt or one offset: what it moves, before and after, and the decision of another person on it.

use askama::Template;
use rocket::form::Form as Sent;
use rocket::{State as Managed, get, post};

use super::signing::{Signing, Words, decide, said};
use super::words::{self, Look};
use super::{Booker, OfBooker, OfSettler, Settler};
use crate::grants;
use crate::journal::{Door, Names};
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::payments;
use crate::people::{Admission, In, Reader, Reviewer};
use crate::policies::{self, Held};
use crate::recoveries::actions::{self, Claim};
use crate::recoveries::rules::Destination;
use crate::recoveries::store::{self, Demand, Signed};
use crate::web::{Answer, Fields, Frame, Page, Reply};

/// A fact: what it is, what it says, where it leads.
pub struct Fact {
    label: &'static str,
    text: String,
    href: String,
}

/// A figure before and after.
pub struct Effect {
    label: String,
    before: Fen,
    after: Fen,
}

/// The page.
#[derive(Template)]
#[template(path = "recoveries/pages/movement.html")]
pub struct Movement {
    frame: Frame,
    form: Fields,
    look: Look,
    amount: Fen,
    facts: Vec<Fact>,
    effects: Vec<Effect>,
    signed: Signed,
    names: Names,
    signing: Signing,
    words: Words,
    digest: String,
    base: String,
    /// Name of the recipient.
    name: String,
}

impl Movement {
    fn name_of<'n>(&'n self, uid: Option<&'n str>) -> &'n str {
        uid.map_or(crate::web::ABSENT, |uid| self.names.of(uid))
    }
}

fn fact(label: &'static str, text: impl ToString, href: impl ToString) -> Fact {
    Fact { label, text: text.to_string(), href: href.to_string() }
}

fn plus(one: Fen, other: Fen) -> Fen {
    one.checked_add(other).unwrap_or(one)
}

fn minus(one: Fen, other: Fen) -> Fen {
    one.checked_sub(other).unwrap_or(Fen::ZERO)
}

/// What the policy of a grant holds, with its code.
async fn held(door: &Door, book_id: i64, grant: i64) -> Result<(String, String, Held)> {
    let c = &door.db.read;
    let grant = grants::grant(c, book_id, grant).await?.ok_or(Error::NotFound)?;
    let standing = policies::standing(c, book_id, grant.content.policy).await?.ok_or(Error::NotFound)?;
    Ok((grant.content.reference, standing.policy.code, standing.total))
}

/// What this person sees of something: facts that a receipt and an offset have alike.
struct Common {
    demand: Demand,
    names: Names,
    facts: Vec<Fact>,
}

async fn common(door: &Door, book_id: i64, demand: i64, frame: &Frame, document: &str) -> Result<Common> {
    let c = &door.db.read;
    let demand = store::demand(c, book_id, demand).await?;
    let t = frame.t;
    let href = |path: String| frame.href(&path);
    let facts = vec![
        fact(t.s("recoveries.demand"), &demand.document, href(format!("recoveries/{}", demand.id))),
        fact(t.s("recoveries.overpaid_grant"), &demand.reference, href(format!("grants/{}", demand.grant))),
        fact(t.s("recoveries.open"), t.yuan_unit(demand.open()), ""),
        fact(t.s("recoveries.document"), document, ""),
    ];
    Ok(Common { demand, names: Names::read(c, book_id).await?, facts })
}

async fn of_receipt<A: Admission>(who: &In<A>, id: i64, frame: Frame, form: Fields, door: &Door) -> Result<Movement> {
    let (book_id, t) = (who.book_id(), frame.t);
    let receipt = store::receipt(&door.db.read, book_id, id).await?;
    let Common { demand, names, mut facts } = common(door, book_id, receipt.demand, &frame, &receipt.document).await?;
    facts.push(fact(t.s("recoveries.received_on"), t.long_day(receipt.received_on), ""));
    facts.push(fact(t.s("recoveries.destination"), t.s(receipt.destination.key()), ""));
    if let Some(account) = receipt.account {
        let account = payments::paying_account(&door.db.read, book_id, account).await?;
        facts.push(fact(t.s("recoveries.account"), t.fours(&account.account_number), ""));
    }
    let (_, code, held) = held(door, book_id, receipt.grant).await?;
    let sum = t.yuan(receipt.amount);
    let (label, before, after) = match receipt.destination {
        Destination::Available => ("grants.stage.available", held.available, plus(held.available, receipt.amount)),
        Destination::Source => ("policies.budget", held.budget, minus(held.budget, receipt.amount)),
    };
    let effects = vec![
        Effect {
            label: format!("{code} {}", t.s("grants.stage.disbursed")),
            before: held.disbursed,
            after: minus(held.disbursed, receipt.amount),
        },
        Effect { label: format!("{code} {}", t.s(label)), before, after },
    ];
    let happens = match receipt.destination {
        Destination::Available => "recoveries.receipt.happens.available",
        Destination::Source => "recoveries.receipt.happens.source",
    };
    Ok(Movement {
        look: words::movement(t, &receipt.signed),
        amount: receipt.amount,
        facts,
        effects,
        signing: Signing::of(who, &receipt.signed, &[], OfBooker::ROLES),
        words: Words {
            happens: t.f(happens).with("sum", t.yuan_unit(receipt.amount)).to_string(),
            verb: t.f("recoveries.receipt.approve").with("sum", &sum).to_string(),
            undo_happens: t.s("recoveries.receipt.undo_happens").to_owned(),
            undo_verb: t.f("recoveries.receipt.undo").with("sum", &sum).to_string(),
        },
        digest: actions::digest(receipt.signed.leaf),
        base: frame.href(&format!("receipts/{id}")),
        signed: receipt.signed,
        names,
        frame: titled(frame, "recoveries.receipt.title", &demand),
        name: demand.name,
        form,
    })
}

fn titled(frame: Frame, key: &str, demand: &Demand) -> Frame {
    let (t, list) = (frame.t, frame.href("recoveries"));
    let up = frame.href(&format!("recoveries/{}", demand.id));
    let title = t.f(key).with("reference", &demand.reference);
    frame
        .following_position()
        .page("recoveries", title)
        .crumb(list, t.s("recoveries.title"))
        .crumb(up, &demand.document)
}

async fn of_offset<A: Admission>(who: &In<A>, id: i64, frame: Frame, form: Fields, door: &Door) -> Result<Movement> {
    let (book_id, t) = (who.book_id(), frame.t);
    let offset = store::offset(&door.db.read, book_id, id).await?;
    let Common { demand, names, mut facts } = common(door, book_id, offset.demand, &frame, &offset.document).await?;
    let (_, code, overpaid) = held(door, book_id, offset.grant).await?;
    let (reference, settled_code, settled) = held(door, book_id, offset.settled_grant).await?;
    let grant = grants::grant(&door.db.read, book_id, offset.settled_grant).await?.ok_or(Error::NotFound)?;
    let settled_href = frame.href(&format!("grants/{}", offset.settled_grant));
    facts.push(fact(t.s("recoveries.settled_grant"), &reference, settled_href));
    facts.push(fact(t.s("recoveries.gross"), t.yuan_unit(grant.content.amount), ""));
    let offset_of_it = t.yuan_unit(offset.amount);
    facts.push(fact(t.s("recoveries.offset"), &offset_of_it, ""));
    facts.push(fact(t.s("recoveries.net"), t.yuan_unit(minus(grant.content.amount, offset.amount)), ""));
    facts.push(fact(t.s("recoveries.reason"), &offset.reason, ""));
    let effect = |code: &str, key: &str, before, after| Effect { label: format!("{code} {}", t.s(key)), before, after };
    let a = offset.amount;
    let effects = vec![
        effect(&code, "grants.stage.available", overpaid.available, plus(overpaid.available, a)),
        effect(&settled_code, "grants.stage.payable", settled.payable, minus(settled.payable, a)),
    ];
    let happens = t.f("recoveries.offset.happens").with("sum", &offset_of_it).with("reference", &reference);
    Ok(Movement {
        look: words::movement(t, &offset.signed),
        amount: a,
        facts,
        effects,
        signing: Signing::of(who, &offset.signed, &offset.makers, OfSettler::ROLES),
        words: Words {
            happens: happens.with("overpaid", &demand.reference).to_string(),
            verb: t.f("recoveries.offset.approve").with("sum", t.yuan(a)).to_string(),
            undo_happens: t.s("recoveries.offset.undo_happens").to_owned(),
            undo_verb: t.f("recoveries.offset.undo").with("sum", t.yuan(a)).to_string(),
        },
        digest: actions::digest(offset.signed.leaf),
        base: frame.href(&format!("offsets/{id}")),
        signed: offset.signed,
        names,
        frame: titled(frame, "recoveries.offset.title", &demand),
        name: demand.name,
        form,
    })
}

/// Shows a receipt.
#[get("/receipts/<id>")]
pub async fn receipt(who: Reader, id: i64, frame: Frame, door: &Managed<Door>) -> Answer<Movement> {
    let door = &who.looking(door).await?;
    Ok(Page::new(of_receipt(&who, id, frame, Fields::new(), door).await?))
}

/// Shows an offset.
#[get("/offsets/<id>")]
pub async fn offset(who: Reader, id: i64, frame: Frame, door: &Managed<Door>) -> Answer<Movement> {
    let door = &who.looking(door).await?;
    Ok(Page::new(of_offset(&who, id, frame, Fields::new(), door).await?))
}

async fn page<A: Admission>(who: &In<A>, claim: Claim, frame: Frame, form: Fields, door: &Door) -> Result<Movement> {
    match claim {
        Claim::Offset(id) => of_offset(who, id, frame, form, door).await,
        Claim::Receipt(id) | Claim::Demand(id) => of_receipt(who, id, frame, form, door).await,
    }
}

async fn decided(
    who: &Reviewer,
    (claim, to, verb): (Claim, String, &'static str),
    mut form: Fields,
    frame: Frame,
    door: &Door,
) -> Result<Reply<Movement>> {
    let Some(key) = form.key() else { return Ok(Reply::again(page(who, claim, frame, form, door).await?)) };
    match decide(door, who.ask(key, verb), claim, &form).await {
        Ok(()) => Ok(Reply::done(frame.href(&to), frame.t.s(said(&form)))),
        Err(error) => Ok(Reply::again(page(who, claim, frame, form.take(error)?, door).await?)),
    }
}

async fn asked<A: Admission>(
    who: &In<A>,
    (claim, to, verb): (Claim, String, &'static str),
    mut form: Fields,
    frame: Frame,
    door: &Door,
) -> Result<Reply<Movement>> {
    let Some(key) = form.key() else { return Ok(Reply::again(page(who, claim, frame, form, door).await?)) };
    let reason = form.value("reason").to_owned();
    match actions::ask_undo(door, who.ask(key, verb), claim, reason).await {
        Ok(_) => Ok(Reply::done(frame.href(&to), frame.t.s("recoveries.done.undo_asked"))),
        Err(error) => Ok(Reply::again(page(who, claim, frame, form.take(error)?, door).await?)),
    }
}

/// Signs or refuses a receipt, has it undone or lets it stand.
#[post("/receipts/<id>/decide", data = "<sent>")]
pub async fn decide_receipt(
    who: Reviewer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Movement>, Error> {
    decided(&who, (Claim::Receipt(id), format!("receipts/{id}"), "decide_receipt"), sent.into_inner(), frame, door)
        .await
}

/// Wants a receipt undone.
#[post("/receipts/<id>/undo", data = "<sent>")]
pub async fn undo_receipt(
    who: Booker,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Movement>, Error> {
    asked(&who, (Claim::Receipt(id), format!("receipts/{id}"), "undo_receipt"), sent.into_inner(), frame, door).await
}

/// Signs or refuses an offset, has it undone or lets it stand.
#[post("/offsets/<id>/decide", data = "<sent>")]
pub async fn decide_offset(
    who: Reviewer,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Movement>, Error> {
    decided(&who, (Claim::Offset(id), format!("offsets/{id}"), "decide_offset"), sent.into_inner(), frame, door).await
}

/// Wants an offset undone.
#[post("/offsets/<id>/undo", data = "<sent>")]
pub async fn undo_offset(
    who: Settler,
    id: i64,
    sent: Sent<Fields>,
    frame: Frame,
    door: &Managed<Door>,
) -> Result<Reply<Movement>, Error> {
    asked(&who, (Claim::Offset(id), format!("offsets/{id}"), "undo_offset"), sent.into_inner(), frame, door).await
}
