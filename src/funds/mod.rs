//! Money between five stages: transfers, balances and what is derived from them.

mod events;

pub use events::APPLIER;

// STAND-IN until branch funds is merged.
use crate::journal::{Desk, Tx};
use crate::kernel::Result;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Source,
    Available,
    Payable,
    InTransit,
    Disbursed,
}

impl Stage {
    pub fn from_code(code: &str) -> Option<Self> {
        Some(match code {
            "source" => Self::Source,
            "available" => Self::Available,
            "payable" => Self::Payable,
            "in_transit" => Self::InTransit,
            "disbursed" => Self::Disbursed,
            _ => return None,
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    pub position: i64,
    pub line: i64,
    pub allotment: i64,
    pub policy: i64,
    pub grant: Option<i64>,
    pub recipient: Option<i64>,
    pub from: Stage,
    pub to: Stage,
    pub amount: Fen,
    pub effective_on: Day,
    pub kind: String,
    pub subdistrict: String,
    pub industry: String,
    pub size: String,
    pub reverses: Option<(i64, i64)>,
}

pub async fn post(_tx: &mut Tx, _moves: &[Move]) -> Result<()> {
    Ok(())
}
pub async fn prove(_desk: &Desk, _moves: &[Move]) -> Result<()> {
    Ok(())
}
