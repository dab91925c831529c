//! Vouchers out of sums of transfers: which of them there are, of which colour, and their entries.

use std::collections::{BTreeMap, BTreeSet};

use super::posting::{Rule, RuleSet};
use super::voucher::{Occasion, Side, VoucherKind};
use crate::funds::Stage;
use crate::kernel::Refusal;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;

/// Whether transfers go on or go back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sort {
    /// They go on.
    Onward,
    /// They are the exact reverse of transfers of the same year: their voucher is red.
    Back,
    /// They are the exact reverse of transfers of an earlier year: their voucher is blue, with both columns exchanged.
    BackOfEarlierYear,
}

/// What was moved one way, of one allotment, in one month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedSum {
    /// The policy.
    pub policy: i64,
    /// The allotment.
    pub allotment: i64,
    /// The stage that it left.
    pub from: Stage,
    /// The stage that it entered.
    pub to: Stage,
    /// On or back.
    pub sort: Sort,
    /// The kind of the account from which the grants were last paid, if any were.
    pub payer: Option<String>,
    /// The month in which it counts.
    pub month: String,
    /// The last day of it on which some of it counts.
    pub last_on: Day,
    /// How many moves of grants it is, each counted at the first of its allotments; none where a budget moved.
    pub grants: i64,
    /// How much.
    pub amount: Fen,
}

impl MovedSum {
    /// The way whose rule posts it: that of the transfers that it reverses, if it goes back.
    fn way(&self) -> (Stage, Stage) {
        if self.sort == Sort::Onward { (self.from, self.to) } else { (self.to, self.from) }
    }
}

/// An entry 分录 of a voucher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The side.
    pub side: Side,
    /// Code of the account.
    pub account: String,
    /// Its name.
    pub account_name: String,
    /// The phrase of the rule.
    pub words: String,
    /// The policy.
    pub policy: i64,
    /// The allotment.
    pub allotment: i64,
    /// Zero if it is credited.
    pub debit: Fen,
    /// Zero if it is debited.
    pub credit: Fen,
}

/// A voucher without its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// Its type.
    pub kind: VoucherKind,
    /// Its month.
    pub month: String,
    /// Its day: the last on which some of its money counts.
    pub made_on: Day,
    /// Whether its amounts take back those of other vouchers (红字).
    pub is_red: bool,
    /// The ways whose rules it is posted by: of what goes back, those of what is reversed.
    pub ways: BTreeSet<(Stage, Stage)>,
    /// The phrases of its rules, each with the number of grants.
    pub words: Vec<(String, i64)>,
    /// Financial side first, debits before credits.
    pub lines: Vec<Line>,
    /// The larger of the debits of its sides.
    pub sum: Fen,
}

/// The vouchers of one act: by month, red before blue, by type. A move whose rule has no accounts makes none.
///
/// # Errors
/// `posting_rule_missing` (`from`, `to`), `sum_too_large`.
pub fn draw(rules: &RuleSet, sums: &[MovedSum], occasion: Occasion) -> Result<Vec<Drawn>, Refusal> {
    let mut drawn: BTreeMap<(&str, bool, VoucherKind), Drawn> = BTreeMap::new();
    for sum in sums {
        let (from, to) = sum.way();
        let concerns_earlier = sum.sort == Sort::BackOfEarlierYear;
        let occasion = if concerns_earlier { Occasion::EarlierYear } else { occasion };
        let rule = rules.rule(from, to, occasion, sum.payer.as_deref());
        let rule = rule.ok_or_else(|| Refusal::new("posting_rule_missing").with("from", from).with("to", to))?;
        if !rule.posts() {
            continue;
        }
        let kind = if concerns_earlier { rule.kind.opposite() } else { rule.kind };
        let is_red = sum.sort == Sort::Back;
        let voucher = drawn.entry((&sum.month, !is_red, kind)).or_insert_with(|| Drawn {
            kind,
            month: sum.month.clone(),
            made_on: sum.last_on,
            is_red,
            ways: BTreeSet::new(),
            words: Vec::new(),
            lines: Vec::new(),
            sum: Fen::ZERO,
        });
        voucher.made_on = voucher.made_on.max(sum.last_on);
        voucher.ways.insert((from, to));
        match voucher.words.iter_mut().find(|(words, _)| *words == rule.words) {
            Some((_, grants)) => *grants += sum.grants,
            None => voucher.words.push((rule.words.clone(), sum.grants)),
        }
        post(rules, rule, sum, concerns_earlier, &mut voucher.lines)?;
    }
    let mut drawn: Vec<Drawn> = drawn.into_values().collect();
    for voucher in &mut drawn {
        voucher.lines.sort_by_key(|line| (line.side, line.debit == Fen::ZERO));
        voucher.sum = larger_side(&voucher.lines)?;
    }
    Ok(drawn)
}

fn larger_side(lines: &[Line]) -> Result<Fen, Refusal> {
    let mut larger = Fen::ZERO;
    for side in Side::ALL {
        let of_side = lines.iter().filter(|line| line.side == side).map(|line| line.debit);
        larger = larger.max(Fen::sum(of_side).ok_or_else(|| Refusal::new("sum_too_large"))?);
    }
    Ok(larger)
}

/// Adds a sum to the entries of its voucher.
fn post(rules: &RuleSet, rule: &Rule, sum: &MovedSum, exchanged: bool, lines: &mut Vec<Line>) -> Result<(), Refusal> {
    let debits = rule.debit.iter().map(|code| (code, !exchanged));
    let credits = rule.credit.iter().map(|code| (code, exchanged));
    for (code, is_debit) in debits.chain(credits) {
        let account = rules.account(code);
        let account = account.ok_or_else(|| Refusal::new("posting_account_unknown").with("found", code))?;
        let found = lines.iter().position(|line| {
            line.account == *code
                && (line.policy, line.allotment) == (sum.policy, sum.allotment)
                && line.words == rule.words
                && (line.debit > Fen::ZERO) == is_debit
        });
        let at = found.unwrap_or(lines.len());
        if found.is_none() {
            lines.push(Line {
                side: account.side,
                account: code.clone(),
                account_name: account.name.clone(),
                words: rule.words.clone(),
                policy: sum.policy,
                allotment: sum.allotment,
                debit: Fen::ZERO,
                credit: Fen::ZERO,
            });
        }
        let Some(line) = lines.get_mut(at) else { continue };
        let column = if is_debit { &mut line.debit } else { &mut line.credit };
        *column = column.checked_add(sum.amount).ok_or_else(|| Refusal::new("sum_too_large"))?;
    }
    Ok(())
}
