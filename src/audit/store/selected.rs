//! Figures of some of the grants, by names rather than by groups: what a sentence speaks of.

use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::{Moment, PAID, RETURNED};
use crate::audit::Figures;
use crate::db::sql;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};

/// Which grants count, and from when. An empty list restricts nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Selection {
    /// First effective day of the moves that count; without one all from the beginning.
    pub from: Option<Day>,
    /// Codes of policies.
    pub policies: Vec<String>,
    /// Ways in which money is given.
    pub instruments: Vec<String>,
    /// Sub-districts.
    pub subdistricts: Vec<String>,
    /// Codes of industries.
    pub industries: Vec<String>,
    /// Kinds of recipients.
    pub kinds: Vec<String>,
    /// Sizes of recipients.
    pub sizes: Vec<String>,
}

/// Figures of a selection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Selected {
    /// Grants, recipients, paid, returned, net.
    pub figures: Figures,
    /// Policies under which something is left.
    pub policies: i64,
}

#[derive(Debug, FromQueryResult)]
struct Row {
    grants: i64,
    recipients: i64,
    policies: i64,
    paid: Option<i64>,
    returned: Option<i64>,
}

#[derive(Debug, FromQueryResult)]
struct Sum {
    fen: Option<i64>,
}

/// ` AND column IN (?, …)`, or nothing for an empty list.
fn within(column: &str, names: &[String], values: &mut Vec<Value>) -> String {
    if names.is_empty() {
        return String::new();
    }
    values.extend(names.iter().map(|name| Value::from(name.clone())));
    format!(" AND {column} IN ({})", sql::places(names.len()))
}

impl Selection {
    /// Conditions on the transfers `t` and their policies `p`.
    fn conditions(&self, values: &mut Vec<Value>) -> String {
        let mut conditions = String::new();
        for (column, names) in [
            ("p.code", &self.policies),
            ("p.instrument", &self.instruments),
            ("t.subdistrict", &self.subdistricts),
            ("t.industry", &self.industries),
            ("t.kind", &self.kinds),
            ("t.size", &self.sizes),
        ] {
            conditions += &within(column, names, values);
        }
        if let Some(from) = self.from {
            conditions += " AND t.effective_on >= ?";
            values.push(from.to_string().into());
        }
        conditions
    }
}

fn clocks(moment: &Moment) -> Vec<Value> {
    vec![moment.book_id.into(), moment.at.into(), moment.as_of.to_string().into()]
}

/// Reads the figures of a selection from the transfers.
pub async fn selected(c: &impl ConnectionTrait, moment: &Moment, selection: &Selection) -> Result<Selected> {
    let mut values = clocks(moment);
    let conditions = selection.conditions(&mut values);
    let query = format!(
        "SELECT CAST(SUM(g.paid) AS BIGINT) AS paid, CAST(SUM(g.returned) AS BIGINT) AS returned,
            COUNT(CASE WHEN g.paid > g.returned THEN 1 END) AS grants,
            COUNT(DISTINCT CASE WHEN g.paid > g.returned THEN g.recipient END) AS recipients,
            COUNT(DISTINCT CASE WHEN g.paid > g.returned THEN g.policy END) AS policies
         FROM (SELECT t.grant_id, t.recipient, t.policy, {PAID} AS paid, {RETURNED} AS returned
               FROM transfers t JOIN policies p ON p.book_id = t.book_id AND p.id = t.policy
               WHERE t.book_id = ? AND t.position <= ? AND t.effective_on <= ?
                 AND (t.to_stage = 'disbursed' OR t.from_stage = 'disbursed'){conditions}
               GROUP BY t.grant_id, t.recipient, t.policy) g"
    );
    let Some(row) = sql::one::<Row>(c, &query, values).await? else { return Ok(Selected::default()) };
    let (paid, returned) = (Fen::new(row.paid.unwrap_or(0)), Fen::new(row.returned.unwrap_or(0)));
    let net = paid.checked_sub(returned).ok_or_else(|| Error::internal("a sum is too large"))?;
    let figures = Figures { grants: row.grants, recipients: row.recipients, paid, returned, net };
    Ok(Selected { figures, policies: row.policies })
}

