//! The grants of a book of which something is paid.

use super::rules::Booked;
use crate::audit::{self, Moment};
use crate::db::Database;
use crate::journal;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};

/// The account is that of the last payment by the position. Every join is by a key.
fn query(Moment { book_id, at, .. }: &Moment) -> String {
    format!(
        "SELECT g.id, g.reference, r.number, g.name, p.code,
             COALESCE((SELECT y.account_number FROM payments y WHERE y.book_id = {book_id} AND y.id = (
                 SELECT MAX(q.id) FROM payments q
                 WHERE q.book_id = {book_id} AND q.grant_id = g.id AND q.id <= {at})), g.account_number)
         FROM grants g
         JOIN recipients r ON r.book_id = g.book_id AND r.id = g.recipient
         JOIN policies p ON p.book_id = g.book_id AND p.id = g.policy
         WHERE g.book_id = {book_id} AND g.id <= {at} ORDER BY g.id"
    )
}

/// Reads them, of these policies only if any are named.
pub async fn booked(db: &Database, moment: &Moment, policies: &[String]) -> Result<Vec<Booked>> {
    let nets = audit::nets(db, moment).await?;
    let mut found = Vec::new();
    journal::scan(&db.read, &query(moment), |cells| {
        let [grant, reference, uscc, name, policy, account] = cells else {
            return Err(Error::internal("a paid grant has six columns"));
        };
        let Some(net) = nets.get(&grant.int()?).filter(|net| net.amount > Fen::new(0)) else { return Ok(()) };
        if !policies.is_empty() && !policies.iter().any(|code| code == policy.text()) {
            return Ok(());
        }
        found.push(Booked {
            grant: grant.int()?,
            reference: reference.text().to_owned(),
            uscc: uscc.text().to_owned(),
            name: name.text().to_owned(),
            policy: policy.text().to_owned(),
            amount: net.amount,
            account: account.text().to_owned(),
            date: net.paid_on,
        });
        Ok(())
    })
    .await?;
    Ok(found)
}
