//! What there is to be seen of a batch or a month.

use sea_orm::ConnectionTrait;

use super::{account_month, compare, open_differences};
use crate::journal::Head;
use crate::kernel::Result;
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
