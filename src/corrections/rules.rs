//! What a correction reverses and what it books instead. Pure.

use std::collections::BTreeMap;

use crate::funds::{Move, Stage};
use crate::grants::{self, Held};
use crate::kernel::Refusal;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;

/// Where a correction stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// 待复核: waits for another person.
    Pending,
    /// 已更正: done.
    Approved,
    /// 未通过: another person refused it.
    Refused,
}

impl State {
    /// All states.
    pub const ALL: [Self; 3] = [Self::Pending, Self::Approved, Self::Refused];

    /// The word of tables.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Refused => "refused",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// The transfers that stand: no reversals, and none that was reversed.
pub fn standing(moves: &[Move]) -> Vec<Move> {
    let reversed = |one: &Move| moves.iter().any(|other| other.reverses == Some((one.position, one.line)));
    moves.iter().filter(|one| one.reverses.is_none() && !reversed(one)).cloned().collect()
}

/// The names of transfers, by which they are reversed.
pub fn names(moves: &[Move]) -> Vec<(i64, i64)> {
    moves.iter().map(|one| (one.position, one.line)).collect()
}

/// What of a grant's money really moved: all of it must be with the recipient, none on its way, none taken back.
///
/// Refusal: `correction_not_paid`.
pub fn really_moved(standing: &[Move]) -> Result<Fen, Refusal> {
    let mut stages: BTreeMap<Stage, i64> = BTreeMap::new();
    for one in standing {
        *stages.entry(one.from).or_default() -= one.amount.get();
        *stages.entry(one.to).or_default() += one.amount.get();
    }
    let at = |stage: Stage| stages.get(&stage).copied().unwrap_or(0);
    let taken_back = |one: &Move| one.from == Stage::Disbursed && matches!(one.to, Stage::Available | Stage::Source);
    let waits = at(Stage::Payable) != 0 || at(Stage::InTransit) != 0;
    if waits || at(Stage::Disbursed) <= 0 || standing.iter().any(taken_back) {
        return Err(Refusal::new("correction_not_paid"));
    }
    Ok(Fen::new(at(Stage::Disbursed)))
}

/// Whether the money went through the bank: then the bank's answer proves how much it was.
pub fn went_through_bank(standing: &[Move]) -> bool {
    standing.iter().any(|one| one.from == Stage::InTransit)
}

/// The day on which the money arrived.
pub fn arrived_on(standing: &[Move]) -> Option<Day> {
    standing.iter().filter(|one| one.to == Stage::Disbursed).map(|one| one.effective_on).max()
}

/// Whether the error is one of an earlier year: then nothing of that year is touched, and all counts on the day of
/// recording.
pub fn is_of_earlier_year(standing: &[Move], today: Day) -> bool {
    standing.iter().any(|one| one.effective_on.year() < today.year())
}

/// The exact reverses of these transfers, the last one first, each on its own day or on the one that is given.
pub fn reversals(position: i64, standing: &[Move], on: impl Fn(&Move) -> Day) -> Vec<Move> {
    standing.iter().rev().zip(1..).map(|(one, line)| one.reversed(position, line, on(one))).collect()
}

/// The transfers by which the money should have gone: through the bank if it did, else as history does.
pub fn right_moves(key: (i64, i64), right: &Held, through_bank: bool, on: Day) -> Vec<Move> {
    let ways: &[(Stage, Stage)] = if through_bank {
        &[(Stage::Available, Stage::Payable), (Stage::Payable, Stage::InTransit), (Stage::InTransit, Stage::Disbursed)]
    } else {
        &[(Stage::Available, Stage::Disbursed)]
    };
    let (position, mut line) = key;
    let mut moves = Vec::new();
    for way in ways {
        moves.extend(grants::moves((position, line), std::slice::from_ref(right), *way, |_| on));
        line = moves.last().map_or(line, |last: &Move| last.line + 1);
    }
    moves
}

/// What shall be booked, and what of it was paid too much. Where the bank proves that more was paid than was right, the
/// difference is to be demanded; elsewhere somebody must say whether it was paid or only written down.
///
/// Refusals: `amount_not_positive`, `correction_above_moved` (`moved`).
pub fn amounts(right: Fen, moved: Fen, is_overpaid: bool) -> Result<(Fen, Fen), Refusal> {
    if right <= Fen::ZERO {
        return Err(Refusal::new("amount_not_positive").at("amount"));
    }
    match moved.checked_sub(right) {
        Some(rest) if rest >= Fen::ZERO && is_overpaid => Ok((moved, rest)),
        Some(rest) if rest >= Fen::ZERO => Ok((right, Fen::ZERO)),
        _ => Err(Refusal::new("correction_above_moved").at("amount").with("moved", moved.grouped())),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::funds::DaySums;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn held(split: &[(i64, i64)]) -> Held {
        Held {
            grant: 9,
            policy: 2,
            recipient: 9,
            split: split.iter().map(|(allotment, fen)| (*allotment, Fen::new(*fen))).collect(),
            paid_on: None,
            kind: "企业".into(),
            subdistrict: "新碶街道".into(),
            industry: "H".into(),
            size: "微型".into(),
        }
    }

    /// A grant that was refused once, paid the second time, came back and was paid again.
    fn long_way(split: &[(i64, i64)]) -> Vec<Move> {
        use Stage::{Available, Disbursed, InTransit, Payable};
        let ways = [
            (Available, Payable),
            (Payable, InTransit),
            (InTransit, Payable),
            (Payable, InTransit),
            (InTransit, Disbursed),
            (Disbursed, Payable),
            (Payable, InTransit),
            (InTransit, Disbursed),
        ];
        let moves = ways
            .into_iter()
            .zip(1..)
            .flat_map(|(way, n)| grants::moves((n, 1), &[held(split)], way, |_| day("2020-12-28").plus_days(n)));
        moves.collect()
    }

    #[test]
    fn what_was_reversed_stands_no_more() {
        let mut moves = long_way(&[(1, 60), (2, 40)]);
        assert_eq!(standing(&moves).len(), 16);
        assert_eq!(really_moved(&standing(&moves)), Ok(Fen::new(100)));
        assert!(went_through_bank(&moves) && is_of_earlier_year(&moves, day("2021-02-01")));
        assert!(!is_of_earlier_year(&moves, day("2020-12-31")));
        let back = reversals(50, &standing(&moves), |one| one.effective_on);
        moves.extend(back);
        assert_eq!(standing(&moves), []);
        assert_eq!(really_moved(&standing(&moves)).unwrap_err().code, "correction_not_paid");
    }

    #[test]
    fn money_on_its_way_or_taken_back_is_not_corrected() {
        let moves = long_way(&[(1, 100)]);
        assert_eq!(really_moved(&moves[..4]).unwrap_err().code, "correction_not_paid", "in transit");
        assert_eq!(really_moved(&moves[..6]).unwrap_err().code, "correction_not_paid", "came back");
        let mut recovered = moves;
        recovered.extend(grants::moves((60, 1), &[held(&[(1, 10)])], (Stage::Disbursed, Stage::Source), |_| {
            day("2021-02-01")
        }));
        assert_eq!(really_moved(&recovered).unwrap_err().code, "correction_not_paid");
    }

    #[test]
    fn nobody_books_more_than_moved() {
        let of = |right, is_overpaid| amounts(Fen::new(right), Fen::new(100), is_overpaid);
        assert_eq!(of(80, true), Ok((Fen::new(100), Fen::new(20))), "all that moved is booked, 20 to be demanded");
        assert_eq!(of(80, false), Ok((Fen::new(80), Fen::ZERO)));
        assert_eq!(of(100, true), Ok((Fen::new(100), Fen::ZERO)));
        assert_eq!(of(101, false).unwrap_err().code, "correction_above_moved");
        assert_eq!(of(0, false).unwrap_err().code, "amount_not_positive");
    }

    #[test]
    fn words_are_read_again() {
        for state in State::ALL {
            assert_eq!(State::from_code(state.code()), Some(state));
        }
    }

    proptest! {
        #[test]
        fn a_correction_leaves_nothing_of_the_wrong_booking_and_all_of_the_right_one(
            wrong in prop::collection::vec(1_i64..9_000_000, 1..4),
            right in prop::collection::vec(1_i64..9_000_000, 1..4),
            through_bank in any::<bool>(),
        ) {
            let split = |parts: &[i64], first: i64| parts.iter().zip(first..).map(|(fen, id)| (id, *fen)).collect::<Vec<_>>();
            let before = long_way(&split(&wrong, 1));
            let back = reversals(50, &standing(&before), |one| one.effective_on);
            let instead = right_moves((50, 1 + back.last().unwrap().line), &held(&split(&right, 11)), through_bank, day("2020-12-31"));
            let lines: Vec<i64> = back.iter().chain(&instead).map(|one| one.line).collect();
            prop_assert_eq!(lines, (1..=i64::try_from(back.len() + instead.len()).unwrap()).collect::<Vec<_>>());
            prop_assert!(back.iter().chain(&instead).all(Move::is_lawful));
            let all: Vec<Move> = before.into_iter().chain(back).chain(instead).collect();
            // Day for day nothing is left of what was wrong.
            let expected = right_moves((50, 1), &held(&split(&right, 11)), through_bank, day("2020-12-31"));
            let nothing = DaySums::of(&[]);
            prop_assert_eq!(DaySums::of(&standing(&all)), DaySums::of(&expected));
            prop_assert!(DaySums::of(&all).shortfall(&nothing).is_none_or(|short| short.stage == Stage::Available));
        }
    }
}
