//! The population of a book, its samples, and what was noted of their items.

use sea_orm::{ConnectionTrait, FromQueryResult};

use super::events::SampleDrawn;
use super::rules::{Examined, ItemResult, Member, Method};
use crate::db::entity::samples as rows;
use crate::db::{Database, sql};
use crate::journal::{self, event};
use crate::kernel::dates::Day;
use crate::kernel::instant::Instant;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};

/// Samples of a page.
const LISTED: usize = 50;

/// Every grant of which something is disbursed as of the day and at the position, by id. Its content is then fixed: only a
/// draft is edited.
pub(super) async fn members(db: &Database, book_id: i64, as_of: Day, at: i64) -> Result<Vec<Member>> {
    let net = "CAST(SUM(CASE WHEN t.to_stage = 'disbursed' THEN t.amount_fen ELSE -t.amount_fen END) AS BIGINT)";
    let query = format!(
        "SELECT g.id, g.reference, p.code, g.subdistrict, {net}
         FROM transfers t
         JOIN grants g ON g.book_id = t.book_id AND g.id = t.grant_id
         JOIN policies p ON p.book_id = g.book_id AND p.id = g.policy
         WHERE t.book_id = {book_id} AND t.position <= {at} AND t.effective_on <= '{as_of}'
             AND (t.to_stage = 'disbursed' OR t.from_stage = 'disbursed')
         GROUP BY g.id, g.reference, p.code, g.subdistrict HAVING {net} > 0 ORDER BY g.id"
    );
    let mut members = Vec::new();
    journal::scan(&db.read, &query, |cells| {
        let [id, reference, policy, subdistrict, amount] = cells else {
            return Err(Error::internal("a member of a population has five columns"));
        };
        members.push(Member {
            grant: id.int()?,
            reference: reference.text().to_owned(),
            policy: policy.text().to_owned(),
            subdistrict: subdistrict.text().to_owned(),
            amount: Fen::new(amount.int()?),
        });
        Ok(())
    })
    .await?;
    Ok(members)
}

/// A sample as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// Its id.
    pub id: i64,
    /// How its items were chosen.
    pub method: Method,
    /// How many.
    pub size: i64,
    /// Effective day of its population.
    pub as_of: Day,
    /// Position of its population.
    pub at: i64,
    /// Grants of the population.
    pub population_count: i64,
    /// Their amounts.
    pub population_sum: Fen,
    /// Who drew it.
    pub drawn_by: String,
    /// When.
    pub drawn_at: Instant,
    /// What was concluded; empty until then.
    pub summary: String,
    /// Who concluded it.
    pub concluded_by: Option<String>,
    /// When.
    pub concluded_at: Option<Instant>,
}

impl Sample {
    /// Whether nothing is noted any more.
    pub const fn is_concluded(&self) -> bool {
        self.concluded_by.is_some()
    }
}

fn view(row: rows::Model) -> Result<Sample> {
    Ok(Sample {
        id: row.id,
        method: Method::parse(&row.method).map_err(Error::internal)?,
        size: row.size,
        as_of: sql::day(&row.as_of)?,
        at: row.at_position,
        population_count: row.population_count,
        population_sum: Fen::new(row.population_fen),
        drawn_by: row.drawn_by,
        drawn_at: Instant::new(row.drawn_at_ms),
        summary: row.summary,
        concluded_by: row.concluded_by,
        concluded_at: row.concluded_at_ms.map(Instant::new),
    })
}

/// A sample, and how it was drawn.
///
/// # Errors
/// `NotFound`.
pub async fn sample(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<(Sample, SampleDrawn)> {
    let query = "SELECT * FROM samples WHERE book_id = ? AND id = ?";
    let row: Option<rows::Model> = sql::one(c, query, vec![book_id.into(), id.into()]).await?;
    let sample = view(row.ok_or(Error::NotFound)?)?;
    Ok((sample, event(c, book_id, id).await?.payload()?))
}

/// A page of samples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SamplesPage {
    /// The newest first.
    pub samples: Vec<Sample>,
    /// Older ones are before this id.
    pub older: Option<i64>,
}

