//! 余额调节表: what the bank and the book have on an account at the end of a day, the items that only one of them knows
//! yet, in four groups, and the two balances adjusted by them, which must agree.
//!
//! The bank's side is the lines of the account's statements. The book's side is what it paid (from the day of release),
//! what was refused or came back (from the bank's date), what recipients paid back (from the day on which it came), the
//! lines that were booked (from the day of booking), and quota that was issued. Two entries that are about the same thing
//! clear each other on the later of their days; until then the earlier one is an open item. So an item that is open at the
//! end of a month goes on into the next, and is cleared there.

mod movements;
mod named;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::kernel::dates::Day;
use crate::kernel::money::Fen;

pub use named::{Flow, Group, What};

/// What an entry of the book is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key {
    /// A payment, going or coming back.
    Payment(i64, Flow),
    /// A line of a statement that was booked.
    Line(i64),
    /// An entry of the account's own.
    Entry(i64),
    /// Money that was recovered.
    Receipt(i64),
}

/// One entry of the book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookEntry {
    /// What it is about.
    pub key: Key,
    /// Whether it came or went.
    pub flow: Flow,
    /// From which day.
    pub on: Day,
    /// How much.
    pub amount: Fen,
    /// The other side.
    pub counterparty: String,
    /// Its number.
    pub serial: String,
    /// What it is.
    pub what: What,
}

/// One line of the bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankEntry {
    /// The line.
    pub line: i64,
    /// Whether it came or went.
    pub flow: Flow,
    /// The bank's date.
    pub on: Day,
    /// How much.
    pub amount: Fen,
    /// The other side.
    pub counterparty: String,
    /// The bank's number.
    pub serial: String,
    /// What it is.
    pub what: What,
    /// What the book knows it as: several where it stands for many payments.
    pub matches: Vec<Key>,
}

/// A statement: its days and balances.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The bank's file.
    pub file: i64,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// Before its first line.
    pub opening: Fen,
    /// After its last line.
    pub closing: Fen,
}

/// With what the book's side of an account begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// At the beginning of which day.
    pub on: Day,
    /// How much.
    pub amount: Fen,
    /// Whether somebody recorded it; else it is that of the account's first statement.
    pub is_recorded: bool,
}

/// Both sides of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sides {
    /// The statements, one after another, no day twice.
    pub spans: Vec<Span>,
    /// What was stated on paper, by day, where there are no statements.
    pub stated: Vec<(Day, Fen)>,
    /// The bank's lines.
    pub bank: Vec<BankEntry>,
    /// With what the book begins.
    pub opening: Opening,
    /// The book's entries.
    pub book: Vec<BookEntry>,
}

/// One open item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its group.
    pub group: Group,
    /// Since when.
    pub on: Day,
    /// The other side.
    pub counterparty: String,
    /// Its number.
    pub serial: String,
    /// What it is.
    pub what: What,
    /// How much.
    pub amount: Fen,
    /// The bank's line, if the bank knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<i64>,
    /// The payment, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<i64>,
    /// The receipt, if it is money that was recovered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<i64>,
}

/// An item that was open when the month began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carried {
    /// The item.
    pub item: Item,
    /// When the other side followed, if that was in this month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cleared_on: Option<Day>,
}

/// What the book says happened on an account from a day to a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movements {
    /// Before the first day.
    pub opening: Fen,
    /// Came in: receipts, interest, quota that was issued.
    pub received: Fen,
    /// Paid, less what was refused.
    pub paid: Fen,
    /// Came back after it was paid.
    pub returned: Fen,
    /// What else went: fees, transfers, quota that was taken back.
    pub other: Fen,
    /// After the last day.
    pub closing: Fen,
}

/// The form, for one account and the end of one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adjustment {
    /// First day of the period.
    pub from: Day,
    /// Last day.
    pub until: Day,
    /// What the bank says is on the account.
    pub bank: Fen,
    /// The day up to which the bank has said so.
    pub stated_until: Day,
    /// What the book says is on it.
    pub book: Fen,
    /// With what the book began.
    pub opening: Opening,
    /// What the book says happened in the period.
    pub movements: Movements,
    /// Open items, by group, the oldest first.
    pub items: Vec<Item>,
    /// Those that were open before.
    pub carried: Vec<Carried>,
    /// The bank's balance, adjusted by what only the book knows.
    pub adjusted_bank: Fen,
    /// The book's balance, adjusted by what only the bank knows.
    pub adjusted_book: Fen,
}