/// What the policies of a selection were given: appropriations less reductions.
pub async fn appropriated(c: &impl ConnectionTrait, moment: &Moment, selection: &Selection) -> Result<Fen> {
    let mut values = clocks(moment);
    let conditions = selection.conditions(&mut values);
    let query = format!(
        "SELECT CAST(SUM(CASE WHEN t.from_stage = 'source' THEN t.amount_fen ELSE -t.amount_fen END) AS BIGINT) AS fen
         FROM transfers t JOIN policies p ON p.book_id = t.book_id AND p.id = t.policy
         WHERE t.book_id = ? AND t.position <= ? AND t.effective_on <= ?
           AND ((t.from_stage = 'source' AND t.to_stage = 'available') OR (t.from_stage = 'available' AND t.to_stage = 'source'))
           {conditions}"
    );
    let row: Option<Sum> = sql::one(c, &query, values).await?;
    Ok(Fen::new(row.and_then(|row| row.fen).unwrap_or(0)))
}

/// A grant behind a figure.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Behind {
    /// The grant.
    pub id: i64,
    /// Its reference.
    pub reference: String,
    /// Its recipient.
    pub recipient: i64,
    /// The recipient's name on it.
    pub name: String,
    /// Code of its policy.
    pub policy: String,
    /// Its sub-district.
    pub subdistrict: String,
    /// Paid, in fen.
    pub paid: i64,
    /// Returned, in fen.
    pub returned: i64,
}

/// Which of the grants behind a figure are read.
#[derive(Debug, Clone, Copy)]
pub struct Slice {
    /// Those behind this one.
    pub after: i64,
    /// At most so many.
    pub limit: u64,
    /// Whether only those of which something came back.
    pub only_returned: bool,
}

/// The grants of a selection that stand above or below zero, in the order of their ids.
pub async fn behind(
    c: &impl ConnectionTrait,
    moment: &Moment,
    selection: &Selection,
    Slice { after, limit, only_returned }: Slice,
) -> Result<Vec<Behind>> {
    let counts = if only_returned { "m.returned <> 0" } else { "m.paid <> 0 OR m.returned <> 0" };
    let mut values = clocks(moment);
    values.push(after.into());
    let conditions = selection.conditions(&mut values);
    values.push(i64::try_from(limit).map_err(Error::internal)?.into());
    let query = format!(
        "SELECT g.id, g.reference, g.recipient, g.name, m.policy, g.subdistrict, m.paid, m.returned
         FROM (SELECT t.grant_id, p.code AS policy, {PAID} AS paid, {RETURNED} AS returned
               FROM transfers t JOIN policies p ON p.book_id = t.book_id AND p.id = t.policy
               WHERE t.book_id = ? AND t.position <= ? AND t.effective_on <= ? AND t.grant_id > ?
                 AND (t.to_stage = 'disbursed' OR t.from_stage = 'disbursed'){conditions}
               GROUP BY t.grant_id, p.code) m
         JOIN grants g ON g.book_id = ? AND g.id = m.grant_id
         WHERE {counts} ORDER BY g.id LIMIT ?"
    );
    let limit = values.pop();
    values.push(moment.book_id.into());
    values.extend(limit);
    sql::all(c, &query, values).await
}

/// An allotment behind a budget.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Allotted {
    /// The policy.
    pub policy_id: i64,
    /// Its code.
    pub policy: String,
    /// Number of the allotment's document.
    pub document_number: String,
    /// Appropriated less reduced, in fen.
    pub fen: i64,
}

/// The allotments of the policies of a selection: what their budget is made of.
pub async fn allotted(c: &impl ConnectionTrait, moment: &Moment, selection: &Selection) -> Result<Vec<Allotted>> {
    let mut values = clocks(moment);
    let conditions = selection.conditions(&mut values);
    values.push(moment.book_id.into());
    let query = format!(
        "SELECT m.policy_id, m.policy, a.document_number, m.fen
         FROM (SELECT t.allotment, p.id AS policy_id, p.code AS policy,
                   CAST(SUM(CASE WHEN t.from_stage = 'source' THEN t.amount_fen ELSE -t.amount_fen END) AS BIGINT) AS fen
               FROM transfers t JOIN policies p ON p.book_id = t.book_id AND p.id = t.policy
               WHERE t.book_id = ? AND t.position <= ? AND t.effective_on <= ?
                 AND ((t.from_stage = 'source' AND t.to_stage = 'available') OR (t.from_stage = 'available' AND t.to_stage = 'source'))
                 {conditions}
               GROUP BY t.allotment, p.id, p.code) m
         JOIN allotments a ON a.book_id = ? AND a.id = m.allotment
         ORDER BY m.policy, m.allotment"
    );
    sql::all(c, &query, values).await
}
