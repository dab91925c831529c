//! The stages, which moves are lawful, the lowest balance of a stage over time, and when something stood above zero.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::kernel::dates::Day;
use crate::kernel::money::Fen;

/// Where money of an allotment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Outside: the budget's source. The only stage that may be below zero.
    Source,
    /// Appropriated and not promised.
    Available,
    /// Promised by an approval.
    Payable,
    /// At the bank.
    InTransit,
    /// With the recipient.
    Disbursed,
}

impl Stage {
    /// All stages in the order of money.
    pub const ALL: [Self; 5] = [Self::Source, Self::Available, Self::Payable, Self::InTransit, Self::Disbursed];

    /// The word of tables and files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Available => "available",
            Self::Payable => "payable",
            Self::InTransit => "in_transit",
            Self::Disbursed => "disbursed",
        }
    }

    /// Reads the word of tables and files.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.code() == code)
    }
}

/// Whether money may go from one stage to the other (design section 2; a reversal goes the other way round).
pub fn lawful(from: Stage, to: Stage) -> bool {
    use Stage::{Available, Disbursed, InTransit, Payable, Source};
    matches!(
        (from, to),
        (Source, Available)
            | (Available, Source | Payable | Disbursed)
            | (Payable, Available | InTransit)
            | (InTransit, Disbursed | Payable)
            | (Disbursed, Payable | Available | Source)
    )
}

/// One exact amount that goes from one stage of an allotment to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// Position of the event that moves it.
    pub position: i64,
    /// Line within the event, from 1.
    pub line: i64,
    /// The allotment whose money it is.
    pub allotment: i64,
    /// The allotment's policy.
    pub policy: i64,
    /// The grant that it is for.
    pub grant: Option<i64>,
    /// The grant's recipient.
    pub recipient: Option<i64>,
    /// Where it leaves.
    pub from: Stage,
    /// Where it arrives.
    pub to: Stage,
    /// How much, above zero.
    pub amount: Fen,
    /// Effective date.
    pub effective_on: Day,
    /// Kind of the recipient, as on the grant.
    pub kind: String,
    /// Sub-district, as on the grant.
    pub subdistrict: String,
    /// Industry, as on the grant.
    pub industry: String,
    /// Size, as on the grant.
    pub size: String,
    /// The (position, line) that this exactly reverses.
    pub reverses: Option<(i64, i64)>,
}

/// Net change of one stage of one allotment on one day, in fen.
pub type DayChanges = BTreeMap<Day, i64>;

/// What moves change, by allotment and stage. `None` on overflow.
pub fn changes(moves: &[Move]) -> Option<BTreeMap<(i64, Stage), DayChanges>> {
    let mut changes: BTreeMap<(i64, Stage), DayChanges> = BTreeMap::new();
    for one in moves {
        for (stage, fen) in [(one.from, one.amount.get().checked_neg()?), (one.to, one.amount.get())] {
            let day = changes.entry((one.allotment, stage)).or_default().entry(one.effective_on).or_default();
            *day = day.checked_add(fen)?;
        }
    }
    Some(changes)
}

/// The lowest balance that a stage has at the end of any day from the first changed day on, once `added` joins what
/// is there. `None` on overflow.
pub fn lowest(there: &DayChanges, added: &DayChanges) -> Option<i64> {
    let first = added.keys().next()?;
    let mut days = there.clone();
    for (day, fen) in added {
        let sum = days.entry(*day).or_default();
        *sum = sum.checked_add(*fen)?;
    }
    let mut balance: i64 = 0;
    let mut lowest = i64::MAX;
    for (day, fen) in days {
        balance = balance.checked_add(fen)?;
        if day >= *first {
            lowest = lowest.min(balance);
        }
    }
    Some(lowest)
}

/// A time above zero: from a day, up to but not including another, or for ever.
pub type Span = (Day, Option<Day>);