impl Adjustment {
    /// Whether both sides agree once each open item is named.
    pub fn closes(&self) -> bool {
        self.adjusted_bank == self.adjusted_book
    }

    /// What they differ by, without regard to sign.
    pub const fn difference(&self) -> Fen {
        Fen::new((self.adjusted_bank.get() - self.adjusted_book.get()).abs())
    }

    /// The open items of a group.
    pub fn of(&self, group: Group) -> Vec<&Item> {
        self.items.iter().filter(|item| item.group == group).collect()
    }

    /// What the open items of a group add up to.
    pub fn sum(&self, group: Group) -> Fen {
        Fen::new(self.items.iter().filter(|item| item.group == group).map(|item| item.amount.get()).sum())
    }
}

/// The days on which entries were cleared.
struct Cleared {
    bank: Vec<Option<Day>>,
    book: Vec<Option<Day>>,
    /// Which of the book's were cleared by a line of the bank.
    by_bank: Vec<bool>,
}

impl Sides {
    /// The form for the days from `from` to `until`; nothing if the bank said nothing yet of a balance, or if a sum leaves
    /// the range.
    pub fn adjust(&self, from: Day, until: Day) -> Option<Adjustment> {
        let cleared = self.cleared();
        let (stated_until, bank) = self.stated_at(until)?;
        let movements = self.movements(from, until)?;
        let book = movements.closing;
        let mut items: Vec<Item> = self.open_at(until, &cleared).into_iter().map(|(item, _)| item).collect();
        items.sort_by_key(|item| (item.group, item.on));
        let before = from.plus_days(-1);
        let mut carried: Vec<Carried> = self
            .open_at(before, &cleared)
            .into_iter()
            .map(|(item, cleared_on)| Carried { item, cleared_on: cleared_on.filter(|on| *on <= until) })
            .collect();
        carried.sort_by_key(|carried| (carried.item.group, carried.item.on));
        let sum = |group| Fen::sum(items.iter().filter(|item: &&Item| item.group == group).map(|item| item.amount));
        let adjusted_bank = bank.checked_add(sum(Group::BookReceived)?)?.checked_sub(sum(Group::BookPaid)?)?;
        let adjusted_book = book.checked_add(sum(Group::BankReceived)?)?.checked_sub(sum(Group::BankPaid)?)?;
        let opening = self.opening;
        Some(Adjustment {
            from,
            until,
            bank,
            stated_until,
            book,
            opening,
            movements,
            items,
            carried,
            adjusted_bank,
            adjusted_book,
        })
    }

    /// What the bank has on the account at the end of a day, and up to which day it said so: by the last statement that
    /// ended by then, within one by its lines, else by what was stated on paper.
    fn stated_at(&self, until: Day) -> Option<(Day, Fen)> {
        let Some(span) = self.spans.iter().rev().find(|span| span.from <= until) else {
            return self.stated.iter().filter(|(on, _)| *on <= until).max_by_key(|(on, _)| *on).copied();
        };
        if span.to <= until {
            return Some((span.to, span.closing));
        }
        let within = self.bank.iter().filter(|entry| span.from <= entry.on && entry.on <= until);
        let fen: i64 = within.map(|entry| signed(entry.flow, entry.amount)).sum();
        Some((until, Fen::new(span.opening.get().checked_add(fen)?)))
    }

    /// Entries clear each other on the later of their days: a line of the bank and what the book knows it as, if they agree
    /// in amount; a payment and its refusal, if the bank's lines know of neither.
    fn cleared(&self) -> Cleared {
        let mut places: HashMap<Key, usize> = HashMap::with_capacity(self.book.len());
        for (place, entry) in self.book.iter().enumerate() {
            places.entry(entry.key).or_insert(place);
        }
        let mut cleared = Cleared {
            bank: vec![None; self.bank.len()],
            book: vec![None; self.book.len()],
            by_bank: vec![false; self.book.len()],
        };
        for (line, entry) in self.bank.iter().enumerate() {
            let Some(known) = self.known(entry, &places, &cleared) else { continue };
            let on = known.iter().filter_map(|place| self.book.get(*place)).map(|book| book.on).max();
            let on = on.map_or(entry.on, |on| on.max(entry.on));
            if let Some(cell) = cleared.bank.get_mut(line) {
                *cell = Some(on);
            }
            for place in known {
                set(&mut cleared.book, place, Some(on));
                set(&mut cleared.by_bank, place, true);
            }
        }
        for (place, entry) in self.book.iter().enumerate().filter(|(_, entry)| entry.what == What::Refusal) {
            let Key::Payment(payment, _) = entry.key else { continue };
            let Some(gone) = places.get(&Key::Payment(payment, Flow::Out)).copied() else { continue };
            let is_open = |place: usize| cleared.book.get(place).is_some_and(Option::is_none);
            if is_open(place) && is_open(gone) {
                set(&mut cleared.book, place, Some(entry.on));
                set(&mut cleared.book, gone, Some(entry.on));
            }
        }
        cleared
    }

