//! Instalments 分期: the parts by which a grant is paid, what each takes from its allotments, and where the grant stands.
//!
//! Parts add up to the grant to the fen. What a part takes from several allotments is decided when its payment is built, out of
//! what then remains to be paid of the grant, by largest remainder: so no allotment ever pays more than its share, and the
//! payments of all parts together take exactly the grant's split, in whichever order they are made, fail and are made again.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::life::PaymentState;
use crate::grants::State;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Refusal, text};

/// Most parts of one grant.
pub const PARTS_MAX: usize = 24;
/// Longest condition, in characters.
pub const CONDITION_MAX: usize = 200;
/// A whole in hundredths of a percent.
const WHOLE: u64 = 10_000;

/// One part of a schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Which, from 1.
    pub number: i64,
    /// How much.
    pub amount: Fen,
    /// The share in percent from which the amount was worked out; empty if it was typed itself.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub share: String,
    /// What must have been met before it is paid; empty if nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub condition: String,
    /// From which day it may be paid.
    pub due_on: Day,
}

/// A part as typed; a row of which every field is empty is none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartForm {
    /// Amount in yuan.
    pub amount: String,
    /// Or share in percent.
    pub share: String,
    /// Condition.
    pub condition: String,
    /// Day.
    pub due_on: String,
}

impl PartForm {
    /// Whether nothing is typed.
    pub fn is_empty(&self) -> bool {
        [&self.amount, &self.share, &self.condition, &self.due_on].into_iter().all(|typed| typed.trim().is_empty())
    }
}

/// How the parts of a schedule are measured.
enum Measure {
    Amounts(Vec<Fen>),
    Shares(Vec<u64>),
}

/// Reads the parts of a grant.
///
/// Refusals: `instalment_none`, `instalment_many` (`most`), `instalment_mixed`, `instalment_amount` and `instalment_share`
/// (`n`, `found`), `instalment_day` (`n`, `found`), `instalment_order` (`n`), `instalment_condition` (`n`, `most`),
/// `instalment_sum` (`sum`, `whole`), `instalment_shares` (`sum`), `instalment_nothing` (`n`).
pub fn read_parts(typed: &[PartForm], whole: Fen) -> Result<Vec<Part>, Vec<Refusal>> {
    let rows: Vec<&PartForm> = typed.iter().filter(|row| !row.is_empty()).collect();
    if rows.is_empty() {
        return Err(vec![Refusal::new("instalment_none")]);
    }
    if rows.len() > PARTS_MAX {
        return Err(vec![Refusal::new("instalment_many").with("most", PARTS_MAX)]);
    }
    let mut refusals = Vec::new();
    let days = read_days(&rows, &mut refusals);
    let conditions = read_conditions(&rows, &mut refusals);
    let amounts = read_measure(&rows, &mut refusals).and_then(|measure| match amounts(&measure, whole) {
        Ok(amounts) => Some(amounts),
        Err(refusal) => {
            refusals.push(refusal);
            None
        }
    });
    let Some(amounts) = amounts.filter(|_| refusals.is_empty()) else { return Err(refusals) };
    let parts = rows.iter().zip(amounts).zip(days.into_iter().zip(conditions)).zip(1..);
    Ok(parts
        .map(|(((row, amount), (due_on, condition)), number)| Part {
            number,
            amount,
            share: row.share.trim().trim_end_matches(['%', '％']).trim().to_owned(),
            condition,
            due_on,
        })
        .collect())
}

fn read_days(rows: &[&PartForm], refusals: &mut Vec<Refusal>) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::with_capacity(rows.len());
    for (row, n) in rows.iter().zip(1..) {
        match Day::parse_lenient(&row.due_on) {
            Ok(day) => {
                if days.last().is_some_and(|before| day < *before) {
                    refusals.push(Refusal::new("instalment_order").with("n", n));
                }
                days.push(day);
            }
            Err(_) => refusals.push(Refusal::new("instalment_day").with("n", n).with("found", row.due_on.trim())),
        }
    }
    days
}

