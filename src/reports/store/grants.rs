//! Grants with everything that moved of them.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, FromQueryResult};

use super::Moment;
use crate::closing::{Bucket, Flowed};
use crate::db::sql;
use crate::funds::Stage;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Refusal, Result};

/// Grants that one report can hold; more are a matter for the exports.
const GRANTS_MAX: i64 = 200_000;

/// A grant and what moved of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// Its id.
    pub id: i64,
    /// Its reference.
    pub reference: String,
    /// Kind of the recipient's number.
    pub id_type: String,
    /// The recipient's number.
    pub number: String,
    /// Name on the grant.
    pub name: String,
    /// Kind on the grant.
    pub kind: String,
    /// Sub-district on the grant.
    pub subdistrict: String,
    /// Industry on the grant.
    pub industry: String,
    /// Size on the grant.
    pub size: String,
    /// Id of its policy.
    pub policy: i64,
    /// What moved, summed by way and time.
    pub flows: Vec<Flowed>,
    /// Effective day of the first approval that no correction has taken back.
    pub approved_on: Option<Day>,
    /// Effective day of the first payment of which that is so.
    pub paid_on: Option<Day>,
}

#[derive(FromQueryResult)]
struct Particulars {
    id: i64,
    reference: String,
    id_type: String,
    number: String,
    name: String,
    kind: String,
    subdistrict: String,
    industry: String,
    size: String,
    policy: i64,
}

#[derive(FromQueryResult)]
struct Flow {
    grant_id: i64,
    from_stage: String,
    to_stage: String,
    reversal: i64,
    bucket: i64,
    fen: i64,
    first_on: Option<String>,
}

#[derive(FromQueryResult)]
struct Count {
    n: i64,
}

/// The grants of which anything moved up to the day, as known at the position, in the order of their ids.
///
/// # Errors
/// `report_too_long` (`max`).
pub async fn granted(c: &impl ConnectionTrait, moment: &Moment) -> Result<Vec<Granted>> {
    let clocks = || vec![moment.book_id.into(), moment.at.into(), moment.as_of.to_string().into()];
    let count = "SELECT COUNT(DISTINCT grant_id) AS n FROM transfers
        WHERE book_id = ? AND position <= ? AND effective_on <= ?";
    if sql::one::<Count>(c, count, clocks()).await?.is_some_and(|count| count.n > GRANTS_MAX) {
        return Err(Refusal::new("report_too_long").with("max", GRANTS_MAX).into());
    }
    let query =
        "SELECT g.id, g.reference, r.id_type, r.number, g.name, g.kind, g.subdistrict, g.industry, g.size, g.policy
        FROM grants g JOIN recipients r ON r.book_id = g.book_id AND r.id = g.recipient
        WHERE g.book_id = ? AND g.id IN (SELECT t.grant_id FROM transfers t
            WHERE t.book_id = ? AND t.position <= ? AND t.effective_on <= ?)
        ORDER BY g.id";
    let values = [vec![moment.book_id.into()], clocks()].concat();
    let rows: Vec<Particulars> = sql::all(c, query, values).await?;
    let mut found: BTreeMap<i64, Granted> = rows.into_iter().map(|row| (row.id, granted_of(row))).collect();
    for flow in flows(c, moment).await? {
        if let Some(grant) = found.get_mut(&flow.grant_id) {
            grant.add(&flow)?;
        }
    }
    Ok(found.into_values().collect())
}

async fn flows(c: &impl ConnectionTrait, moment: &Moment) -> Result<Vec<Flow>> {
    let query = "SELECT s.grant_id, s.from_stage, s.to_stage, s.reversal, s.bucket,
            CAST(SUM(s.amount_fen) AS BIGINT) AS fen, MIN(s.stands_on) AS first_on
        FROM (SELECT t.grant_id, t.from_stage, t.to_stage, t.amount_fen,
                CASE WHEN t.reverses_position IS NULL THEN CAST(0 AS BIGINT) ELSE CAST(1 AS BIGINT) END AS reversal,
                CASE WHEN t.effective_on < CAST(? AS TEXT) THEN CAST(0 AS BIGINT)
                    WHEN t.effective_on < CAST(? AS TEXT) THEN CAST(1 AS BIGINT) ELSE CAST(2 AS BIGINT) END AS bucket,
                CASE WHEN t.reverses_position IS NULL AND r.position IS NULL THEN t.effective_on END AS stands_on
            FROM transfers t LEFT JOIN transfers r ON r.book_id = t.book_id AND r.reverses_position = t.position
                AND r.reverses_line = t.line AND r.position <= ? AND r.effective_on <= ?
            WHERE t.book_id = ? AND t.position <= ? AND t.effective_on <= ? AND t.grant_id IS NOT NULL) s
        GROUP BY s.grant_id, s.from_stage, s.to_stage, s.reversal, s.bucket
        ORDER BY s.grant_id, s.bucket, s.from_stage, s.to_stage, s.reversal";
    let as_of = moment.as_of.to_string();
    let values = vec![
        moment.year().to_string().into(),
        moment.month().to_string().into(),
        moment.at.into(),
        as_of.clone().into(),
        moment.book_id.into(),
        moment.at.into(),
        as_of.into(),
    ];
    sql::all(c, query, values).await
}

fn granted_of(row: Particulars) -> Granted {
    Granted {
        id: row.id,
        reference: row.reference,
        id_type: row.id_type,
        number: row.number,
        name: row.name,
        kind: row.kind,
        subdistrict: row.subdistrict,
        industry: row.industry,
        size: row.size,
        policy: row.policy,
        flows: Vec::new(),
        approved_on: None,
        paid_on: None,
    }
}

impl Granted {
    fn add(&mut self, flow: &Flow) -> Result<()> {
        let stage = |code: &str| Stage::from_code(code).ok_or_else(|| Error::internal(format!("no stage {code}")));
        let (from, to) = (stage(&flow.from_stage)?, stage(&flow.to_stage)?);
        let first_on = sql::optional_day(flow.first_on.as_deref())?;
        let earlier = |known: Option<Day>| known.into_iter().chain(first_on).min();
        if from == Stage::Available {
            self.approved_on = earlier(self.approved_on);
        }
        if to == Stage::Disbursed {
            self.paid_on = earlier(self.paid_on);
        }
        self.flows.push(Flowed {
            from,
            to,
            is_reversal: flow.reversal == 1,
            bucket: Bucket::of(flow.bucket),
            amount: Fen::new(flow.fen),
        });
        Ok(())
    }
}
