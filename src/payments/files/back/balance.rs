//! The balances of a statement: opening − debits + credits = closing, and so after every line.

use super::said::plain;
use super::{BankLine, Status};
use crate::kernel::Refusal;
use crate::kernel::money::Fen;
use crate::sheets::BadCell;

/// Where the balances of the file stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Balance {
    /// The line that says it, 0 if none does.
    pub(super) line: u64,
    /// How much.
    pub(super) amount_fen: Fen,
}

/// Follows the balance from line to line and gives the opening and closing one.
///
/// A statement that says no opening balance is taken to begin with what its first line's balance implies; one that says no
/// closing balance ends with its last line. Lines that are not booked (an unknown status) move nothing.
///
/// Refusals: `bank_balance_missing`, `bank_balance_differs` (`said`, `found`).
pub(super) fn followed(
    lines: &[BankLine],
    opening: Option<Balance>,
    closing: Option<Balance>,
    bad: &mut Vec<BadCell>,
) -> Option<(Fen, Fen)> {
    let implied = || {
        let first = lines.first()?;
        let after = i128::from(first.balance_after_fen?.get());
        i64::try_from(after - moved(first)).ok().map(Fen::new)
    };
    let last = lines.last().and_then(|line| line.balance_after_fen);
    let found = (
        opening.map(|balance| balance.amount_fen).or_else(implied),
        closing.map(|balance| balance.amount_fen).or(last),
    );
    let (Some(opening_fen), Some(closing_fen)) = found else {
        bad.push(BadCell::file(Refusal::new("bank_balance_missing")));
        return None;
    };
    let mut running = i128::from(opening_fen.get());
    for line in lines {
        running += moved(line);
        if let Some(said) = line.balance_after_fen.map(|balance| i128::from(balance.get()))
            && said != running
        {
            bad.push(BadCell::cell(line.line, "balance", &plain(said), differs(said, running)));
            // what follows is judged from here, so that one slip is one fault
            running = said;
        }
    }
    let said = i128::from(closing_fen.get());
    if said != running {
        let line = closing.map_or(0, |balance| balance.line);
        bad.push(BadCell::cell(line, "closing", &plain(said), differs(said, running)));
    }
    Some((opening_fen, closing_fen))
}

fn moved(line: &BankLine) -> i128 {
    if matches!(line.status, Status::Unknown(_)) { 0 } else { line.side.signed(line.amount_fen.unwrap_or_default()) }
}

fn differs(said: i128, found: i128) -> Refusal {
    Refusal::new("bank_balance_differs").with("said", plain(said)).with("found", plain(found))
}
