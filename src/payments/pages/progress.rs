//! How far the payments of a batch have come: counts and sums by state, and the bar that shows them at a glance.

use super::words::{self, Look};
use crate::kernel::money::Fen;
use crate::payments::rules::PaymentState;
use crate::web::T;

/// Width of a whole bar.
const WHOLE: i64 = 1_000;

/// Payments in one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group {
    /// The state.
    pub state: PaymentState,
    /// How it looks.
    pub look: Look,
    /// How many.
    pub n: i64,
    /// Their sum.
    pub sum: Fen,
    /// Where its part of the bar begins, of [`WHOLE`].
    pub x: i64,
    /// How wide it is.
    pub width: i64,
}

/// All payments of a batch that count.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    /// By state, in the order of a life.
    pub groups: Vec<Group>,
    /// In words, for who cannot see the bar.
    pub label: String,
}

impl Progress {
    /// The progress of payments by state. Those that were taken out before the release do not count.
    pub(super) fn of(t: T, found: &[(PaymentState, i64, Fen)]) -> Self {
        let mut counted: Vec<&(PaymentState, i64, Fen)> =
            found.iter().filter(|(state, n, _)| *n > 0 && *state != PaymentState::Dropped).collect();
        counted.sort_unstable_by_key(|(state, ..)| *state);
        let all: i64 = counted.iter().map(|(_, n, _)| n).sum();
        let mut before = 0;
        let place = |n: i64| n.saturating_mul(WHOLE).checked_div(all).unwrap_or_default();
        let group = |(state, n, sum): &(PaymentState, i64, Fen)| {
            let x = place(before);
            before += n;
            Group { state: *state, look: words::payment(t, *state), n: *n, sum: *sum, x, width: place(before) - x }
        };
        let groups: Vec<Group> = counted.into_iter().map(group).collect();
        let said: Vec<String> =
            groups.iter().map(|group| format!("{} {}", group.look.word, t.count(group.n))).collect();
        Self { label: said.join(t.s("payments.between")), groups }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::Lang;

    #[test]
    fn the_parts_of_a_bar_fill_it_and_stand_in_the_order_of_a_life() {
        let one = Fen::new(1);
        let found = [(PaymentState::Paid, 2, one), (PaymentState::InTransit, 1, one), (PaymentState::Dropped, 5, one)];
        let progress = Progress::of(T(Lang::Zh), &found);
        let parts: Vec<(i64, i64)> = progress.groups.iter().map(|group| (group.x, group.width)).collect();
        assert_eq!(parts, [(0, 333), (333, 667)]);
        assert_eq!(progress.label, "支付中 1，已支付 2");
        assert_eq!(Progress::of(T(Lang::En), &[]), Progress::default());
    }
}
