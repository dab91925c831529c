//! What an auditor does: samples drawn, their items noted, samples concluded.

use rand::Rng as _;
use rand::rngs::StdRng;
use relief_ledger::kernel::money::Fen;
use relief_ledger::kernel::{Error, Result};
use relief_ledger::samples::{self, Item, ItemResult, Method, NoteForm};

use super::Side;
use crate::support::every_sample::form;

/// How many steps are taken.
pub const STEPS: usize = 60;

/// The verbs, one after another.
pub const VERBS: [&str; 6] = ["draw sample", "note item", "note item", "note item", "note item", "conclude sample"];

impl Side<'_> {
    pub(super) async fn of_samples(&mut self, verb: &'static str, chance: &mut StdRng) -> Result<String> {
        let (world, door, c) = (self.world, &self.world.door, &self.world.door.db.read);
        let who = self.somebody(chance, &["wu"]);
        let ask = world.ask(&who, "step");
        if verb == "draw sample" {
            let method = Method::ALL[chance.random_range(0..Method::ALL.len())];
            let head = world.head().await;
            let size = [2, 3, 0][chance.random_range(0..3)];
            let form = form(method, size, "2020-12-31", head.position - chance.random_range(0..40));
            let drawn = samples::draw(door, ask, &head, form).await;
            return self.keep("sample", drawn.map(|drawn| drawn.sample));
        }
        let sample = self.one(chance, "sample");
        if verb == "conclude sample" {
            return samples::conclude(door, ask, sample, "可以接受".into()).await.map(|done| format!("{done:?}"));
        }
        let (_, drawn) = samples::sample(c, world.book_id, sample).await?;
        let items = samples::items(c, world.book_id, sample).await?;
        // Mostly what was not looked at yet.
        let open = items.iter().find(|item| item.result.is_none()).map(|item| item.grant);
        let any = drawn.items.get(chance.random_range(0..drawn.items.len())).map(|item: &Item| item.grant);
        let grant = if chance.random_ratio(4, 5) { open.or(any) } else { any }.ok_or(Error::NotFound)?;
        let result = ItemResult::ALL[chance.random_range(0..3)];
        let found = chance.random_ratio(1, 4).then(|| Fen::new(chance.random_range(0..5_000)));
        let note = ["档案已核对", ""][usize::from(chance.random_ratio(1, 6))].to_owned();
        samples::note(door, ask, sample, NoteForm { grant, result, found, note }).await.map(|done| format!("{done:?}"))
    }
}
