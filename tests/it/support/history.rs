//! A book with the two hundred grants of the fixture, brought as files by one person and approved by another.

use relief_ledger::imports::{self, Upload, What};
use relief_ledger::journal::Actor;
use relief_ledger::people::Role;
use relief_ledger::web::Lang;

use super::book::World;

/// Policies of the fixture.
pub const POLICIES: &str = include_str!("../../fixtures/files/policies.csv");
/// Its two hundred grants.
pub const HISTORY: &str = include_str!("../../fixtures/files/history-200.csv");

/// A file is brought and approved.
pub async fn brought(world: &World, (by, reviewer): (&Actor, &Actor), what: What, text: &str) {
    let upload = Upload { what, file_name: "file.csv".into(), bytes: text.as_bytes().to_vec(), unit: None };
    let answer = imports::submit(&world.door, world.ask(by, "import"), upload).await.unwrap();
    let id = answer.unwrap_or_else(|faults| panic!("{:#?}", faults.in_language(Lang::En))).import;
    let view = imports::by_id(&world.door.db.read, world.book_id, id).await.unwrap();
    imports::approve(&world.door, world.ask(reviewer, "approve"), id, view.digest).await.unwrap();
}

/// All of the fixture on a day; the clerk and the reviewer.
pub async fn filled(world: &World, on: &'static str) -> (Actor, Actor) {
    world.it_is(on);
    let manager = world.actor("zhou", "P4", &[Role::Manager]).await;
    let clerk = world.actor("chen", "P1", &[Role::Clerk]).await;
    let reviewer = world.actor("wang", "P2", &[Role::Reviewer]).await;
    brought(world, (&manager, &reviewer), What::Policies, POLICIES).await;
    brought(world, (&clerk, &reviewer), What::History, HISTORY).await;
    (clerk, reviewer)
}
