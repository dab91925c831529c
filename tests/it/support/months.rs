//! Months closed by those who may, after the book was verified.

use std::collections::BTreeMap;

use relief_ledger::audit;
use relief_ledger::closing::{self, Chosen, Item, PrepareForm, Rest, Unpaid};
use relief_ledger::journal::Actor;
use relief_ledger::kernel::Result;
use relief_ledger::periods::Month;

use super::book::World;
use super::office::Office;

pub fn month(text: &str) -> Month {
    Month::parse(text).unwrap()
}

/// What closes months up to one, with a reason for whatever is open.
pub fn form(last: &str) -> PrepareForm {
    let reasons = Item::ALL.into_iter().map(|item| (item.field().to_owned(), "下月办理".to_owned())).collect();
    PrepareForm { last: month(last), reasons, chosen: BTreeMap::new(), document: String::new() }
}

/// The same with decisions for allotments, on the ground of a document.
pub fn year_end(last: &str, chosen: &[(i64, Rest, Unpaid)]) -> PrepareForm {
    let chosen = chosen
        .iter()
        .map(|(allotment, rest, unpaid)| (*allotment, Chosen { rest: Some(*rest), unpaid: Some(*unpaid) }));
    PrepareForm { chosen: chosen.collect(), document: "仑财〔2020〕99号".into(), ..form(last) }
}

/// Verifies the book, and keeps that it was.
pub async fn verified(world: &World) {
    let report = world.verify().await;
    assert!(report.findings.is_empty(), "{:#?}", report.findings);
    audit::keep_check(&world.door, &world.head().await, report).await.unwrap();
}

/// Prepares a closing as somebody.
pub async fn prepare_as(world: &World, actor: &Actor, form: PrepareForm) -> Result<i64> {
    Ok(closing::prepare(&world.door, world.ask(actor, "prepare_closing"), form).await?.closing)
}

/// Closes what was prepared, as somebody, by the digest that it has.
pub async fn approve_as(world: &World, actor: &Actor, id: i64) -> Result<()> {
    let waiting = closing::closing(&world.door.db.read, world.book_id, id).await?;
    let ask = world.ask(actor, "approve_closing");
    closing::approve(&world.door, ask, id, closing::digest(waiting.leaf)).await.map(|_| ())
}

/// Closes the months up to one as the office does it.
pub async fn closed(office: &Office<'_>, form: PrepareForm) -> i64 {
    let world = office.world;
    verified(world).await;
    let id = prepare_as(world, &office.manager, form).await.unwrap();
    approve_as(world, &office.reviewer, id).await.unwrap();
    id
}

/// Opens the last closed month again.
pub async fn reopened(office: &Office<'_>, text: &str) -> Result<i64> {
    let (world, door) = (office.world, &office.world.door);
    let ask = world.ask(&office.manager, "reopen");
    let id = closing::prepare_reopening(door, ask, month(text), "更正".into()).await?.reopening;
    let leaf = closing::reopening(&door.db.read, world.book_id, id).await?.leaf;
    closing::approve_reopening(door, world.ask(&office.reviewer, "reopen"), id, closing::digest(leaf)).await?;
    Ok(id)
}
