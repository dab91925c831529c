//! What holds money of grants back. Which holds there are, who set them and who lifts them is another feature's; here stands
//! what lists and batches ask for.

use crate::db::entity::grant_holds;
use crate::journal::Tx;
use crate::kernel::Result;
use crate::kernel::dates::Day;

/// Whose money is held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// That of one grant.
    Grant(i64),
    /// That of all grants of one recipient, later ones included.
    Recipient(i64),
}

/// Money held back on the days from one to another, the last one included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// The hold: position of the event that set it.
    pub hold: i64,
    /// Code of why.
    pub kind: String,
    /// Whose money.
    pub target: Target,
    /// First day.
    pub from_on: Day,
    /// Last day.
    pub until_on: Day,
}

/// Holds money back from here on. For appliers only.
pub async fn hold(tx: &mut Tx, holdings: &[Holding]) -> Result<()> {
    let row = |holding: &Holding| grant_holds::Model {
        book_id: tx.book_id(),
        hold_id: holding.hold,
        kind: holding.kind.clone(),
        grant_id: match holding.target {
            Target::Grant(grant) => Some(grant),
            Target::Recipient(_) => None,
        },
        recipient: match holding.target {
            Target::Grant(_) => None,
            Target::Recipient(recipient) => Some(recipient),
        },
        from_on: holding.from_on.to_string(),
        until_on: holding.until_on.to_string(),
    };
    let rows = holdings.iter().map(row).collect();
    tx.insert(rows).await
}

/// Holds it back no more. For appliers only.
pub async fn let_go(tx: &mut Tx, hold: i64) -> Result<()> {
    let values = vec![tx.book_id().into(), hold.into()];
    tx.run("DELETE FROM grant_holds WHERE book_id = ? AND hold_id = ?", values).await.map(|_| ())
}
