//! What can happen to audit samples, and what it does to their tables.

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use super::rules::{Item, ItemResult, Parameters, Population, Stratum};
use crate::db::entity::{sample_items, sample_notes, samples};
use crate::journal::{Applier, Recorded, Tx};
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};

/// An auditor drew a sample; its id is the position of this event.
pub const KIND_SAMPLE_DRAWN: &str = "sample_drawn";
/// An auditor noted what was found of an item; the last note stands.
pub const KIND_SAMPLE_ITEM_NOTED: &str = "sample_item_noted";
/// An auditor concluded a sample; nothing is noted after that.
pub const KIND_SAMPLE_CONCLUDED: &str = "sample_concluded";

/// A sample: how it was drawn, from what, and which grants it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleDrawn {
    /// How it was drawn.
    pub parameters: Parameters,
    /// From what.
    pub population: Population,
    /// The parts of the population, with what each has in the sample.
    pub strata: Vec<Stratum>,
    /// The grants.
    pub items: Vec<Item>,
}

/// What was found of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleItemNoted {
    /// The sample.
    pub sample: i64,
    /// The grant.
    pub grant: i64,
    /// What was found.
    pub result: ItemResult,
    /// The amount that was found.
    pub found: Fen,
    /// In words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// A conclusion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleConcluded {
    /// The sample.
    pub sample: i64,
    /// In words.
    pub summary: String,
}

/// This feature's part in replay.
pub static APPLIER: Applier = Applier {
    feature: "samples",
    kinds: &[(KIND_SAMPLE_DRAWN, 1), (KIND_SAMPLE_ITEM_NOTED, 1), (KIND_SAMPLE_CONCLUDED, 1)],
    slots: &[],
    apply,
};

fn apply<'a>(tx: &'a mut Tx, events: &'a [Recorded]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        for event in events {
            match event.kind.as_str() {
                KIND_SAMPLE_DRAWN => drawn(tx, event).await?,
                KIND_SAMPLE_ITEM_NOTED => noted(tx, event).await?,
                KIND_SAMPLE_CONCLUDED => concluded(tx, event).await?,
                other => return Err(Error::internal(format!("samples does not apply {other}"))),
            }
        }
        Ok(())
    })
}

async fn drawn(tx: &mut Tx, event: &Recorded) -> Result<()> {
    let SampleDrawn { parameters, population, items, .. } = event.payload()?;
    let book_id = tx.book_id();
    let row = samples::Model {
        book_id,
        id: event.position,
        method: parameters.method.code().to_owned(),
        strata_by: parameters.by.map_or("", super::StratumBy::code).to_owned(),
        size: parameters.size,
        seed: parameters.seed,
        as_of: parameters.as_of.to_string(),
        at_position: parameters.at,
        policy: parameters.policy.unwrap_or_default(),
        subdistrict: parameters.subdistrict.unwrap_or_default(),
        least_fen: parameters.least.map(Fen::get),
        most_fen: parameters.most.map(Fen::get),
        population_count: population.count,
        population_fen: population.sum.get(),
        population_sha256: population.digest,
        drawn_by: event.actor_uid.clone(),
        drawn_at_ms: event.recorded_at.get(),
        concluded_position: None,
        summary: String::new(),
        concluded_by: None,
        concluded_at_ms: None,
    };
    tx.insert(vec![row]).await?;
    let of_item = |item: Item| sample_items::Model {
        book_id,
        sample: event.position,
        grant_id: item.grant,
        reference: item.reference,
        stratum: item.stratum,
        amount_fen: item.amount.get(),
        hits: item.hits,
        certain: i64::from(item.certain),
    };
    tx.insert(items.into_iter().map(of_item).collect::<Vec<_>>()).await
}

async fn noted(tx: &mut Tx, event: &Recorded) -> Result<()> {
    let noted: SampleItemNoted = event.payload()?;
    let row = sample_notes::Model {
        book_id: tx.book_id(),
        position: event.position,
        sample: noted.sample,
        grant_id: noted.grant,
        result: noted.result.code().to_owned(),
        found_fen: noted.found.get(),
        note: noted.note,
        noted_by: event.actor_uid.clone(),
        noted_at_ms: event.recorded_at.get(),
    };
    tx.insert(vec![row]).await
}

async fn concluded(tx: &mut Tx, event: &Recorded) -> Result<()> {
    let concluded: SampleConcluded = event.payload()?;
    let values = vec![
        event.position.into(),
        concluded.summary.into(),
        event.actor_uid.clone().into(),
        event.recorded_at.get().into(),
        tx.book_id().into(),
        concluded.sample.into(),
    ];
    tx.run(
        "UPDATE samples SET concluded_position = ?, summary = ?, concluded_by = ?, concluded_at_ms = ?
         WHERE book_id = ? AND id = ?",
        values,
    )
    .await
    .map(|_| ())
}
