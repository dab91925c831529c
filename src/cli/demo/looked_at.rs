//! What the auditor of the demonstration looks at: a sample of what was paid by the end of October, of which some items are noted.

use crate::cli::workplace::Workplace;
use crate::journal::{Ask, Head};
use crate::kernel::Result;
use crate::kernel::dates::Day;
use crate::people;
use crate::samples::{self, DrawForm, ItemResult, Method, NoteForm, StratumBy};

/// How many grants.
const SIZE: i64 = 24;
/// Of which so many were looked at, and found as the book has them.
const LOOKED_AT: usize = 9;
/// What was wrong with the next one.
const EXCEPTION: &str = "申报表缺经办人签字，已要求补签";

/// A sample is drawn by sub-district out of the book as `head` has it, and its first items are noted.
pub(super) async fn tell(workplace: &Workplace, head: &Head) -> Result<()> {
    let (door, book_id) = (&workplace.door, head.book_id);
    let auditor = people::actor(door, "auditor").await?;
    let ask = |verb: &'static str| -> Ask { workplace.ask(head, auditor.clone(), verb) };
    let form = DrawForm {
        method: Method::Stratified,
        by: Some(StratumBy::Subdistrict),
        size: SIZE,
        seed: "北仑区2020年专项审计".to_owned(),
        as_of: Day::parse("2020-10-31")?,
        at: head.position,
        policy: None,
        subdistrict: None,
        least: None,
        most: None,
    };
    let sample = samples::draw(door, ask("sample_draw"), head, form).await?.sample;
    for (number, item) in samples::items(&door.db.read, book_id, sample).await?.iter().take(LOOKED_AT + 1).enumerate() {
        let (result, note) = match number {
            LOOKED_AT => (ItemResult::Exception, EXCEPTION.to_owned()),
            _ => (ItemResult::Satisfactory, String::new()),
        };
        let form = NoteForm { grant: item.grant, result, found: None, note };
        samples::note(door, ask("sample_note"), sample, form).await?;
    }
    Ok(())
}
