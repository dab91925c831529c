//! Audit samples in every state, for a book in which every kind of record stands.

use relief_ledger::journal::Actor;
use relief_ledger::kernel::money::Fen;
use relief_ledger::people::Role;
use relief_ledger::samples::{self, DrawForm, Item, ItemResult, Method, NoteForm, StratumBy};

use super::book::World;
use super::office::day;

/// A draw of `size` from all that is disbursed.
pub fn form(method: Method, size: i64, as_of: &str, at: i64) -> DrawForm {
    DrawForm {
        method,
        by: (method == Method::Stratified).then_some(StratumBy::Subdistrict),
        size,
        seed: "2020 年度审计".into(),
        as_of: day(as_of),
        at,
        policy: None,
        subdistrict: None,
        least: None,
        most: None,
    }
}

/// Draws a sample of each kind, and tells items and sample of the last one.
pub async fn sampled(world: &World, auditor: &Actor, as_of: &str) -> (i64, Vec<Item>) {
    let (mut sample, mut items) = (0, Vec::new());
    for method in Method::ALL {
        let head = world.head().await;
        let asked = form(method, 2, as_of, head.position);
        sample = samples::draw(&world.door, world.ask(auditor, "draw"), &head, asked).await.unwrap().sample;
        items = samples::sample(&world.door.db.read, world.book_id, sample).await.unwrap().1.items;
    }
    (sample, items)
}

/// Notes an item.
pub async fn note(world: &World, auditor: &Actor, sample: i64, form: NoteForm) {
    samples::note(&world.door, world.ask(auditor, "note"), sample, form).await.unwrap();
}

/// A sample that was concluded, and one of which an item was noted twice; that one.
pub async fn every_sample(world: &World) -> i64 {
    let auditor = world.actor("sun", "P-sun", &[Role::Auditor]).await;
    let (done, items) = sampled(world, &auditor, "2020-12-31").await;
    for item in &items {
        let found = Fen::new(item.amount.get() - 1);
        let (grant, note_text) = (item.grant, "少记一分".to_owned());
        let form = NoteForm { grant, result: ItemResult::Exception, found: Some(found), note: note_text };
        note(world, &auditor, done, form).await;
    }
    let ask = world.ask(&auditor, "conclude");
    samples::conclude(&world.door, ask, done, "差错可以接受".into()).await.unwrap();
    let (open, items) = sampled(world, &auditor, "2020-12-31").await;
    for (result, words) in [(ItemResult::NotFound, "档案未找到"), (ItemResult::Satisfactory, "已补交")] {
        note(world, &auditor, open, NoteForm { grant: items[0].grant, result, found: None, note: words.into() }).await;
    }
    open
}
