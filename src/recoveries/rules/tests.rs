//! What holds for every sequence of demands, receipts and undoings.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::funds::{Move, Stage};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;

fn day(number: i64) -> Day {
    Day::parse("2020-03-01").unwrap().plus_days(number)
}

fn moved(line: i64, allotment: i64, way: (Stage, Stage), fen: i64, on: i64) -> Move {
    Move {
        position: 1,
        line,
        allotment,
        policy: 2,
        grant: Some(9),
        recipient: Some(9),
        from: way.0,
        to: way.1,
        amount: Fen::new(fen),
        effective_on: day(on),
        kind: "企业".into(),
        subdistrict: "新碶街道".into(),
        industry: "H".into(),
        size: "微型".into(),
        reverses: None,
    }
}

fn fen(parts: &[(i64, Fen)]) -> Vec<(i64, i64)> {
    parts.iter().map(|(allotment, fen)| (*allotment, fen.get())).collect()
}

#[test]
fn what_stands_is_the_least_of_all_days_from_one_on() {
    let paid = (Stage::InTransit, Stage::Disbursed);
    let back = (Stage::Disbursed, Stage::Available);
    let moves = [
        moved(1, 1, paid, 60, 3),
        moved(2, 2, paid, 40, 3),
        moved(3, 1, back, 10, 9),
        moved(4, 2, (Stage::Available, Stage::Payable), 40, 1),
    ];
    assert_eq!(fen(&standing(&moves, day(2))), [], "it had not arrived");
    assert_eq!(fen(&standing(&moves, day(3))), [(1, 50), (2, 40)], "ten of it are gone later");
    assert_eq!(fen(&standing(&moves, day(20))), [(1, 50), (2, 40)]);
    assert_eq!(sum(&standing(&moves, day(9))), Fen::new(90));
}

#[test]
fn nobody_demands_or_books_more_than_there_is() {
    let of = |n| Fen::new(n);
    assert_eq!(may_demand(of(60), of(100), of(40)), Ok(()));
    assert_eq!(may_demand(of(61), of(100), of(40)).unwrap_err().code, "demand_above_paid");
    assert_eq!(may_demand(of(1), of(30), of(40)).unwrap_err().code, "demand_above_paid", "the bank took some back");
    assert_eq!(may_demand(of(0), of(100), of(0)).unwrap_err().code, "amount_not_positive");
    assert_eq!(may_receive(of(5), of(10), of(5)), Ok(()));
    assert_eq!(may_receive(of(6), of(10), of(5)).unwrap_err().code, "receipt_above_open");
    assert_eq!(share(of(101), &[(1, of(100))]).unwrap_err().code, "recovery_above_paid");
}

#[test]
fn a_life_has_two_people_and_no_way_back() {
    use State::{Pending, Refused, Standing, UndoPending, Undone};
    let lawful = [
        (Pending, Step::Approve, Standing),
        (Pending, Step::Refuse, Refused),
        (Standing, Step::AskUndo, UndoPending),
        (UndoPending, Step::Undo, Undone),
        (UndoPending, Step::Keep, Standing),
    ];
    for state in State::ALL {
        assert_eq!(State::from_code(state.code()), Some(state));
        for step in [Step::Approve, Step::Refuse, Step::AskUndo, Step::Undo, Step::Keep] {
            let expected = lawful.iter().find(|(from, by, _)| (*from, *by) == (state, step)).map(|(.., to)| *to);
            assert_eq!(take(state, step).ok(), expected, "{state:?} {step:?}");
        }
    }
    assert!(may_decide("wang", "li", &["zhao"]).is_ok());
    assert!(may_decide("wang", "wang", &[]).is_err() && may_decide("wang", "li", &["wang"]).is_err());
    assert!(may_decide_undo("wang", Some("wang")).is_err() && may_decide_undo("wang", Some("li")).is_ok());
}

#[test]
fn every_day_has_one_age() {
    for days in -3..400 {
        let fits = Age::ALL.into_iter().filter(|age| {
            let (least, most) = age.days();
            least.is_none_or(|least| least <= days) && most.is_none_or(|most| days <= most)
        });
        assert_eq!(fits.collect::<Vec<_>>(), [Age::of(days)], "{days}");
    }
    for age in Age::ALL {
        assert_eq!(Age::from_code(age.code()), Some(age));
    }
    for one in Undelivered::ALL {
        assert_eq!(Undelivered::from_code(one.code()), Some(one));
    }
    for destination in Destination::ALL {
        assert_eq!(Destination::from_code(destination.code()), Some(destination));
    }
}

/// One grant with its demands and receipts, kept by nothing but the rules.
#[derive(Clone)]
struct Story {
    moves: Vec<Move>,
    demands: Vec<(Fen, Fen, State)>,
    receipts: Vec<(usize, Fen, State, Vec<Move>)>,
}

type ShareOut = fn(Fen, &[(i64, Fen)]) -> Result<Vec<(i64, Fen)>, crate::kernel::Refusal>;

impl Story {
    fn begin() -> Self {
        let paid = (Stage::Available, Stage::Disbursed);
        let moves = vec![moved(1, 1, paid, 70, 1), moved(2, 2, paid, 30, 1)];
        Self { moves, demands: Vec::new(), receipts: Vec::new() }
    }

    fn demanded(&self) -> Fen {
        let open = self.demands.iter().filter(|(.., state)| state.is_in_force());
        Fen::sum(open.map(|(amount, received, _)| less(*amount, *received))).unwrap()
    }

