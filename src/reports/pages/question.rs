//! Which report is asked for, as of which day, at which position, in which unit.

use crate::kernel::Refusal;
use crate::kernel::dates::Day;
use crate::kernel::money::Unit;
use crate::reports::rules::{Layout, parse_unit, unit_code};
use crate::web::Fields;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// Effective day.
    pub as_of: Day,
    /// Position; the head if none.
    pub at: Option<i64>,
    /// The unit.
    pub unit: Unit,
}

/// Reads what a form asks; what cannot be read stands at its field. Without a day it is the usual one of the report.
pub fn read(form: &mut Fields, layout: &Layout, today: Day) -> Option<Question> {
    let as_of = form.read_optional("as_of", Day::parse_lenient);
    let at = form.read_optional("at", |typed| {
        typed.replace(',', "").parse::<i64>().map_err(|_| Refusal::new("position_number"))
    });
    let unit = form.read("unit", parse_unit);
    Some(Question { as_of: as_of?.unwrap_or_else(|| usual_day(layout, today)), at: at?, unit: unit? })
}

/// Of a monthly report the end of the last month that is over; of others today.
pub fn usual_day(layout: &Layout, today: Day) -> Day {
    if layout.monthly && today != today.month_end() { today.month_start().plus_days(-1) } else { today }
}

/// What stands behind the question mark of an address.
pub fn asked(question: &Question) -> String {
    let at = question.at.map_or_else(String::new, |at| format!("&at={at}"));
    format!("as_of={}{at}&unit={}", question.as_of, unit_code(question.unit))
}