/// When the running sum of dated changes stands above zero.
pub fn spans(changes: &DayChanges) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut balance: i64 = 0;
    for (day, fen) in changes {
        let before = balance;
        balance = balance.saturating_add(*fen);
        if before <= 0 && balance > 0 {
            spans.push((*day, None));
        } else if before > 0
            && balance <= 0
            && let Some(last) = spans.last_mut()
        {
            last.1 = Some(*day);
        }
    }
    spans
}

/// The times in which at least one of these holds.
pub fn union(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by_key(|span| span.0);
    let mut joined: Vec<Span> = Vec::new();
    for (from, to) in spans {
        match joined.last_mut() {
            Some((_, end)) if end.is_none_or(|end| from <= end) => {
                *end = match (*end, to) {
                    (Some(a), Some(b)) => Some(a.max(b)),
                    _ => None,
                };
            }
            _ => joined.push((from, to)),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(n: i64) -> Day {
        Day::new(2020, 1, 1).unwrap().plus_days(n)
    }

    #[test]
    fn a_late_entry_with_an_early_date_is_seen_on_every_day_after_it() {
        let there: DayChanges = [(day(0), 100), (day(10), -100), (day(20), 50)].into();
        assert_eq!(lowest(&there, &[(day(5), -1)].into()), Some(-1));
        assert_eq!(lowest(&there, &[(day(20), -50)].into()), Some(0));
    }

    #[test]
    fn spans_open_and_close_where_the_sum_leaves_and_reaches_zero() {
        let changes: DayChanges = [(day(1), 5), (day(3), -5), (day(7), 2)].into();
        assert_eq!(spans(&changes), vec![(day(1), Some(day(3))), (day(7), None)]);
        assert_eq!(union(vec![(day(4), None), (day(1), Some(day(4)))]), vec![(day(1), None)]);
    }

    proptest! {
        #[test]
        fn every_day_is_in_a_span_exactly_when_the_sum_is_above_zero(
            entries in proptest::collection::vec((0_i64..40, -20_i64..20), 0..30)
        ) {
            let mut changes = DayChanges::new();
            for (n, fen) in entries { *changes.entry(day(n)).or_default() += fen; }
            let spans = spans(&changes);
            for n in 0..41 {
                let sum: i64 = changes.range(..=day(n)).map(|(_, fen)| fen).sum();
                let inside = spans.iter().any(|(from, to)| *from <= day(n) && to.is_none_or(|to| day(n) < to));
                prop_assert_eq!(inside, sum > 0);
            }
        }

        #[test]
        fn a_union_holds_when_one_of_its_parts_does(
            parts in proptest::collection::vec((0_i64..40, proptest::option::of(1_i64..20)), 0..12)
        ) {
            let parts: Vec<Span> = parts.into_iter().map(|(f, l)| (day(f), l.map(|l| day(f + l)))).collect();
            let joined = union(parts.clone());
            for n in 0..70 {
                let holds = |spans: &[Span]| spans.iter().any(|(f, t)| *f <= day(n) && t.is_none_or(|t| day(n) < t));
                prop_assert_eq!(holds(&joined), holds(&parts));
            }
            prop_assert!(joined.windows(2).all(|w| w[0].1.is_some_and(|end| end < w[1].0)));
        }

        #[test]
        fn moves_change_the_stages_of_an_allotment_by_nothing_in_all(
            moves in proptest::collection::vec((0_usize..5, 1_usize..5, 1_i64..1_000), 0..40)
        ) {
            let moves: Vec<Move> = moves.into_iter().enumerate().map(|(n, (from, step, fen))| Move {
                position: 1, line: i64::try_from(n).unwrap() + 1, allotment: 1, policy: 1, grant: None, recipient: None,
                from: Stage::ALL[from], to: Stage::ALL[(from + step) % 5], amount: Fen::new(fen), effective_on: day(0),
                kind: String::new(), subdistrict: String::new(), industry: String::new(), size: String::new(),
                reverses: None,
            }).collect();
            let total: i64 = changes(&moves).unwrap().values().flat_map(BTreeMap::values).sum();
            prop_assert_eq!(total, 0);
        }
    }
}
