//! What holds for every sequence of moves.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn day(number: i64) -> Day {
    Day::parse("2020-03-01").unwrap().plus_days(number)
}

/// The lawful ways, as many as design section 2 has.
fn ways() -> Vec<(Stage, Stage)> {
    let all = Stage::ALL.into_iter().flat_map(|from| Stage::ALL.into_iter().map(move |to| (from, to)));
    all.filter(|(from, to)| from.leads_to(*to)).collect()
}

fn moving(position: i64, way: (Stage, Stage), amount: i64, on: i64) -> Move {
    Move {
        position,
        line: 1,
        allotment: 3,
        policy: 2,
        grant: Some(9),
        recipient: Some(9),
        from: way.0,
        to: way.1,
        amount: Fen::new(amount),
        effective_on: day(on),
        kind: "企业".into(),
        subdistrict: "新碶街道".into(),
        industry: "H".into(),
        size: "微型".into(),
        reverses: None,
    }
}

prop_compose! {
    fn any_move()(way in prop::sample::select(ways()), amount in 1_i64..1_000, on in 0_i64..20, position in 1_i64..9) -> Move {
        moving(position, way, amount, on)
    }
}

fn state(sums: &DaySums) -> BTreeMap<(i64, Stage, Day), i128> {
    let flat = sums
        .0
        .iter()
        .flat_map(|((allotment, stage), days)| days.iter().map(move |(day, net)| ((*allotment, *stage, *day), *net)));
    flat.filter(|(_, net)| *net != 0).collect()
}

#[test]
fn money_goes_only_the_eleven_ways_of_the_table() {
    use Stage::{Available, Disbursed, InTransit, Payable, Source};
    let table = [
        (Source, Available),
        (Available, Source),
        (Available, Payable),
        (Available, Disbursed),
        (Payable, Available),
        (Payable, InTransit),
        (InTransit, Payable),
        (InTransit, Disbursed),
        (Disbursed, Source),
        (Disbursed, Available),
        (Disbursed, Payable),
    ];
    assert_eq!(ways(), table);
    assert!(!moving(1, (Payable, Disbursed), 5, 0).is_lawful(), "nothing is paid past the bank");
    assert!(!moving(1, (Source, Available), 0, 0).is_lawful(), "nothing does not move");
    let history = moving(1, (Available, Disbursed), 5, 0);
    assert!(history.is_lawful() && history.reversed(2, 1, day(0)).is_lawful());
    assert!(!moving(1, (Source, Disbursed), 5, 0).is_lawful());
    assert!(moving(1, (Disbursed, Source), 5, 0).reversed(2, 1, day(0)).is_lawful(), "a recovery booked in error");
}

#[test]
fn a_stage_has_one_code_everywhere() {
    for stage in Stage::ALL {
        assert_eq!(Stage::from_code(stage.code()), Some(stage));
        assert_eq!(serde_json::to_string(&stage).unwrap(), format!("\"{stage}\""));
        assert_eq!(stage.key(), format!("funds.stage.{stage}"));
    }
}

#[test]
fn a_budget_must_be_there_on_the_day_and_on_every_later_one() {
    let held = DaySums::of(&[moving(1, (Stage::Source, Stage::Available), 100, 5)]);
    let spend = |amount, on| DaySums::of(&[moving(2, (Stage::Available, Stage::Payable), amount, on)]);
    assert_eq!(spend(100, 5).shortfall(&held), None);
    let short = |on, missing| Some(Short { allotment: 3, stage: Stage::Available, on: day(on), missing });
    assert_eq!(spend(101, 5).shortfall(&held), short(5, 1));
    assert_eq!(spend(100, 4).shortfall(&held), short(4, 100), "before the budget is there");
    // Sixty are promised from day 8 on: what is taken on day 6 lacks then.
    let mut later = held.clone();
    later.add(3, Stage::Available, Stage::Payable, Fen::new(60), day(8));
    assert_eq!(spend(40, 6).shortfall(&later), None);
    assert_eq!(spend(50, 6).shortfall(&later), short(8, 10));
}

#[test]
fn one_event_of_a_command_may_not_live_on_the_next() {
    let held = DaySums::default();
    let (spend, fill) = ((Stage::Available, Stage::Payable), (Stage::Source, Stage::Available));
    let wrong = [moving(1, spend, 5, 1), moving(2, fill, 5, 1)];
    assert_eq!(DaySums::of(&wrong).shortfall(&held), None, "the day as a whole is covered");
    assert_eq!(short_in_order(&held, &wrong).map(|short| short.missing), Some(5));
    let right = [moving(1, fill, 5, 1), moving(2, spend, 5, 1)];
    assert_eq!(short_in_order(&held, &right), None);
    let together = [moving(1, spend, 5, 1), moving(1, fill, 5, 1)];
    assert_eq!(short_in_order(&held, &together), None);
}

#[test]
fn paid_and_returned_are_told_apart_and_corrections_take_back() {
    let way = |from, to| moving(1, (from, to), 7, 1);
    let pay = way(Stage::InTransit, Stage::Disbursed);
    let back = way(Stage::Disbursed, Stage::Payable);
    assert_eq!(pay.paid_and_returned(), Some((7, 0)));
    assert_eq!(pay.reversed(2, 1, day(1)).paid_and_returned(), Some((-7, 0)));
    assert_eq!(back.paid_and_returned(), Some((0, 7)));
    assert_eq!(back.reversed(2, 1, day(1)).paid_and_returned(), Some((0, -7)));
    assert_eq!(way(Stage::Payable, Stage::InTransit).paid_and_returned(), None);
}

