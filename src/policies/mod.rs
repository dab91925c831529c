//! Policies under which money is granted, their allotments and budget changes.

mod events;

pub use events::APPLIER;

// STAND-IN until branch funds is merged.
use crate::kernel::Result;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allotment {
    pub id: i64,
    pub share: u64,
    pub starts_on: Day,
    pub document_number: String,
}
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    pub id: i64,
    pub code: String,
    pub title: String,
    pub document_number: String,
    pub instrument: String,
    pub starts_on: Day,
    pub ends_on: Day,
    pub cap: Option<Fen>,
    pub state: String,
    pub allotments: Vec<Allotment>,
}

pub fn split(amount: Fen, allotments: &[Allotment]) -> Vec<(i64, Fen)> {
    let shares: Vec<u64> = allotments.iter().map(|a| a.share).collect();
    allotments.iter().map(|a| a.id).zip(amount.split(&shares).unwrap_or_default()).collect()
}
pub async fn by_code<C: Sync>(_c: &C, _book: i64, _code: &str) -> Result<Option<Policy>> {
    Ok(None)
}
pub async fn by_id<C: Sync>(_c: &C, _book: i64, _id: i64) -> Result<Option<Policy>> {
    Ok(None)
}
pub async fn all<C: Sync>(_c: &C, _book: i64) -> Result<Vec<Policy>> {
    Ok(Vec::new())
}
