//! The allotments of a form: rows of fields, numbered from one, each read into a [`NewAllotment`].

use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Refusal, text};
use crate::policies::{Level, NewAllotment};
use crate::web::Fields;

/// Longest number of a document or name of a department.
const TEXT_CHARS: usize = 200;
/// Longest class of the budget classification.
const CLASS_CHARS: usize = 20;
/// Largest share.
const SHARE_MAX: i64 = 1_000_000;

/// The names of the fields of one row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) number: usize,
    pub(super) amount: &'static str,
    pub(super) level: &'static str,
    pub(super) document: &'static str,
    pub(super) share: &'static str,
    pub(super) direct: &'static str,
    pub(super) year: &'static str,
    pub(super) functional: &'static str,
    pub(super) economic: &'static str,
    pub(super) department: &'static str,
    pub(super) starts: &'static str,
}

macro_rules! rows {
    ($($number:literal),*) => { [$(Row {
        number: $number,
        amount: concat!("amount_", $number),
        level: concat!("level_", $number),
        document: concat!("document_", $number),
        share: concat!("share_", $number),
        direct: concat!("direct_", $number),
        year: concat!("year_", $number),
        functional: concat!("functional_", $number),
        economic: concat!("economic_", $number),
        department: concat!("department_", $number),
        starts: concat!("starts_", $number),
    }),*] };
}

/// As many sources as a policy of this form may have; more come by import.
pub(super) const ROWS: [Row; 6] = rows!(1, 2, 3, 4, 5, 6);

/// The rows that the form shows.
pub(super) fn shown(form: &Fields) -> &'static [Row] {
    let rows = form.value("rows").parse().unwrap_or(1_usize);
    ROWS.get(..rows.clamp(1, ROWS.len())).unwrap_or(&ROWS)
}

/// Reads all rows that are shown; what is wrong stands at its field.
pub(super) fn read(form: &mut Fields, document: &str, starts_on: Option<Day>) -> Vec<NewAllotment> {
    shown(form).iter().filter_map(|row| read_row(form, row, document, starts_on)).collect()
}

fn read_row(form: &mut Fields, row: &Row, document: &str, starts_on: Option<Day>) -> Option<NewAllotment> {
    let amount = form.read(row.amount, positive);
    let level = form.read(row.level, |code| Level::parse(code).ok_or(Refusal::new("level_unknown")));
    let share = form.read(row.share, share);
    let starts = form.read_optional(row.starts, Day::parse_lenient)?.or(starts_on);
    let year = form.read_optional(row.year, year)?;
    let mut short = |name, chars| form.read(name, |typed| text::clean(typed, chars));
    let own_document = short(row.document, TEXT_CHARS)?;
    let functional_class = short(row.functional, CLASS_CHARS)?;
    let economic_class = short(row.economic, CLASS_CHARS)?;
    let department = short(row.department, TEXT_CHARS)?;
    let starts_on = starts?;
    Some(NewAllotment {
        document_number: if own_document.is_empty() { document.to_owned() } else { own_document },
        level: level?,
        direct: form.value(row.direct) == "yes",
        fiscal_year: year.unwrap_or_else(|| i64::from(starts_on.year())),
        functional_class,
        economic_class,
        department,
        share: share?,
        amount: amount?,
        starts_on,
    })
}

/// An amount above zero.
pub(super) fn positive(typed: &str) -> Result<Fen, Refusal> {
    let amount = Fen::parse_with_units(typed)?;
    if amount > Fen::ZERO { Ok(amount) } else { Err(Refusal::new("amount_not_positive")) }
}

fn share(typed: &str) -> Result<i64, Refusal> {
    let typed = text::half_width(typed);
    if typed.is_empty() {
        return Ok(1);
    }
    let share = typed.parse().ok().filter(|share| (1..=SHARE_MAX).contains(share));
    share.ok_or(Refusal::new("allotment_share"))
}

fn year(typed: &str) -> Result<i64, Refusal> {
    let year = text::half_width(typed).parse().ok().filter(|year| (1990..=2100).contains(year));
    year.ok_or(Refusal::new("fiscal_year"))
}
