//! What the lines above and below the rows of a file say: counts, sums, balances, the account.

use crate::kernel::Refusal;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::payments::files::profile::AmountUnit;
use crate::payments::files::template::{Place, Template};
use crate::sheets::{BadCell, Cell, Kind, Row};

/// Everything that was said, with the line that says it.
#[derive(Debug, Default)]
pub(super) struct Said {
    places: Vec<(Place, u64, String)>,
    /// Cells of a workbook that do not hold what they show.
    pub(super) spoilt: Vec<BadCell>,
}

impl Said {
    /// Keeps what a line says, if it is such a line.
    pub(super) fn take(&mut self, line: &[Template], row: &Row<'_>) -> bool {
        let mut found = Vec::new();
        for (at, template) in line.iter().enumerate() {
            let Some(cell) = row.cell(at) else { return false };
            let Some(values) = template.matched(&cell.text) else { return false };
            if let Some((place, _)) = values.iter().find(|(place, _)| *place != Place::Any)
                && let Some(refusal) = spoilt(cell)
            {
                self.spoilt.push(BadCell::cell(row.line, place.word(), &cell.text, refusal));
            }
            found.extend(values.into_iter().map(|(place, value)| (place, row.line, value.to_owned())));
        }
        if row.cells.iter().skip(line.len()).any(|cell| !cell.is_blank()) {
            return false;
        }
        self.places.extend(found);
        true
    }

    /// All that was said of a place.
    fn of(&self, place: Place) -> impl Iterator<Item = (u64, &str)> {
        let of_place = self.places.iter().filter(move |(said, ..)| *said == place);
        of_place.map(|(_, line, value)| (*line, value.as_str())).filter(|(_, value)| !value.is_empty())
    }

    /// Text that was said, in its first form.
    pub(super) fn text(&self, place: Place) -> Option<String> {
        self.of(place).next().map(|(_, value)| value.to_owned())
    }

    /// A day.
    pub(super) fn day(&self, place: Place, bad: &mut Vec<BadCell>) -> Option<Day> {
        let (line, value) = self.of(place).next()?;
        kept(bad, line, place, value, super::line::day(value))
    }

    /// An amount.
    pub(super) fn amount(&self, place: Place, unit: AmountUnit, bad: &mut Vec<BadCell>) -> Option<(u64, Fen)> {
        let (line, value) = self.of(place).next()?;
        kept(bad, line, place, value, unit.read(value)).map(|amount| (line, amount))
    }

    /// Whether every count that is said is the one found; true if one is said. Refusal: `bank_count_differs`.
    pub(super) fn counts(&self, place: Place, found: u64, bad: &mut Vec<BadCell>) -> bool {
        let mut said = false;
        for (line, value) in self.of(place) {
            said = true;
            let read = value.replace(',', "").parse::<u64>().map_err(|_| Refusal::new("count_form"));
            if let Some(count) = kept(bad, line, place, value, read)
                && count != found
            {
                let refusal = Refusal::new("bank_count_differs").with("said", count).with("found", found);
                bad.push(BadCell::cell(line, place.word(), value, refusal));
            }
        }
        said
    }

    /// Whether every sum that is said is the one found; true if one is said. Refusal: `bank_sum_differs`.
    pub(super) fn sums(&self, place: Place, found: i128, unit: AmountUnit, bad: &mut Vec<BadCell>) -> bool {
        let mut said = false;
        for (line, value) in self.of(place) {
            said = true;
            if let Some(sum) = kept(bad, line, place, value, unit.read(value))
                && i128::from(sum.get()) != found
            {
                let refusal = Refusal::new("bank_sum_differs").with("said", sum.plain()).with("found", plain(found));
                bad.push(BadCell::cell(line, place.word(), value, refusal));
            }
        }
        said
    }
}

/// What is wrong with a cell that was computed or lost digits. A sum may be a formula: what it comes to is held against the rows.
fn spoilt(cell: &Cell<'_>) -> Option<Refusal> {
    match cell.kind {
        Kind::WideNumber => Some(Refusal::new("number_precision")),
        Kind::Error => Some(Refusal::new("cell_error").with("found", &cell.text)),
        _ => None,
    }
}

/// An amount that may be too large for one, for a sentence.
pub(super) fn plain(fen: i128) -> String {
    i64::try_from(fen).map_or_else(|_| fen.to_string(), |fen| Fen::new(fen).plain())
}

fn kept<T>(bad: &mut Vec<BadCell>, line: u64, place: Place, value: &str, read: Result<T, Refusal>) -> Option<T> {
    match read {
        Ok(value) => Some(value),
        Err(refusal) => {
            bad.push(BadCell::cell(line, place.word(), value, refusal));
            None
        }
    }
}

impl AmountUnit {
    /// Reads an amount in the unit of the file; separators, width and currency signs do not matter.
    ///
    /// Refusals as for [`Fen::parse`], and `bank_fen_decimals` for a point in a column of whole fen.
    pub(super) fn read(self, text: &str) -> Result<Fen, Refusal> {
        let amount = Fen::parse(text)?;
        match self {
            Self::Yuan => Ok(amount),
            // what was read as yuan are fen: a hundredth of it, which is whole if there was no point
            Self::Fen if text.contains(['.', '。', '．']) => Err(Refusal::new("bank_fen_decimals")),
            Self::Fen => Ok(Fen::new(amount.get() / 100)),
        }
    }
}
