//! Stages, moves between them, and the proof that no stage runs dry.

mod spans;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::kernel::Error;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;

pub use spans::{Known, Span, learn, spans, union};

/// Where money of an allotment stands (资金环节).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Where the budget comes from; the only stage below zero, by what was appropriated.
    Source,
    /// 可用: appropriated, promised to nobody.
    Available,
    /// 应付: approved for a recipient.
    Payable,
    /// 在途: sent to the bank.
    InTransit,
    /// 已发放: with the recipient.
    Disbursed,
}

impl Stage {
    /// All stages, in the order in which money passes through them.
    pub const ALL: [Self; 5] = [Self::Source, Self::Available, Self::Payable, Self::InTransit, Self::Disbursed];

    /// The word in tables and files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Available => "available",
            Self::Payable => "payable",
            Self::InTransit => "in_transit",
            Self::Disbursed => "disbursed",
        }
    }

    /// The word's key in the catalogue.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Source => "funds.stage.source",
            Self::Available => "funds.stage.available",
            Self::Payable => "funds.stage.payable",
            Self::InTransit => "funds.stage.in_transit",
            Self::Disbursed => "funds.stage.disbursed",
        }
    }

    /// The stage with exactly this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.code() == code)
    }

    /// Whether money ever goes this way, other than back where a correction sends it.
    pub const fn leads_to(self, to: Self) -> bool {
        matches!(
            (self, to),
            (Self::Source, Self::Available)
                | (Self::Available, Self::Source | Self::Payable | Self::Disbursed)
                | (Self::Payable, Self::Available | Self::InTransit)
                | (Self::InTransit, Self::Disbursed | Self::Payable)
                | (Self::Disbursed, Self::Payable | Self::Available | Self::Source)
        )
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// One exact amount from one stage of an allotment to another: a row of `transfers`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// Position of the event that moves it.
    pub position: i64,
    /// Number within the event, from 1, in record order.
    pub line: i64,
    /// Allotment whose money it is.
    pub allotment: i64,
    /// Policy of the allotment.
    pub policy: i64,
    /// Grant, unless it is the budget that moves.
    pub grant: Option<i64>,
    /// Recipient of the grant.
    pub recipient: Option<i64>,
    /// Stage that it leaves.
    pub from: Stage,
    /// Stage that it enters.
    pub to: Stage,
    /// Above zero.
    pub amount: Fen,
    /// Day on which it counts.
    pub effective_on: Day,
    /// Kind of the recipient as fixed on the grant; empty for budgets, like the next three.
    pub kind: String,
    /// Sub-district as fixed on the grant.
    pub subdistrict: String,
    /// Industry as fixed on the grant.
    pub industry: String,
    /// Size as fixed on the grant.
    pub size: String,
    /// Position and line of the move that this one reverses.
    pub reverses: Option<(i64, i64)>,
}

impl Move {
    /// Whether money goes this way: an amount above zero, on a lawful way or exactly back on one.
    pub const fn is_lawful(&self) -> bool {
        let leads = if self.reverses.is_some() { self.to.leads_to(self.from) } else { self.from.leads_to(self.to) };
        leads && self.amount.get() > 0
    }

    /// The fault of a move that goes no lawful way.
    pub fn unlawful(&self) -> Error {
        let Self { position, line, from, to, amount, .. } = self;
        Error::internal(format!("{position}/{line}: {amount} may not go from {from} to {to}"))
    }

    /// The exact reverse of this move, counting on `effective_on`: its own day, unless that lies in a closed period.
    #[must_use]
    pub fn reversed(&self, position: i64, line: i64, effective_on: Day) -> Self {
        Self {
            position,
            line,
            from: self.to,
            to: self.from,
            effective_on,
            reverses: Some((self.position, self.line)),
            ..self.clone()
        }
    }

    /// What the move adds to the amounts paid and returned, in fen; nothing if it does not touch `disbursed`. A reversal
    /// takes back from the one to which its original was added.
    pub const fn paid_and_returned(&self) -> Option<(i64, i64)> {
        let amount = self.amount.get();
        match (self.from, self.to, self.reverses.is_some()) {
            (_, Stage::Disbursed, false) => Some((amount, 0)),
            (Stage::Disbursed, _, false) => Some((0, amount)),
            (Stage::Disbursed, _, true) => Some((-amount, 0)),
            (_, Stage::Disbursed, true) => Some((0, -amount)),
            _ => None,
        }
    }
}