fn read_conditions(rows: &[&PartForm], refusals: &mut Vec<Refusal>) -> Vec<String> {
    let mut conditions = Vec::with_capacity(rows.len());
    for (row, n) in rows.iter().zip(1..) {
        match text::clean(&row.condition, CONDITION_MAX) {
            Ok(condition) => conditions.push(condition),
            Err(_) => refusals.push(Refusal::new("instalment_condition").with("n", n).with("most", CONDITION_MAX)),
        }
    }
    conditions
}

fn read_measure(rows: &[&PartForm], refusals: &mut Vec<Refusal>) -> Option<Measure> {
    let shared = rows.iter().filter(|row| !row.share.trim().is_empty()).count();
    let counted = rows.iter().filter(|row| !row.amount.trim().is_empty()).count();
    if shared > 0 && counted > 0 {
        refusals.push(Refusal::new("instalment_mixed"));
        return None;
    }
    let before = refusals.len();
    let measure = if shared > 0 {
        let mut shares = Vec::with_capacity(rows.len());
        for (row, n) in rows.iter().zip(1..) {
            let share = share(&row.share);
            let refusal = || Refusal::new("instalment_share").with("n", n).with("found", row.share.trim());
            shares.extend(share.or_else(|| {
                refusals.push(refusal());
                None
            }));
        }
        Measure::Shares(shares)
    } else {
        let mut amounts = Vec::with_capacity(rows.len());
        for (row, n) in rows.iter().zip(1..) {
            match Fen::parse(&row.amount) {
                Ok(amount) if amount > Fen::ZERO => amounts.push(amount),
                _ => {
                    let refusal = Refusal::new("instalment_amount").with("n", n);
                    refusals.push(refusal.with("found", row.amount.trim()));
                }
            }
        }
        Measure::Amounts(amounts)
    };
    (refusals.len() == before).then_some(measure)
}

/// A share in percent with at most two decimals, as hundredths of a percent.
fn share(typed: &str) -> Option<u64> {
    let typed = text::half_width(typed.trim()).into_owned();
    let hundredths = Fen::parse(typed.trim_end_matches('%').trim()).ok()?.get();
    u64::try_from(hundredths).ok().filter(|share| (1..=WHOLE).contains(share))
}

fn amounts(measure: &Measure, whole: Fen) -> Result<Vec<Fen>, Refusal> {
    match measure {
        Measure::Amounts(amounts) => match Fen::sum(amounts.iter().copied()) {
            Some(sum) if sum == whole => Ok(amounts.clone()),
            sum => {
                let sum = sum.map_or_else(String::new, Fen::grouped);
                Err(Refusal::new("instalment_sum").with("sum", sum).with("whole", whole.grouped()))
            }
        },
        Measure::Shares(shares) => {
            let sum: u64 = shares.iter().sum();
            if sum != WHOLE {
                let sum = i64::try_from(sum).map_or_else(|_| String::new(), |sum| Fen::new(sum).plain());
                return Err(Refusal::new("instalment_shares").with("sum", sum));
            }
            let amounts = whole.split(shares).ok_or_else(|| Refusal::new("instalment_none"))?;
            match amounts.iter().position(|amount| *amount <= Fen::ZERO) {
                Some(place) => Err(Refusal::new("instalment_nothing").with("n", place + 1)),
                None => Ok(amounts),
            }
        }
    }
}

/// Holds that parts which are being paid or were paid stay what they are.
///
/// Refusals: `instalment_engaged` (`n`).
pub fn keeps_engaged(before: &[Part], after: &[Part], engaged: &BTreeSet<i64>) -> Result<(), Refusal> {
    let of = |parts: &[Part], number: i64| {
        parts.iter().find(|part| part.number == number).map(|part| (part.amount, part.condition.clone(), part.due_on))
    };
    match engaged.iter().find(|number| of(before, **number) != of(after, **number)) {
        Some(number) => Err(Refusal::new("instalment_engaged").with("n", number)),
        None => Ok(()),
    }
}