    /// The entries of the book that a line is about, if all are there, none is cleared yet, and they add up to it.
    fn known(&self, entry: &BankEntry, places: &HashMap<Key, usize>, cleared: &Cleared) -> Option<Vec<usize>> {
        let known: Vec<usize> = entry.matches.iter().map(|key| places.get(key).copied()).collect::<Option<_>>()?;
        let mut sum: i64 = 0;
        for place in &known {
            let book = self.book.get(*place)?;
            if book.flow != entry.flow || cleared.book.get(*place)?.is_some() {
                return None;
            }
            sum = sum.checked_add(book.amount.get())?;
        }
        (!known.is_empty() && sum == entry.amount.get()).then_some(known)
    }

    /// What is open at the end of a day, and when it was cleared later, if it was.
    fn open_at(&self, until: Day, cleared: &Cleared) -> Vec<(Item, Option<Day>)> {
        let is_open = |on: Day, cleared: Option<Day>| on <= until && cleared.is_none_or(|cleared| cleared > until);
        let bank = self.bank.iter().zip(&cleared.bank).filter(|(entry, cleared)| is_open(entry.on, **cleared));
        let mut open: Vec<(Item, Option<Day>)> = bank
            .map(|(entry, cleared)| {
                let item = Item {
                    group: Group::of(true, entry.flow),
                    on: entry.on,
                    counterparty: entry.counterparty.clone(),
                    serial: entry.serial.clone(),
                    what: entry.what,
                    amount: entry.amount,
                    line: Some(entry.line),
                    payment: None,
                    receipt: None,
                };
                (item, *cleared)
            })
            .collect();
        for ((entry, cleared), by_bank) in self.book.iter().zip(&cleared.book).zip(&cleared.by_bank) {
            // What lies before a recorded beginning is in it already; it is open only if the bank followed later.
            let is_counted = self.counts(entry) || *by_bank;
            if !is_counted || !is_open(entry.on, *cleared) {
                continue;
            }
            let (payment, receipt) = match entry.key {
                Key::Payment(payment, _) => (Some(payment), None),
                Key::Receipt(receipt) => (None, Some(receipt)),
                Key::Line(_) | Key::Entry(_) => (None, None),
            };
            let item = Item {
                group: Group::of(false, entry.flow),
                on: entry.on,
                counterparty: entry.counterparty.clone(),
                serial: entry.serial.clone(),
                what: entry.what,
                amount: entry.amount,
                line: None,
                payment,
                receipt,
            };
            open.push((item, *cleared));
        }
        open
    }

    /// Whether an entry of the book moves its balance: not one before a beginning that somebody recorded.
    fn counts(&self, entry: &BookEntry) -> bool {
        !self.opening.is_recorded || entry.on >= self.opening.on
    }

    /// What the book has on the account at the end of a day.
    fn book_at(&self, until: Day) -> Option<Fen> {
        let counted = self.book.iter().filter(|entry| self.counts(entry) && entry.on <= until);
        let fen: i64 = counted.map(|entry| signed(entry.flow, entry.amount)).sum();
        self.opening.amount.get().checked_add(fen).map(Fen::new)
    }
}

fn set<V>(cells: &mut [V], place: usize, value: V) {
    if let Some(cell) = cells.get_mut(place) {
        *cell = value;
    }
}

const fn signed(flow: Flow, amount: Fen) -> i64 {
    match flow {
        Flow::In => amount.get(),
        Flow::Out => -amount.get(),
    }
}

#[cfg(test)]
mod tests;
