//! Demands, receipts and offsets out of the tables, and what of the book's money was not delivered. Decides nothing.

mod demands;
mod money;
mod undelivered;
mod waiting;

pub use demands::{
    Demand, DemandStep, Signed, ageing, demand, demand_steps, demanded, demands, demands_of_grant, to_decide,
};
pub use money::{
    Offset, Receipt, Received, Settleable, offset, offsets_of, offsets_of_grant, receipt, receipts_of,
    received_on_account, settleable, waiting,
};
pub use undelivered::{Aged, UndeliveredRow, undelivered, undelivered_rows};
pub use waiting::{Waiting, to_decide_papers};

use crate::db::sql::day;
use crate::kernel::tree::Hash;
use crate::kernel::{Error, Result};

use super::rules::State;

fn state(code: &str) -> Result<State> {
    State::from_code(code).ok_or_else(|| Error::internal(format!("nothing is {code}")))
}

fn leaf(stored: &[u8]) -> Result<Hash> {
    Hash::from_slice(stored).map_err(Error::internal)
}
