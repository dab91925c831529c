//! Months in every state, for a book in which every kind of record stands.

use relief_ledger::closing;

use super::book::World;
use super::months::{closed, form, month, prepare_as, reopened, verified};
use super::office::Office;

/// Where the records of closing stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClosingsStand {
    /// A closing that waits.
    pub closing: i64,
    /// A reopening that was decided.
    pub reopening: i64,
}

/// Closes the first month of the book, and opens it again; in the end its closing waits once more.
pub async fn every_closing(world: &World, office: &Office<'_>) -> ClosingsStand {
    let door = &world.door;
    verified(world).await;
    let refused = prepare_as(world, &office.manager, form("2020-02")).await.unwrap();
    closing::refuse(door, world.ask(&office.reviewer, "refuse"), refused, "有新业务".into()).await.unwrap();
    closed(office, form("2020-02")).await;
    let ask = world.ask(&office.manager, "reopen");
    let kept = closing::prepare_reopening(door, ask, month("2020-02"), "更正".into()).await.unwrap().reopening;
    closing::refuse_reopening(door, world.ask(&office.reviewer, "refuse"), kept, "不必".into()).await.unwrap();
    let reopening = reopened(office, "2020-02").await.unwrap();
    verified(world).await;
    let closing = prepare_as(world, &office.manager, form("2020-02")).await.unwrap();
    ClosingsStand { closing, reopening }
}