    fn waiting(&self, demand: usize) -> Fen {
        let waiting = self.receipts.iter().filter(|(of, _, state, _)| *of == demand && *state == State::Pending);
        Fen::sum(waiting.map(|(_, amount, ..)| *amount)).unwrap()
    }

    /// All stories that one more step makes of this one.
    fn next(&self, share_out: ShareOut) -> Vec<Self> {
        let mut next = Vec::new();
        for amount in [1, 33, 100].map(Fen::new) {
            if may_demand(amount, sum(&standing(&self.moves, day(5))), self.demanded()).is_ok() {
                let mut story = self.clone();
                story.demands.push((amount, Fen::ZERO, State::Standing));
                next.push(story);
            }
            for (demand, (whole, received, state)) in self.demands.iter().enumerate() {
                let open = less(*whole, *received);
                if *state == State::Standing && may_receive(amount, open, self.waiting(demand)).is_ok() {
                    let mut story = self.clone();
                    story.receipts.push((demand, amount, State::Pending, Vec::new()));
                    next.push(story);
                }
            }
        }
        for receipt in 0..self.receipts.len() {
            next.extend(self.decided(receipt, share_out));
        }
        next
    }

    /// A receipt that waits is signed; one that stands is undone.
    fn decided(&self, receipt: usize, share_out: ShareOut) -> Option<Self> {
        let mut story = self.clone();
        let (demand, amount, state, moves) = story.receipts.get_mut(receipt)?;
        let owed = story.demands.get_mut(*demand)?;
        match state {
            State::Pending => {
                let split = share_out(*amount, &standing(&story.moves, day(5))).ok()?;
                *moves = split
                    .iter()
                    .map(|(allotment, part)| moved(1, *allotment, (Stage::Disbursed, Stage::Available), part.get(), 5))
                    .collect();
                owed.1 = owed.1.checked_add(*amount)?;
                *state = State::Standing;
            }
            State::Standing => {
                *moves = moves.iter().map(|one| one.reversed(9, 1, one.effective_on)).collect();
                owed.1 = owed.1.checked_sub(*amount)?;
                *state = State::Undone;
            }
            _ => return None,
        }
        story.moves.extend(moves.clone());
        Some(story)
    }

    /// What is wrong with it.
    fn faults(&self) -> BTreeSet<&'static str> {
        let mut faults = BTreeSet::new();
        let mut stands: BTreeMap<i64, i64> = BTreeMap::new();
        for one in &self.moves {
            let sign = if one.to == Stage::Disbursed { 1 } else { -1 };
            *stands.entry(one.allotment).or_default() += sign * one.amount.get();
        }
        if stands.values().any(|fen| *fen < 0) {
            faults.insert("an allotment took back more than it paid");
        }
        if self.demands.iter().any(|(amount, received, _)| received > amount || *received < Fen::ZERO) {
            faults.insert("more was received than demanded");
        }
        if self.demanded().get() > stands.values().sum::<i64>() {
            faults.insert("more is demanded than was paid");
        }
        let received: i64 = self.demands.iter().map(|(_, received, _)| received.get()).sum();
        if received + stands.values().sum::<i64>() != 100 {
            faults.insert("a fen is lost");
        }
        faults
    }
}

/// Walks every sequence to a depth; how many there are and what is wrong with any.
fn walk(share_out: ShareOut, depth: u32) -> (u64, BTreeSet<&'static str>) {
    let (mut stories, mut faults) = (vec![Story::begin()], BTreeSet::new());
    let mut count = 0;
    for _ in 0..depth {
        stories = stories.iter().flat_map(|story| story.next(share_out)).collect();
        count += stories.len() as u64;
        faults.extend(stories.iter().flat_map(Story::faults));
    }
    (count, faults)
}

#[test]
fn no_sequence_of_demands_receipts_and_undoings_takes_more_than_was_paid() {
    let (stories, faults) = walk(share, 5);
    assert!(stories > 200, "{stories} stories are not all");
    assert!(faults.is_empty(), "{faults:?}");
}

#[test]
fn the_same_walk_finds_a_share_that_takes_all_from_the_first_allotment() {
    let wrong: ShareOut =
        |amount, standing| Ok(vec![(standing.first().map_or(1, |(allotment, _)| *allotment), amount)]);
    let (_, faults) = walk(wrong, 5);
    assert!(faults.contains("an allotment took back more than it paid"), "{faults:?}");
}

proptest! {
    #[test]
    fn shares_add_up_and_none_is_more_than_what_stands(
        parts in prop::collection::vec(0_i64..9_000_000_000, 1..6),
        thousandth in 1_i128..=1_000,
    ) {
        let standing: Vec<(i64, Fen)> = parts.iter().zip(1..).map(|(fen, id)| (id, Fen::new(*fen))).collect();
        let whole = sum(&standing);
        prop_assume!(whole > Fen::ZERO);
        let amount = Fen::new(i64::try_from(i128::from(whole.get()) * thousandth / 1_000).unwrap().max(1));
        let shared = share(amount, &standing).unwrap();
        prop_assert_eq!(sum(&shared), amount);
        for (allotment, part) in shared {
            let stands = standing.iter().find(|(id, _)| *id == allotment).unwrap().1;
            prop_assert!(part > Fen::ZERO && part <= stands);
        }
    }

    #[test]
    fn all_of_it_is_shared_as_it_was_paid(parts in prop::collection::vec(1_i64..9_000_000_000, 1..6)) {
        let standing: Vec<(i64, Fen)> = parts.iter().zip(1..).map(|(fen, id)| (id, Fen::new(*fen))).collect();
        prop_assert_eq!(share(sum(&standing), &standing).unwrap(), standing);
    }
}
