//! Vouchers, posting rules and sums of transfers out of the book; decides nothing.

mod moved;
mod posting;
mod shown;
mod sums;

pub use moved::uncovered;
pub(super) use moved::{Cancelled, Span, cancelled, movers, open_spans, papers};
pub use posting::{RulesVersion, rules_in_force, rules_version, rules_versions, waiting_for};
pub use shown::{
    Brief, Entry, Month, Reversal, Voucher, entries_of, months, of_subject, reversals, voucher, vouchers_of_month,
};
pub(super) use sums::sums;

use sea_orm::{ConnectionTrait, FromQueryResult};

use super::rules::VoucherKind;
use crate::db::sql;
use crate::kernel::Result;

#[derive(FromQueryResult)]
struct Last {
    number: i64,
}

/// The last number of a type in a month; zero if there is none.
pub(super) async fn last_number(c: &impl ConnectionTrait, book_id: i64, kind: VoucherKind, month: &str) -> Result<i64> {
    let query = "SELECT COALESCE(MAX(number), 0) AS number FROM vouchers WHERE book_id = ? AND month = ? AND kind = ?";
    let values = vec![book_id.into(), month.into(), kind.code().into()];
    Ok(sql::one::<Last>(c, query, values).await?.map_or(0, |last| last.number))
}
