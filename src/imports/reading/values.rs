//! One row's cells to values: each column is asked for once, each fault is kept with its place.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};

use super::columns::Column;
use super::header::Header;
use crate::kernel::bank_code::{self, BankCode};
use crate::kernel::dates::Day;
use crate::kernel::money::{Fen, Unit};
use crate::kernel::{Refusal, text};
use crate::sheets::{BadCell, Cell, Meant, Row, shown};

/// The units of the money columns.
pub type Units = [Unit; Column::COUNT];

/// The keys that rows above have used, with their lines.
///
/// A key is kept as 128 bits of two hashes: a million rows need no copy of their text.
#[derive(Default)]
pub struct Seen(HashMap<u128, u64, BuildHasherDefault<Folded>>);

impl Seen {
    /// The line that used the key before; else this line is kept as the first.
    pub fn before(&mut self, key: &[&str], line: u64) -> Option<u64> {
        let half = |salt: u8| {
            let mut hasher = DefaultHasher::new();
            salt.hash(&mut hasher);
            key.hash(&mut hasher);
            u128::from(hasher.finish())
        };
        match self.0.entry(half(0) << 64 | half(1)) {
            std::collections::hash_map::Entry::Occupied(first) => Some(*first.get()),
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(line);
                None
            }
        }
    }
}

/// The keys of [`Seen`] are hashes already.
#[derive(Default)]
pub struct Folded(u64);

impl Hasher for Folded {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u128(&mut self, key: u128) {
        let bytes = key.to_le_bytes();
        if let Some(low) = bytes.first_chunk::<8>() {
            self.0 = u64::from_le_bytes(*low);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// The cells of one row, asked for by column.
pub struct Values<'r> {
    row: &'r Row<'r>,
    header: &'r Header,
    units: &'r Units,
    /// What was found wrong so far.
    bad: &'r mut Vec<BadCell>,
    /// True if a column that the file must have is not there: the row can be checked but not made.
    pub incomplete: bool,
}

impl<'r> Values<'r> {
    /// The cells of a row below a header.
    pub fn new(row: &'r Row<'r>, header: &'r Header, units: &'r Units, bad: &'r mut Vec<BadCell>) -> Self {
        Self { row, header, units, bad, incomplete: false }
    }

    /// The line of the row.
    pub fn line(&self) -> u64 {
        self.row.line
    }

    /// Keeps a fault of a column.
    pub fn refuse(&mut self, column: Column, refusal: Refusal) {
        let value = self.cell(column).map(|cell| cell.text.to_string()).unwrap_or_default();
        self.bad.push(BadCell::cell(self.row.line, column.name(), &value, refusal));
    }

    /// A value that must be there.
    pub fn need<T>(&mut self, column: Column, read: impl FnOnce(&str) -> Result<T, Refusal>) -> Option<T> {
        if self.header.place(column).is_none() {
            self.incomplete = true;
            return None;
        }
        let value = self.maybe(column, read)?;
        if value.is_none() {
            self.refuse(column, Refusal::new("cell_required"));
        }
        value
    }

    /// A value that may be missing: nothing if it is wrong, `Some(None)` if the cell is blank or the column not there.
    #[expect(clippy::option_option, reason = "wrong, blank and read are three things")]
    pub fn maybe<T>(&mut self, column: Column, read: impl FnOnce(&str) -> Result<T, Refusal>) -> Option<Option<T>> {
        let row = self.row;
        let Some(cell) = self.header.place(column).and_then(|place| row.cell(place)) else { return Some(None) };
        if cell.is_blank() {
            return Some(None);
        }
        match shown(cell, meant(column)).and_then(read) {
            Ok(value) => Some(Some(value)),
            Err(refusal) => {
                let shown =
                    cell.formula.as_ref().map_or_else(|| cell.text.to_string(), |formula| format!("={formula}"));
                self.bad.push(BadCell::cell(row.line, column.name(), &shown, refusal));
                None
            }
        }
    }

    /// An amount in the unit of its column, never nothing.
    pub fn amount(&self, column: Column) -> impl FnOnce(&str) -> Result<Fen, Refusal> + use<> {
        let unit = self.units.get(column as usize).copied().unwrap_or_default();
        move |text| match Fen::parse_in(text, unit)? {
            amount if amount.get() == 0 => Err(Refusal::new("amount_zero")),
            amount => Ok(amount),
        }
    }

    fn cell(&self, column: Column) -> Option<&'r Cell<'r>> {
        self.header.place(column).and_then(|place| self.row.cell(place))
    }
}

/// What the cells of a column should hold.
const fn meant(column: Column) -> Meant {
    if column.is_money() {
        return Meant::Money;
    }
    let is_day = matches!(
        column,
        Column::StartsOn | Column::EndsOn | Column::PaidOn | Column::AppliedOn | Column::PeriodFrom | Column::PeriodTo
    );
    if is_day { Meant::Day } else { Meant::Words }
}

/// Text of at most so many characters.
pub fn words(max_chars: usize) -> impl FnOnce(&str) -> Result<String, Refusal> {
    move |shown| if is_clean(shown, max_chars) { Ok(shown.to_owned()) } else { text::clean(shown, max_chars) }
}

/// True for text that [`text::clean`] would give back as it is, which is nearly all there is: a million rows have eight
/// million names. What is not surely clean takes the long way; a test holds that both agree.
fn is_clean(shown: &str, max_chars: usize) -> bool {
    shown.len() <= max_chars
        && shown.chars().all(|c| matches!(c, ' '..='~' | '\u{4E00}'..='\u{9FFF}' | '（' | '）' | '〔' | '〕' | '、'))
        && !shown.starts_with(' ')
        && !shown.ends_with(' ')
}

/// A day in any of the written forms.
pub fn day(shown: &str) -> Result<Day, Refusal> {
    Day::parse_lenient(shown)
}

/// The first day of a period that may be written as a month: `2020-02`, `2020年2月`, `2020.2`, `202002`.
pub fn period_start(shown: &str) -> Result<Day, Refusal> {
    Day::parse_lenient(shown).or_else(|refusal| month(shown).ok_or(refusal))
}

/// The last day of a period that may be written as a month.
pub fn period_end(shown: &str) -> Result<Day, Refusal> {
    Day::parse_lenient(shown).or_else(|refusal| month(shown).map(Day::month_end).ok_or(refusal))
}

/// The first day of a month.
fn month(shown: &str) -> Option<Day> {
    ["-1", ".1", "/1", "1日", "01"].iter().find_map(|rest| Day::parse_lenient(&format!("{shown}{rest}")).ok())
}

/// A clearing code.
pub fn bank(shown: &str) -> Result<BankCode, Refusal> {
    BankCode::parse(shown)
}

/// An account number.
pub fn account(shown: &str) -> Result<String, Refusal> {
    bank_code::parse_account(shown)
}

/// A small count.
pub fn count(shown: &str) -> Result<u32, Refusal> {
    let half = text::half_width(shown);
    half.trim_end_matches('张').trim().parse().map_err(|_| Refusal::new("count_form"))
}
