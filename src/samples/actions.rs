//! An auditor draws a sample, notes what is found of each item, and concludes it; anybody draws it again.

use serde::{Deserialize, Serialize};

use super::AUDITORS;
use super::events::{
    KIND_SAMPLE_CONCLUDED, KIND_SAMPLE_DRAWN, KIND_SAMPLE_ITEM_NOTED, SampleConcluded, SampleDrawn, SampleItemNoted,
};
use super::rules::{self, Method, NoteForm, Parameters, StratumBy};
use super::store;
use crate::db::Database;
use crate::journal::{Ask, Door, Head};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Refusal, Result, text};
use crate::people::must;

/// Longest seed, in characters.
const SEED_CHARS_MAX: usize = 100;
/// Longest summary, in characters.
const SUMMARY_CHARS_MAX: usize = 1_000;

/// What shall be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawForm {
    /// How items are chosen.
    pub method: Method,
    /// By what strata are cut.
    pub by: Option<StratumBy>,
    /// How many items.
    pub size: i64,
    /// What chance is made of; empty lets the program make it.
    pub seed: String,
    /// Effective day.
    pub as_of: Day,
    /// Position.
    pub at: i64,
    /// Only of this policy.
    pub policy: Option<String>,
    /// Only of this sub-district.
    pub subdistrict: Option<String>,
    /// Only of at least this much.
    pub least: Option<Fen>,
    /// Only of at most this much.
    pub most: Option<Fen>,
}

impl DrawForm {
    fn with_seed(self, seed: String) -> Parameters {
        let Self { method, by, size, as_of, at, policy, subdistrict, least, most, .. } = self;
        Parameters { method, by, size, seed, as_of, at, policy, subdistrict, least, most }
    }
}

/// Which sample an action made or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleAnswer {
    /// The sample.
    pub sample: i64,
}

async fn drawn(db: &Database, head: &Head, parameters: Parameters) -> Result<SampleDrawn> {
    if !(1..=head.position).contains(&parameters.at) {
        let refusal = Refusal::new("position_beyond").at("at").with("at", parameters.at);
        return Err(refusal.with("head", head.position).into());
    }
    let members = store::members(db, head.book_id, parameters.as_of, parameters.at).await?;
    let (population, strata, items) = rules::draw(&parameters, &members)?;
    Ok(SampleDrawn { parameters, population, strata, items })
}

/// What a draw would choose from; nothing is recorded, and no item is told: a seed must not be tried until it pleases.
///
/// # Errors
/// Those of the draw.
pub async fn preview(db: &Database, head: &Head, form: DrawForm) -> Result<SampleDrawn> {
    let found = drawn(db, head, form.with_seed("preview".to_owned())).await?;
    Ok(SampleDrawn { items: Vec::new(), ..found })
}

/// Draws a sample from what was disbursed and records how. Auditors.
///
/// # Errors
/// Those of the draw; the seed's; `position_beyond`, `Forbidden`.
pub async fn draw(door: &Door, ask: Ask, head: &Head, form: DrawForm) -> Result<SampleAnswer> {
    let typed = text::clean(&form.seed, SEED_CHARS_MAX).map_err(|refusal| refusal.at("seed"))?;
    let seed = if typed.is_empty() { door.surroundings.chance.token() } else { typed };
    // The position is fixed, so what is read here outside the door is what stands there for good.
    let payload = drawn(&door.db, head, form.clone().with_seed(seed)).await?;
    door.command(ask, &form, move |desk| {
        let payload = payload.clone();
        Box::pin(async move {
            must(desk, &AUDITORS).await?;
            Ok(SampleAnswer { sample: desk.emit(KIND_SAMPLE_DRAWN, 1, &payload)? })
        })
    })
    .await
}

/// Notes what was found of an item, again if it was noted before. Auditors.
///
/// # Errors
/// `NotFound`, `sample_concluded`; those of [`rules::noted`].
pub async fn note(door: &Door, ask: Ask, sample: i64, form: NoteForm) -> Result<SampleAnswer> {
    let content = (sample, form.clone());
    door.command(ask, &content, move |desk| {
        let form = form.clone();
        Box::pin(async move {
            must(desk, &AUDITORS).await?;
            let (found, drawn) = store::sample(desk.tx.connection(), desk.book_id(), sample).await?;
            if found.is_concluded() {
                return Err(Refusal::new("sample_concluded").into());
            }
            let item = drawn.items.iter().find(|item| item.grant == form.grant).ok_or(Error::NotFound)?;
            let (found, note) = rules::noted(&form, item.amount)?;
            let payload = SampleItemNoted { sample, grant: form.grant, result: form.result, found, note };
            desk.emit(KIND_SAMPLE_ITEM_NOTED, 1, &payload)?;
            Ok(SampleAnswer { sample })
        })
    })
    .await
}

/// Concludes a sample of which every item was looked at. Auditors.
///
/// # Errors
/// `NotFound`, `sample_concluded`, `sample_unfinished`; the summary's.
pub async fn conclude(door: &Door, ask: Ask, sample: i64, summary: String) -> Result<SampleAnswer> {
    let content = (sample, summary.clone());
    door.command(ask, &content, move |desk| {
        let summary = summary.clone();
        Box::pin(async move {
            must(desk, &AUDITORS).await?;
            let summary = text::clean(&summary, SUMMARY_CHARS_MAX).map_err(|refusal| refusal.at("summary"))?;
            if summary.is_empty() {
                return Err(Refusal::new("field_empty").at("summary").into());
            }
            let (found, _) = store::sample(desk.tx.connection(), desk.book_id(), sample).await?;
            if found.is_concluded() {
                return Err(Refusal::new("sample_concluded").into());
            }
            let items = store::items(desk.tx.connection(), desk.book_id(), sample).await?;
            let open = items.iter().filter(|item| item.result.is_none()).count();
            if open > 0 {
                return Err(Refusal::new("sample_unfinished").with("n", open).into());
            }
            desk.emit(KIND_SAMPLE_CONCLUDED, 1, &SampleConcluded { sample, summary })?;
            Ok(SampleAnswer { sample })
        })
    })
    .await
}

/// What drawing a sample again comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Redrawn {
    /// Whether the population is the one from which it was drawn.
    pub population_same: bool,
    /// Grants that it has and that are not drawn, or not so, now.
    pub only_recorded: Vec<String>,
    /// Grants that are drawn, or drawn so, now.
    pub only_redrawn: Vec<String>,
    /// Whether all is the same.
    pub same: bool,
}

impl Redrawn {
    /// Compares a recorded draw with another.
    pub fn of(recorded: &SampleDrawn, redrawn: &SampleDrawn) -> Self {
        let without = |one: &SampleDrawn, other: &SampleDrawn| {
            let left = one.items.iter().filter(|item| !other.items.contains(item));
            left.map(|item| item.reference.clone()).collect::<Vec<_>>()
        };
        Self {
            population_same: recorded.population == redrawn.population,
            only_recorded: without(recorded, redrawn),
            only_redrawn: without(redrawn, recorded),
            same: recorded == redrawn,
        }
    }
}

/// Draws a sample again from what the book has at its clocks, with its own seed or with another.
///
/// # Errors
/// `NotFound`; those of the draw.
pub async fn redraw(db: &Database, head: &Head, sample: i64, seed: Option<String>) -> Result<Redrawn> {
    let (_, recorded) = store::sample(&db.read, head.book_id, sample).await?;
    let mut parameters = recorded.parameters.clone();
    parameters.seed = seed.unwrap_or(parameters.seed);
    Ok(Redrawn::of(&recorded, &drawn(db, head, parameters).await?))
}
