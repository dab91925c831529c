//! A cell's text, unless the cell is not what it shows: a formula, a failed one, a number that lost its digits.

use super::cell::{Cell, Kind};
use crate::kernel::Refusal;

/// Characters that a cell may hold; what is longer is not a value but an accident.
const CELL_CHARS_MAX: usize = 10_000;

/// What a spreadsheet shows where a formula failed.
const ERROR_SIGNS: [&str; 9] =
    ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"];

/// What a cell should hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant {
    /// Words, codes, numbers of accounts.
    Words,
    /// An amount, which nobody merges with the row above.
    Money,
    /// A day.
    Day,
}

/// The text of a cell that is what it shows.
///
/// Refusals: `cell_formula`, `amount_merged`, `cell_error` (`found`), `number_precision`, `cell_is_date`.
pub fn shown<'c>(cell: &'c Cell<'_>, meant: Meant) -> Result<&'c str, Refusal> {
    if cell.formula.is_some() {
        return Err(Refusal::new("cell_formula"));
    }
    if cell.merged && meant == Meant::Money {
        return Err(Refusal::new("amount_merged"));
    }
    let text = cell.text.trim();
    match cell.kind {
        Kind::Error => return Err(Refusal::new("cell_error").with("found", text)),
        Kind::WideNumber => return Err(Refusal::new("number_precision")),
        Kind::Date if meant != Meant::Day => return Err(Refusal::new("cell_is_date")),
        _ => {}
    }
    if text.starts_with('#') && is_error_sign(text) {
        return Err(Refusal::new("cell_error").with("found", text));
    }
    let plain = unguarded(text);
    if plain.len() == text.len() && text.starts_with(['=', '＝']) {
        return Err(Refusal::new("cell_formula"));
    }
    Ok(plain)
}

fn is_error_sign(text: &str) -> bool {
    ERROR_SIGNS.iter().any(|sign| text.eq_ignore_ascii_case(sign)) || text.bytes().all(|byte| byte == b'#')
}

/// What is wrong with a cell whatever it should hold: `quote_stray`, `cell_too_long` (`length`, `max`).
pub fn shape_fault(cell: &Cell<'_>) -> Option<Refusal> {
    if cell.kind == Kind::StrayQuote {
        return Some(Refusal::new("quote_stray"));
    }
    if cell.text.len() <= CELL_CHARS_MAX {
        return None;
    }
    let length = cell.text.chars().count();
    (length > CELL_CHARS_MAX).then(|| Refusal::new("cell_too_long").with("length", length).with("max", CELL_CHARS_MAX))
}

/// Two ways in which delimited files keep a spreadsheet from spoiling a cell: `="0123"`, and the apostrophe that this
/// program puts before a leading sign.
fn unguarded(text: &str) -> &str {
    if let Some(inside) = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'))
        && !inside.contains('"')
    {
        return inside.trim();
    }
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest,
        _ => text,
    }
}
