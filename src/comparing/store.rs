//! The grants of a book of which something is paid, in one scan.

use super::rules::Booked;
use crate::audit::Moment;
use crate::db::{Database, sql};
use crate::journal;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};

/// What is paid follows from the transfers at the two clocks; the account is that of the last payment by then.
fn query(moment: &Moment) -> String {
    let Moment { book_id, as_of, at, .. } = moment;
    format!(
        "SELECT g.id, g.reference, r.number, g.name, p.code, m.net,
             COALESCE((SELECT y.account_number FROM payments y WHERE y.book_id = {book_id} AND y.id = (
                 SELECT MAX(q.id) FROM payments q
                 WHERE q.book_id = {book_id} AND q.grant_id = g.id AND q.id <= {at})), g.account_number),
             m.paid_on
         FROM (SELECT t.grant_id,
                 CAST(SUM(CASE WHEN t.to_stage = 'disbursed' THEN t.amount_fen ELSE -t.amount_fen END) AS BIGINT) AS net,
                 MIN(CASE WHEN t.to_stage = 'disbursed' THEN t.effective_on END) AS paid_on
             FROM transfers t
             WHERE t.book_id = {book_id} AND t.position <= {at} AND t.effective_on <= '{as_of}'
                 AND (t.to_stage = 'disbursed' OR t.from_stage = 'disbursed')
             GROUP BY t.grant_id) m
         JOIN grants g ON g.book_id = {book_id} AND g.id = m.grant_id
         JOIN recipients r ON r.book_id = {book_id} AND r.id = g.recipient
         JOIN policies p ON p.book_id = {book_id} AND p.id = g.policy
         WHERE m.net > 0 ORDER BY g.id"
    )
}

/// Reads them, of these policies only if any are named.
pub async fn booked(db: &Database, moment: &Moment, policies: &[String]) -> Result<Vec<Booked>> {
    let mut found = Vec::new();
    journal::scan(&db.read, &query(moment), |cells| {
        let [grant, reference, uscc, name, policy, net, account, date] = cells else {
            return Err(Error::internal("a paid grant has eight columns"));
        };
        if !policies.is_empty() && !policies.iter().any(|code| code == policy.text()) {
            return Ok(());
        }
        found.push(Booked {
            grant: grant.int()?,
            reference: reference.text().to_owned(),
            uscc: uscc.text().to_owned(),
            name: name.text().to_owned(),
            policy: policy.text().to_owned(),
            amount: Fen::new(net.int()?),
            account: account.text().to_owned(),
            date: Some(date.text()).filter(|text| !text.is_empty()).map(sql::day).transpose()?,
        });
        Ok(())
    })
    .await?;
    Ok(found)
}