/// What enters (above zero) and leaves (below zero) the stages of allotments, by day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DaySums(BTreeMap<(i64, Stage), BTreeMap<Day, i128>>);

/// A stage that would run dry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Short {
    /// Whose stage.
    pub allotment: i64,
    /// Which stage.
    pub stage: Stage,
    /// The day on which most is missing.
    pub on: Day,
    /// How much, in fen.
    pub missing: i128,
}

impl DaySums {
    /// Of these moves.
    pub fn of<'a>(moves: impl IntoIterator<Item = &'a Move>) -> Self {
        let mut sums = Self::default();
        for m in moves {
            sums.add(m.allotment, m.from, m.to, m.amount, m.effective_on);
        }
        sums
    }

    /// Adds a move, or the sum of many that go the same way on the same day.
    pub fn add(&mut self, allotment: i64, from: Stage, to: Stage, amount: Fen, effective_on: Day) {
        self.enter(allotment, from, effective_on, -i128::from(amount.get()));
        self.enter(allotment, to, effective_on, i128::from(amount.get()));
    }

    /// Adds what entered a stage on a day, less what left it.
    pub fn enter(&mut self, allotment: i64, stage: Stage, effective_on: Day, net: i128) {
        *self.0.entry((allotment, stage)).or_default().entry(effective_on).or_default() += net;
    }

    /// The allotments, in ascending order.
    pub fn allotments(&self) -> Vec<i64> {
        let mut allotments: Vec<i64> = self.0.keys().map(|(allotment, _)| *allotment).collect();
        allotments.dedup();
        allotments
    }

    /// The first day on which something changes.
    pub fn first_day(&self) -> Option<Day> {
        self.0.values().filter_map(|days| days.first_key_value()).map(|(day, _)| *day).min()
    }

    /// What a stage holds in the end.
    fn total(&self, allotment: i64, stage: Stage) -> i128 {
        self.0.get(&(allotment, stage)).map_or(0, |days| days.values().sum())
    }

    /// The first stage but source that these changes, coming to `held`, would bring below zero on any day from the
    /// first change on.
    pub fn shortfall(&self, held: &Self) -> Option<Short> {
        self.0.iter().filter(|((_, stage), _)| *stage != Stage::Source).find_map(|(key, change)| {
            let none = BTreeMap::new();
            let (on, lowest) = lowest(held.0.get(key).unwrap_or(&none), change)?;
            (lowest < 0).then_some(Short { allotment: key.0, stage: key.1, on, missing: -lowest })
        })
    }
}

/// The lowest running balance on any day from the first change on, and the first day that has it.
fn lowest(held: &BTreeMap<Day, i128>, change: &BTreeMap<Day, i128>) -> Option<(Day, i128)> {
    let (from, _) = change.first_key_value()?;
    let mut balance: i128 = held.range(..from).map(|(_, net)| net).sum();
    let mut days: BTreeMap<Day, i128> = held.range(from..).map(|(day, net)| (*day, *net)).collect();
    for (day, net) in change {
        *days.entry(*day).or_default() += net;
    }
    let mut lowest = None;
    for (day, net) in days {
        balance += net;
        if lowest.is_none_or(|(_, least)| balance < least) {
            lowest = Some((day, balance));
        }
    }
    lowest
}

/// The first stage but source that would be below zero after one of the events, all days taken together: what the
/// constraint on the balances says when the events are applied one by one.
pub fn short_in_order(held: &DaySums, moves: &[Move]) -> Option<Short> {
    let mut balances: BTreeMap<(i64, Stage), i128> = BTreeMap::new();
    for event in moves.chunk_by(|one, next| one.position == next.position) {
        for m in event {
            for (stage, net) in [(m.from, -i128::from(m.amount.get())), (m.to, i128::from(m.amount.get()))] {
                let balance = balances.entry((m.allotment, stage)).or_insert_with(|| held.total(m.allotment, stage));
                *balance += net;
            }
        }
        let dry = event.iter().find_map(|m| {
            let balance = *balances.get(&(m.allotment, m.from))?;
            (m.from != Stage::Source && balance < 0).then_some(Short {
                allotment: m.allotment,
                stage: m.from,
                on: m.effective_on,
                missing: -balance,
            })
        });
        if dry.is_some() {
            return dry;
        }
    }
    None
}