/// The parts whose condition reads as before: what was met of it stays met.
pub fn conditions_kept(before: &[Part], after: &[Part]) -> Vec<i64> {
    let kept = |part: &&Part| {
        !part.condition.is_empty()
            && before.iter().any(|old| old.number == part.number && old.condition == part.condition)
    };
    after.iter().filter(kept).map(|part| part.number).collect()
}

/// What remains of a split after payments took their parts of it; nothing remains below zero.
pub fn left_of(split: &[(i64, Fen)], taken: &[(i64, Fen)]) -> Vec<(i64, Fen)> {
    let taken_from = |allotment: i64| -> i64 {
        taken.iter().filter(|(other, _)| *other == allotment).map(|(_, amount)| amount.get()).sum()
    };
    split
        .iter()
        .map(|(allotment, amount)| (*allotment, Fen::new((amount.get() - taken_from(*allotment)).max(0))))
        .collect()
}

/// What a payment takes from each allotment, out of what remains to be paid of its grant: by largest remainder, the whole of
/// it if it pays all that remains. Nothing if less remains than it pays. Allotments that pay nothing are left out.
pub fn share_out(amount: Fen, left: &[(i64, Fen)]) -> Option<Vec<(i64, Fen)>> {
    let all = Fen::sum(left.iter().map(|(_, amount)| *amount))?;
    if amount <= Fen::ZERO || amount > all {
        return None;
    }
    let weights: Vec<u64> = left.iter().map(|(_, amount)| amount.get().unsigned_abs()).collect();
    let shares = amount.split(&weights)?;
    Some(
        left.iter()
            .zip(shares)
            .map(|((allotment, _), share)| (*allotment, share))
            .filter(|(_, s)| *s > Fen::ZERO)
            .collect(),
    )
}

/// A payment of a grant, as far as it tells where the grant stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// How much.
    pub amount: Fen,
    /// Where it stands.
    pub state: PaymentState,
    /// Whether it was released for another attempt.
    pub is_reissued: bool,
}

