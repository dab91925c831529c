//! What was paid of each grant at two clocks.

use std::collections::HashMap;

use super::Moment;
use crate::db::{Database, sql};
use crate::journal;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};

/// What was paid of a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Net {
    /// What came in to disbursed less what left it.
    pub amount: Fen,
    /// First day on which anything came in.
    pub paid_on: Option<Day>,
}

/// Reads the net of every grant of which anything was ever paid.
pub async fn nets(db: &Database, moment: &Moment) -> Result<HashMap<i64, Net>> {
    let Moment { book_id, as_of, at, .. } = moment;
    let query = format!(
        "SELECT t.grant_id,
             CAST(SUM(CASE WHEN t.to_stage = 'disbursed' THEN t.amount_fen ELSE -t.amount_fen END) AS BIGINT),
             MIN(CASE WHEN t.to_stage = 'disbursed' THEN t.effective_on END)
         FROM transfers t
         WHERE t.book_id = {book_id} AND t.position <= {at} AND t.effective_on <= '{as_of}'
             AND (t.to_stage = 'disbursed' OR t.from_stage = 'disbursed') AND t.grant_id IS NOT NULL
         GROUP BY t.grant_id"
    );
    let mut found = HashMap::new();
    journal::scan(&db.read, &query, |cells| {
        let [grant, amount, paid_on] = cells else { return Err(Error::internal("a net has three columns")) };
        let paid_on = Some(paid_on.text()).filter(|text| !text.is_empty()).map(sql::day).transpose()?;
        found.insert(grant.int()?, Net { amount: Fen::new(amount.int()?), paid_on });
        Ok(())
    })
    .await?;
    Ok(found)
}
