//! What of a grant is with its recipient, and how what comes back is shared among the allotments that paid it.

use std::collections::BTreeMap;

use crate::funds::{Move, Stage};
use crate::kernel::Refusal;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;

/// What of a grant stands disbursed, by allotment: the least of it on any day from `on` on. So what is taken back on that
/// day leaves no later day below zero.
pub fn standing(moves: &[Move], on: Day) -> Vec<(i64, Fen)> {
    let mut days: BTreeMap<i64, BTreeMap<Day, i64>> = BTreeMap::new();
    for one in moves {
        let net = match (one.from, one.to) {
            (_, Stage::Disbursed) => one.amount.get(),
            (Stage::Disbursed, _) => -one.amount.get(),
            _ => continue,
        };
        *days.entry(one.allotment).or_default().entry(one.effective_on).or_default() += net;
    }
    days.into_iter()
        .map(|(allotment, days)| (allotment, least(&days, on)))
        .filter(|(_, fen)| *fen > Fen::ZERO)
        .collect()
}

fn least(days: &BTreeMap<Day, i64>, on: Day) -> Fen {
    let mut balance: i64 = days.range(..=on).map(|(_, net)| net).sum();
    let mut least = balance;
    for (_, net) in days.range(on.plus_days(1)..) {
        balance += net;
        least = least.min(balance);
    }
    Fen::new(least)
}

/// The sum of parts.
pub fn sum(parts: &[(i64, Fen)]) -> Fen {
    Fen::sum(parts.iter().map(|(_, fen)| *fen)).unwrap_or(Fen::new(i64::MAX))
}

/// What is left of an amount; nothing if more was taken.
pub fn less(amount: Fen, taken: Fen) -> Fen {
    amount.checked_sub(taken).filter(|left| *left > Fen::ZERO).unwrap_or(Fen::ZERO)
}

/// Shares an amount by what stands at each allotment, fen by largest remainder: never more than what stands there. Parts of
/// nothing are left out.
///
/// Refusal: `recovery_above_paid` (`paid`).
pub fn share(amount: Fen, standing: &[(i64, Fen)]) -> Result<Vec<(i64, Fen)>, Refusal> {
    let paid = sum(standing);
    let above = || Refusal::new("recovery_above_paid").at("amount").with("paid", paid.grouped());
    if amount > paid || amount <= Fen::ZERO {
        return Err(above());
    }
    let shares: Vec<u64> = standing.iter().map(|(_, fen)| u64::try_from(fen.get()).unwrap_or(0)).collect();
    let parts = amount.split(&shares).ok_or_else(above)?;
    let of_allotment = standing.iter().zip(parts).map(|((allotment, _), part)| (*allotment, part));
    Ok(of_allotment.filter(|(_, part)| *part > Fen::ZERO).collect())
}

/// Holds that an amount may be demanded: not more than what is with the recipient and is not demanded already.
///
/// Refusals: `amount_not_positive`, `demand_above_paid` (`left`).
pub fn may_demand(amount: Fen, paid: Fen, demanded: Fen) -> Result<(), Refusal> {
    if amount <= Fen::ZERO {
        return Err(Refusal::new("amount_not_positive").at("amount"));
    }
    let left = less(paid, demanded);
    if amount > left {
        return Err(Refusal::new("demand_above_paid").at("amount").with("left", left.grouped()));
    }
    Ok(())
}

/// Holds that an amount may be booked against a demand: not more than what is open and does not wait already.
///
/// Refusals: `amount_not_positive`, `receipt_above_open` (`left`).
pub fn may_receive(amount: Fen, open: Fen, waiting: Fen) -> Result<(), Refusal> {
    if amount <= Fen::ZERO {
        return Err(Refusal::new("amount_not_positive").at("amount"));
    }
    let left = less(open, waiting);
    if amount > left {
        return Err(Refusal::new("receipt_above_open").at("amount").with("left", left.grouped()));
    }
    Ok(())
}
