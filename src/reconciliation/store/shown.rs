//! What there is to be seen of a batch or a month.

use sea_orm::{ConnectionTrait, FromQueryResult};

use super::{account_month, compare};
use crate::db::sql;
use crate::journal::Head;
use crate::kernel::Result;
use crate::kernel::dates::Day;
use crate::reconciliation::rules::{Scope, Shown, Subject};

/// What there is to be seen of a subject now.
///
/// # Errors
/// `NotFound`.
pub async fn shown(c: &impl ConnectionTrait, head: &Head, subject: Subject) -> Result<Shown> {
    match subject {
        Subject::Batch(batch) => {
            let compared = Some(compare(c, head, Scope::Batch(batch)).await?);
            Ok(Shown { compared, adjustment: None, open_differences: 0 })
        }
        Subject::Account { account, from, until } => {
            let days = (from, until);
            let month = account_month(c, (head.book_id, i64::MAX), account, days).await?;
            let open_differences = open_differences(c, head.book_id, account, days).await?;
            Ok(Shown { compared: None, adjustment: month.adjustment, open_differences })
        }
    }
}

#[derive(Debug, FromQueryResult)]
struct Count {
    n: i64,
}

/// How many differences about lines of an account are open in these days.
pub async fn open_differences(
    c: &impl ConnectionTrait,
    book_id: i64,
    account: i64,
    (from, until): (Day, Day),
) -> Result<i64> {
    let query = "SELECT COUNT(*) AS n FROM discrepancies d
        JOIN bank_lines l ON l.book_id = d.book_id AND l.id = d.line_id
        JOIN bank_files f ON f.book_id = l.book_id AND f.id = l.file
        LEFT JOIN payments p ON p.book_id = l.book_id AND p.id = l.payment
        LEFT JOIN batches b ON b.book_id = p.book_id AND b.id = p.batch
        WHERE d.book_id = ? AND d.state = 'open' AND (f.paying_account = ? OR b.paying_account = ?)
            AND COALESCE(l.completed_on, f.to_on) BETWEEN ? AND ?";
    let values =
        vec![book_id.into(), account.into(), account.into(), from.to_string().into(), until.to_string().into()];
    Ok(sql::one::<Count>(c, query, values).await?.map_or(0, |count| count.n))
}