/// Where an approved grant stands by its payments: paid if they brought all of it, partly paid if some; else on its way, come
/// back, or waiting.
pub fn grant_state(whole: Fen, attempts: impl IntoIterator<Item = Attempt>) -> State {
    let (mut paid, mut on_its_way, mut came_back) = (0_i64, false, false);
    for attempt in attempts {
        match attempt.state {
            PaymentState::Paid => paid = paid.saturating_add(attempt.amount.get()),
            PaymentState::Built | PaymentState::InTransit => on_its_way = true,
            PaymentState::Returned if !attempt.is_reissued => came_back = true,
            PaymentState::Returned | PaymentState::Refused | PaymentState::Dropped | PaymentState::Withdrawn => {}
        }
    }
    match () {
        () if paid >= whole.get() => State::Paid,
        () if paid > 0 => State::PartPaid,
        () if on_its_way => State::InBatch,
        () if came_back => State::Returned,
        () => State::Approved,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn row(amount: &str, share: &str, due_on: &str) -> PartForm {
        PartForm { amount: amount.into(), share: share.into(), condition: String::new(), due_on: due_on.into() }
    }

    fn codes(read: Result<Vec<Part>, Vec<Refusal>>) -> Vec<&'static str> {
        read.err().unwrap_or_default().into_iter().map(|refusal| refusal.code).collect()
    }

    fn fens(read: Result<Vec<Part>, Vec<Refusal>>) -> Vec<i64> {
        read.unwrap().into_iter().map(|part| part.amount.get()).collect()
    }

    #[test]
    fn parts_are_typed_as_amounts_or_as_shares() {
        let whole = Fen::new(100_000);
        let typed = [row("300", "", "2020-03-01"), PartForm::default(), row("700.00", "", "2020.6.1")];
        let parts = read_parts(&typed, whole).unwrap();
        assert_eq!(
            parts.iter().map(|part| (part.number, part.amount.get())).collect::<Vec<_>>(),
            [(1, 30_000), (2, 70_000)]
        );
        assert_eq!(parts[1].due_on.to_string(), "2020-06-01");
        let third = Fen::new(100);
        let typed = ["33.33", "33.33%", "３３.３４"].map(|share| row("", share, "2020-03-01"));
        assert_eq!(fens(read_parts(&typed, third)), [33, 33, 34]);
    }

    #[test]
    fn what_is_wrong_with_parts_is_told() {
        let whole = Fen::new(100_000);
        let day = "2020-03-01";
        assert_eq!(codes(read_parts(&[PartForm::default()], whole)), ["instalment_none"]);
        assert_eq!(codes(read_parts(&vec![row("1", "", day); 25], whole)), ["instalment_many"]);
        assert_eq!(codes(read_parts(&[row("500", "", day), row("", "50", day)], whole)), ["instalment_mixed"]);
        assert_eq!(codes(read_parts(&[row("500", "", day), row("499.99", "", day)], whole)), ["instalment_sum"]);
        assert_eq!(codes(read_parts(&[row("", "50", day), row("", "49.99", day)], whole)), ["instalment_shares"]);
        assert_eq!(codes(read_parts(&[row("1000", "", "soon")], whole)), ["instalment_day"]);
        assert_eq!(codes(read_parts(&[row("0", "", day)], whole)), ["instalment_amount"]);
        assert_eq!(codes(read_parts(&[row("", "0.001", day)], whole)), ["instalment_share"]);
        assert_eq!(
            codes(read_parts(&[row("", "99.99", day), row("", "0.01", day)], Fen::new(100))),
            ["instalment_nothing"]
        );
        let typed = [row("500", "", "2020-06-01"), row("500", "", "2020-03-01")];
        assert_eq!(codes(read_parts(&typed, whole)), ["instalment_order"]);
        let long = PartForm { condition: "长".repeat(CONDITION_MAX + 1), ..row("1000", "", day) };
        assert_eq!(codes(read_parts(&[long], whole)), ["instalment_condition"]);
    }

    #[test]
    fn parts_in_payment_stay_and_conditions_that_read_alike_stay_met() {
        let part = |number: i64, fen: i64, condition: &str| Part {
            number,
            amount: Fen::new(fen),
            share: String::new(),
            condition: condition.into(),
            due_on: Day::parse("2020-03-01").unwrap(),
        };
        let before = [part(1, 40, ""), part(2, 60, "验收")];
        let engaged = BTreeSet::from([1]);
        assert_eq!(
            keeps_engaged(&before, &[part(1, 40, ""), part(2, 30, "验收"), part(3, 30, "审计")], &engaged),
            Ok(())
        );
        let moved = keeps_engaged(&before, &[part(1, 41, ""), part(2, 59, "验收")], &engaged);
        assert_eq!(moved.unwrap_err().code, "instalment_engaged");
        let gone = keeps_engaged(&before, &[part(2, 100, "验收")], &engaged);
        assert_eq!(gone.unwrap_err().code, "instalment_engaged");
        assert_eq!(conditions_kept(&before, &[part(1, 40, ""), part(2, 30, "验收"), part(3, 30, "验收")]), [2]);
        assert_eq!(conditions_kept(&before, &[part(1, 40, ""), part(2, 60, "竣工验收")]), [] as [i64; 0]);
    }

    #[test]
    fn a_grant_stands_where_its_payments_bring_it() {
        use PaymentState::{Built, Dropped, InTransit, Paid, Refused, Returned};
        let stands = |attempts: &[(i64, PaymentState, bool)]| {
            let attempt = |(fen, state, is_reissued): &(i64, PaymentState, bool)| Attempt {
                amount: Fen::new(*fen),
                state: *state,
                is_reissued: *is_reissued,
            };
            grant_state(Fen::new(100), attempts.iter().map(attempt))
        };
        assert_eq!(stands(&[]), State::Approved);
        assert_eq!(stands(&[(40, Built, false)]), State::InBatch);
        assert_eq!(stands(&[(40, Dropped, false)]), State::Approved);
        assert_eq!(stands(&[(40, Refused, false), (60, InTransit, false)]), State::InBatch);
        assert_eq!(stands(&[(40, Paid, false), (60, InTransit, false)]), State::PartPaid);
        assert_eq!(stands(&[(40, Paid, false), (60, Refused, false)]), State::PartPaid);
        assert_eq!(stands(&[(40, Paid, false), (60, Paid, false)]), State::Paid);
        assert_eq!(stands(&[(40, Returned, false)]), State::Returned);
        assert_eq!(stands(&[(40, Returned, true)]), State::Approved);
        assert_eq!(stands(&[(40, Returned, false), (60, Paid, false)]), State::PartPaid);
        assert_eq!(stands(&[(40, Returned, true), (60, Paid, false), (40, Paid, false)]), State::Paid);
        assert_eq!(stands(&[(100, Paid, false)]), State::Paid, "a grant that is paid whole is one with one part");
    }

    proptest! {
        #[test]
        fn shares_make_parts_that_add_up(fen in 10_000_i64.., cuts in prop::collection::btree_set(1_u64..WHOLE, 0..20)) {
            let mut shares: Vec<u64> = Vec::new();
            let mut before = 0;
            for cut in cuts.into_iter().chain([WHOLE]) {
                shares.push(cut - before);
                before = cut;
            }
            let typed: Vec<PartForm> = shares
                .iter()
                .map(|share| row("", &format!("{}.{:02}", share / 100, share % 100), "2020-03-01"))
                .collect();
            let parts = read_parts(&typed, Fen::new(fen)).unwrap();
            prop_assert_eq!(Fen::sum(parts.iter().map(|part| part.amount)), Some(Fen::new(fen)));
        }

        /// Parts are paid in any order; some fail, give back what they took, and are made again later.
        #[test]
        fn all_parts_together_take_exactly_the_split(
            parts in prop::collection::vec(1_i64..1_000_000, 1..8),
            weights in prop::collection::vec(0_u64..1_000, 1..6),
            chance in prop::collection::vec((any::<prop::sample::Index>(), any::<bool>()), 0..40),
        ) {
            prop_assume!(weights.iter().any(|weight| *weight > 0));
            let whole = Fen::sum(parts.iter().copied().map(Fen::new)).unwrap();
            let split: Vec<(i64, Fen)> = (1..).zip(whole.split(&weights).unwrap()).collect();
            let mut taken: Vec<Option<Vec<(i64, Fen)>>> = vec![None; parts.len()];
            let mut steps: Vec<(usize, bool)> = chance.iter().map(|(index, fails)| (index.index(parts.len()), *fails)).collect();
            steps.extend((0..parts.len()).map(|part| (part, false)));
            for (part, fails) in steps {
                if fails {
                    taken[part] = None;
                } else if taken[part].is_none() {
                    let before: Vec<(i64, Fen)> = taken.iter().flatten().flatten().copied().collect();
                    let left = left_of(&split, &before);
                    let share = share_out(Fen::new(parts[part]), &left).unwrap();
                    prop_assert_eq!(Fen::sum(share.iter().map(|(_, fen)| *fen)), Some(Fen::new(parts[part])));
                    for (allotment, fen) in &share {
                        let of = left.iter().find(|(other, _)| other == allotment).unwrap().1;
                        prop_assert!(Fen::ZERO < *fen && *fen <= of);
                    }
                    taken[part] = Some(share);
                }
            }
            let all: Vec<(i64, Fen)> = taken.into_iter().flatten().flatten().collect();
            prop_assert!(left_of(&split, &all).iter().all(|(_, left)| *left == Fen::ZERO), "to the fen");
            prop_assert_eq!(Fen::sum(all.iter().map(|(_, fen)| *fen)), Some(whole));
            prop_assert_eq!(share_out(Fen::new(1), &left_of(&split, &all)), None, "and not a fen more");
        }
    }
}
