//! Funds have no events of their own: money is moved by the features whose events say why, through [`post`].

use super::rules::{Move, lawful};
use super::{spans, store};
use crate::journal::{Applier, Tx};
use crate::kernel::{Error, Result};

/// Moves written at once.
const CHUNK: usize = 5_000;

/// This feature's part in replay: none of its own.
pub static APPLIER: Applier = Applier { feature: "funds", kinds: &[], apply: |_, _| Box::pin(async { Ok(()) }) };

/// Writes moves and all that follows from them. Called by appliers only, in order of (position, line).
///
/// # Errors
/// `budget_short` from the constraint on balances; internal if a move is not lawful.
pub async fn post(tx: &mut Tx, moves: &[Move]) -> Result<()> {
    for one in moves {
        let lawful = match one.reverses {
            None => lawful(one.from, one.to),
            Some(_) => lawful(one.to, one.from),
        };
        if !lawful {
            return Err(Error::internal(format!("no money moves from {:?} to {:?}", one.from, one.to)));
        }
    }
    for chunk in moves.chunks(CHUNK) {
        store::write(tx, chunk).await?;
        spans::follow(tx, chunk).await?;
    }
    Ok(())
}
