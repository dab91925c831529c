//! What was paid and came back, and to how many, by group.

use std::collections::{BTreeMap, HashMap};

use sea_orm::{ConnectionTrait, FromQueryResult, QueryResult, Value};

use super::Moment;
use crate::db::constraint::refused_or_internal;
use crate::db::sql;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::reports::rules::Sums;

/// By what it is grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// Id of the allotment.
    Allotment,
    /// Sub-district.
    Subdistrict,
    /// Id of the policy.
    Policy,
    /// Level of the source.
    Level,
}

impl Key {
    const fn column(self) -> &'static str {
        match self {
            Self::Allotment => "CAST(t.allotment AS TEXT)",
            Self::Subdistrict => "t.subdistrict",
            Self::Policy => "CAST(t.policy AS TEXT)",
            Self::Level => "a.level",
        }
    }
}

/// Sums of the month, the year and all.
pub type Paid = [Sums; 3];

/// Comes in to `disbursed` as a payment, or takes back a payment that was none.
const PAID: &str = "CASE WHEN t.to_stage = 'disbursed' AND t.reverses_position IS NULL THEN t.amount_fen
    WHEN t.from_stage = 'disbursed' AND t.reverses_position IS NOT NULL THEN -t.amount_fen ELSE 0 END";
/// Leaves `disbursed` as a return or recovery, or takes back one that was none.
const RETURNED: &str = "CASE WHEN t.from_stage = 'disbursed' AND t.reverses_position IS NULL THEN t.amount_fen
    WHEN t.to_stage = 'disbursed' AND t.reverses_position IS NOT NULL THEN -t.amount_fen ELSE 0 END";

/// The figures of every group in which something was paid, by the values of the keys; without keys, of the whole.
/// Grants and recipients are counted of which something is left paid in the time.
pub async fn paid(
    c: &impl ConnectionTrait,
    moment: &Moment,
    keys: &[Key],
    direct_only: bool,
) -> Result<BTreeMap<Vec<String>, Paid>> {
    let query = query(keys, direct_only);
    let values: Vec<Value> = vec![
        moment.year().to_string().into(),
        moment.month().to_string().into(),
        moment.book_id.into(),
        moment.at.into(),
        moment.as_of.to_string().into(),
    ];
    let statement = sql::statement(c.get_database_backend(), &query, values);
    let mut found = BTreeMap::new();
    for row in c.query_all_raw(statement).await.map_err(refused_or_internal)? {
        let mut values = Vec::with_capacity(keys.len());
        for n in 0..keys.len() {
            values.push(row.try_get::<String>("", &format!("k{n}")).map_err(refused_or_internal)?);
        }
        found.insert(values, [sums(&row, "month")?, sums(&row, "year")?, sums(&row, "all")?]);
    }
    Ok(found)
}

fn sums(row: &QueryResult, span: &str) -> Result<Sums> {
    // A sum of no rows is nothing at all.
    let number = |name: &str| -> Result<i64> {
        let value: Option<i64> = row.try_get("", &format!("{name}_{span}")).map_err(refused_or_internal)?;
        Ok(value.unwrap_or(0))
    };
    Ok(Sums {
        paid: Fen::new(number("paid")?),
        returned: Fen::new(number("returned")?),
        grants: number("grants")?,
        recipients: number("recipients")?,
        ..Sums::default()
    })
}

/// Month, year and all, and from which bucket on each counts.
const SPANS: [(&str, i64); 3] = [("month", 2), ("year", 1), ("all", 0)];

fn query(keys: &[Key], direct_only: bool) -> String {
    let names: Vec<String> = (0..keys.len()).map(|n| format!("k{n}")).collect();
    let listed = names.iter().map(|name| format!("{name}, ")).collect::<String>();
    let columns: String = keys.iter().zip(&names).map(|(key, name)| format!("{} AS {name}, ", key.column())).collect();
    let direct = if direct_only { " AND a.direct = 1" } else { "" };
    let of_grant = SPANS.map(|(span, from)| {
        let sum = |name: &str| {
            format!("CAST(SUM(CASE WHEN bucket >= {from} THEN {name} ELSE 0 END) AS BIGINT) AS {name}_{span}")
        };
        format!("{}, {}", sum("paid"), sum("returned"))
    });
    let of_group = SPANS.map(|(span, _)| {
        let sum = |name: &str| format!("CAST(SUM({name}_{span}) AS BIGINT) AS {name}_{span}");
        format!(
            "{}, {}, COUNT(DISTINCT CASE WHEN paid_{span} > returned_{span} THEN grant_id END) AS grants_{span},
             COUNT(DISTINCT CASE WHEN paid_{span} > returned_{span} THEN recipient END) AS recipients_{span}",
            sum("paid"),
            sum("returned")
        )
    });
    let grouped = if names.is_empty() { String::new() } else { format!(" GROUP BY {}", names.join(", ")) };
    format!(
        "SELECT {listed}{} FROM (
            SELECT {listed}grant_id, recipient, {} FROM (
                SELECT {columns}t.grant_id, t.recipient,
                    CASE WHEN t.effective_on < CAST(? AS TEXT) THEN 0
                        WHEN t.effective_on < CAST(? AS TEXT) THEN 1 ELSE 2 END AS bucket,
                    {PAID} AS paid, {RETURNED} AS returned
                FROM transfers t JOIN allotments a ON a.book_id = t.book_id AND a.id = t.allotment
                WHERE t.book_id = ? AND t.position <= ? AND t.effective_on <= ?
                    AND (t.to_stage = 'disbursed' OR t.from_stage = 'disbursed'){direct}) moved
            GROUP BY {listed}grant_id, recipient) of_grant{grouped}",
        of_group.join(", "),
        of_grant.join(", "),
    )
}

#[derive(FromQueryResult)]
struct Titled {
    id: i64,
    code: String,
    title: String,
}

/// Code and title of every policy as it was called at the position, by id.
pub async fn titles(c: &impl ConnectionTrait, moment: &Moment) -> Result<HashMap<i64, (String, String)>> {
    let query = "SELECT p.id, p.code, v.title FROM policies p
        JOIN policy_versions v ON v.book_id = p.book_id AND v.policy = p.id AND v.position = (
            SELECT MAX(x.position) FROM policy_versions x
            WHERE x.book_id = p.book_id AND x.policy = p.id AND x.position <= ?)
        WHERE p.book_id = ?";
    let rows: Vec<Titled> = sql::all(c, query, vec![moment.at.into(), moment.book_id.into()]).await?;
    Ok(rows.into_iter().map(|row| (row.id, (row.code, row.title))).collect())
}

/// A policy of [`titles`] by its printed id.
pub fn titled<'t>(titles: &'t HashMap<i64, (String, String)>, id: &str) -> Result<&'t (String, String)> {
    let id: i64 = id.parse().map_err(Error::internal)?;
    titles.get(&id).ok_or_else(|| Error::internal(format!("policy {id} has no title")))
}
