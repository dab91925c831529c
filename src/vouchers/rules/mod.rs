//! What a voucher is made of: types and numbers, the posting rules as data, and entries out of sums of transfers.

mod entries;
mod posting;
mod voucher;

#[cfg(test)]
mod tests;

pub use entries::{Drawn, Line, MovedSum, Sort, draw};
pub use posting::{Account, PAYERS, Rule, RuleSet};
pub use voucher::{Act, Occasion, Side, VoucherKind, name, named_day, parse_month};