/// Samples, the newest first, older than one.
pub async fn samples(c: &impl ConnectionTrait, book_id: i64, before: Option<i64>) -> Result<SamplesPage> {
    let query = "SELECT * FROM samples WHERE book_id = ? AND id < ? ORDER BY id DESC LIMIT ?";
    let limit = i64::try_from(LISTED + 1).map_err(Error::internal)?;
    let values = vec![book_id.into(), before.unwrap_or(i64::MAX).into(), limit.into()];
    let rows: Vec<rows::Model> = sql::all(c, query, values).await?;
    let mut samples = rows.into_iter().map(view).collect::<Result<Vec<_>>>()?;
    let more = samples.len() > LISTED;
    samples.truncate(LISTED);
    let older = samples.last().filter(|_| more).map(|last| last.id);
    Ok(SamplesPage { samples, older })
}

#[derive(FromQueryResult)]
struct ItemRow {
    grant_id: i64,
    reference: String,
    stratum: String,
    amount_fen: i64,
    hits: i64,
    certain: i64,
    result: Option<String>,
    found_fen: Option<i64>,
    note: Option<String>,
    noted_by: Option<String>,
    noted_at_ms: Option<i64>,
}

/// An item with what stands noted of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemView {
    /// The grant.
    pub grant: i64,
    /// Its reference.
    pub reference: String,
    /// Its stratum.
    pub stratum: String,
    /// What was disbursed of it.
    pub amount: Fen,
    /// How often it was hit.
    pub hits: i64,
    /// Whether it could not be missed.
    pub certain: bool,
    /// What was found; none until somebody looked.
    pub result: Option<ItemResult>,
    /// The amount that was found.
    pub found: Option<Fen>,
    /// In words.
    pub note: String,
    /// Who noted it.
    pub noted_by: String,
    /// When.
    pub noted_at: Option<Instant>,
}

impl ItemView {
    /// What a projection takes of it; nothing until somebody looked.
    pub fn examined(&self) -> Option<Examined<'_>> {
        let found = self.found?;
        Some(Examined { stratum: &self.stratum, amount: self.amount, found, hits: self.hits, certain: self.certain })
    }
}

/// The items of a sample, by grant, each with its last note.
pub async fn items(c: &impl ConnectionTrait, book_id: i64, sample: i64) -> Result<Vec<ItemView>> {
    let query =
        "SELECT i.grant_id, i.reference, i.stratum, i.amount_fen, i.hits, i.certain, n.result, n.found_fen, n.note,
             n.noted_by, n.noted_at_ms
         FROM sample_items i
         LEFT JOIN sample_notes n ON n.book_id = i.book_id AND n.position = (
             SELECT MAX(x.position) FROM sample_notes x
             WHERE x.book_id = i.book_id AND x.sample = i.sample AND x.grant_id = i.grant_id)
         WHERE i.book_id = ? AND i.sample = ? ORDER BY i.grant_id";
    let rows: Vec<ItemRow> = sql::all(c, query, vec![book_id.into(), sample.into()]).await?;
    let of_row = |row: ItemRow| {
        let result = row.result.as_deref().map(ItemResult::parse).transpose().map_err(Error::internal)?;
        Ok(ItemView {
            grant: row.grant_id,
            reference: row.reference,
            stratum: row.stratum,
            amount: Fen::new(row.amount_fen),
            hits: row.hits,
            certain: row.certain == 1,
            result,
            found: row.found_fen.map(Fen::new),
            note: row.note.unwrap_or_default(),
            noted_by: row.noted_by.unwrap_or_default(),
            noted_at: row.noted_at_ms.map(Instant::new),
        })
    };
    rows.into_iter().map(of_row).collect()
}