#[test]
fn spans_that_touch_are_one() {
    let span = |from, to: Option<i64>| Span { from: day(from), to: to.map(day) };
    assert_eq!(union([span(3, Some(5)), span(1, Some(3))]), [span(1, Some(5))]);
    assert_eq!(union([span(3, None), span(1, Some(2)), span(7, Some(8))]), [span(1, Some(2)), span(3, None)]);
    assert_eq!(spans(&BTreeMap::from([(day(1), 5), (day(4), -5), (day(6), 5)])), [span(1, Some(4)), span(6, None)]);
    assert_eq!(spans(&BTreeMap::from([(day(1), 0)])), []);
}

proptest! {
    #[test]
    fn the_stages_of_an_allotment_always_add_up_to_zero(moves in prop::collection::vec(any_move(), 0..40)) {
        let sums = DaySums::of(&moves);
        prop_assert_eq!(Stage::ALL.into_iter().map(|stage| sums.total(3, stage)).sum::<i128>(), 0);
        for on in 0..20 {
            let of_day: i128 = sums.0.values().filter_map(|days| days.get(&day(on))).sum();
            prop_assert_eq!(of_day, 0);
        }
    }

    #[test]
    fn a_reversal_restores(moves in prop::collection::vec(any_move(), 1..30)) {
        let mut all = moves.clone();
        all.extend(moves.iter().map(|m| m.reversed(99, m.line, m.effective_on)));
        prop_assert!(all.iter().all(Move::is_lawful));
        prop_assert!(state(&DaySums::of(&all)).is_empty());
        let (paid, returned) = all.iter().filter_map(Move::paid_and_returned).fold((0, 0), |(p, r), (a, b)| (p + a, r + b));
        prop_assert_eq!((paid, returned), (0, 0));
    }

    /// Against the plain definition: every stage, every day, counted anew.
    #[test]
    fn a_shortfall_is_found_exactly_where_a_day_is_short(
        held in prop::collection::vec(any_move(), 0..25),
        change in prop::collection::vec(any_move(), 1..6),
    ) {
        let (held_sums, sums) = (DaySums::of(&held), DaySums::of(&change));
        let all = DaySums::of(held.iter().chain(&change));
        let at = |stage: Stage, on: i64| -> i128 {
            all.0.get(&(3, stage)).map_or(0, |days| days.range(..=day(on)).map(|(_, net)| net).sum())
        };
        let short = sums.0.iter().filter(|((_, stage), _)| *stage != Stage::Source).any(|((_, stage), days)| {
            let first = *days.first_key_value().unwrap().0;
            (0..20).any(|on| day(on) >= first && at(*stage, on) < 0)
        });
        let found = sums.shortfall(&held_sums);
        prop_assert_eq!(found.is_some(), short);
        if let Some(found) = found {
            let worst = (0..20).filter(|on| day(*on) == found.on).map(|on| at(found.stage, on)).min();
            prop_assert_eq!(worst, Some(-found.missing));
        }
    }

    #[test]
    fn a_day_lies_in_a_span_exactly_when_the_sum_is_above_zero(days in prop::collection::btree_map(0_i64..20, -5_i128..6, 0..12)) {
        let days: BTreeMap<Day, i128> = days.into_iter().map(|(on, net)| (day(on), net)).collect();
        let found = spans(&days);
        for on in 0..25 {
            let sum: i128 = days.range(..=day(on)).map(|(_, net)| net).sum();
            prop_assert_eq!(found.iter().any(|span| span.has(day(on))), sum > 0);
        }
        prop_assert_eq!(union(found.clone()), found, "already apart");
    }

    #[test]
    fn a_union_has_the_days_of_its_parts(parts in prop::collection::vec((0_i64..20, prop::option::of(1_i64..9)), 0..8)) {
        let parts: Vec<Span> =
            parts.into_iter().map(|(from, length)| Span { from: day(from), to: length.map(|l| day(from + l)) }).collect();
        let found = union(parts.clone());
        for on in 0..30 {
            prop_assert_eq!(found.iter().any(|s| s.has(day(on))), parts.iter().any(|s| s.has(day(on))));
        }
        prop_assert!(found.windows(2).all(|pair| pair[0].to.unwrap() < pair[1].from));
    }

    #[test]
    fn what_was_known_at_any_position_stays_known_of_it(learned in prop::collection::vec(prop::collection::btree_set(0_u8..4, 0..3), 1..8)) {
        let mut rows = Vec::new();
        for (position, now) in (1_i64..).zip(&learned) {
            // An event taken in pieces: first something else, then the right thing.
            learn(&mut rows, position, &[0, 3]);
            learn(&mut rows, position, &now.iter().copied().collect::<Vec<_>>());
        }
        for (position, now) in (1_i64..).zip(&learned) {
            let alive = |row: &&Known<u8>| row.opened_at <= position && row.closed_at.is_none_or(|at| at > position);
            let mut known: Vec<u8> = rows.iter().filter(alive).map(|row| row.content).collect();
            known.sort_unstable();
            prop_assert_eq!(known, now.iter().copied().collect::<Vec<_>>());
        }
        let mut at_once = Vec::new();
        for (position, now) in (1_i64..).zip(&learned) {
            learn(&mut at_once, position, &now.iter().copied().collect::<Vec<_>>());
        }
        rows.sort_unstable();
        at_once.sort_unstable();
        prop_assert_eq!(rows, at_once);
    }
}
