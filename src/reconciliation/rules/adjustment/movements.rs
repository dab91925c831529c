//! What moved on an account between two days, by the book.

use super::{BookEntry, Flow, Movements, Sides, What};
use crate::kernel::dates::Day;

impl Sides {
    /// Opening, what was received, paid, came back and moved otherwise, closing; nothing where a sum leaves the range.
    pub(super) fn movements(&self, from: Day, until: Day) -> Option<Movements> {
        let mut moves = Movements {
            opening: self.book_at(from.plus_days(-1))?,
            closing: self.book_at(until)?,
            ..Movements::default()
        };
        let within = |entry: &&BookEntry| self.counts(entry) && from <= entry.on && entry.on <= until;
        for entry in self.book.iter().filter(within) {
            let amount = entry.amount;
            match (entry.what, entry.flow) {
                (What::Payment, _) => moves.paid = moves.paid.checked_add(amount)?,
                (What::Refusal, _) => moves.paid = moves.paid.checked_sub(amount)?,
                (What::Return, _) => moves.returned = moves.returned.checked_add(amount)?,
                (_, Flow::In) => moves.received = moves.received.checked_add(amount)?,
                (_, Flow::Out) => moves.other = moves.other.checked_add(amount)?,
            }
        }
        Some(moves)
    }
}
